//! Settings: typed, from flags, environment (`TONGSHI_...`) and a file, refused at start with a clear message when wrong.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

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
            listen,
            database_url,
            data_dir,
        })
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
    }
}
