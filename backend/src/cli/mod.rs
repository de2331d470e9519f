//! Commands and what they have in common: settings, the database brought up to date, the log.

mod demo;
mod doctor;
mod import;
mod keep;
mod keys;
mod serve;
mod user;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, CommandFactory, Parser, Subcommand};
use tongshi::app::App;
use tongshi::backup::Purpose;
use tongshi::config::{Config, S3, Secret, Settings, is_bucket};
use tongshi::cx::{Cx, RandomIds, SystemClock};
use tongshi::db::Db;
use tongshi::graphql::schema;
use tongshi::{diagnosis, upgrade};

/// Tongshi 同事: an open office suite for one company, in one program.
#[derive(Parser)]
#[command(name = "tongshi", version, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Settings every command knows.
#[derive(Args)]
struct Common {
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "TONGSHI_LISTEN", value_name = "ADDRESS")]
    listen: Option<String>,
    /// sqlite:///path/file.db or postgres://... [default: tongshi.db in the data directory]
    #[arg(
        long,
        global = true,
        env = "TONGSHI_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    database_url: Option<String>,
    /// Folder for database, files and secrets [default: ./data]
    #[arg(long, global = true, env = "TONGSHI_DATA_DIR", value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Where uploaded files lie: a folder, or s3://bucket/prefix [default: files in the data directory]
    #[arg(long, global = true, env = "TONGSHI_FILES", value_name = "PLACE")]
    files: Option<String>,
    /// Token of whoever collects /metrics
    #[arg(
        long,
        global = true,
        env = "TONGSHI_METRICS_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    metrics_token: Option<String>,
    /// Lines of the log: text or json [default: text]
    #[arg(long, global = true, env = "TONGSHI_LOG_FORMAT", value_name = "FORMAT")]
    log_format: Option<String>,
    /// Settings file (TOML)
    #[arg(long, global = true, env = "TONGSHI_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the web app and the API
    Serve,
    /// Serve a demo company, made on the first start
    Demo {
        /// People in the company
        #[arg(long, value_name = "N", default_value_t = 200)]
        people: usize,
    },
    /// Bring the database up to date and stop
    Migrate,
    /// Print settings, what the database says of itself, and whether a server would start
    Doctor,
    /// Print the GraphQL schema
    Schema,
    /// Bring data in
    Import {
        #[command(subcommand)]
        what: Import,
    },
    /// Write everything of this moment into one file, while the server works
    Backup {
        /// The archive to write (.zip)
        file: PathBuf,
    },
    /// Restore a backup into an empty database
    Restore {
        /// The archive
        file: PathBuf,
    },
    /// Write all data of the company, without passwords and keys, in open formats
    Export {
        /// The archive to write (.zip)
        file: PathBuf,
    },
    /// Check database, event log and files for anything changed, missing or cut off
    Verify {
        /// A checkpoint an earlier check printed
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
    /// Keys that sign access tokens
    Keys {
        #[command(subcommand)]
        what: Keys,
    },
    /// Help people who cannot help themselves
    User {
        #[command(subcommand)]
        what: User,
    },
}

#[derive(Subcommand)]
enum Import {
    /// Members and departments from the spreadsheet of WeCom's administration (.xlsx or .csv)
    Members(import::Members),
}

#[derive(Subcommand)]
enum Keys {
    /// Sign with a new key; those signed with older ones stay signed in
    Rotate,
}

#[derive(Subcommand)]
enum User {
    /// Give an account a one-time password and end its sessions
    ResetPassword {
        /// Sign-in name
        account: String,
    },
}

/// Reads the command line and does what it says.
///
/// # Errors
/// One line for the person at the keyboard.
pub(crate) async fn run() -> Result<(), String> {
    let Cli { common, command } = Cli::parse();
    match command {
        Command::Serve => Box::pin(serve::run(common.config(None)?)).await,
        Command::Demo { people } => Box::pin(demo::run(common.config(Some(true))?, people)).await,
        Command::Migrate => migrate(common.config(None)?).await,
        Command::Doctor => doctor::run(common.config(None)?).await,
        Command::Schema => {
            print!("{}", schema::build(None, schema::Build::default()).sdl());
            Ok(())
        }
        Command::Import {
            what: Import::Members(members),
        } => import::run(common.config(None)?, members).await,
        Command::Backup { file } => keep::write(common.config(None)?, &file, Purpose::Backup).await,
        Command::Restore { file } => keep::restore(common.config(None)?, &file).await,
        Command::Export { file } => keep::write(common.config(None)?, &file, Purpose::Export).await,
        Command::Verify { checkpoint } => keep::verify(common.config(None)?, checkpoint).await,
        Command::Keys { what: Keys::Rotate } => keys::rotate(&common.config(None)?),
        Command::User {
            what: User::ResetPassword { account },
        } => user::reset_password(common.config(None)?, &account).await,
    }
}

impl Common {
    /// Settings from flags and environment over those of the file. `graphiql` is what the command takes for usual.
    fn config(self, graphiql: Option<bool>) -> Result<Config, String> {
        refuse_unknown(std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned()))?;
        let file = self
            .config
            .as_deref()
            .map(Settings::read)
            .transpose()?
            .unwrap_or_default();
        let flags = Settings {
            listen: self.listen,
            database_url: self.database_url,
            data_dir: self.data_dir,
            files: self.files,
            metrics_token: self.metrics_token.map(Secret::from),
            log_format: self.log_format,
            ..Settings::default()
        };
        let usual = Settings {
            graphiql,
            ..Settings::default()
        };
        let mut settings = flags.over(file).over(usual);
        if settings.files.as_deref().is_some_and(is_bucket) {
            settings.s3 = Some(settings.s3.unwrap_or_default().over(S3::from_environment()));
        }
        Config::new(settings)
    }
}

/// Variables of the environment that begin as ours do and are none of our settings: those of our builds and tests, and those that
/// Kubernetes gives to every container beside a service called tongshi.
const OTHERS: [&str; 5] = ["SKIP_WEB", "WEB", "TEST_", "PORT", "SERVICE_"];

/// Refuses settings in the environment that nobody would read.
fn refuse_unknown(names: impl Iterator<Item = String>) -> Result<(), String> {
    let command = Cli::command();
    let known: Vec<_> = command.get_arguments().filter_map(clap::Arg::get_env).collect();
    for name in names {
        let Some(rest) = name.strip_prefix("TONGSHI_") else {
            continue;
        };
        if !known.iter().any(|known| *known == name.as_str()) && !OTHERS.iter().any(|other| rest.starts_with(other)) {
            return Err(format!(
                "{name}: no setting of the environment is called so (tongshi help serve lists them); the others stand in the file named by \
                 --config"
            ));
        }
    }
    Ok(())
}

/// Opens the database, brings it up to date and makes the world of a command.
async fn open(config: Config) -> Result<Cx, String> {
    let db = database(&config).await?;
    upgrade::run(&db).await?;
    App::world(config, db, Arc::new(SystemClock), Arc::new(RandomIds::default()))
}

/// Opens the database. The driver tries again for a while what a server refused, and then tells of nothing but the time.
async fn database(config: &Config) -> Result<Db, String> {
    let opened = Db::open_with(&config.database_url, config.database_connections).await;
    opened.map_err(|error| {
        if error.contains("timed out") {
            let address = diagnosis::without_password(&config.database_url);
            format!(
                "cannot open the database: {address} does not answer; is the server running, and reachable from here?"
            )
        } else {
            error
        }
    })
}

async fn migrate(config: Config) -> Result<(), String> {
    let db = database(&config).await?;
    let done = upgrade::run(&db).await?;
    match done.len() {
        0 => println!("The database is up to date."),
        _ => println!("Brought the database up to date: {}", done.join(", ")),
    }
    Ok(())
}
