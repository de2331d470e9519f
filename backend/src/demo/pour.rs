//! Millions of rows into either engine: made on one core, written on the other.
//!
//! SQLite takes many rows a statement and a commit now and then. PostgreSQL takes `COPY` in one transaction, without its foreign keys,
//! which are checked all at once when they are put back.

use std::fmt::Write;

use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::{AssertSqlSafe, Executor, Postgres, Row};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, IdenStatic,
    IntoActiveModel, Iterable, Statement, TransactionTrait, Value, Values,
};
use tokio::sync::mpsc;

use crate::cx::Cx;
use crate::error::{Error, Result};

/// Values of one statement of SQLite.
const VALUES: usize = 2_000;
/// Statements of one transaction of SQLite.
const STATEMENTS: usize = 400;
/// Bytes of one message of `COPY`.
const BYTES: usize = 256 * 1024;
/// Batches that wait to be written.
const WAITING: usize = 8;

const FOREIGN_KEYS: &str = "SELECT conrelid::regclass::text AS place, quote_ident(conname) AS name, \
    pg_get_constraintdef(oid) AS definition FROM pg_constraint \
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace";

/// Where rows are poured into.
pub(super) enum Pour<'a> {
    /// The embedded engine.
    Sqlite(&'a Cx),
    /// One connection, and the foreign keys to be put back: table, name, definition.
    Postgres(Box<PoolConnection<Postgres>>, Vec<(String, String, String)>),
}

/// Rows on their way, in the form of the engine.
enum Batch {
    Values(usize, Vec<Value>),
    Text(String, u64),
}

/// Rows made one after the other; the maker hands each to the closure it is given.
pub(super) trait Rows<M>: Send + 'static {
    /// Makes all rows.
    fn each(self, take: &mut dyn FnMut(M));
}

impl<'a> Pour<'a> {
    /// Begins.
    pub(super) async fn open(cx: &'a Cx) -> Result<Self> {
        if cx.db.backend() == DbBackend::Sqlite {
            return Ok(Self::Sqlite(cx));
        }
        let pool = cx.db.write().get_postgres_connection_pool();
        let mut connection = pool.acquire().await.map_err(Error::internal)?;
        execute(&mut connection, "BEGIN").await?;
        let keys = connection.fetch_all(FOREIGN_KEYS).await.map_err(Error::internal)?;
        let keys: Vec<(String, String, String)> = keys
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
            .collect::<Result<_, sea_orm::sqlx::Error>>()
            .map_err(Error::internal)?;
        for (table, name, _) in &keys {
            execute(&mut connection, &format!("ALTER TABLE {table} DROP CONSTRAINT {name}")).await?;
        }
        Ok(Self::Postgres(Box::new(connection), keys))
    }

    /// Pours rows of one table; `done` hears of how many were written since it last did.
    pub(super) async fn rows<E>(&mut self, rows: impl Rows<E::Model>, mut done: impl FnMut(u64)) -> Result<()>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        let (sender, mut batches) = mpsc::channel(WAITING);
        let copy = matches!(self, Self::Postgres(..));
        let maker = tokio::task::spawn_blocking(move || {
            if copy {
                texts::<E>(rows, &sender);
            } else {
                values::<E>(rows, &sender);
            }
        });
        match self {
            Self::Sqlite(cx) => write_values::<E>(cx, &mut batches, &mut done).await?,
            Self::Postgres(connection, _) => write_texts::<E>(connection, &mut batches, &mut done).await?,
        }
        maker.await.map_err(Error::internal)
    }

    /// Ends: from here on everything holds again.
    pub(super) async fn close(self) -> Result<()> {
        if let Self::Postgres(mut connection, keys) = self {
            for (table, name, definition) in &keys {
                let add = format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}");
                execute(&mut connection, &add).await?;
            }
            execute(&mut connection, "COMMIT").await?;
        }
        Ok(())
    }
}

async fn execute(connection: &mut PoolConnection<Postgres>, statement: &str) -> Result<()> {
    connection
        .execute(AssertSqlSafe(statement.to_owned()))
        .await
        .map(|_| ())
        .map_err(Error::internal)
}

fn columns<E: EntityTrait>() -> String {
    let names: Vec<String> = E::Column::iter()
        .map(|column| format!("\"{}\"", column.as_str()))
        .collect();
    names.join(", ")
}

/// The values of a row in the order of the columns.
fn cells<E>(model: E::Model) -> impl Iterator<Item = Value>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
{
    let mut row = model.into_active_model();
    E::Column::iter().map(move |column| match row.take(column) {
        ActiveValue::Set(value) | ActiveValue::Unchanged(value) => value,
        ActiveValue::NotSet => Value::String(None),
    })
}

fn values<E>(rows: impl Rows<E::Model>, sender: &mpsc::Sender<Batch>)
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
{
    let width = E::Column::iter().count();
    let most = (VALUES / width).max(1);
    let (mut count, mut batch) = (0, Vec::with_capacity(most * width));
    // Nobody takes them any more when the writer failed, which the writer reports.
    rows.each(&mut |model| {
        batch.extend(cells::<E>(model));
        count += 1;
        if count == most {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(most * width));
            let _ = sender.blocking_send(Batch::Values(count, full));
            count = 0;
        }
    });
    if count > 0 {
        let _ = sender.blocking_send(Batch::Values(count, batch));
    }
}

async fn write_values<E: EntityTrait>(
    cx: &Cx,
    batches: &mut mpsc::Receiver<Batch>,
    done: &mut impl FnMut(u64),
) -> Result<()> {
    let head = format!(
        "INSERT INTO \"{}\" ({}) VALUES ",
        E::default().table_name(),
        columns::<E>()
    );
    let one = format!("({})", vec!["?"; E::Column::iter().count()].join(", "));
    let (mut sql, mut rows) = (String::new(), 0);
    let mut tx: Option<DatabaseTransaction> = None;
    let mut written = 0;
    while let Some(batch) = batches.recv().await {
        let Batch::Values(count, values) = batch else { continue };
        if rows != count {
            sql = format!("{head}{}", vec![one.as_str(); count].join(", "));
            rows = count;
        }
        let open = match tx.take() {
            Some(open) => open,
            None => cx.db.write().begin().await?,
        };
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql.clone(), Values(values));
        open.execute_raw(statement).await?;
        done(count as u64);
        written += 1;
        if written % STATEMENTS == 0 {
            open.commit().await?;
        } else {
            tx = Some(open);
        }
    }
    if let Some(open) = tx {
        open.commit().await?;
    }
    Ok(())
}

fn texts<E>(rows: impl Rows<E::Model>, sender: &mpsc::Sender<Batch>)
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
{
    let (mut text, mut count) = (String::with_capacity(BYTES + BYTES / 8), 0);
    rows.each(&mut |model| {
        for (position, cell) in cells::<E>(model).enumerate() {
            if position > 0 {
                text.push('\t');
            }
            write_cell(&mut text, &cell);
        }
        text.push('\n');
        count += 1;
        if text.len() >= BYTES {
            let full = std::mem::replace(&mut text, String::with_capacity(BYTES + BYTES / 8));
            let _ = sender.blocking_send(Batch::Text(full, count));
            count = 0;
        }
    });
    if count > 0 {
        let _ = sender.blocking_send(Batch::Text(text, count));
    }
}

async fn write_texts<E: EntityTrait>(
    connection: &mut PoolConnection<Postgres>,
    batches: &mut mpsc::Receiver<Batch>,
    done: &mut impl FnMut(u64),
) -> Result<()> {
    let statement = format!("COPY \"{}\" ({}) FROM STDIN", E::default().table_name(), columns::<E>());
    let mut copy = connection.copy_in_raw(&statement).await.map_err(Error::internal)?;
    while let Some(batch) = batches.recv().await {
        let Batch::Text(text, count) = batch else { continue };
        copy.send(text.into_bytes()).await.map_err(Error::internal)?;
        done(count);
    }
    copy.finish().await.map(|_| ()).map_err(Error::internal)
}

/// A value in the text format of `COPY`.
fn write_cell(text: &mut String, value: &Value) {
    // Writing to a text never fails.
    let done = match value {
        Value::Bool(Some(value)) => write!(text, "{value}"),
        Value::Int(Some(value)) => write!(text, "{value}"),
        Value::BigInt(Some(value)) => write!(text, "{value}"),
        Value::String(Some(value)) => {
            escape(text, value);
            Ok(())
        }
        Value::Json(Some(value)) => {
            escape(text, &value.to_string());
            Ok(())
        }
        Value::Bytes(Some(value)) => {
            text.push_str("\\\\x");
            value.iter().try_for_each(|byte| write!(text, "{byte:02x}"))
        }
        Value::Uuid(Some(value)) => write!(text, "{value}"),
        Value::ChronoDate(Some(value)) => write!(text, "{value}"),
        Value::ChronoDateTimeUtc(Some(value)) => write!(text, "{}", value.to_rfc3339()),
        Value::ChronoDateTimeWithTimeZone(Some(value)) => write!(text, "{}", value.to_rfc3339()),
        _ => {
            text.push_str("\\N");
            Ok(())
        }
    };
    debug_assert!(done.is_ok());
}

fn escape(text: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_copy_reads_them() {
        let check = |value: Value, expected: &str| {
            let mut text = String::new();
            write_cell(&mut text, &value);
            assert_eq!(text, expected, "{value:?}");
        };
        check(true.into(), "true");
        check((-7_i32).into(), "-7");
        check(Value::String(None), "\\N");
        check("a\tb\\N\n年".into(), "a\\tb\\\\N\\n年");
        check(vec![0_u8, 255].into(), "\\\\x00ff");
        check(serde_json::json!({"a": "x\ny"}).into(), r#"{"a":"x\\ny"}"#);
        let at: chrono::DateTime<chrono::Utc> = "2026-11-23T02:00:00.25Z".parse().expect("a moment");
        check(at.into(), "2026-11-23T02:00:00.250+00:00");
    }
}
