//! Rows of any table as JSON, the same text from either engine, and back.
//!
//! Identifiers, bytes and JSON columns travel as strings, so that what is null stays apart from what says `null`.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Statement};
use serde_json::Value;

use crate::error::{Error, Result};

/// Rows fetched or inserted at a time.
pub const AT_ONCE: usize = 500;

/// A table of ours with its columns.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    columns: Vec<Column>,
}

#[derive(Clone, Debug)]
struct Column {
    name: String,
    /// As the engine calls it.
    kind: String,
}

/// All tables, by name, without the list of changes applied.
pub async fn tables(connection: &impl ConnectionTrait) -> Result<Vec<Table>> {
    let query = match connection.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT table_name AS t, column_name AS c, udt_name AS k FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name <> 'seaql_migrations' ORDER BY table_name, ordinal_position"
        }
        _ => {
            "SELECT m.name AS t, i.name AS c, lower(i.type) AS k FROM sqlite_master m JOIN pragma_table_info(m.name) i \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND m.name <> 'seaql_migrations' \
             ORDER BY m.name, i.cid"
        }
    };
    let mut tables: Vec<Table> = Vec::new();
    for row in all(connection, query.to_owned()).await? {
        let (table, name, kind): (String, String, String) = (text(&row, "t")?, text(&row, "c")?, text(&row, "k")?);
        let column = Column { name, kind };
        match tables.last_mut().filter(|last| last.name == table) {
            Some(last) => last.columns.push(column),
            None => tables.push(Table {
                name: table,
                columns: vec![column],
            }),
        }
    }
    Ok(tables)
}

/// Reads all rows of a table, some at a time, as lines of JSON. The transaction decides which moment is seen.
pub async fn read(
    tx: &DatabaseTransaction,
    table: &Table,
    mut each: impl FnMut(&str) -> Result<()> + Send,
) -> Result<u64> {
    let columns = &table.columns;
    let name = &table.name;
    let mut count = 0;
    match tx.get_database_backend() {
        DbBackend::Postgres => {
            let list: Vec<_> = columns.iter().map(Column::told_by_postgres).collect();
            let cursor = format!(
                "DECLARE rows NO SCROLL CURSOR FOR SELECT row_to_json(r)::text AS line FROM (SELECT {} FROM \"{name}\") r",
                list.join(", ")
            );
            tx.execute_unprepared(&cursor).await?;
            loop {
                let page = all(tx, format!("FETCH {AT_ONCE} FROM rows")).await?;
                for row in &page {
                    each(&text(row, "line")?)?;
                }
                count += page.len() as u64;
                if page.len() < AT_ONCE {
                    break;
                }
            }
            tx.execute_unprepared("CLOSE rows").await?;
        }
        _ => {
            let list: Vec<_> = columns.iter().map(Column::told_by_sqlite).collect();
            let mut after = i64::MIN;
            loop {
                let query = format!(
                    "SELECT rowid AS place, json_object({}) AS line FROM \"{name}\" WHERE rowid > {after} ORDER BY rowid LIMIT {AT_ONCE}",
                    list.join(", ")
                );
                let page = all(tx, query).await?;
                for row in &page {
                    each(&text(row, "line")?)?;
                    after = row.try_get("", "place")?;
                }
                count += page.len() as u64;
                if page.len() < AT_ONCE {
                    break;
                }
            }
        }
    }
    Ok(count)
}

/// Inserts rows as [`read`] gave them, whichever engine they came from.
///
/// # Errors
/// [`Error::Internal`] when a row names a column the table does not have, or lacks what it must have.
pub async fn write(tx: &DatabaseTransaction, table: &Table, rows: Vec<Value>) -> Result<()> {
    let unknown = rows.iter().filter_map(Value::as_object).find_map(|row| {
        row.keys()
            .find(|key| !table.columns.iter().any(|column| column.name == **key))
    });
    if let Some(unknown) = unknown {
        return Err(Error::internal(format!("table {} has no column {unknown}", table.name)));
    }
    let backend = tx.get_database_backend();
    let names: Vec<_> = table
        .columns
        .iter()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    let values: Vec<_> = table
        .columns
        .iter()
        .map(|column| match backend {
            DbBackend::Postgres => column.parsed_by_postgres(),
            _ => column.parsed_by_sqlite(),
        })
        .collect();
    let source = match backend {
        DbBackend::Postgres => "json_array_elements($1::text::json)",
        _ => "json_each(?)",
    };
    let insert = format!(
        "INSERT INTO \"{}\" ({}) SELECT {} FROM {source}",
        table.name,
        names.join(", "),
        values.join(", ")
    );
    let rows = serde_json::to_string(&rows)?;
    tx.execute_raw(Statement::from_sql_and_values(backend, insert, [rows.into()]))
        .await?;
    Ok(())
}

impl Column {
    fn told_by_sqlite(&self) -> String {
        let Self { name, kind } = self;
        let hex = format!("lower(hex(\"{name}\"))");
        let value = if kind.starts_with("uuid") {
            let part = |from: u8, length: u8| format!("substr({hex}, {from}, {length})");
            format!(
                "iif(\"{name}\" IS NULL, NULL, {} || '-' || {} || '-' || {} || '-' || {} || '-' || {})",
                part(1, 8),
                part(9, 4),
                part(13, 4),
                part(17, 4),
                part(21, 12)
            )
        } else if kind.starts_with("blob") {
            format!("iif(\"{name}\" IS NULL, NULL, '\\x' || {hex})")
        } else if kind == "boolean" {
            format!("json(iif(\"{name}\" IS NULL, 'null', iif(\"{name}\", 'true', 'false')))")
        } else {
            format!("\"{name}\"")
        };
        format!("'{name}', {value}")
    }

    fn told_by_postgres(&self) -> String {
        let Self { name, kind } = self;
        match kind.as_str() {
            "jsonb" | "json" => format!("\"{name}\"::text AS \"{name}\""),
            _ => format!("\"{name}\""),
        }
    }

    fn parsed_by_sqlite(&self) -> String {
        let Self { name, kind } = self;
        let value = format!("json_extract(value, '$.{name}')");
        if kind.starts_with("uuid") {
            format!("unhex({value}, '-')")
        } else if kind.starts_with("blob") {
            format!("unhex(substr({value}, 3))")
        } else {
            value
        }
    }

    fn parsed_by_postgres(&self) -> String {
        let Self { name, kind } = self;
        format!("(value ->> '{name}')::{kind}")
    }
}

/// Lets rows come in any order within the transaction: foreign keys are checked at its end. Call [`bind`] with the answer before
/// the commit.
pub async fn loosen(tx: &DatabaseTransaction) -> Result<Vec<String>> {
    if tx.get_database_backend() != DbBackend::Postgres {
        tx.execute_unprepared("PRAGMA defer_foreign_keys = ON").await?;
        return Ok(Vec::new());
    }
    let keys = "SELECT conrelid::regclass::text AS t, conname AS c, pg_get_constraintdef(oid) AS d FROM pg_constraint \
                WHERE contype = 'f' AND connamespace = current_schema()::regnamespace";
    let mut again = Vec::new();
    for row in all(tx, keys.to_owned()).await? {
        let (table, name, rule): (String, String, String) = (text(&row, "t")?, text(&row, "c")?, text(&row, "d")?);
        tx.execute_unprepared(&format!("ALTER TABLE {table} DROP CONSTRAINT \"{name}\""))
            .await?;
        again.push(format!("ALTER TABLE {table} ADD CONSTRAINT \"{name}\" {rule}"));
    }
    Ok(again)
}

/// Puts back what [`loosen`] took away, and checks it.
pub async fn bind(tx: &DatabaseTransaction, again: Vec<String>) -> Result<()> {
    for rule in again {
        tx.execute_unprepared(&rule).await?;
    }
    Ok(())
}

async fn all(connection: &impl ConnectionTrait, query: String) -> Result<Vec<QueryResult>> {
    let statement = Statement::from_string(connection.get_database_backend(), query);
    Ok(connection.query_all_raw(statement).await?)
}

fn text(row: &QueryResult, column: &str) -> Result<String> {
    Ok(row.try_get("", column)?)
}
