//! A throw-away PostgreSQL server for the tests of one process: started on first use on a free port, as an unprivileged user,
//! stopped when the process ends, whatever way it ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Address of the server's maintenance database, without the database name: `postgres://tests@127.0.0.1:40001`.
///
/// `TONGSHI_TEST_POSTGRES` names a server that runs already, in the same form.
///
/// # Panics
/// When PostgreSQL's binaries are missing or the server does not start: the suite cannot say anything without it.
pub fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| std::env::var("TONGSHI_TEST_POSTGRES").unwrap_or_else(|_| start()))
}

fn start() -> String {
    let bin = binaries();
    let folder = tempfile::Builder::new()
        .prefix("tongshi-pg-")
        .tempdir()
        .expect("a folder")
        .keep();
    let root = is_root();
    if root {
        run(Command::new("chown").arg("-R").arg("postgres").arg(&folder));
    }
    let data = folder.join("data");
    let port = free_port();
    run(as_user(root, &bin.join("initdb"))
        .args([
            "-U",
            "tests",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
            "-D",
        ])
        .arg(&data));
    // Durability is what the server is asked to forget here: these databases live for a minute.
    let settings = format!(
        "-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c synchronous_commit=off \
         -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB"
    );
    run(as_user(root, &bin.join("pg_ctl"))
        .arg("-D")
        .arg(&data)
        .arg("-l")
        .arg(folder.join("log"))
        .args(["-w", "-o", &settings, "start"]));
    watch(root, &bin, &data, &folder);
    format!("postgres://tests@127.0.0.1:{port}")
}

/// Stops the server and removes its folder once this process is gone.
#[expect(clippy::zombie_processes, reason = "it waits for us, not we for it")]
fn watch(root: bool, bin: &Path, data: &Path, folder: &Path) {
    let script = format!(
        "while kill -0 {pid} 2>/dev/null; do sleep 0.5; done; {user}{ctl} -D {data} -m immediate stop; rm -rf {folder}",
        pid = std::process::id(),
        user = if root { "runuser -u postgres -- " } else { "" },
        ctl = bin.join("pg_ctl").display(),
        data = data.display(),
        folder = folder.display(),
    );
    Command::new("setsid")
        .args(["sh", "-c", &script])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a watcher");
}

fn binaries() -> PathBuf {
    let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .expect("PostgreSQL's binaries: run bash tests/all.sh, which installs them")
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop().expect("initdb of PostgreSQL")
}

/// PostgreSQL refuses to run as root.
fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id");
    id.stdout.trim_ascii() == b"0"
}

fn as_user(root: bool, program: &Path) -> Command {
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

fn run(command: &mut Command) {
    let begun = Instant::now();
    // The server inherits what is left open, so its output must not be a pipe somebody waits for.
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .current_dir("/")
        .status();
    let ok = status.as_ref().is_ok_and(std::process::ExitStatus::success);
    assert!(ok, "{command:?} ended with {status:?} after {:?}", begun.elapsed());
}

/// A port nobody listens on.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port()
}

/// Longest a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(20);
