//! What is counted of a database: statements with their times, and connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use sea_orm::metric::Info;
use sea_orm::{DatabaseConnection, DbBackend};

use super::Db;
use crate::telemetry::{export, work};

/// Upper ends of the ranges statements are counted in, in seconds.
const SECONDS: [f64; 10] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Verb {
    verb: &'static str,
}

/// The statements of a database. Cheap to clone.
#[derive(Clone)]
pub struct Observed {
    count: Arc<AtomicU64>,
    failed: Counter,
    time: Family<Verb, Histogram>,
}

impl Default for Observed {
    fn default() -> Self {
        Self {
            count: Arc::default(),
            failed: Counter::default(),
            time: Family::new_with_constructor(|| Histogram::new(SECONDS)),
        }
    }
}

impl Observed {
    /// Shows the numbers with those of the server.
    pub(crate) fn register(&self, registry: &mut Registry, engine: &'static str) {
        let registry = registry.sub_registry_with_label(("engine".into(), engine.into()));
        registry.register_with_unit(
            "tongshi_statement_duration",
            "Statements the database ran, and how long they took",
            Unit::Seconds,
            self.time.clone(),
        );
        registry.register(
            "tongshi_statements_failed",
            "Statements the database refused",
            self.failed.clone(),
        );
    }

    /// Counts what runs on a connection; says so when a statement fails.
    pub(super) fn watch(&self, connection: &mut DatabaseConnection, failed: impl Fn() + Send + Sync + 'static) {
        let seen = self.clone();
        connection.set_metric_callback(move |info| {
            seen.note(info);
            if info.failed {
                failed();
            }
        });
    }

    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    fn note(&self, info: &Info<'_>) {
        self.count.fetch_add(1, Ordering::Relaxed);
        if info.failed {
            self.failed.inc();
        }
        let sql = info.statement.sql.as_str();
        let verb = verb(sql);
        let time = self.time.get_or_create(&Verb { verb });
        time.observe(info.elapsed.as_secs_f64());
        work::note(info.elapsed, sql);
        let system = match info.statement.db_backend {
            DbBackend::Postgres => "postgresql",
            _ => "sqlite",
        };
        export::statement(info.elapsed, verb, sql, system, info.failed);
    }
}

/// What a statement does, out of a closed list.
fn verb(sql: &str) -> &'static str {
    let first = sql.split_ascii_whitespace().next().unwrap_or_default();
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"]
        .into_iter()
        .find(|verb| verb.eq_ignore_ascii_case(first))
        .unwrap_or("OTHER")
}

/// How many connections a pool has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// `read` and `write` on SQLite, `shared` on PostgreSQL.
    pub name: &'static str,
    /// Connections nobody uses.
    pub idle: u32,
    /// Connections in use.
    pub used: u32,
    /// Most it may have.
    pub most: u32,
}

impl Db {
    /// Name of the engine.
    pub fn engine(&self) -> &'static str {
        match self.backend() {
            DbBackend::Postgres => "postgres",
            _ => "sqlite",
        }
    }

    /// Its pools of connections.
    pub fn pools(&self) -> Vec<Pool> {
        match self.backend() {
            DbBackend::Postgres => vec![pool("shared", self.write())],
            _ => vec![pool("read", self.read()), pool("write", self.write())],
        }
    }

    /// What is counted of its statements.
    pub(crate) fn observed(&self) -> &Observed {
        &self.observed
    }
}

fn pool(name: &'static str, connection: &DatabaseConnection) -> Pool {
    let (size, idle, most) = match connection.get_database_backend() {
        DbBackend::Postgres => {
            let pool = connection.get_postgres_connection_pool();
            (pool.size(), pool.num_idle(), pool.options().get_max_connections())
        }
        _ => {
            let pool = connection.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle(), pool.options().get_max_connections())
        }
    };
    let idle = u32::try_from(idle).unwrap_or(u32::MAX).min(size);
    Pool {
        name,
        idle,
        used: size - idle,
        most,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_apart_by_their_first_word() {
        for (sql, expected) in [
            ("SELECT 1", "SELECT"),
            ("  insert into t values (1)", "INSERT"),
            ("PRAGMA synchronous", "OTHER"),
            ("", "OTHER"),
        ] {
            assert_eq!(verb(sql), expected, "{sql}");
        }
    }
}
