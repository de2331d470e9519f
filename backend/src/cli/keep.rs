//! `tongshi backup`, `restore`, `export` and `verify`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tongshi::app::App;
use tongshi::backup::{self, Manifest, Purpose};
use tongshi::config::Config;
use tongshi::cx::{Cx, RandomIds, SystemClock};
use tongshi::event::seal;
use tongshi::{file, upgrade};

/// Writes an archive while a server may be working on the same data.
pub(super) async fn write(config: Config, path: &Path, purpose: Purpose) -> Result<(), String> {
    let cx = look(config).await?;
    let manifest = backup::write(&cx, path, purpose).await?;
    println!("{}: {}", path.display(), contents(&manifest));
    if purpose == Purpose::Backup {
        println!("It holds keys and password hashes: keep it where only you can read it.");
    }
    Ok(())
}

/// Restores a backup into an empty database.
pub(super) async fn restore(config: Config, path: &Path) -> Result<(), String> {
    let cx = look(config).await?;
    let manifest = backup::restore(&cx, path).await?;
    println!("Restored {}.", contents(&manifest));
    println!("Check it with: tongshi verify");
    Ok(())
}

fn contents(manifest: &Manifest) -> String {
    format!(
        "{} rows and {} files as of {}",
        manifest.rows(),
        manifest.files,
        manifest.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    )
}

/// Checks database, event log and files; prints the checkpoint to keep elsewhere.
pub(super) async fn verify(config: Config, checkpoint: Option<PathBuf>) -> Result<(), String> {
    let cx = look(config).await?;
    upgrade::require_current(&cx.db).await?;
    let signer = seal::signer(&cx).map_err(tongshi::error::Error::line)?;
    let kept = checkpoint
        .map(|path| {
            let name = path.display();
            let note = std::fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
            signer
                .read(&note)
                .ok_or_else(|| format!("{name}: is no checkpoint signed with the key of this server"))
        })
        .transpose()?;
    let mut found = cx.db.integrity().await.map_err(tongshi::error::Error::line)?;
    let log = seal::check(&cx, &signer, kept)
        .await
        .map_err(tongshi::error::Error::line)?;
    found.extend(log.findings.iter().map(ToString::to_string));
    found.extend(file::service::check(&cx).await.map_err(tongshi::error::Error::line)?);
    for finding in &found {
        println!("{finding}");
    }
    if found.is_empty() {
        println!(
            "Database, event log and files are whole: {} events sealed.",
            log.chain.through
        );
        if log.waiting > 0 {
            println!("{} events wait for a server to number and seal them.", log.waiting);
        }
        print!("Keep this checkpoint elsewhere:\n\n{}", signer.note(&log.chain));
        Ok(())
    } else {
        Err(format!("{} findings", found.len()))
    }
}

/// Opens the database as it is: nothing is brought up to date behind the back of a server that works on it.
pub(super) async fn look(config: Config) -> Result<Cx, String> {
    let db = super::database(&config).await?;
    App::world(config, db, Arc::new(SystemClock), Arc::new(RandomIds::default()))
}
