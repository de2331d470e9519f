//! A server in a process of its own, which can be killed: the test program starts itself again with one test that serves.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tongshi::app::App;
use tongshi::config::{Config, Settings};
use tongshi::cx::RandomIds;
use tongshi::db::Db;

use crate::app::clock;
use crate::postgres::{PATIENCE, free_port};

const URL: &str = "TONGSHI_TEST_PROCESS_DATABASE";
const FOLDER: &str = "TONGSHI_TEST_PROCESS_FOLDER";
const LISTEN: &str = "TONGSHI_TEST_PROCESS_LISTEN";

/// A server in a process of its own. Killed when dropped.
pub struct Process {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Process {
    /// Starts one; it may not serve yet. `serves` is the path of the test that calls [`serve`].
    pub fn start(serves: &str, url: &str, folder: &Path) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let child = Command::new(std::env::current_exe().expect("the test program"))
            .args([serves, "--exact", "--ignored", "--nocapture"])
            .env(URL, url)
            .env(FOLDER, folder)
            .env(LISTEN, address.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        Self { child, address }
    }

    /// Waits until it is ready.
    pub async fn ready(&self, within: Duration) -> Duration {
        let begun = Instant::now();
        while self.readiness().await != Some(200) {
            assert!(begun.elapsed() < within, "not ready within {within:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        begun.elapsed()
    }

    /// What it says of its readiness; nothing when it cannot be asked.
    pub async fn readiness(&self) -> Option<u16> {
        let answer = reqwest::get(format!("http://{}/readyz", self.address)).await;
        answer.ok().map(|answer| answer.status().as_u16())
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, by name.
    pub fn signal(&self, name: &str) {
        let done = Command::new("kill").arg(name).arg(self.id().to_string()).status();
        assert!(done.is_ok_and(|status| status.success()), "{name}");
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&mut self, within: Duration) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a state") {
                return status;
            }
            assert!(begun.elapsed() < within, "it still runs after {within:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves as [`Process::start`] was told, the way the program does, until a signal comes.
///
/// # Panics
/// When nobody told, or it cannot serve.
pub async fn serve() {
    let told = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name}: another test starts this one"));
    let url = told(URL);
    let settings = Settings {
        listen: Some(told(LISTEN)),
        database_url: Some(url.clone()),
        data_dir: Some(told(FOLDER).into()),
        ..Settings::default()
    };
    let config = Config::new(settings).expect("valid settings");
    let listener = TcpListener::bind(config.listen).await.expect("a port");
    let db = tokio::time::timeout(PATIENCE, Db::open(&url)).await;
    let db = db.expect("in time").expect("a database");
    tongshi::upgrade::run(&db).await.expect("an up-to-date database");
    let cx = App::world(config, db, clock(), Arc::new(RandomIds::default())).expect("a world");
    tongshi::set_up::prepare(&cx).await.expect("prepared");
    App::run(cx, listener, |_| {}).await.expect("served");
}
