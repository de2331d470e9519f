//! What may be set, as it stands in a settings file or in flags and environment.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Limits, S3, Secret};

/// What may stand in a settings file (TOML). Unknown settings are refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address to listen on: `127.0.0.1:8080`.
    pub listen: Option<String>,
    /// Address of the database.
    pub database_url: Option<String>,
    /// Folder for the database, files and secrets.
    pub data_dir: Option<PathBuf>,
    /// Whether the GraphQL explorer is offered.
    pub graphiql: Option<bool>,
    /// Whether cookies are marked `Secure`.
    pub secure_cookies: Option<bool>,
    /// Further origins that may open sockets.
    pub allowed_origins: Option<Vec<String>>,
    /// Addresses (`10.0.0.5`) or networks (`10.0.0.0/8`) of reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Option<Vec<String>>,
    /// Points a member may spend at once [default: 100000]; 0: without end.
    pub member_points: Option<u32>,
    /// Points a member gets back in a second [default: 10000].
    pub member_points_per_second: Option<u32>,
    /// Points callers from one address who are not signed in may spend at once [default: 50000]; 0: without end.
    pub address_points: Option<u32>,
    /// Points they get back in a second [default: 5000].
    pub address_points_per_second: Option<u32>,
    /// Token of whoever collects `/metrics`, at least 16 characters; without it there are no metrics.
    pub metrics_token: Option<Secret>,
    /// Lines of the log for people (`text`, the default) or for programs (`json`).
    pub log_format: Option<String>,
    /// Milliseconds from which on an operation is logged as slow [default: 500]; 0: every one is.
    pub slow_operation_ms: Option<u64>,
    /// Address of a collector that takes traces over OTLP/HTTP, such as `http://127.0.0.1:4318`; without it there are none.
    pub otlp_endpoint: Option<String>,
    /// Which part of all requests is traced: from 0 to 1 [default: 1].
    pub otlp_share: Option<f64>,
    /// Connections to a PostgreSQL server [default: 16].
    pub database_connections: Option<u32>,
    /// Where uploaded files lie: a folder, or `s3://bucket/prefix` [default: files in the data directory].
    pub files: Option<String>,
    /// The store behind `s3://`.
    pub s3: Option<S3>,
    /// What requests may ask for.
    pub limits: Option<Limits>,
}

/// The words of the reader, without the list of everything that would have been right.
fn plain(message: &str) -> String {
    let words = message.split(", expected one of").next().unwrap_or_default();
    words
        .trim()
        .replace('\n', " ")
        .replace("unknown field", "unknown setting")
        .replace("expected u64", "expected a whole number from 0 on")
        .replace("expected u32", "expected a whole number from 0 on")
        .replace("expected usize", "expected a whole number from 0 on")
}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    /// Says in one line which setting of which file is wrong.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| format!("settings file {name}: {error}"))?;
        toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count();
            // The name alone: the value may be a secret.
            let key = text.lines().nth(line).and_then(|line| line.split_once('='));
            let key = key.map_or(String::new(), |(key, _)| format!(", {}", key.trim()));
            format!(
                "settings file {name}, line {}{key}: {}",
                line + 1,
                plain(error.message())
            )
        })
    }

    /// These settings, with those of `below` where nothing is said.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            listen: self.listen.or(below.listen),
            database_url: self.database_url.or(below.database_url),
            data_dir: self.data_dir.or(below.data_dir),
            graphiql: self.graphiql.or(below.graphiql),
            secure_cookies: self.secure_cookies.or(below.secure_cookies),
            allowed_origins: self.allowed_origins.or(below.allowed_origins),
            trusted_proxies: self.trusted_proxies.or(below.trusted_proxies),
            member_points: self.member_points.or(below.member_points),
            member_points_per_second: self.member_points_per_second.or(below.member_points_per_second),
            address_points: self.address_points.or(below.address_points),
            address_points_per_second: self.address_points_per_second.or(below.address_points_per_second),
            metrics_token: self.metrics_token.or(below.metrics_token),
            log_format: self.log_format.or(below.log_format),
            slow_operation_ms: self.slow_operation_ms.or(below.slow_operation_ms),
            otlp_endpoint: self.otlp_endpoint.or(below.otlp_endpoint),
            otlp_share: self.otlp_share.or(below.otlp_share),
            database_connections: self.database_connections.or(below.database_connections),
            files: self.files.or(below.files),
            s3: self.s3.or(below.s3),
            limits: self.limits.or(below.limits),
        }
    }
}
