//! What a server looks at before it serves: what is weak is put right or refused, each with one line.

use std::path::Path;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::cx::Cx;
use crate::db::Db;
use crate::secret::{self, SEALS, SESSIONS};

/// Oldest SQLite without the race that can corrupt a write-ahead log.
const SQLITE: [u32; 3] = [3, 51, 3];
/// Oldest PostgreSQL that is tested.
const POSTGRES: u32 = 15;

/// Checks data directory, secrets, database and the place of files. Gives what it found, a line each.
///
/// # Errors
/// Says in one line what is too weak to serve with, and what to do.
pub async fn run(cx: &Cx) -> Result<Vec<String>, String> {
    let (config, db) = (&*cx.config, &cx.db);
    let mut found = vec![folder(&config.data_dir)?];
    let secrets = secret::keys(&config.data_dir, &SESSIONS)?;
    secret::keys(&config.data_dir, &SEALS)?;
    found.push(format!(
        "secrets: {}, readable by this server alone",
        count(secrets.len(), "key")
    ));
    found.push(match db.backend() {
        DbBackend::Postgres => postgres(db).await?,
        _ => {
            let file = config.database_url.strip_prefix("sqlite://").unwrap_or_default();
            keep_private(Path::new(file))?;
            sqlite(db).await?
        }
    });
    cx.files.probe(cx.ids.next(cx.now())).await?;
    found.push(format!("files: {}, takes them and gives them back", cx.files.place()));
    Ok(found)
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

async fn sqlite(db: &Db) -> Result<String, String> {
    let version = ask(db.write(), "SELECT sqlite_version() AS found").await?;
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if parts < SQLITE.to_vec() {
        return Err(format!(
            "SQLite {version} can damage a database under load; at least 3.51.3 is needed"
        ));
    }
    if let Some(many) = db.pools().iter().find(|pool| pool.name == "write" && pool.most != 1) {
        return Err(format!("the database has {} writers and not one", many.most));
    }
    for connection in [db.write(), db.read()] {
        for (setting, expected) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")] {
            let query = format!("SELECT CAST({setting} AS TEXT) AS found FROM pragma_{setting}");
            let found = ask(connection, &query).await?;
            if !found.eq_ignore_ascii_case(expected) {
                return Err(format!(
                    "the database has {setting} = {found} and not {expected}; another program has changed it"
                ));
            }
        }
        let patience = ask(
            connection,
            "SELECT CAST(timeout AS TEXT) AS found FROM pragma_busy_timeout",
        )
        .await?;
        if patience.parse::<u32>().unwrap_or_default() < 5_000 {
            return Err(format!(
                "the database waits only {patience} ms for others; at least 5000 are needed"
            ));
        }
    }
    Ok(format!(
        "database: SQLite {version}, write-ahead log, durable commits, foreign keys"
    ))
}

async fn postgres(db: &Db) -> Result<String, String> {
    let number = ask(db.write(), "SELECT current_setting('server_version_num') AS found").await?;
    let major = number.parse::<u32>().unwrap_or_default() / 10_000;
    if major < POSTGRES {
        return Err(format!("PostgreSQL {major} is too old; at least {POSTGRES} is needed"));
    }
    let encoding = ask(db.write(), "SELECT current_setting('server_encoding') AS found").await?;
    if encoding != "UTF8" {
        return Err(format!(
            "the database is encoded in {encoding}; create it with ENCODING 'UTF8'"
        ));
    }
    let most = ask(db.write(), "SELECT current_setting('max_connections') AS found").await?;
    let most = most.parse::<u32>().unwrap_or(u32::MAX);
    if let Some(pool) = db.pools().iter().find(|pool| pool.most > most) {
        return Err(format!(
            "database_connections = {}, but the server takes at most {most} (max_connections)",
            pool.most
        ));
    }
    let mut off = Vec::new();
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        if ask(db.write(), &format!("SELECT current_setting('{setting}') AS found")).await? == "off" {
            off.push(setting);
        }
    }
    durable(&off)?;
    Ok(format!(
        "database: PostgreSQL {major}, UTF8, durable commits{}",
        if off.is_empty() {
            ""
        } else {
            "; full_page_writes is off, which only a file system that copies on write makes up for"
        }
    ))
}

/// Judges the settings of PostgreSQL that are off: without the first two, what people were told is saved can be lost.
fn durable(off: &[&str]) -> Result<(), String> {
    match off.iter().find(|setting| **setting != "full_page_writes") {
        Some(setting) => Err(format!(
            "PostgreSQL has {setting} = off: what was answered can be lost when the machine fails; switch it on (tongshi demo serves \
             without)"
        )),
        None => Ok(()),
    }
}

/// The text an engine answers to a question about itself, in the column `found`.
pub(crate) async fn ask(connection: &DatabaseConnection, query: &str) -> Result<String, String> {
    let fail = |cause: String| format!("the database could not be checked: {}", cause.replace('\n', " "));
    let statement = Statement::from_string(connection.get_database_backend(), query.to_owned());
    let row = connection
        .query_one_raw(statement)
        .await
        .map_err(|error| fail(error.to_string()))?;
    let row = row.ok_or_else(|| fail("no answer".to_owned()))?;
    row.try_get("", "found").map_err(|error| fail(error.to_string()))
}

#[cfg(unix)]
fn folder(path: &Path) -> Result<String, String> {
    use std::os::unix::fs::PermissionsExt;
    let name = path.display();
    let metadata = std::fs::metadata(path).map_err(|error| format!("data directory {name}: {error}"))?;
    let mode = metadata.permissions().mode();
    if mode & 0o002 != 0 {
        return Err(format!(
            "data directory {name}: anybody may write to it; run: chmod 700 {name}"
        ));
    }
    let who = if mode & 0o077 == 0 {
        "closed to others"
    } else {
        "may be listed by others, its secrets and database not"
    };
    Ok(format!("data directory: {name}, {who}"))
}

#[cfg(not(unix))]
fn folder(path: &Path) -> Result<String, String> {
    Ok(format!("data directory: {}", path.display()))
}

/// Closes the database file and what lies beside it to others.
#[cfg(unix)]
fn keep_private(file: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    for ending in ["", "-wal", "-shm"] {
        let path = format!("{}{ending}", file.display());
        let Ok(metadata) = std::fs::metadata(&path) else {
            continue;
        };
        let mode = metadata.permissions().mode();
        if mode & 0o077 != 0 {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode & 0o700)).map_err(|error| {
                format!("database file {path}: others may read it ({error}); run: chmod 600 {path}")
            })?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_private(_: &Path) -> Result<(), String> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn commits_that_can_be_lost_are_refused() {
        for (off, named) in [
            (&[][..], None),
            (&["full_page_writes"], None),
            (&["fsync"], Some("fsync = off")),
            (
                &["synchronous_commit", "full_page_writes"],
                Some("synchronous_commit = off"),
            ),
        ] {
            match (super::durable(off), named) {
                (Ok(()), None) => {}
                (Err(line), Some(named)) if line.contains(named) => {}
                (found, _) => panic!("{off:?}: {found:?}"),
            }
        }
    }
}
