//! Settings: typed, from flags, environment (`TONGSHI_...`) and a file, refused at start with a clear message when wrong.

mod limits;
mod settings;
mod storage;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;

pub use limits::{Limits, in_words};
pub use settings::Settings;
pub use storage::{Bucket, Files, S3, is_bucket};

use crate::diagnosis::without_password;
use crate::outbound;
use crate::telemetry::export::Collector;
use crate::telemetry::log::Format;

/// How addresses of databases begin.
const ENGINES: [&str; 3] = ["sqlite://", "postgres://", "postgresql://"];
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
    /// Where uploaded files lie.
    pub files: Files,
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
    /// Where traces go.
    pub collector: Option<Collector>,
    /// Connections to a PostgreSQL server; none: as many as usual.
    pub database_connections: Option<u32>,
    /// What requests may ask for.
    pub limits: Limits,
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
        if data_dir.as_os_str().is_empty() {
            return Err("data_dir: is empty; name a folder, or leave the setting out".to_owned());
        }
        let database_url = settings
            .database_url
            .unwrap_or_else(|| format!("sqlite://{}", data_dir.join("tongshi.db").display()));
        if !ENGINES.iter().any(|engine| database_url.starts_with(engine)) {
            return Err(format!(
                "database_url = {:?}: only sqlite:// and postgres:// are understood",
                without_password(&database_url)
            ));
        }
        Ok(Self {
            secure_cookies: settings.secure_cookies.unwrap_or(!listen.ip().is_loopback()),
            graphiql: settings.graphiql.unwrap_or(false),
            allowed_origins: origins(settings.allowed_origins.unwrap_or_default())?,
            trusted_proxies: proxies(&settings.trusted_proxies.unwrap_or_default())?,
            member_points: points(
                "member_points",
                settings.member_points.unwrap_or(100_000),
                settings.member_points_per_second,
                10_000,
            )?,
            address_points: points(
                "address_points",
                settings.address_points.unwrap_or(50_000),
                settings.address_points_per_second,
                5_000,
            )?,
            metrics_token: settings.metrics_token.map(metrics_token).transpose()?,
            log_format: settings
                .log_format
                .map_or(Ok(Format::default()), |text| text.parse())
                .map_err(|error| format!("log_format: {error}"))?,
            slow_operation: Duration::from_millis(settings.slow_operation_ms.unwrap_or(500)),
            database_connections: connections(settings.database_connections, &database_url)?,
            limits: settings.limits.unwrap_or_default().check()?,
            collector: collector(settings.otlp_endpoint.as_deref(), settings.otlp_share)?,
            files: storage::read(settings.files.as_deref(), settings.s3, &data_dir)?,
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

fn collector(endpoint: Option<&str>, share: Option<f64>) -> Result<Option<Collector>, String> {
    let Some(endpoint) = endpoint else {
        return match share {
            None => Ok(None),
            Some(_) => Err("otlp_share: there are no traces to take a share of; set otlp_endpoint too".to_owned()),
        };
    };
    let endpoint = outbound::address(endpoint).map_err(|error| format!("otlp_endpoint: {error}"))?;
    let share = share.unwrap_or(1.0);
    if !(0.0..=1.0).contains(&share) {
        return Err(format!("otlp_share: {share} is not between 0 and 1"));
    }
    Ok(Some(Collector { endpoint, share }))
}

fn metrics_token(token: Secret) -> Result<Secret, String> {
    if token.reveal().len() < TOKEN {
        return Err(format!(
            "metrics_token: at least {TOKEN} characters, or it can be guessed; openssl rand -hex 32 makes one"
        ));
    }
    Ok(token)
}

/// Most connections to a database server: many more than any server of PostgreSQL takes from one program.
const CONNECTIONS: u32 = 500;

fn connections(given: Option<u32>, database_url: &str) -> Result<Option<u32>, String> {
    match given {
        Some(_) if database_url.starts_with("sqlite:") => Err(
            "database_connections: the embedded database has one writer and needs no setting; it is for PostgreSQL"
                .into(),
        ),
        // The relay, a request and one that listens need one each.
        Some(given) if !(3..=CONNECTIONS).contains(&given) => Err(format!(
            "database_connections = {given}: must be between 3 and {CONNECTIONS}"
        )),
        given => Ok(given),
    }
}

/// Origins as browsers write them: anything else would never match.
fn origins(given: Vec<String>) -> Result<Vec<String>, String> {
    for text in &given {
        let right = outbound::address(text).is_ok_and(|address| {
            let host = address.authority().map(|host| host.as_str().to_ascii_lowercase());
            host.is_some_and(|host| *text == format!("{}://{host}", address.scheme_str().unwrap_or_default()))
        });
        if !right {
            return Err(format!(
                "allowed_origins: {text:?} is no origin as browsers write it, such as https://oa.example.com"
            ));
        }
    }
    Ok(given)
}

fn points(name: &str, bucket: u32, per_second: Option<u32>, usual: u32) -> Result<Option<Points>, String> {
    match (bucket, per_second.unwrap_or(usual)) {
        (0, _) if per_second.is_some() => Err(format!(
            "{name}_per_second: {name} = 0 takes the limit away, so nothing comes back; leave one of them out"
        )),
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
    fn origins_are_what_browsers_write() {
        for (text, right) in [
            ("https://oa.example.com", true),
            ("http://10.0.0.5:8080", true),
            ("https://oa.example.com/", false),
            ("https://OA.example.com", false),
            ("https://oa.example.com/path", false),
            ("oa.example.com", false),
            ("*", false),
        ] {
            assert_eq!(origins(vec![text.to_owned()]).is_ok(), right, "{text}");
        }
    }

    #[test]
    fn secrets_are_never_shown() {
        let settings = Settings {
            metrics_token: Some("a-token-of-the-tests".to_owned().into()),
            ..Settings::default()
        };
        let shown = format!("{settings:?} {:?}", Config::new(settings.clone()).expect("valid"));
        assert!(!shown.contains("a-token") && shown.contains("***"), "{shown}");
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
