//! Restoring an archive into an empty database.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use entity::{FileId, Id};
use sea_orm::{DatabaseTransaction, TransactionTrait};
use serde_json::Value;
use tokio::sync::mpsc;
use uuid::Uuid;
use zip::ZipArchive;

use super::KEYS;
use super::manifest::{Manifest, NAME};
use crate::cx::Cx;
use crate::db::rows;
use crate::error::{Error, Result};
use crate::{file, upgrade};

type Archive = ZipArchive<BufReader<File>>;

/// Restores a backup: all of it, or nothing. The database must be empty; it is brought up to date afterwards.
///
/// # Errors
/// Says in one line what is wrong with the archive, the database or the data directory.
pub async fn restore(cx: &Cx, path: &Path) -> std::result::Result<Manifest, String> {
    let name = path.display();
    let file = File::open(path).map_err(|error| format!("{name}: {error}"))?;
    let mut zip =
        ZipArchive::new(BufReader::new(file)).map_err(|error| format!("{name}: is not a whole archive ({error})"))?;
    let manifest = manifest(&mut zip).map_err(|error| format!("{name}: {error}"))?;
    manifest.check().map_err(|error| format!("{name}: {error}"))?;
    let fresh = keys(cx, &mut zip)?;
    let mut kept = Vec::new();
    let done = load(cx, path, &mut zip, &manifest, &mut kept).await;
    if let Err(error) = done {
        for file in kept {
            // Bytes without a row would belong to nothing.
            let _ = cx.files.delete(file).await;
        }
        for key in fresh {
            let _ = std::fs::remove_file(cx.config.data_dir.join(key));
        }
        return Err(format!("{name}: {}", error.line()));
    }
    Ok(manifest)
}

fn manifest(zip: &mut Archive) -> std::result::Result<Manifest, String> {
    let mut text = String::new();
    zip.by_name(NAME)
        .map_err(|_| format!("is no backup of Tongshi: it has no {NAME}"))?
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| format!("{NAME}: {error}"))
}

/// Puts the keys in place; says which were not there before.
fn keys(cx: &Cx, zip: &mut Archive) -> std::result::Result<Vec<&'static str>, String> {
    let mut fresh = Vec::new();
    for key in KEYS {
        let mut bytes = Vec::new();
        let Ok(mut entry) = zip.by_name(&format!("keys/{key}")) else {
            continue;
        };
        entry.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        let path = cx.config.data_dir.join(key);
        let name = path.display();
        if let Ok(there) = std::fs::read(&path) {
            if there != bytes {
                return Err(format!(
                    "{name} is another key than the one in the backup; restore into an empty data directory"
                ));
            }
            continue;
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&path)
            .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()))
            .map_err(|error| format!("{name}: {error}"))?;
        fresh.push(key);
    }
    Ok(fresh)
}

async fn load(cx: &Cx, path: &Path, zip: &mut Archive, manifest: &Manifest, kept: &mut Vec<FileId>) -> Result<()> {
    let tx = cx.db.write().begin().await?;
    upgrade::run_until(&tx, &manifest.changes)
        .await
        .map_err(Error::internal)?;
    let keys = rows::loosen(&tx).await?;
    for table in rows::tables(&tx).await? {
        table_rows(&tx, path, manifest, &table).await?;
    }
    rows::bind(&tx, keys).await?;
    upgrade::finish(&tx).await.map_err(Error::internal)?;
    files(cx, zip, kept).await?;
    tx.commit().await?;
    let broken = file::service::check(cx).await?;
    match broken.first() {
        None => Ok(()),
        Some(first) => Err(Error::internal(format!("restored, but {first}"))),
    }
}

async fn table_rows(tx: &DatabaseTransaction, path: &Path, manifest: &Manifest, table: &rows::Table) -> Result<()> {
    let expected = manifest
        .tables
        .iter()
        .find(|rows| rows.table == table.name)
        .map_or(0, |rows| rows.rows);
    let mut found = 0;
    if expected > 0 {
        // The archive is read beside: its reader knows no async, and a table need not fit into memory.
        let (batches, mut read) = mpsc::channel(2);
        let (path, name) = (path.to_owned(), format!("tables/{}.jsonl", table.name));
        let reading = tokio::task::spawn_blocking(move || lines(&path, &name, &batches));
        while let Some(batch) = read.recv().await {
            found += batch.len() as u64;
            rows::write(tx, table, batch).await?;
        }
        reading.await.map_err(Error::internal)??;
    }
    if found == expected {
        Ok(())
    } else {
        Err(Error::internal(format!(
            "tables/{}.jsonl has {found} rows, the manifest says {expected}",
            table.name
        )))
    }
}

fn lines(path: &Path, name: &str, batches: &mpsc::Sender<Vec<Value>>) -> Result<()> {
    let mut zip =
        ZipArchive::new(BufReader::new(File::open(path).map_err(Error::internal)?)).map_err(Error::internal)?;
    let entry = zip
        .by_name(name)
        .map_err(|error| Error::internal(format!("{name}: {error}")))?;
    let mut batch = Vec::with_capacity(rows::AT_ONCE);
    for line in BufReader::new(entry).lines() {
        let line = line.map_err(|error| Error::internal(format!("{name}: {error}")))?;
        batch.push(serde_json::from_str(&line)?);
        if batch.len() == rows::AT_ONCE && batches.blocking_send(std::mem::take(&mut batch)).is_err() {
            // The other side has failed, and says why.
            return Ok(());
        }
    }
    if !batch.is_empty() {
        let _ = batches.blocking_send(batch);
    }
    Ok(())
}

async fn files(cx: &Cx, zip: &mut Archive, kept: &mut Vec<FileId>) -> Result<()> {
    let names: Vec<String> = zip
        .file_names()
        .filter_map(|name| {
            name.ok()
                .filter(|name| name.starts_with("files/"))
                .map(std::borrow::Cow::into_owned)
        })
        .collect();
    for name in names {
        let id = name
            .strip_prefix("files/")
            .and_then(|id| Uuid::try_parse(id).ok())
            .map(FileId::from_uuid)
            .ok_or_else(|| Error::internal(format!("{name} is no file of ours")))?;
        let mut bytes = Vec::new();
        zip.by_name(&name)
            .map_err(Error::internal)?
            .read_to_end(&mut bytes)
            .map_err(Error::internal)?;
        cx.files.put(id, bytes.into()).await?;
        kept.push(id);
    }
    Ok(())
}
