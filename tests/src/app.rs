//! A server in this process: its own database, port and clock.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tongshi::app::App;
use tongshi::config::{Config, Settings};
use tongshi::cx::{Clock, Cx, Ids, RandomIds, SystemClock};
use tongshi::db::Db;
use tongshi::demo::{self, Past};
use tongshi::http;
use uuid::Uuid;

use crate::database::{self, Engine};
use crate::person::Person;

/// A Monday morning, ten o'clock in China.
pub const NOW: &str = "2026-11-23T02:00:00Z";

/// A clock a test sets. It stands still, unless it shows the present.
pub struct TestClock {
    at: Mutex<Option<DateTime<Utc>>>,
}

impl TestClock {
    /// Lets time pass.
    pub fn pass(&self, time: TimeDelta) {
        if let Some(at) = self.at.lock().expect("unpoisoned").as_mut() {
            *at += time;
        }
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        self.at.lock().expect("unpoisoned").unwrap_or_else(|| SystemClock.now())
    }
}

/// Ids from the randomness of the machine. A test may make the source fail, as nothing in the product ever should.
#[derive(Default)]
pub struct TestIds {
    ids: RandomIds,
    fuse: AtomicU32,
}

impl TestIds {
    /// Panics when so many more ids have been asked for.
    pub fn light(&self, fuse: u32) {
        self.fuse.store(fuse, Ordering::SeqCst);
    }

    /// Takes that back, and says whether it had not come to it.
    pub fn put_out(&self) -> bool {
        self.fuse.swap(0, Ordering::SeqCst) > 0
    }
}

impl Ids for TestIds {
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        let left = self
            .fuse
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        assert_ne!(left, Ok(1), "the fuse of a test has burnt down");
        self.ids.next(now)
    }
}

/// The clock of the tests, at [`NOW`].
pub fn clock() -> Arc<TestClock> {
    Arc::new(TestClock {
        at: Mutex::new(Some(NOW.parse().expect("a moment"))),
    })
}

/// The world over a database that is brought up to date first.
pub async fn world(url: &str, folder: &Path, clock: Arc<TestClock>) -> Cx {
    world_with(url, folder, clock, Settings::default()).await
}

async fn world_with(url: &str, folder: &Path, clock: Arc<TestClock>, settings: Settings) -> Cx {
    let cx = world_as(url, folder, clock, settings).await;
    tongshi::upgrade::run(&cx.db).await.expect("an up-to-date database");
    cx
}

/// The world over a database as it is, such as an empty one.
pub async fn world_as_it_is(url: &str, folder: &Path, clock: Arc<TestClock>) -> Cx {
    world_as(url, folder, clock, Settings::default()).await
}

/// The same with settings of its own.
pub async fn world_as_it_is_with(url: &str, folder: &Path, clock: Arc<TestClock>, settings: Settings) -> Cx {
    world_as(url, folder, clock, settings).await
}

async fn world_as(url: &str, folder: &Path, clock: Arc<TestClock>, settings: Settings) -> Cx {
    let settings = Settings {
        listen: Some("127.0.0.1:0".into()),
        database_url: Some(url.into()),
        data_dir: Some(folder.into()),
        ..settings
    };
    let db = Db::open(url).await.expect("a database");
    App::world(
        Config::new(settings).expect("valid settings"),
        db,
        clock,
        Arc::new(RandomIds::default()),
    )
    .expect("a world")
}

/// A running server.
pub struct TestApp {
    /// Its world, for looking behind the doors.
    pub cx: Cx,
    /// Its clock.
    pub clock: Arc<TestClock>,
    /// Where its ids come from.
    pub ids: Arc<TestIds>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Which engine it runs on.
    pub engine: Engine,
    /// Its data directory.
    pub folder: Arc<TempDir>,
    settings: Settings,
    app: Option<App>,
    serving: Option<JoinHandle<()>>,
}

impl TestApp {
    /// A server with the company of the tests.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, Settings::default()).await
    }

    /// The same with settings of its own; address, database and folder are the test's.
    pub async fn start_with(engine: Engine, settings: Settings) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database::fresh(engine, folder.path()).await;
        Self::start_over(engine, url, folder.into(), clock(), settings).await
    }

    /// A server over an empty database, as a company starts with.
    pub async fn start_empty(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database::empty(engine, folder.path()).await;
        Self::start_over(engine, url, folder.into(), clock(), Settings::default()).await
    }

    /// The same in the present, as browsers live.
    pub async fn start_empty_in_the_present(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database::empty(engine, folder.path()).await;
        let clock = Arc::new(TestClock { at: Mutex::new(None) });
        Self::start_over(engine, url, folder.into(), clock, Settings::default()).await
    }

    /// Another server over the same database, folder and clock: a second process behind a load balancer.
    pub async fn beside(&self) -> Self {
        let (url, folder) = (self.cx.config.database_url.clone(), self.folder.clone());
        Self::start_over(self.engine, url, folder, self.clock.clone(), self.settings.clone()).await
    }

    /// A server with a company of its own: so many people and what lies behind them.
    pub async fn with_company(engine: Engine, people: usize, past: Past) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database::empty(engine, folder.path()).await;
        let cx = world(&url, folder.path(), clock()).await;
        demo::fill(&cx, people, past, &indicatif::ProgressBar::hidden())
            .await
            .expect("a company");
        cx.db.clone().close().await.expect("closed");
        Self::over(engine, url, folder, clock()).await
    }

    /// A server with the company of the tests that lives in the present, as browsers do.
    pub async fn start_in_the_present(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database::fresh(engine, folder.path()).await;
        let clock = Arc::new(TestClock { at: Mutex::new(None) });
        Self::start_over(engine, url, folder.into(), clock, Settings::default()).await
    }

    /// A server over a database that is there, with its data directory.
    pub async fn over(engine: Engine, url: String, folder: TempDir, clock: Arc<TestClock>) -> Self {
        Self::start_over(engine, url, folder.into(), clock, Settings::default()).await
    }

    /// The same with settings of its own.
    pub async fn over_with(
        engine: Engine,
        url: String,
        folder: TempDir,
        clock: Arc<TestClock>,
        settings: Settings,
    ) -> Self {
        Self::start_over(engine, url, folder.into(), clock, settings).await
    }

    async fn start_over(
        engine: Engine,
        url: String,
        folder: Arc<TempDir>,
        clock: Arc<TestClock>,
        settings: Settings,
    ) -> Self {
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::start_at(anywhere, engine, url, folder, clock, settings).await
    }

    async fn start_at(
        address: SocketAddr,
        engine: Engine,
        url: String,
        folder: Arc<TempDir>,
        clock: Arc<TestClock>,
        settings: Settings,
    ) -> Self {
        let mut cx = world_with(&url, folder.path(), clock.clone(), settings.clone()).await;
        let ids = Arc::new(TestIds::default());
        cx.ids = ids.clone();
        let app = App::start(cx.clone()).await.expect("a server");
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(http::serve(listener, app.router(), app.state().clone()));
        Self {
            cx,
            clock,
            ids,
            address,
            engine,
            folder,
            settings,
            app: Some(app),
            serving: Some(serving),
        }
    }

    /// Stops the server as a signal would and starts another over the same data, on another port.
    pub async fn restart(mut self) -> Self {
        self.stop().await;
        let url = self.cx.config.database_url.clone();
        let (engine, clock) = (self.engine, self.clock.clone());
        Self::start_over(engine, url, self.folder, clock, self.settings).await
    }

    /// Stops the server as a signal would and starts another over the same data, where the first one was.
    pub async fn restart_in_place(mut self) -> Self {
        self.stop().await;
        let url = self.cx.config.database_url.clone();
        let (address, engine, clock) = (self.address, self.engine, self.clock.clone());
        Self::start_at(address, engine, url, self.folder, clock, self.settings).await
    }

    /// Stops the server as a signal would.
    pub async fn stop(&mut self) {
        if let Some(app) = self.app.take() {
            app.stop().cancel();
            if let Some(serving) = self.serving.take() {
                tokio::time::timeout(Duration::from_secs(30), serving)
                    .await
                    .expect("it stops in time")
                    .expect("no panic");
            }
            app.finish().await;
        }
    }

    /// Address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Somebody who has signed in with the demo password.
    pub async fn person(&self, account: &str) -> Person {
        Person::sign_in(self, account, tongshi::demo::PASSWORD).await
    }

    /// Somebody who has not.
    pub fn stranger(&self) -> Person {
        Person::stranger(self)
    }
}
