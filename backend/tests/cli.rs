//! The command line in hard times: what is wrong is said in one line that names it, and the exit status says that it is wrong.

#![expect(clippy::expect_used, reason = "in tests a panic is the answer")]

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

/// Runs the program in a folder of its own, without settings from outside.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    program(folder, arguments).output().expect("the program runs")
}

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tongshi"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TONGSHI_")) {
        command.env_remove(name);
    }
    for name in ["ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "ENDPOINT_URL", "REGION"] {
        command.env_remove(format!("AWS_{name}"));
    }
    command.current_dir(folder).args(arguments);
    command
}

/// It fails with status 1 and one line that holds all these words; the database folder is left as it was.
#[track_caller]
fn check(folder: &Path, arguments: &[&str], words: &[&str]) {
    refused(program(folder, arguments), words);
}

/// As [`check`], for a program with settings of its own in the environment. Gives everything it said.
#[track_caller]
fn refused(mut program: Command, words: &[&str]) -> String {
    let arguments = format!("{program:?}");
    let output = program.output().expect("the program runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{arguments}: {told}");
    let line = told.lines().last().unwrap_or_default();
    assert!(line.starts_with("tongshi: "), "{arguments}: {told}");
    for word in words {
        assert!(line.contains(word), "{arguments}: {line} should name {word}");
    }
    assert!(!told.contains("panicked"), "{told}");
    told
}

#[test]
fn settings_of_the_environment_are_known_or_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    for (name, value, words) in [
        (
            "TONGSHI_DATABASE_ULR",
            "postgres://db/office",
            ["TONGSHI_DATABASE_ULR", "no setting"],
        ),
        ("TONGSHI_SECURE_COOKIES", "true", ["TONGSHI_SECURE_COOKIES", "--config"]),
        ("TONGSHI_DATABASE_URL", "", ["database_url", "sqlite://"]),
        (
            "TONGSHI_DATABASE_URL",
            "mysql://office:hunter2@db/x",
            ["mysql://office:***@db/x", "sqlite://"],
        ),
        ("TONGSHI_FILES", "", ["files", "empty"]),
        ("TONGSHI_LISTEN", "", ["--listen", "address"]),
        ("TONGSHI_LOG_FORMAT", "", ["log_format", "json"]),
        ("TONGSHI_METRICS_TOKEN", "", ["metrics_token", "16 characters"]),
    ] {
        let mut with = program(at, &["migrate"]);
        let told = refused(
            {
                with.env(name, value);
                with
            },
            &words,
        );
        assert!(!told.contains("hunter2"), "{told}");
    }
    let mut loud = program(at, &["serve", "--listen", "127.0.0.1:0"]);
    loud.env("RUST_LOG", "tongshi=loud");
    refused(loud, &["RUST_LOG", "loud"]);
    assert!(!at.join("data").exists(), "nothing was made");

    // What Kubernetes sets for a service of our name is nobody's mistake.
    let mut beside = program(at, &["migrate"]);
    beside
        .env("TONGSHI_PORT_8080_TCP", "tcp://10.0.0.1:8080")
        .env("TONGSHI_SERVICE_HOST", "10.0.0.1");
    assert!(beside.output().expect("the program runs").status.success());
}

#[test]
fn wrong_settings_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    check(at, &["serve", "--listen", "8080"], &["--listen", "8080"]);
    check(
        at,
        &["migrate", "--database-url", "mysql://x/y"],
        &["mysql://x/y", "sqlite://"],
    );
    check(at, &["migrate", "--config", "none.toml"], &["none.toml"]);
    for (text, word) in [
        ("colour = 1", "colour"),
        ("listen = 8080", "listen"),
        ("[network]\nport = 1", "network"),
        ("= =", "settings.toml"),
        ("data_dir = \"\"", "data_dir"),
        ("[limits]\ndepth = -2", "expected a whole number"),
        ("graphiql = true\n\nlog_fromat = \"json\"", "line 3"),
        (
            "graphiql = true\n\nlog_fromat = \"json\"",
            "unknown setting `log_fromat`",
        ),
        ("log_format = \"xml\"", "log_format"),
        ("metrics_token = \"short\"", "metrics_token"),
        ("member_points = -1", "line 1"),
        ("allowed_origins = [\"oa.example.com\"]", "allowed_origins"),
        ("allowed_origins = [\"https://oa.example.com/\"]", "allowed_origins"),
        ("trusted_proxies = [\"proxy\"]", "trusted_proxies"),
        ("otlp_endpoint = \"127.0.0.1:4318\"", "otlp_endpoint"),
        (
            "otlp_endpoint = \"http://127.0.0.1:4318\"\notlp_share = 7.0",
            "otlp_share",
        ),
        ("[limits]\ndepht = 12", "unknown setting `depht`"),
        ("[limits]\ndepth = 12000", "limits.depth"),
        ("[limits]\nsockets_per_member = 0", "limits.sockets_per_member"),
        ("files = \"gs://office\"", "files"),
        (
            "files = \"s3://office\"\n[s3]\nendpoint = \"minio:9000\"",
            "s3.endpoint",
        ),
        (
            "files = \"s3://office\"\n[s3]\naccess_key = \"x\"",
            "unknown setting `access_key`",
        ),
        (
            "files = \"s3://office\"\n[s3]\naccess_key_id = \"x\"",
            "s3.secret_access_key",
        ),
        // What contradicts itself.
        ("[s3]\nregion = \"cn-north-1\"", "files"),
        ("otlp_share = 0.5", "otlp_endpoint"),
        ("database_connections = 8", "database_connections"),
        (
            "member_points = 0\nmember_points_per_second = 5",
            "member_points_per_second",
        ),
        ("[limits]\nbody_bytes = 65536", "limits.document_bytes"),
        ("[limits]\nnodes = 500000", "limits.cost"),
    ] {
        std::fs::write(at.join("settings.toml"), text).expect("written");
        check(at, &["migrate", "--config", "settings.toml"], &[word]);
    }
    let unknown = run(at, &["serve", "--colour"]);
    assert_eq!(
        unknown.status.code(),
        Some(2),
        "what is not a command is a matter of usage"
    );
    assert!(!at.join("data").exists(), "nothing was made");
}

#[test]
fn a_database_that_is_not_ours_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    std::fs::write(at.join("letter.txt"), "Dear Sir or Madam, this is a letter.").expect("written");
    check(
        at,
        &["migrate", "--database-url", "sqlite://letter.txt"],
        &["letter.txt", "SQLite"],
    );
    let text = std::fs::read_to_string(at.join("letter.txt")).expect("there");
    assert_eq!(text, "Dear Sir or Madam, this is a letter.");

    let theirs = at.join("theirs.db");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        use sea_orm::ConnectionTrait;
        let db = sea_orm::Database::connect(format!("sqlite://{}?mode=rwc", theirs.display()))
            .await
            .expect("a database");
        db.execute_unprepared("CREATE TABLE songs (title TEXT)")
            .await
            .expect("a table");
        db.close().await.expect("closed");
    });
    let url = format!("sqlite://{}", theirs.display());
    check(at, &["migrate", "--database-url", &url], &["database"]);
    check(
        at,
        &[
            "migrate",
            "--database-url",
            "postgres://nobody:hunter2@127.0.0.1:1/none",
        ],
        &["database", "nobody:***@127.0.0.1:1", "is the server running"],
    );
}

#[test]
fn a_folder_that_takes_no_files_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    std::fs::write(at.join("file"), "x").expect("written");
    check(at, &["migrate", "--data-dir", "file"], &["file"]);
    check(at, &["migrate", "--data-dir", "file/below"], &["file/below"]);
}

#[test]
fn an_address_in_use_is_named_before_anything_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("an address");
    let address = taken.local_addr().expect("known").to_string();
    check(folder.path(), &["serve", "--listen", &address], &[&address, "--listen"]);
    assert!(!folder.path().join("data").exists(), "nothing was made");
}

#[test]
fn a_spreadsheet_with_errors_changes_nothing_and_tells_row_and_column() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    check(at, &["import", "members", "none.csv"], &["none.csv"]);
    for (name, text, word) in [
        ("columns.csv", "a,b\n1,2\n", "columns.csv"),
        ("broken.xlsx", "PK\u{3}\u{4} broken", "broken.xlsx"),
        ("empty.csv", "", "empty.csv"),
    ] {
        std::fs::write(at.join(name), text).expect("written");
        check(at, &["import", "members", name], &[word]);
    }
    std::fs::write(
        at.join("rows.csv"),
        "姓名,部门,手机\n甲,远山科技,12\n乙,远山科技,13911110001\n丙,远山科技,\n",
    )
    .expect("written");
    let output = run(at, &["import", "members", "rows.csv"]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("第 2 行，手机“12”") && told.contains("row 2, 手机"),
        "{told}"
    );
    assert!(told.contains("第 4 行，手机"), "{told}");
    assert!(!told.contains("第 3 行"), "{told}");

    std::fs::write(at.join("rows.csv"), "姓名,部门,手机\n乙,远山科技,13911110001\n").expect("written");
    for (arguments, line) in [
        (
            &["import", "members", "rows.csv", "--dry-run"][..],
            "Dry run, nothing was written: 1 rows, 1 new",
        ),
        (&["import", "members", "rows.csv"], "Imported: 1 rows, 1 new"),
        (
            &["import", "members", "rows.csv"],
            "Imported: 1 rows, 0 new, 0 changed, 1 unchanged",
        ),
    ] {
        let output = run(at, arguments);
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(told.contains(line), "{told}");
    }
}

#[test]
fn a_doctor_tells_settings_and_health_and_no_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    std::fs::write(
        at.join("settings.toml"),
        "metrics_token = \"a-token-of-the-tests\"\notlp_endpoint = \"http://me:hunter2@127.0.0.1:1\"\n[limits]\ndepth = 20\n",
    )
    .expect("written");
    let arguments = ["doctor", "--config", "settings.toml"];
    check(at, &arguments, &["the database is empty"]);
    assert!(run(at, &["migrate", "--config", "settings.toml"]).status.success());
    let output = run(at, &arguments);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for line in [
        "Tongshi ",
        "  limits.depth = 20",
        "  metrics_token = set",
        "  otlp_endpoint = http://me:***@127.0.0.1:1/",
        "  write.journal_mode = wal",
        "  read.synchronous = FULL",
        "  connections.write = 1 at most",
        "  database: SQLite 3.",
        "  events: 0 wait",
    ] {
        assert!(told.lines().any(|found| found.starts_with(line)), "{line}: {told}");
    }
    assert!(!told.contains("a-token") && !told.contains("hunter2"), "{told}");
}
