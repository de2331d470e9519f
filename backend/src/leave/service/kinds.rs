//! The kinds of leave. There are a dozen, they hardly ever change, and every page about leave names them, so this process
//! remembers them until an event says that one changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use entity::leave_type;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use uuid::Uuid;

use crate::cx::{Cx, Memory};
use crate::error::{Result, Text};

/// Kept in [`Memory`]; the number grows with each change, so that what was read before it is not kept after it.
#[derive(Default)]
struct Kinds(Mutex<(u64, Option<Arc<Vec<leave_type::Model>>>)>);

/// All kinds as a transaction sees them, in the order of lists.
pub(crate) async fn all_kinds(conn: &impl ConnectionTrait) -> Result<Vec<leave_type::Model>> {
    Ok(leave_type::Entity::find()
        .order_by_asc(leave_type::Column::SortOrder)
        .order_by_asc(leave_type::Column::Key)
        .all(conn)
        .await?)
}

/// All kinds as remembered, in the order of lists.
pub(crate) async fn known_kinds(cx: &Cx) -> Result<Arc<Vec<leave_type::Model>>> {
    let kinds = cx.memory.get::<Kinds>();
    let generation = {
        let known = kinds.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let (_, Some(known)) = &*known {
            return Ok(known.clone());
        }
        known.0
    };
    let loaded = Arc::new(all_kinds(cx.db.read()).await?);
    let mut known = kinds.0.lock().unwrap_or_else(PoisonError::into_inner);
    if known.0 == generation {
        known.1 = Some(loaded.clone());
    }
    Ok(loaded)
}

/// A kind changed.
pub fn forget_kinds(memory: &Memory, _: Uuid) {
    let kinds = memory.get::<Kinds>();
    let mut known = kinds.0.lock().unwrap_or_else(PoisonError::into_inner);
    *known = (known.0 + 1, None);
}

/// Names of all kinds by key. They are no secret.
///
/// # Errors
/// Only those of the database.
pub async fn kind_names(cx: &Cx) -> Result<HashMap<String, Text>> {
    let kinds = known_kinds(cx).await?;
    Ok(kinds
        .iter()
        .map(|kind| (kind.key.clone(), Text::new(kind.name.clone(), kind.name_en.clone())))
        .collect())
}

/// All kinds as remembered, or else as `conn` reads them: within a transaction no second connection is taken.
pub(crate) async fn kinds_within(cx: &Cx, conn: &impl ConnectionTrait) -> Result<Arc<Vec<leave_type::Model>>> {
    let known = cx.memory.get::<Kinds>();
    let known = known.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone();
    match known {
        Some(kinds) => Ok(kinds),
        None => Ok(Arc::new(all_kinds(conn).await?)),
    }
}

/// Name of a kind, within a transaction or outside.
///
/// # Errors
/// Only those of the database.
pub async fn kind_name(cx: &Cx, conn: &impl ConnectionTrait, key: &str) -> Result<Option<Text>> {
    let kinds = kinds_within(cx, conn).await?;
    let kind = kinds.iter().find(|kind| kind.key == key);
    Ok(kind.map(|kind| Text::new(kind.name.clone(), kind.name_en.clone())))
}
