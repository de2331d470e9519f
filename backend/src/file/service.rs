//! Keeping files and giving them out: the owner may, and whoever may read what they belong to.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use entity::{FileId, Id, file_object as row};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};

use super::model;
use crate::config::in_words;
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, Result, Text};

/// Keeps an uploaded file; it belongs to nothing yet.
///
/// # Errors
/// [`Error::Invalid`] for a type that is not kept, [`Error::PayloadTooLarge`].
pub async fn keep(cx: &Cx, actor: &Actor, name: &str, bytes: Bytes) -> Result<row::Model> {
    let most = cx.config.limits.upload_bytes;
    if bytes.len() > most {
        return Err(too_large(most));
    }
    let name = model::clean_name(name);
    let content_type = model::content_type(&bytes, &name).ok_or_else(|| {
        Error::invalid(
            "file",
            "不支持这种文件；可上传图片、PDF、Office 文档、文本、CSV 和 ZIP",
            "This kind of file is not kept; images, PDF, office documents, text, CSV and ZIP are",
        )
    })?;
    let file = row::Model {
        id: cx.id(),
        owner_id: actor.member,
        name,
        content_type: content_type.to_owned(),
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256: Sha256::digest(&bytes).to_vec(),
        subject_type: None,
        subject_id: None,
        created_at: cx.now(),
    };
    cx.files.put(file.id, bytes).await?;
    if let Err(error) = insert(cx, &file).await {
        // The row is the truth: without it the bytes are nobody's.
        let _ = cx.files.delete(file.id).await;
        return Err(error);
    }
    Ok(file)
}

async fn insert(cx: &Cx, file: &row::Model) -> Result<()> {
    let tx = cx.begin().await?;
    row::Entity::insert(row::ActiveModel::from(file.clone()))
        .exec_without_returning(&*tx)
        .await?;
    tx.commit().await
}

/// The refusal of a file of more than so many bytes.
pub fn too_large(most: usize) -> Error {
    let most = in_words(most);
    Error::PayloadTooLarge(Text::new(
        format!("文件不能超过 {most}"),
        format!("Files may have at most {most}"),
    ))
}

/// A file and its bytes.
///
/// # Errors
/// [`Error::NotFound`] when it is absent, or the actor is neither owner nor reader of what it belongs to.
pub async fn open(cx: &Cx, actor: &Actor, id: FileId) -> Result<(row::Model, Bytes)> {
    let file = row::Entity::find_by_id(id)
        .one(cx.db.read())
        .await?
        .ok_or(Error::NotFound)?;
    if !may_read(cx, actor, &file).await? {
        return Err(Error::NotFound);
    }
    let bytes = cx.files.get(id).await?;
    Ok((file, bytes))
}

async fn may_read(cx: &Cx, actor: &Actor, file: &row::Model) -> Result<bool> {
    let (Some(kind), Some(subject)) = (&file.subject_type, file.subject_id) else {
        return Ok(file.owner_id == actor.member);
    };
    let Some(readers) = cx.bus.readers(kind) else {
        return Ok(false);
    };
    Ok(readers(cx, &[subject])
        .await?
        .get(&subject)
        .is_some_and(|audience| audience.admits(actor)))
}

/// Makes files of the actor part of a subject, in the transaction that creates or changes it.
///
/// # Errors
/// [`Error::Invalid`] at `path` for files that are absent, of others, or already part of something else.
pub async fn attach<T: Id>(tx: &Tx, actor: &Actor, subject: T, files: &[FileId], path: &str) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let mut wanted = files.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let free = Condition::all()
        .add(row::Column::SubjectId.is_null())
        .add(row::Column::OwnerId.eq(actor.member));
    let ours = Condition::all()
        .add(row::Column::SubjectId.eq(subject.uuid()))
        .add(row::Column::SubjectType.eq(T::PREFIX));
    let done = row::Entity::update_many()
        .set(row::ActiveModel {
            subject_type: Set(Some(T::PREFIX.to_owned())),
            subject_id: Set(Some(subject.uuid())),
            ..Default::default()
        })
        .filter(row::Column::Id.is_in(wanted.iter().copied()))
        .filter(Condition::any().add(free).add(ours))
        .exec(&**tx)
        .await?;
    if done.rows_affected == wanted.len() as u64 {
        Ok(())
    } else {
        Err(Error::invalid(
            path.to_owned(),
            "有附件不存在或不是你上传的，请重新上传",
            "An attachment does not exist or was not uploaded by you; upload it again",
        ))
    }
}

/// Rows of files by id, for a slice that has checked who asks.
pub async fn rows(cx: &Cx, files: &[FileId]) -> Result<HashMap<FileId, row::Model>> {
    if files.is_empty() {
        return Ok(HashMap::new());
    }
    let found = row::Entity::find()
        .filter(row::Column::Id.is_in(files.iter().copied()))
        .all(cx.db.read())
        .await?;
    Ok(found.into_iter().map(|file| (file.id, file)).collect())
}

/// What is wrong between rows and bytes: files whose bytes are missing or changed, and bytes that belong to no row.
pub async fn check(cx: &Cx) -> Result<Vec<String>> {
    let mut found = Vec::new();
    // Bytes first: a file kept meanwhile has its row by the time the rows are read.
    let mut stray: HashSet<FileId> = cx.files.list().await?.into_iter().collect();
    let rows: Vec<(FileId, Vec<u8>)> = row::Entity::find()
        .select_only()
        .columns([row::Column::Id, row::Column::Sha256])
        .order_by_asc(row::Column::Id)
        .into_tuple()
        .all(cx.db.read())
        .await?;
    for (id, sha256) in rows {
        stray.remove(&id);
        match cx.files.get(id).await {
            Ok(bytes) if *Sha256::digest(&bytes) == *sha256 => {}
            Ok(_) => found.push(format!(
                "file {}: its bytes are not those that were uploaded",
                id.uuid()
            )),
            Err(Error::NotFound) => found.push(format!("file {}: its bytes are missing", id.uuid())),
            Err(error) => return Err(error),
        }
    }
    found.extend(
        stray
            .iter()
            .map(|id| format!("file {}: bytes that belong to nothing", id.uuid())),
    );
    Ok(found)
}
