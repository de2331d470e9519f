//! The server as a process: start, stop, and what `/proc` says of it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use entity::event_log;
use sea_orm::{ColumnTrait, EntityTrait, QuerySelect};
use serde_json::Value;
use tongshi::db::Db;
use tongshi::event::seal;

use crate::Options;
use crate::company::url;

/// Ticks of a second in `/proc/PID/stat`: Linux gives user space 100 on every architecture.
const TICKS: f64 = 100.0;

/// A running server.
pub(crate) struct Server {
    child: Child,
    client: reqwest::Client,
    /// Where it listens.
    pub(crate) address: String,
    /// Name of the database of a PostgreSQL server.
    database: Option<String>,
    /// Most memory without pages of files, in KiB, as far as it was seen.
    peak: Arc<AtomicU64>,
}

/// Resident memory, in MiB.
pub(crate) struct Memory {
    /// Without pages of files.
    pub(crate) own: f64,
    /// In all.
    pub(crate) resident: f64,
    /// The most there was without pages of files, looked at every 20 ms.
    pub(crate) peak: f64,
    /// The most there ever was in all.
    pub(crate) highest: f64,
}

/// What the bench sets otherwise than a company would: one member may ask as often as the server answers.
const SETTINGS: &str = "member_points = 0\naddress_points = 0\n";

fn command(options: &Options, verb: &str, settings: &str) -> Command {
    let file = options.data_dir.join("bench.toml");
    std::fs::create_dir_all(&options.data_dir).expect("the folder");
    std::fs::write(&file, settings).expect("the settings");
    let mut command = Command::new(&options.binary);
    command
        .arg(verb)
        .arg("--data-dir")
        .arg(&options.data_dir)
        .arg("--listen")
        .arg(format!("127.0.0.1:{}", options.port))
        .arg("--config")
        .arg(file)
        .stdout(Stdio::null())
        .stderr(Stdio::inherit());
    if let Some(url) = &options.database_url {
        command.arg("--database-url").arg(url);
    }
    command
}

/// Fills the company when it is not there, and says how long it took.
pub(crate) async fn fill(options: &Options) {
    let mark = options.data_dir.join("bench.filled");
    if mark.exists() {
        return;
    }
    let began = Instant::now();
    let mut child = command(options, "demo", SETTINGS)
        .arg("--people")
        .arg(options.people.to_string())
        .spawn()
        .expect("the release binary: cargo build --release");
    let client = reqwest::Client::new();
    while !ready(&client, options.port).await {
        assert!(
            child.try_wait().expect("a state").is_none(),
            "the server did not fill the company"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    println!(
        "fill    {:>7.1} s for {} people",
        began.elapsed().as_secs_f64(),
        options.people
    );
    sealed(options).await;
    println!("sealed  {:>7.1} s after the start", began.elapsed().as_secs_f64());
    stop(&mut child);
    std::fs::write(mark, "").expect("a mark");
}

/// Waits until the events that were loaded in bulk are sealed: it happens beside other work and would disturb the figures.
async fn sealed(options: &Options) {
    let db = Db::open(&url(options)).await.expect("the database");
    loop {
        let last: Option<Option<i64>> = event_log::Entity::find()
            .select_only()
            .column_as(event_log::Column::Seq.max(), "seq")
            .into_tuple()
            .one(db.read())
            .await
            .expect("a number");
        let sealed = seal::newest(db.read()).await.expect("a seal").through;
        if last.flatten().is_none_or(|last| last <= sealed) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    db.close().await.expect("closed");
}

async fn ready(client: &reqwest::Client, port: u16) -> bool {
    let answer = client.get(format!("http://127.0.0.1:{port}/healthz")).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

fn stop(child: &mut Child) {
    let _ = Command::new("kill").arg(child.id().to_string()).status();
    let _ = child.wait();
}

impl Drop for Server {
    /// No server stays behind a measurement that failed.
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

impl Server {
    /// Starts it; it may not answer yet.
    pub(crate) async fn start(options: &Options) -> Self {
        Self::start_with(options, SETTINGS)
    }

    /// The same with the settings a company has.
    pub(crate) async fn start_usual(options: &Options) -> Self {
        Self::start_with(options, "")
    }

    fn start_with(options: &Options, settings: &str) -> Self {
        let child = command(options, "serve", settings).spawn().expect("the release binary");
        let database = options.database_url.as_deref();
        let peak = Arc::new(AtomicU64::new(0));
        tokio::spawn(watch(child.id(), Arc::downgrade(&peak)));
        Self {
            child,
            client: reqwest::Client::new(),
            address: format!("127.0.0.1:{}", options.port),
            database: database.and_then(|url| Some(url.rsplit_once('/')?.1.to_owned())),
            peak,
        }
    }

    /// Asks until it is answered.
    pub(crate) async fn answers(&self, token: &str, body: &Value) {
        loop {
            let answer = self
                .client
                .post(format!("http://{}/graphql", self.address))
                .bearer_auth(token)
                .json(body)
                .send()
                .await;
            if let Ok(answer) = answer {
                let answer: Value = answer.json().await.expect("an answer");
                assert!(answer.get("errors").is_none(), "{answer:#}");
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Seconds of CPU the server used so far, and those of the database's own processes.
    pub(crate) fn cpu(&self) -> (f64, f64) {
        let pid = self.child.id();
        let own = cpu(Path::new(&format!("/proc/{pid}"))).unwrap_or_default();
        let Some(database) = &self.database else {
            return (own, 0.0);
        };
        let processes = std::fs::read_dir("/proc").expect("/proc").flatten();
        let of_database = processes.filter(|process| {
            let title = std::fs::read_to_string(process.path().join("cmdline")).unwrap_or_default();
            title.starts_with("postgres:") && title.split_whitespace().any(|word| word == database)
        });
        (own, of_database.filter_map(|process| cpu(&process.path())).sum())
    }

    /// Its memory.
    pub(crate) fn memory(&self) -> Memory {
        let status = status(self.child.id()).expect("a status");
        let own = field(&status, "RssAnon");
        self.peak.fetch_max(own, Ordering::Relaxed);
        let mib = |kib: u64| kib as f64 / 1024.0;
        Memory {
            own: mib(own),
            resident: mib(field(&status, "VmRSS")),
            peak: mib(self.peak.load(Ordering::Relaxed)),
            highest: mib(field(&status, "VmHWM")),
        }
    }
}

fn status(pid: u32) -> Option<String> {
    std::fs::read_to_string(format!("/proc/{pid}/status")).ok()
}

/// A number of `/proc/PID/status`, in KiB.
fn field(status: &str, name: &str) -> u64 {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    number.unwrap_or_default()
}

/// Looks how large a process is, as long as somebody wants to know.
async fn watch(pid: u32, peak: Weak<AtomicU64>) {
    while let (Some(peak), Some(status)) = (peak.upgrade(), status(pid)) {
        peak.fetch_max(field(&status, "RssAnon"), Ordering::Relaxed);
        drop(peak);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn cpu(process: &Path) -> Option<f64> {
    let stat = std::fs::read_to_string(process.join("stat")).ok()?;
    // The name in brackets may hold anything; the fields behind it are numbers.
    let rest = stat.rsplit_once(')')?.1;
    let mut fields = rest.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS)
}
