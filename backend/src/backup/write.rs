//! Writing an archive.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use entity::{FileId, Id, file_object};
use sea_orm::{DatabaseTransaction, EntityTrait, QueryOrder, QuerySelect};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::KEYS;
use super::manifest::{Manifest, NAME, Purpose, Rows};
use crate::cx::Cx;
use crate::db::rows;
use crate::error::{Error, Result};
use crate::event::seal;
use crate::upgrade;

type Archive = ZipWriter<BufWriter<File>>;

/// Writes everything of one moment into a new file; the server may work on meanwhile. The file appears when it is whole.
///
/// # Errors
/// Says in one line what is wrong with the file or the database.
pub async fn write(cx: &Cx, path: &Path, purpose: Purpose) -> std::result::Result<Manifest, String> {
    let name = path.display();
    if path.exists() {
        return Err(format!("{name} exists already; name another file"));
    }
    let part = part(path);
    let done = fill(cx, &part, purpose).await;
    let done = done.and_then(|manifest| {
        std::fs::rename(&part, path).map_err(Error::internal)?;
        Ok(manifest)
    });
    done.map_err(|error| {
        // What is not whole is of no use to anybody.
        let _ = std::fs::remove_file(&part);
        format!("{name}: {}", error.line())
    })
}

fn part(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

async fn fill(cx: &Cx, path: &Path, purpose: Purpose) -> Result<Manifest> {
    let tx = cx.db.snapshot().await?;
    let changes = upgrade::state(&tx).await.map_err(Error::internal)?;
    let mut manifest = Manifest::new(purpose, cx.now(), changes);
    let mut zip = ZipWriter::new(BufWriter::new(create(path).map_err(Error::internal)?));
    let tables = rows::tables(&tx).await?;
    for table in tables.iter().filter(|table| purpose.takes(&table.name)) {
        start(&mut zip, &format!("tables/{}.jsonl", table.name), Some(1))?;
        let count = rows::read(&tx, table, |line| {
            zip.write_all(line.as_bytes()).map_err(Error::internal)?;
            zip.write_all(b"\n").map_err(Error::internal)
        })
        .await?;
        manifest.tables.push(Rows {
            table: table.name.clone(),
            rows: count,
        });
    }
    manifest.files = files(cx, &tx, &mut zip).await?;
    if tables.iter().any(|table| table.name == "event_seal") {
        let chain = seal::newest(&tx).await?;
        manifest.checkpoint = Some(seal::signer(cx)?.note(&chain));
    }
    tx.rollback().await?;
    if purpose == Purpose::Backup {
        for key in KEYS {
            let file = cx.config.data_dir.join(key);
            if file.exists() {
                start(&mut zip, &format!("keys/{key}"), None)?;
                let bytes = std::fs::read(file).map_err(Error::internal)?;
                zip.write_all(&bytes).map_err(Error::internal)?;
            }
        }
    }
    start(&mut zip, NAME, None)?;
    serde_json::to_writer_pretty(&mut zip, &manifest)?;
    let written = zip.finish().map_err(Error::internal)?;
    let written = written.into_inner().map_err(|error| Error::internal(error.error()))?;
    written.sync_all().map_err(Error::internal)?;
    Ok(manifest)
}

/// The uploaded files of the moment: bytes are kept before their row is, and never change.
async fn files(cx: &Cx, tx: &DatabaseTransaction, zip: &mut Archive) -> Result<u64> {
    let ids: Vec<FileId> = file_object::Entity::find()
        .select_only()
        .column(file_object::Column::Id)
        .order_by_asc(file_object::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    for id in &ids {
        let bytes = cx
            .files
            .get(*id)
            .await
            .map_err(|error| Error::internal(format!("file {}: {error}", id.uuid())))?;
        // Pictures, PDF and office documents are compressed already.
        start(zip, &format!("files/{}", id.uuid().simple()), None)?;
        zip.write_all(&bytes).map_err(Error::internal)?;
    }
    Ok(ids.len() as u64)
}

fn start(zip: &mut Archive, name: &str, level: Option<i64>) -> Result<()> {
    let method = match level {
        Some(_) => CompressionMethod::Deflated,
        None => CompressionMethod::Stored,
    };
    let options = SimpleFileOptions::default()
        .compression_method(method)
        .compression_level(level)
        .large_file(true)
        .unix_permissions(0o600);
    zip.start_file(name, options).map_err(Error::internal)
}

/// Only its owner may read it: password hashes and keys are in it.
fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
