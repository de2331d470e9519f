//! The database: one of two engines behind one type. Differences between them live here and nowhere else.
//!
//! SQLite: one writer connection and many readers, WAL, durable commits, `BEGIN IMMEDIATE`. PostgreSQL: one pool.

mod observe;
pub mod rows;

pub use observe::{Observed, Pool};

use std::ops::Deref;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use entity::EventId;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use uuid::Uuid;

use crate::cx::Memory;
use crate::error::Result;
use crate::event::Bus;

/// Readers of an embedded database.
const SQLITE_READERS: u32 = 8;
/// Connections to a PostgreSQL server.
const POSTGRES_CONNECTIONS: u32 = 16;

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    read: DatabaseConnection,
    write: DatabaseConnection,
    observed: Observed,
}

impl Db {
    /// Opens the database at `url` (`sqlite:///path/file.db` or `postgres://...`). An SQLite file is created when absent.
    ///
    /// # Errors
    /// Says in one line what is wrong with the address, the folder or the server.
    pub async fn open(url: &str) -> Result<Self, String> {
        let observed = Observed::default();
        let (mut read, mut write) = if let Some(path) = url.strip_prefix("sqlite://") {
            check_sqlite_file(Path::new(path))?;
            let write = connect(sqlite(&format!("sqlite://{path}?mode=rwc"), 1)).await?;
            let read = connect(sqlite(&format!("sqlite://{path}?mode=rw"), SQLITE_READERS)).await?;
            (read, write)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = connect(postgres(url)).await?;
            (pool.clone(), pool)
        } else {
            return Err(format!(
                "database url {url:?}: only sqlite:// and postgres:// are understood"
            ));
        };
        for connection in [&mut read, &mut write] {
            observed.watch(connection);
        }
        Ok(Self { read, write, observed })
    }

    /// For queries outside a transaction.
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For schema changes and bulk loading. Changes of people go through [`crate::cx::Cx::begin`].
    pub fn write(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Trades durability for speed while a database is filled that nobody relies on yet. On SQLite commits no longer wait for
    /// the disk until it is called with `false`; PostgreSQL shares its server and keeps its own settings.
    pub async fn hurry(&self, hurry: bool) -> Result<()> {
        if self.backend() == DbBackend::Sqlite {
            let pragma = if hurry {
                "PRAGMA synchronous = OFF"
            } else {
                "PRAGMA synchronous = FULL"
            };
            self.write.execute_unprepared(pragma).await?;
        }
        Ok(())
    }

    /// One moment of the database, for reading all of it while others write.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction> {
        let postgres = self.backend() == DbBackend::Postgres;
        let options = TransactionOptions {
            isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
            access_mode: postgres.then_some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        };
        let tx = self.read.begin_with_options(options).await?;
        if postgres {
            tx.execute_unprepared("SET LOCAL TIME ZONE 'UTC'").await?;
        }
        Ok(tx)
    }

    /// What the engine itself finds wrong with its file: broken pages, indexes that differ, rows that refer to nothing. PostgreSQL
    /// checks its own pages when it reads them.
    pub async fn integrity(&self) -> Result<Vec<String>> {
        if self.backend() != DbBackend::Sqlite {
            return Ok(Vec::new());
        }
        let ask = async |query: &str| {
            self.read
                .query_all_raw(Statement::from_string(DbBackend::Sqlite, query))
                .await
        };
        let mut found = Vec::new();
        for row in ask("PRAGMA integrity_check").await? {
            let line: String = row.try_get_by_index(0)?;
            if line != "ok" {
                found.push(format!("the database file is damaged: {line}"));
            }
        }
        for row in ask("PRAGMA foreign_key_check").await? {
            let (table, parent): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(2)?);
            found.push(format!(
                "a row of {table} refers to a row of {parent} that does not exist"
            ));
        }
        Ok(found)
    }

    /// Lets go of all connections; on SQLite the file is whole by itself afterwards.
    pub async fn close(self) -> Result<()> {
        self.read.close().await?;
        Ok(self.write.close().await?)
    }

    /// Which engine it is.
    pub fn backend(&self) -> DbBackend {
        self.write.get_database_backend()
    }

    /// Statements run since it was opened, `BEGIN` and `COMMIT` aside.
    pub fn statements(&self) -> u64 {
        self.observed.count()
    }
}

/// The transaction of one change. Rolls back when dropped.
pub struct Tx {
    inner: DatabaseTransaction,
    bus: Bus,
    memory: Memory,
    touched: Mutex<Vec<(&'static str, Uuid, EventId)>>,
}

impl Tx {
    /// Begins; on SQLite as a writer at once, so that it never fails half-way for another writer.
    pub(crate) async fn begin(db: &Db, bus: &Bus, memory: &Memory) -> Result<Self> {
        let options = TransactionOptions {
            sqlite_transaction_mode: (db.backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(Self {
            inner: db.write.begin_with_options(options).await?,
            bus: bus.clone(),
            memory: memory.clone(),
            touched: Mutex::default(),
        })
    }

    /// Notes the subject of an event, to be forgotten when it has changed.
    pub(crate) fn touch(&self, subject_type: &'static str, subject: Uuid, event: EventId) {
        if self.bus.remembers(subject_type) {
            let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
            touched.push((subject_type, subject, event));
        }
    }

    /// Makes the change durable, forgets what was remembered of its subjects, and wakes the relay.
    pub async fn commit(self) -> Result<()> {
        let Self {
            inner,
            bus,
            memory,
            touched,
        } = self;
        let done = inner.commit().await;
        // Also after an error: whether the change was made is not known then.
        for (subject_type, subject, event) in touched.into_inner().unwrap_or_else(PoisonError::into_inner) {
            bus.changed_here(&memory, subject_type, subject, event);
        }
        bus.wake();
        Ok(done?)
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, String> {
    Database::connect(options)
        .await
        .map_err(|error| format!("cannot open the database: {error}"))
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|options| {
            // FULL: an acknowledged approval survives a power cut, not only a crash.
            options
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .pragma("foreign_keys", "ON")
                .pragma("busy_timeout", "10000")
                .pragma("cache_size", "-16000")
                .pragma("temp_store", "MEMORY")
        });
    options
}

fn postgres(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(Duration::from_secs(5))
        .sqlx_logging(false);
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
