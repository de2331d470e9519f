//! `tongshi demo`: a company to try everything with.

use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use tongshi::config::Config;
use tongshi::demo::{self, Past};
use tongshi::telemetry::log;

use super::serve;

/// Fills an empty database with the demo company and serves it. A database that is filled already is served as it is.
pub(super) async fn run(config: Config, people: usize) -> Result<(), String> {
    let export = log::start(config.log_format, config.collector.as_ref())?;
    if people < demo::FEWEST {
        return Err(format!("--people {people}: at least {}", demo::FEWEST));
    }
    let listener = serve::bind(config.listen).await?;
    match config.database_url.strip_prefix("sqlite://") {
        Some(path) => fill_file(&config, Path::new(path), people).await?,
        None => fill(config.clone(), people).await?,
    }
    let cx = super::open(config).await?;
    accounts();
    serve::serve(cx, listener, export).await
}

/// Fills a file beside the one that counts and gives it its name when it is whole: a start that is cut off leaves nothing half done.
async fn fill_file(config: &Config, path: &Path, people: usize) -> Result<(), String> {
    if path.exists() {
        return Ok(());
    }
    let beside = PathBuf::from(format!("{}.filling", path.display()));
    for ending in ["", "-wal", "-shm"] {
        // Left over from a start that was cut off, or not there.
        let _ = std::fs::remove_file(format!("{}{ending}", beside.display()));
    }
    let filling = Config {
        database_url: format!("sqlite://{}", beside.display()),
        ..config.clone()
    };
    fill(filling, people).await?;
    std::fs::rename(&beside, path).map_err(|error| format!("database file {}: {error}", path.display()))
}

async fn fill(config: Config, people: usize) -> Result<(), String> {
    let cx = super::open(config).await?;
    if demo::is_filled(&cx).await.map_err(tongshi::error::Error::line)? {
        return cx.db.clone().close().await.map_err(tongshi::error::Error::line);
    }
    let bar = ProgressBar::no_length().with_message("filling the demo company");
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len}, {elapsed}") {
        bar.set_style(style);
    }
    cx.db.hurry(true).await.map_err(tongshi::error::Error::line)?;
    let filled = demo::fill(&cx, people, Past::Year, &bar)
        .await
        .map_err(tongshi::error::Error::line)?;
    cx.db.hurry(false).await.map_err(tongshi::error::Error::line)?;
    bar.finish_and_clear();
    println!(
        "远山科技 Yuanshan Technology: {} people, {} requests",
        filled.members, filled.requests
    );
    cx.db.clone().close().await.map_err(tongshi::error::Error::line)
}

fn accounts() {
    println!("Accounts (password {}):", demo::PASSWORD);
    for (account, zh, en) in demo::ACCOUNTS {
        println!("  {account:<9} {zh} ({en})");
    }
}
