//! Upgrades in hard times: an older database with its data, a process killed in the middle of it, a database from the future.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};
use tests::{Engine, Process, database};
use tongshi::db::Db;
use tongshi::upgrade;

/// What [`Process`] starts.
const UPGRADES: &str = "upgrade::upgrades";
/// The changes a database has.
const LEDGER: &str = "SELECT version FROM seaql_migrations ORDER BY version";
/// How often the process is killed.
const KILLS: u64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the server other tests start as a process of its own"]
async fn upgrades() {
    tests::process::serve().await;
}

async fn column(connection: &impl ConnectionTrait, query: &str) -> Vec<String> {
    let statement = Statement::from_string(connection.get_database_backend(), query.to_owned());
    let rows = connection.query_all_raw(statement).await.expect("rows");
    rows.iter()
        .map(|row| row.try_get_by_index(0).expect("a text"))
        .collect()
}

/// Tables of a database but the ledger of changes, or the columns of one.
fn tables(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'seaql_migrations'"
        }
        _ => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('seaql_migrations', 'sqlite_sequence', 'sqlite_stat1')"
        }
    }
}

/// A database as it was some changes ago, with the company of the tests and a long log: what the older version kept of it.
async fn older(engine: Engine, folder: &std::path::Path, changes_ago: usize) -> (String, Vec<String>) {
    let now = folder.join("now");
    std::fs::create_dir(&now).expect("a folder");
    let full = Db::open(&database::fresh(engine, &now).await)
        .await
        .expect("today's database");
    let known = column(full.read(), LEDGER).await;
    let url = database::empty(engine, folder).await;
    let old = Db::open(&url).await.expect("a database");
    let tx = old.write().begin().await.expect("begun");
    upgrade::run_until(&tx, &known[..known.len() - changes_ago])
        .await
        .expect("the older changes");
    tongshi::db::rows::loosen(&tx).await.map(drop).expect("without order");
    for table in column(&tx, tables(old.backend())).await {
        let query = match engine {
            Engine::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
            Engine::Postgres => {
                format!("SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}'")
            }
        };
        let columns = column(&tx, &query).await;
        copy(&full, &tx, &table, &columns).await;
    }
    // Long enough for an index on it to take a while.
    let long = match engine {
        Engine::Sqlite => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) \
            INSERT INTO event_log (id, seq, at, kind, actor_id, via, subject_type, subject_id, subject_version, topics, payload) \
            SELECT randomblob(16), NULL, at, kind, actor_id, via, subject_type, randomblob(16), 1, topics, payload FROM n, (SELECT * FROM event_log LIMIT 1)"
        }
        Engine::Postgres => {
            "INSERT INTO event_log (id, seq, at, kind, actor_id, via, subject_type, subject_id, subject_version, topics, payload) \
            SELECT gen_random_uuid(), NULL, at, kind, actor_id, via, subject_type, gen_random_uuid(), 1, topics, payload \
            FROM generate_series(1, 30000), (SELECT * FROM event_log LIMIT 1) AS one"
        }
    };
    tx.execute_unprepared(long).await.expect("a long log");
    tx.commit().await.expect("committed");
    old.close().await.expect("closed");
    full.close().await.expect("closed");
    (url, known)
}

/// Copies the rows of a table, as far as the older one has the columns.
async fn copy(from: &Db, to: &impl ConnectionTrait, table: &str, columns: &[String]) {
    let list = columns
        .iter()
        .map(|name| format!("\"{name}\""))
        .collect::<Vec<_>>()
        .join(", ");
    let literal = |name: &String| match from.backend() {
        DbBackend::Postgres => format!("quote_nullable(\"{name}\"::text)"),
        _ => format!("quote(\"{name}\")"),
    };
    let values = columns.iter().map(literal).collect::<Vec<_>>().join(" || ',' || ");
    for row in column(from.read(), &format!("SELECT {values} FROM {table}")).await {
        to.execute_unprepared(&format!("INSERT INTO {table} ({list}) VALUES ({row})"))
            .await
            .expect("a row");
    }
}

/// Another database like this one, which nobody uses.
async fn copy_of(engine: Engine, url: &str, folder: &std::path::Path, number: u64) -> String {
    match engine {
        Engine::Sqlite => {
            let file = folder.join(format!("copy-{number}.db"));
            std::fs::copy(url.trim_start_matches("sqlite://"), &file).expect("a copy");
            format!("sqlite://{}", file.display())
        }
        Engine::Postgres => {
            let (server, name) = url.rsplit_once('/').expect("a name");
            let maintenance = sea_orm::Database::connect(format!("{server}/postgres"))
                .await
                .expect("the server");
            let create = format!("CREATE DATABASE {name}_{number} TEMPLATE {name}");
            maintenance.execute_unprepared(&create).await.expect("a copy");
            maintenance.close().await.expect("closed");
            format!("{url}_{number}")
        }
    }
}

async fn drill(engine: Engine) {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, known) = older(engine, folder.path(), 4).await;
    let url = copy_of(engine, &old, folder.path(), 0).await;
    let db = Db::open(&url).await.expect("a database");
    let process = Process::start(UPGRADES, &url, folder.path());
    let begun = Instant::now();
    while column(db.read(), LEDGER).await.len() < known.len() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it is brought up to date");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let whole = begun.elapsed();
    drop(process);
    db.close().await.expect("closed");
    let mut halfway = 0;
    let mut url = String::new();
    for kill in 1..=KILLS {
        url = copy_of(engine, &old, folder.path(), kill).await;
        let mut process = Process::start(UPGRADES, &url, folder.path());
        tokio::time::sleep(whole.mul_f64(kill as f64 / (KILLS + 1) as f64)).await;
        process.kill();
        let db = Db::open(&url).await.expect("a database that opens");
        let applied = column(db.read(), LEDGER).await;
        // All or nothing: the older version or this one can work on.
        assert!(
            applied.len() == known.len() || applied.len() == known.len() - 4,
            "{engine:?}: {applied:?}"
        );
        halfway += usize::from(applied.len() < known.len());
        db.close().await.expect("closed");
    }
    println!("{engine:?}: an upgrade of {whole:?} killed {KILLS} times, {halfway} of them before it was done");
    assert!(halfway > 0, "some kills come before the end");
    let process = Process::start(UPGRADES, &url, folder.path());
    process.ready(Duration::from_secs(60)).await;
    let person = tests::Person::sign_in_at(process.address, "zhangwei", tongshi::demo::PASSWORD).await;
    let document = "{ viewer { member { name } } leaveBalances { remainingMinutes } }";
    person.run(document, serde_json::json!({})).await;
    drop(process);

    // A database from the future is left as it is.
    let db = Db::open(&url).await.expect("a database");
    db.write()
        .execute_unprepared("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_future', 0)")
        .await
        .expect("from the future");
    let refused = upgrade::run(&db).await.expect_err("refused");
    assert!(
        refused.contains("newer version of Tongshi") && refused.contains("m29990101_000001_future"),
        "{refused}"
    );
    assert_eq!(refused.lines().count(), 1);
    db.close().await.expect("closed");
    let mut process = Process::start(UPGRADES, &url, folder.path());
    assert!(
        !process.ended(Duration::from_secs(10)).await.success(),
        "it does not serve"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_on_sqlite() {
    drill(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_on_postgres() {
    drill(Engine::Postgres).await;
}
