//! The database: one of two engines behind one type. Differences between them live here and nowhere else.
//!
//! SQLite: one writer connection and many readers, WAL, durable commits that changes share, `BEGIN IMMEDIATE`. PostgreSQL: one pool.

mod fault;
mod group;
mod later;
mod observe;
mod pool;
pub mod rows;
mod watch;

pub(crate) use group::honest;
pub use observe::{Observed, Pool};

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use entity::EventId;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel, Statement,
    TransactionOptions, TransactionTrait,
};
use uuid::Uuid;

use crate::cx::Memory;
use crate::error::Result;
use crate::event::Bus;
use group::{Turn, Writer};
use later::Later;
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
    writer: Writer,
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
            writer: Writer::default(),
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
pub(crate) struct Change(Inner);

enum Inner {
    /// With a commit of its own.
    Own(DatabaseTransaction),
    /// With a commit it shares. The transaction is let go first.
    Shared(Arc<DatabaseTransaction>, Turn),
}

impl Db {
    /// Begins a change; on SQLite as the writer at once, so that it never fails half-way for another one.
    pub(crate) async fn change(&self) -> Result<Change> {
        Ok(Change(if self.backend == DbBackend::Sqlite {
            let (shared, turn) = self.writer.begin(self.write()).await?;
            Inner::Shared(shared, turn)
        } else {
            Inner::Own(self.write().begin().await?)
        }))
    }
}

impl Change {
    /// Makes it durable.
    pub(crate) async fn commit(self) -> Result<()> {
        self.commit_with(&Later::default()).await
    }

    async fn commit_with(self, later: &Later) -> Result<()> {
        match self.0 {
            Inner::Own(tx) => {
                later.run(&tx, None).await?;
                Ok(tx.commit().await?)
            }
            Inner::Shared(shared, turn) => {
                later.run(&shared, Some(group::MARK)).await?;
                drop(shared);
                turn.keep().await
            }
        }
    }
}

impl Deref for Change {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        match &self.0 {
            Inner::Own(tx) => tx,
            Inner::Shared(tx, _) => tx,
        }
    }
}

/// A change of the state with its events. Rolls back when dropped.
pub struct Tx {
    inner: Change,
    later: Later,
    bus: Bus,
    memory: Memory,
    touched: Mutex<Vec<(&'static str, Uuid, EventId)>>,
}

impl Tx {
    /// Begins.
    pub(crate) async fn begin(db: &Db, bus: &Bus, memory: &Memory) -> Result<Self> {
        Ok(Self {
            inner: db.change().await?,
            later: Later::default(),
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
            later,
            bus,
            memory,
            touched,
        } = self;
        let done = inner.commit_with(&later).await;
        // Also after an error: whether the change was made is not known then.
        for (subject_type, subject, event) in touched.into_inner().unwrap_or_else(PoisonError::into_inner) {
            bus.changed_here(&memory, subject_type, subject, event);
        }
        bus.wake();
        done
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
