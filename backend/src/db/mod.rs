//! The database: one of two engines behind one type. Differences between them live here and nowhere else.
//!
//! SQLite: one writer connection and many readers, WAL, durable commits, `BEGIN IMMEDIATE`. PostgreSQL: one pool.

mod fault;
mod observe;
mod pool;
pub mod rows;
mod watch;

pub use observe::{Observed, Pool};

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use entity::EventId;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use uuid::Uuid;

use crate::cx::Memory;
use crate::error::Result;
use crate::event::Bus;
use pool::{Place, Pools};
use watch::Health;

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pools: Arc<Pools>,
    backend: DbBackend,
    place: Place,
    observed: Observed,
    health: Arc<Health>,
}

impl Db {
    /// Opens the database at `url` (`sqlite:///path/file.db` or `postgres://...`). An SQLite file is created when absent.
    ///
    /// # Errors
    /// Says in one line what is wrong with the address, the folder or the server.
    pub async fn open(url: &str) -> Result<Self, String> {
        Self::open_with(url, None).await
    }

    /// The same with so many connections to a PostgreSQL server.
    ///
    /// # Errors
    /// See [`Db::open`].
    pub async fn open_with(url: &str, connections: Option<u32>) -> Result<Self, String> {
        let observed = Observed::default();
        let health = Arc::new(Health::default());
        let place = Place {
            url: url.into(),
            connections: connections.unwrap_or(pool::POSTGRES_CONNECTIONS),
        };
        let (pools, backend) = if let Some(path) = url.strip_prefix("sqlite://") {
            let (mut read, mut write) = pool::sqlite(path).await?;
            for connection in [&mut read, &mut write] {
                observed.watch(connection, || {});
            }
            (Pools::new(read, write), DbBackend::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pools = postgres(&place, false, &observed, &health).await?;
            (pools, DbBackend::Postgres)
        } else {
            return Err(format!(
                "database url {url:?}: only sqlite:// and postgres:// are understood"
            ));
        };
        Ok(Self {
            pools: Arc::new(pools),
            backend,
            place,
            observed,
            health,
        })
    }

    /// For queries outside a transaction.
    pub fn read(&self) -> &DatabaseConnection {
        &self.pools.current().read
    }

    /// For schema changes and bulk loading. Changes of people go through [`crate::cx::Cx::begin`].
    pub fn write(&self) -> &DatabaseConnection {
        &self.pools.current().write
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
            self.write().execute_unprepared(pragma).await?;
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
        let tx = self.read().begin_with_options(options).await?;
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
            self.read()
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
        let Pools { read, write, .. } = self.pools.current();
        read.clone().close().await?;
        Ok(write.clone().close().await?)
    }

    /// Which engine it is.
    pub fn backend(&self) -> DbBackend {
        self.backend
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
        let inner = match db.write().begin_with_options(options).await {
            Ok(inner) => inner,
            Err(error) => {
                if db.backend() == DbBackend::Sqlite {
                    // The engine may have begun all the same, and would refuse to begin again for ever. Nobody else is on the only
                    // connection, so nothing of anybody's is rolled back; mostly there is nothing to roll back at all.
                    let _ = db.write().execute_unprepared("ROLLBACK").await;
                }
                return Err(error.into());
            }
        };
        Ok(Self {
            inner,
            bus: bus.clone(),
            memory: memory.clone(),
            touched: Mutex::default(),
        })
    }

    /// Waits until no other transaction of any process is in work of this name, and keeps others out until the end of this one.
    /// On SQLite there is one writer anyway.
    pub async fn alone(&self, work: &str) -> Result<()> {
        if self.inner.get_database_backend() == DbBackend::Postgres {
            let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 7091318039))";
            let lock = Statement::from_sql_and_values(DbBackend::Postgres, lock, [format!("tongshi {work}").into()]);
            self.inner.query_one_raw(lock).await?;
        }
        Ok(())
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

/// Connections to a server, all counted; whatever fails on them raises a doubt whether it is there.
async fn postgres(place: &Place, later: bool, observed: &Observed, health: &Arc<Health>) -> Result<Pools, String> {
    let mut pool = pool::postgres(place, later).await?;
    let health = health.clone();
    observed.watch(&mut pool, move || health.doubt());
    Ok(Pools::new(pool.clone(), pool))
}
