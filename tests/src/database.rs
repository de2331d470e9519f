//! A database of its own for each test, copied from a template that was migrated and filled once.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait, Database};
use tongshi::demo::{self, Past};

use crate::app::{self, clock};
use crate::postgres;

/// People in the company of the tests.
pub const PEOPLE: usize = 40;

/// Which engine a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded.
    Sqlite,
    /// A server.
    Postgres,
}

static SERIAL: AtomicU32 = AtomicU32::new(0);

/// Address of a fresh database that holds the company of the tests. Files go below `folder`.
pub async fn fresh(engine: Engine, folder: &Path) -> String {
    match engine {
        Engine::Sqlite => {
            let file = folder.join("tongshi.db");
            std::fs::copy(sqlite_template(), &file).expect("a copy of the template");
            format!("sqlite://{}", file.display())
        }
        Engine::Postgres => {
            let template = postgres_template();
            let name = format!("test_{}_{}", std::process::id(), SERIAL.fetch_add(1, Ordering::Relaxed));
            let server = Database::connect(format!("{}/postgres", postgres::server()))
                .await
                .expect("the server");
            let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
            server
                .execute_unprepared(&create)
                .await
                .expect("a copy of the template");
            server.close().await.expect("closed");
            format!("{}/{name}", postgres::server())
        }
    }
}

/// An empty database, as a company starts with.
pub async fn empty(engine: Engine, folder: &Path) -> String {
    match engine {
        Engine::Sqlite => format!("sqlite://{}", folder.join("tongshi.db").display()),
        Engine::Postgres => {
            let name = format!(
                "empty_{}_{}",
                std::process::id(),
                SERIAL.fetch_add(1, Ordering::Relaxed)
            );
            create(&name).await
        }
    }
}

async fn create(name: &str) -> String {
    let server = Database::connect(format!("{}/postgres", postgres::server()))
        .await
        .expect("the server");
    server
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .expect("a database");
    server.close().await.expect("closed");
    format!("{}/{name}", postgres::server())
}

fn sqlite_template() -> &'static Path {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        apart(async {
            let folder = tempfile::Builder::new()
                .prefix("tongshi-template-")
                .tempdir()
                .expect("a folder")
                .keep();
            let file = folder.join("template.db");
            fill(&format!("sqlite://{}", file.display()), &folder).await;
            file
        })
    })
}

fn postgres_template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        apart(async {
            let folder = tempfile::tempdir().expect("a folder");
            let name = format!("template_{}", std::process::id());
            let url = create(&name).await;
            fill(&url, folder.path()).await;
            name
        })
    })
}

async fn fill(url: &str, folder: &Path) {
    let cx = app::world(url, folder, clock()).await;
    demo::fill(&cx, PEOPLE, Past::None, &indicatif::ProgressBar::hidden())
        .await
        .expect("the company of the tests");
    if url.starts_with("sqlite:") {
        cx.db
            .write()
            .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
            .await
            .expect("one file");
    }
    cx.db.clone().close().await.expect("closed");
}

/// Runs in a runtime of its own: a template outlives the test that happens to make it.
fn apart<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let thread = std::thread::spawn(|| tokio::runtime::Runtime::new().expect("a runtime").block_on(work));
    thread.join().expect("the template")
}
