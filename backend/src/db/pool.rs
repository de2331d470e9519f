//! Pools of connections: how they are opened for each engine, and how a new one takes the place of one that is lost.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sea_orm::sqlx::Connection;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

/// Most readers of an embedded database: two a core, each with a page cache of its own.
const SQLITE_READERS: u32 = 8;
/// Longest one waits for the writer of an embedded database, or for one of its readers.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// Pages of the journal behind which a commit itself moves them into the file: 64 MiB. Until then [`super::Db::watch`] does it
/// beside the commits.
const JOURNAL: &str = "16384";
/// Connections to a PostgreSQL server, unless the settings say otherwise.
pub(super) const POSTGRES_CONNECTIONS: u32 = 16;

/// What a PostgreSQL server is asked for at the beginning of each session. Most of it is for the server to notice a process that is
/// gone without a word, or stands still, and to let go of what it held. Our statements are short: compiling one takes longer than
/// running it.
const SESSION: [(&str, &str); 7] = [
    ("jit", "off"),
    ("idle_in_transaction_session_timeout", "60s"),
    ("lock_timeout", "10s"),
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "20s"),
];

/// Where a database is, and how many connections it is given where it is a server.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) url: Arc<str>,
    pub(super) connections: u32,
}

/// Connections for reading and for writing, and those that took their place when they were lost.
pub(super) struct Pools {
    pub(super) read: DatabaseConnection,
    pub(super) write: DatabaseConnection,
    next: OnceLock<Box<Self>>,
}

impl Pools {
    /// Two pools; on PostgreSQL the same one twice.
    pub(super) fn new(read: DatabaseConnection, write: DatabaseConnection) -> Self {
        Self {
            read,
            write,
            next: OnceLock::new(),
        }
    }

    /// Those to be used now.
    pub(super) fn current(&self) -> &Self {
        let mut found = self;
        while let Some(next) = found.next.get() {
            found = next;
        }
        found
    }

    /// Puts others in the place of the current ones, unless that was done in the meantime.
    pub(super) fn replace(&self, by: Self) {
        let _ = self.current().next.set(Box::new(by));
    }
}

/// Opens the file of an embedded database: readers, then the one writer.
pub(super) async fn sqlite(path: &str) -> Result<(DatabaseConnection, DatabaseConnection), String> {
    check_sqlite_file(Path::new(path))?;
    let write = connect(sqlite_options(&format!("sqlite://{path}?mode=rwc"), 1)).await?;
    let read = connect(sqlite_options(&format!("sqlite://{path}?mode=rw"), readers())).await?;
    Ok((read, write))
}

fn readers() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u32::try_from(cores * 2)
        .unwrap_or(SQLITE_READERS)
        .clamp(2, SQLITE_READERS)
}

/// Opens connections to a PostgreSQL server: at once, or when the first is asked for.
pub(super) async fn postgres(place: &Place, later: bool) -> Result<DatabaseConnection, String> {
    let mut options = ConnectOptions::new(&*place.url);
    options
        .max_connections(place.connections)
        .acquire_timeout(Duration::from_secs(5))
        .connect_lazy(later)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(session);
    connect(options).await
}

/// Asks for the settings of our sessions.
pub(super) fn session(options: PgConnectOptions) -> PgConnectOptions {
    options.options(SESSION)
}

async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, String> {
    Database::connect(options)
        .await
        .map_err(|error| format!("cannot open the database: {error}"))
}

fn sqlite_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|options| {
            // FULL: an acknowledged approval survives a power cut, not only a crash.
            options
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .pragma("wal_autocheckpoint", JOURNAL)
                .pragma("foreign_keys", "ON")
                .pragma("busy_timeout", "10000")
                .pragma("cache_size", "-16000")
                .pragma("temp_store", "MEMORY")
        })
        .map_sqlx_sqlite_pool_opts(|options| {
            // A full disk makes the engine roll back by itself. The driver then believes for ever to be inside a transaction, and
            // such a connection begins no other: it is let go, and the next in line opens a new one.
            options.after_release(|connection, _| {
                Box::pin(async move {
                    if connection.is_in_transaction() {
                        // A rollback may be on its way still.
                        connection.ping().await?;
                    }
                    Ok(!connection.is_in_transaction())
                })
            })
        });
    options
}

/// Refuses a file that is not an SQLite database, before the engine reports it in its own words.
fn check_sqlite_file(path: &Path) -> Result<(), String> {
    use std::io::Read;
    let name = path.display();
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| format!("data directory {}: {error}", folder.display()))?;
    }
    let Ok(mut file) = std::fs::File::open(path) else {
        return Ok(());
    };
    let mut head = Vec::new();
    file.by_ref()
        .take(16)
        .read_to_end(&mut head)
        .map_err(|error| format!("database file {name}: {error}"))?;
    if head.is_empty() || head == *b"SQLite format 3\0" {
        Ok(())
    } else {
        Err(format!(
            "database file {name} is not an SQLite database; name another one with --database-url"
        ))
    }
}
