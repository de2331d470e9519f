//! All that a database holds, in a few numbers: whoever changes nothing leaves them as they are.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::app::TestApp;

/// Rows of each table, and a number for what stands in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest(BTreeMap<String, (usize, u64)>);

impl Digest {
    /// Rows of a table.
    ///
    /// # Panics
    /// When there is no such table.
    pub fn rows(&self, table: &str) -> usize {
        self.0.get(table).unwrap_or_else(|| panic!("no table {table}")).0
    }

    /// Tables that are not the same.
    pub fn changed(&self, other: &Self) -> Vec<&str> {
        let differs = |(table, found): (&'_ String, &(usize, u64))| other.0.get(table) != Some(found);
        self.0
            .iter()
            .filter(|one| differs(*one))
            .map(|(table, _)| table.as_str())
            .collect()
    }
}

impl TestApp {
    /// What the database holds, once the relay has nothing to do. What the relay adds by itself, numbers and seals, is left out.
    pub async fn digest(&self) -> Digest {
        let conn = self.cx.db.write();
        let waiting = "SELECT count(*) FROM event_log WHERE seq IS NULL";
        while texts(conn, &cast(conn, waiting)).await != ["0"] {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let mut tables = BTreeMap::new();
        for table in texts(conn, tables_of(conn)).await {
            if !["event_seal", "seaql_migrations"].contains(&table.as_str()) {
                let rows = texts(conn, &rows_of(conn, &table).await).await;
                let mut hasher = DefaultHasher::new();
                rows.hash(&mut hasher);
                tables.insert(table, (rows.len(), hasher.finish()));
            }
        }
        Digest(tables)
    }
}

fn tables_of(conn: &DatabaseConnection) -> &'static str {
    match conn.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1"
        }
        _ => {
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
        }
    }
}

/// A number as a text.
fn cast(conn: &DatabaseConnection, count: &str) -> String {
    match conn.get_database_backend() {
        DbBackend::Sqlite => count.replace("count(*)", "cast(count(*) AS text)"),
        _ => count.replace("count(*)", "count(*)::text"),
    }
}

/// Each row as one text, in an order of its own.
async fn rows_of(conn: &DatabaseConnection, table: &str) -> String {
    if conn.get_database_backend() == DbBackend::Sqlite {
        let columns = format!("SELECT name FROM pragma_table_info('{table}') WHERE name <> 'seq' ORDER BY cid");
        let quoted: Vec<_> = texts(conn, &columns)
            .await
            .into_iter()
            .map(|column| format!("quote(\"{column}\")"))
            .collect();
        return format!("SELECT {} FROM {table} ORDER BY 1", quoted.join(" || '|' || "));
    }
    format!("SELECT (to_jsonb(t) - 'seq')::text FROM {table} t ORDER BY 1")
}

async fn texts(conn: &DatabaseConnection, query: &str) -> Vec<String> {
    let statement = Statement::from_string(conn.get_database_backend(), query.to_owned());
    let rows = conn.query_all_raw(statement).await.expect("an answer");
    rows.iter()
        .map(|row| row.try_get_by_index::<String>(0).expect("a text"))
        .collect()
}
