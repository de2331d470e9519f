//! Files given with requests, decisions and comments.

use std::collections::{BTreeSet, HashMap};

use entity::{ApprovalId, FileId, Id, file_object};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use crate::cx::Actor;
use crate::db::Tx;
use crate::error::{Error, Result};

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

/// Gives files to a request. Those it has already stay.
///
/// # Errors
/// [`Error::Invalid`] at `path` for files that are not the actor's or belong to something else.
pub(super) async fn bind(tx: &Tx, actor: &Actor, path: &str, files: &[FileId], request: ApprovalId) -> Result<()> {
    let wanted: BTreeSet<FileId> = files.iter().copied().collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let known = usable(&**tx, actor, &wanted, Some(request)).await?;
    if known.len() < wanted.len() {
        return Err(Error::invalid(
            path,
            "附件不存在，或不是你上传的",
            "No such file, or not uploaded by you",
        ));
    }
    file_object::Entity::update_many()
        .col_expr(file_object::Column::SubjectType, Expr::value(ApprovalId::PREFIX))
        .col_expr(file_object::Column::SubjectId, Expr::value(request.uuid()))
        .filter(file_object::Column::Id.is_in(wanted))
        .filter(free(actor))
        .exec(&**tx)
        .await?;
    Ok(())
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
