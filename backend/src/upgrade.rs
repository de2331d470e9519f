//! Bringing a database up to date, and refusing one that is not ours or newer than this program.

use std::collections::HashSet;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, TransactionTrait};

use crate::db::Db;

/// Where applied changes are written down.
const LEDGER: &str = "seaql_migrations";

/// Lock of the process that upgrades, on PostgreSQL. Others wait for it, however long it takes.
const LOCK: &str = "SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(7091318039310988394)";

/// Applies the changes that are missing, all or none; says which.
///
/// # Errors
/// Says in one line why the database cannot be used.
pub async fn run(db: &Db) -> Result<Vec<String>, String> {
    let tx = db.write().begin().await.map_err(|error| say(&error))?;
    if db.backend() == DbBackend::Postgres {
        tx.execute_unprepared(LOCK).await.map_err(|error| say(&error))?;
    }
    let known = known();
    let applied = applied(&tx).await.map_err(|error| say(&error))?;
    check(&known, applied.as_deref())?;
    let before: HashSet<String> = applied.unwrap_or_default().into_iter().collect();
    let missing: Vec<_> = known.into_iter().filter(|name| !before.contains(name)).collect();
    if !missing.is_empty() {
        Migrator::up(&tx, None).await.map_err(|error| say(&error))?;
        tx.commit().await.map_err(|error| say(&error))?;
    }
    Ok(missing)
}

/// Brings an empty database to where another one was: the changes of `until` and no others.
///
/// # Errors
/// Says in one line that the database is not empty, or that the changes are not the first of ours.
pub async fn run_until(tx: &DatabaseTransaction, until: &[String]) -> Result<(), String> {
    let known = known();
    if applied(tx).await.map_err(|error| say(&error))?.is_some() {
        return Err("the database is not empty; name another one with --data-dir or --database-url".to_owned());
    }
    check(&known, Some(until))?;
    let steps = u32::try_from(until.len()).unwrap_or(u32::MAX);
    if known.get(..until.len()) != Some(until) {
        return Err("it was made by a version of Tongshi this one does not know".to_owned());
    }
    Migrator::up(tx, Some(steps)).await.map_err(|error| say(&error))
}

/// Applies what is missing, in a transaction of the caller's.
///
/// # Errors
/// Says in one line why the database cannot be used.
pub async fn finish(tx: &DatabaseTransaction) -> Result<(), String> {
    Migrator::up(tx, None).await.map_err(|error| say(&error))
}

/// Changes a database has, oldest first; it is one of ours and not newer than this program.
///
/// # Errors
/// Says in one line why the database cannot be used.
pub async fn state(tx: &DatabaseTransaction) -> Result<Vec<String>, String> {
    let applied = applied(tx).await.map_err(|error| say(&error))?;
    check(&known(), applied.as_deref())?;
    applied.ok_or_else(|| "the database is empty".to_owned())
}

/// Whether a database has all changes this program knows.
///
/// # Errors
/// Says in one line what to do.
pub async fn require_current(db: &Db) -> Result<(), String> {
    let tx = db.read().begin().await.map_err(|error| say(&error))?;
    if state(&tx).await? == known() {
        Ok(())
    } else {
        Err("the database was written by an older version of Tongshi; run: tongshi migrate".to_owned())
    }
}

fn known() -> Vec<String> {
    Migrator::migrations()
        .iter()
        .map(|change| change.name().to_owned())
        .collect()
}

fn say(error: &DbErr) -> String {
    format!(
        "the database could not be brought up to date: {}",
        error.to_string().replace('\n', " ")
    )
}

/// Changes applied to a database; none when it is empty, an empty list when it is full of something else.
async fn applied(connection: &DatabaseTransaction) -> Result<Option<Vec<String>>, DbErr> {
    let backend = connection.get_database_backend();
    let tables = match backend {
        DbBackend::Postgres => "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()",
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
    };
    let tables = names(connection, tables, "name").await?;
    if tables.is_empty() {
        return Ok(None);
    }
    if !tables.iter().any(|table| table == LEDGER) {
        return Ok(Some(Vec::new()));
    }
    let query = format!("SELECT version FROM {LEDGER} ORDER BY version");
    let versions = names(connection, &query, "version").await?;
    // Only the ledger: a first start was cut off before its first change.
    Ok(if versions.is_empty() && tables.len() == 1 {
        None
    } else {
        Some(versions)
    })
}

async fn names(connection: &DatabaseTransaction, query: &str, column: &str) -> Result<Vec<String>, DbErr> {
    let statement = Statement::from_string(connection.get_database_backend(), query.to_owned());
    connection
        .query_all_raw(statement)
        .await?
        .iter()
        .map(|row| row.try_get("", column))
        .collect()
}

fn check(known: &[String], applied: Option<&[String]>) -> Result<(), String> {
    let Some(applied) = applied else { return Ok(()) };
    if !applied.iter().any(|name| known.first() == Some(name)) {
        return Err("the database belongs to another program; name another one with --database-url".to_owned());
    }
    match applied.iter().find(|name| !known.contains(name)) {
        Some(newer) => Err(format!(
            "the database was written by a newer version of Tongshi (it has the change {newer}); start that version"
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_our_own_databases_are_taken() {
        let known = ["m1".to_owned(), "m2".to_owned()];
        let check = |applied: Option<&[&str]>, expected: Result<(), &str>| {
            let applied: Option<Vec<String>> =
                applied.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
            let found = super::check(&known, applied.as_deref());
            match expected {
                Ok(()) => assert_eq!(found, Ok(())),
                Err(part) => assert!(found.expect_err("refused").contains(part)),
            }
        };
        check(None, Ok(()));
        check(Some(&["m1"]), Ok(()));
        check(Some(&["m1", "m2"]), Ok(()));
        check(Some(&[]), Err("another program"));
        check(Some(&["x"]), Err("another program"));
        check(Some(&["m1", "m2", "m3"]), Err("newer"));
    }
}
