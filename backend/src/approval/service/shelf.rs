//! Templates and their versions as this process remembers them. A version never changes once it is published; a template is
//! let go when an event says that it changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entity::{
    TemplateId, TemplateVersionId, approval_case as case_row, approval_template as template_row,
    approval_template_version as version_row,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::load::{Pinned, definition};
use crate::approval::engine::Definition;
use crate::cx::{Cx, Memory};
use crate::error::{Error, Result};

/// Versions remembered before all are let go.
const MOST: usize = 1_000;

/// Kept in [`Memory`].
#[derive(Default)]
struct Shelf(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// Grows with each change. What was read before a change is not kept after it.
    generation: u64,
    templates: HashMap<TemplateId, Arc<template_row::Model>>,
    versions: HashMap<TemplateVersionId, Arc<Definition>>,
}

impl Shelf {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A template changed.
pub fn forget_template(memory: &Memory, template: Uuid) {
    let shelf = memory.get::<Shelf>();
    let mut kept = shelf.kept();
    kept.generation += 1;
    kept.templates.remove(&TemplateId(template));
}

/// Templates by id, for requests the caller may read: those no longer started, too.
///
/// # Errors
/// Only those of the database.
pub async fn templates_by_ids(cx: &Cx, ids: &[TemplateId]) -> Result<HashMap<TemplateId, Arc<template_row::Model>>> {
    templates_of(cx, cx.db.read(), ids).await
}

async fn templates_of(
    cx: &Cx,
    conn: &impl ConnectionTrait,
    ids: &[TemplateId],
) -> Result<HashMap<TemplateId, Arc<template_row::Model>>> {
    let shelf = cx.memory.get::<Shelf>();
    let (mut found, missing, generation) = {
        let kept = shelf.kept();
        let (found, missing) = split(ids, &kept.templates);
        (found, missing, kept.generation)
    };
    if missing.is_empty() {
        return Ok(found);
    }
    let rows = template_row::Entity::find()
        .filter(template_row::Column::Id.is_in(missing))
        .all(conn)
        .await?;
    let loaded: HashMap<_, _> = rows.into_iter().map(|row| (row.id, Arc::new(row))).collect();
    let mut kept = shelf.kept();
    if kept.generation == generation {
        kept.templates.extend(loaded.iter().map(|(id, row)| (*id, row.clone())));
    }
    drop(kept);
    found.extend(loaded);
    Ok(found)
}

/// Definitions by version, for templates and requests the caller may read.
///
/// # Errors
/// Only those of the database.
pub async fn definitions(cx: &Cx, ids: &[TemplateVersionId]) -> Result<HashMap<TemplateVersionId, Arc<Definition>>> {
    definitions_of(cx, cx.db.read(), ids).await
}

async fn definitions_of(
    cx: &Cx,
    conn: &impl ConnectionTrait,
    ids: &[TemplateVersionId],
) -> Result<HashMap<TemplateVersionId, Arc<Definition>>> {
    let shelf = cx.memory.get::<Shelf>();
    let (mut found, missing) = split(ids, &shelf.kept().versions);
    if missing.is_empty() {
        return Ok(found);
    }
    let rows = version_row::Entity::find()
        .filter(version_row::Column::Id.is_in(missing))
        .all(conn)
        .await?;
    let loaded: HashMap<_, _> = rows
        .into_iter()
        .map(|row| Ok((row.id, Arc::new(definition(row)?))))
        .collect::<Result<_>>()?;
    let mut kept = shelf.kept();
    if kept.versions.len() > MOST {
        kept.versions.clear();
    }
    kept.versions
        .extend(loaded.iter().map(|(id, definition)| (*id, definition.clone())));
    drop(kept);
    found.extend(loaded);
    Ok(found)
}

fn split<K: Copy + Eq + Ord + std::hash::Hash, V>(
    ids: &[K],
    known: &HashMap<K, Arc<V>>,
) -> (HashMap<K, Arc<V>>, Vec<K>) {
    let mut found = HashMap::new();
    let mut missing = Vec::new();
    for id in ids {
        match known.get(id) {
            Some(value) => {
                found.insert(*id, value.clone());
            }
            None => missing.push(*id),
        }
    }
    missing.sort_unstable();
    missing.dedup();
    (found, missing)
}

/// The version a request is pinned to, remembered or read over `conn`: within a transaction no second connection is taken.
pub(super) async fn pinned(cx: &Cx, conn: &impl ConnectionTrait, row: &case_row::Model) -> Result<Pinned> {
    let template = templates_of(cx, conn, &[row.template_id])
        .await?
        .remove(&row.template_id);
    Ok(Pinned {
        template: template.ok_or_else(|| Error::internal("a request without its template"))?,
        definition: version(cx, conn, row.version_id).await?,
    })
}

/// The definition of a version, in the same way.
pub(super) async fn version(cx: &Cx, conn: &impl ConnectionTrait, id: TemplateVersionId) -> Result<Arc<Definition>> {
    let found = definitions_of(cx, conn, &[id]).await?.remove(&id);
    found.ok_or_else(|| Error::internal("a template without its version"))
}
