//! Files given with requests, decisions and comments.

use std::collections::{BTreeSet, HashMap};

use entity::{ApprovalId, FileId, Id, file_object};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use crate::cx::Actor;
use crate::error::Result;

/// Which of the files an actor may give with a request: own ones that belong to nothing yet, and those it has already.
pub(super) async fn usable(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    files: &BTreeSet<FileId>,
    request: Option<ApprovalId>,
) -> Result<BTreeSet<FileId>> {
    if files.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut of_request = Condition::any().add(free(actor));
    if let Some(request) = request {
        of_request = of_request.add(file_object::Column::SubjectId.eq(request.uuid()));
    }
    let rows = file_object::Entity::find()
        .filter(file_object::Column::Id.is_in(files.iter().copied()))
        .filter(of_request)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|file| file.id).collect())
}

fn free(actor: &Actor) -> Condition {
    Condition::all()
        .add(file_object::Column::OwnerId.eq(actor.member))
        .add(Expr::col(file_object::Column::SubjectId).is_null())
}

/// Files by id.
pub(super) async fn find_many(
    conn: &impl ConnectionTrait,
    files: impl IntoIterator<Item = FileId>,
) -> Result<HashMap<FileId, file_object::Model>> {
    let files: BTreeSet<FileId> = files.into_iter().collect();
    if files.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = file_object::Entity::find()
        .filter(file_object::Column::Id.is_in(files))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|file| (file.id, file)).collect())
}
