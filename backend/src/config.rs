//! Settings: typed, from flags, environment (`TONGSHI_...`) and a file, refused at start with a clear message when wrong.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;

use crate::telemetry::log::Format;

/// Shortest token for the metrics, in bytes.
const TOKEN: usize = 16;

/// Settings of a server, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Address of the database.
    pub database_url: String,
    /// Folder for the database, files and secrets.
    pub data_dir: PathBuf,
    /// Whether the GraphQL explorer is offered.
    pub graphiql: bool,
    /// Whether cookies are marked `Secure`: on unless the server is used over plain HTTP on this machine.
    pub secure_cookies: bool,
    /// Origins of web pages that may open sockets besides our own, such as `https://oa.example.com` behind a proxy.
    pub allowed_origins: Vec<String>,
    /// Networks of reverse proxies whose `X-Forwarded-For` is believed. Of anyone else it is not.
    pub trusted_proxies: Vec<IpNet>,
    /// Points a signed-in member may spend.
    pub member_points: Option<Points>,
    /// Points callers from one network address may spend who are not signed in.
    pub address_points: Option<Points>,
    /// What whoever collects the numbers at `/metrics` shows; without it there are none.
    pub metrics_token: Option<Secret>,
    /// How lines of the log look.
    pub log_format: Format,
    /// From how long on an operation is logged as slow.
    pub slow_operation: Duration,
}

/// A setting that is never shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The secret itself, for comparing and for sending to whom it is meant for.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("***")
    }
}

/// A bucket of points: full at first, emptied by requests, filled again with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Points {
    /// Most it holds; at least 1.
    pub bucket: u32,
    /// What comes back in a second; at least 1.
    pub per_second: u32,
}

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
}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    /// Says in one line which setting of which file is wrong.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| format!("settings file {name}: {error}"))?;
        toml::from_str(&text)
            .map_err(|error| format!("settings file {name}: {}", error.to_string().trim().replace('\n', " ")))
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
        }
    }
}

impl Config {
    /// Checks settings and fills in the defaults.
    ///
    /// # Errors
    /// Says in one line which setting is wrong.
    pub fn new(settings: Settings) -> Result<Self, String> {
        let listen = settings.listen.unwrap_or_else(|| "127.0.0.1:8080".into());
        let listen: SocketAddr = listen
            .parse()
            .map_err(|_| format!("--listen {listen:?}: not an address with a port, such as 127.0.0.1:8080"))?;
        let data_dir = settings.data_dir.unwrap_or_else(|| "data".into());
        let database_url = settings
            .database_url
            .unwrap_or_else(|| format!("sqlite://{}", data_dir.join("tongshi.db").display()));
        Ok(Self {
            secure_cookies: settings.secure_cookies.unwrap_or(!listen.ip().is_loopback()),
            graphiql: settings.graphiql.unwrap_or(false),
            allowed_origins: settings.allowed_origins.unwrap_or_default(),
            trusted_proxies: proxies(&settings.trusted_proxies.unwrap_or_default())?,
            member_points: points(
                "member_points",
                settings.member_points.unwrap_or(100_000),
                settings.member_points_per_second.unwrap_or(10_000),
            )?,
            address_points: points(
                "address_points",
                settings.address_points.unwrap_or(50_000),
                settings.address_points_per_second.unwrap_or(5_000),
            )?,
            metrics_token: settings.metrics_token.map(metrics_token).transpose()?,
            log_format: settings
                .log_format
                .map_or(Ok(Format::default()), |text| text.parse())
                .map_err(|error| format!("log_format: {error}"))?,
            slow_operation: Duration::from_millis(settings.slow_operation_ms.unwrap_or(500)),
            listen,
            database_url,
            data_dir,
        })
    }
}

fn proxies(given: &[String]) -> Result<Vec<IpNet>, String> {
    let read = |text: &String| {
        let one = text.parse::<IpAddr>().map(IpNet::from);
        one.or_else(|_| text.parse::<IpNet>())
            .map_err(|_| format!("trusted_proxies: {text:?} is neither an address nor a network such as 10.0.0.0/8"))
    };
    given.iter().map(read).collect()
}

fn metrics_token(token: Secret) -> Result<Secret, String> {
    if token.reveal().len() < TOKEN {
        return Err(format!(
            "metrics_token: at least {TOKEN} characters, or it can be guessed; openssl rand -hex 32 makes one"
        ));
    }
    Ok(token)
}

fn points(name: &str, bucket: u32, per_second: u32) -> Result<Option<Points>, String> {
    match (bucket, per_second) {
        (0, _) => Ok(None),
        (_, 0) => Err(format!(
            "{name}_per_second: 0 would never fill the bucket again; {name} = 0 takes the limit away"
        )),
        (bucket, per_second) => Ok(Some(Points { bucket, per_second })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_file_and_defaults_fill_the_rest() {
        let file = Settings {
            listen: Some("0.0.0.0:80".into()),
            data_dir: Some("/srv".into()),
            ..Settings::default()
        };
        let flags = Settings {
            listen: Some("127.0.0.1:9000".into()),
            ..Settings::default()
        };
        let config = Config::new(flags.over(file)).expect("valid");
        assert_eq!(config.listen.port(), 9000);
        assert_eq!(config.database_url, "sqlite:///srv/tongshi.db");
        assert!(!config.secure_cookies);
    }

    #[test]
    fn wrong_settings_are_named() {
        let wrong = Settings {
            listen: Some("8080".into()),
            ..Settings::default()
        };
        assert!(Config::new(wrong).expect_err("no address").contains("--listen"));
        let wrong = Settings {
            trusted_proxies: Some(vec!["10.0.0.1".into(), "10.0.0.0/8".into(), "proxy".into()]),
            ..Settings::default()
        };
        assert!(Config::new(wrong).expect_err("no network").contains("\"proxy\""));
        let wrong = Settings {
            member_points_per_second: Some(0),
            ..Settings::default()
        };
        assert!(
            Config::new(wrong)
                .expect_err("never full")
                .contains("member_points_per_second")
        );
    }

    #[test]
    fn points_without_end_are_no_limit() {
        let settings = Settings {
            member_points: Some(0),
            ..Settings::default()
        };
        let config = Config::new(settings).expect("valid");
        assert_eq!(config.member_points, None);
        assert_eq!(config.address_points.expect("a limit").bucket, 50_000);
    }
}
