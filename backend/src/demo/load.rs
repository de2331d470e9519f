//! Bulk inserts.

use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable};

use crate::error::Result;

/// Values one statement may bind: SQLite stops at 32,766.
const MOST_VALUES: usize = 30_000;

/// Inserts all rows, many a statement.
pub(super) async fn insert_all<E>(connection: &impl ConnectionTrait, rows: Vec<E::Model>) -> Result<()>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    let at_once = (MOST_VALUES / E::Column::iter().count().max(1)).clamp(1, 2_000);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk = rows.by_ref().take(at_once).map(IntoActiveModel::into_active_model);
        E::insert_many(chunk).exec_without_returning(connection).await?;
    }
    Ok(())
}
