//! What a server is set to and what its database says of itself, for the person who runs it. Secrets are never shown.

use sea_orm::DbBackend;

use crate::config::{Config, Files, Points};
use crate::db::Db;
use crate::self_check::ask;

/// What is told of SQLite, connection by connection.
const SQLITE: [&str; 7] = [
    "journal_mode",
    "synchronous",
    "foreign_keys",
    "busy_timeout",
    "cache_size",
    "temp_store",
    "page_size",
];
/// What is told of PostgreSQL.
const POSTGRES: [&str; 11] = [
    "server_version",
    "server_encoding",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "max_connections",
    "default_transaction_isolation",
    "idle_in_transaction_session_timeout",
    "lock_timeout",
    "statement_timeout",
    "TimeZone",
];

/// Name and value of something.
pub type Told = (String, String);

/// The engine, its connections and what they are set to.
///
/// # Errors
/// Says in one line why the database does not tell.
pub async fn database(db: &Db) -> Result<Vec<Told>, String> {
    let mut told = match db.backend() {
        DbBackend::Postgres => postgres(db).await?,
        _ => sqlite(db).await?,
    };
    for pool in db.pools() {
        let connections = format!("{} at most, {} in use, {} idle", pool.most, pool.used, pool.idle);
        told.push((format!("connections.{}", pool.name), connections));
    }
    Ok(told)
}

async fn sqlite(db: &Db) -> Result<Vec<Told>, String> {
    let version = ask(db.write(), "SELECT sqlite_version() AS found").await?;
    let mut told = vec![("sqlite_version".to_owned(), version)];
    for (who, connection) in [("write", db.write()), ("read", db.read())] {
        for name in SQLITE {
            let column = if name == "busy_timeout" { "timeout" } else { name };
            let query = format!("SELECT CAST({column} AS TEXT) AS found FROM pragma_{name}");
            let found = ask(connection, &query).await?;
            let found = match (name, found.as_str()) {
                ("synchronous", "2") => "FULL".to_owned(),
                ("foreign_keys", "1") => "ON".to_owned(),
                ("temp_store", "2") => "MEMORY".to_owned(),
                _ => found,
            };
            told.push((format!("{who}.{name}"), found));
        }
    }
    Ok(told)
}

async fn postgres(db: &Db) -> Result<Vec<Told>, String> {
    let mut told = Vec::new();
    for name in POSTGRES {
        let query = format!("SELECT current_setting('{name}') AS found");
        told.push((name.to_owned(), ask(db.write(), &query).await?));
    }
    Ok(told)
}

/// The settings in effect, in the words of a settings file.
pub fn settings(config: &Config) -> Vec<Told> {
    let list = |items: Vec<String>| {
        if items.is_empty() {
            "none".to_owned()
        } else {
            items.join(", ")
        }
    };
    let points = |points: Option<Points>| {
        points.map_or("no limit".to_owned(), |points| {
            format!("{}, {} back in a second", points.bucket, points.per_second)
        })
    };
    let limits = &config.limits;
    let told = [
        ("listen", config.listen.to_string()),
        ("database_url", without_password(&config.database_url)),
        ("data_dir", config.data_dir.display().to_string()),
        ("files", place(&config.files)),
        ("secure_cookies", config.secure_cookies.to_string()),
        ("graphiql", config.graphiql.to_string()),
        ("allowed_origins", list(config.allowed_origins.clone())),
        (
            "trusted_proxies",
            list(config.trusted_proxies.iter().map(ToString::to_string).collect()),
        ),
        ("member_points", points(config.member_points)),
        ("address_points", points(config.address_points)),
        ("metrics_token", set(config.metrics_token.is_some())),
        ("log_format", format!("{:?}", config.log_format).to_lowercase()),
        ("slow_operation_ms", config.slow_operation.as_millis().to_string()),
        (
            "otlp_endpoint",
            config.collector.as_ref().map_or("none".to_owned(), |collector| {
                without_password(&collector.endpoint.to_string())
            }),
        ),
        ("limits.body_bytes", limits.body_bytes.to_string()),
        ("limits.upload_bytes", limits.upload_bytes.to_string()),
        ("limits.uploads_at_once", limits.uploads_at_once.to_string()),
        ("limits.sockets_per_member", limits.sockets_per_member.to_string()),
        ("limits.operations_per_socket", limits.operations_per_socket.to_string()),
        ("limits.request_seconds", limits.request_seconds.to_string()),
        ("limits.document_bytes", limits.document_bytes.to_string()),
        ("limits.tokens", limits.tokens.to_string()),
        ("limits.depth", limits.depth.to_string()),
        ("limits.aliases", limits.aliases.to_string()),
        ("limits.mutations", limits.mutations.to_string()),
        ("limits.nodes", limits.nodes.to_string()),
        ("limits.cost", limits.cost.to_string()),
    ];
    told.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn set(set: bool) -> String {
    if set { "set" } else { "not set" }.to_owned()
}

fn place(files: &Files) -> String {
    match files {
        Files::Folder(path) => path.display().to_string(),
        Files::S3(bucket) => {
            let endpoint = bucket
                .endpoint
                .as_ref()
                .map(|endpoint| without_password(&endpoint.to_string()));
            format!(
                "s3://{}/{} at {}, region {}, key {}",
                bucket.name,
                bucket.prefix,
                endpoint.as_deref().unwrap_or("Amazon"),
                bucket.region,
                bucket.access_key_id
            )
        }
    }
}

/// An address without the password in it, and without its parameters, among which there may be another.
pub fn without_password(address: &str) -> String {
    if address.starts_with("sqlite:") {
        return address.to_owned();
    }
    let address = address.split('?').next().unwrap_or_default();
    let found = address
        .split_once("://")
        .and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?)));
    match found {
        Some((scheme, (user, host))) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:***@{host}")
        }
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_addresses_are_left_out() {
        for (address, expected) in [
            (
                "postgres://tongshi:hunter2@db/office",
                "postgres://tongshi:***@db/office",
            ),
            (
                "postgres://tongshi:hun/ter2@db/office",
                "postgres://tongshi:***@db/office",
            ),
            (
                "postgres://tongshi:hun@ter2@db/office",
                "postgres://tongshi:***@db/office",
            ),
            ("postgres://db/office?user=x&password=hunter2", "postgres://db/office"),
            ("postgres://db/office", "postgres://db/office"),
            ("sqlite:///srv/a@b/tongshi.db", "sqlite:///srv/a@b/tongshi.db"),
            ("http://127.0.0.1:4318/", "http://127.0.0.1:4318/"),
        ] {
            assert_eq!(without_password(address), expected);
        }
    }
}
