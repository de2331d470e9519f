//! Writing notices and reading one's own.

use entity::{MemberId, NotificationId, NotificationKind, notification_item as row};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::event::{self, Draft, topic};
use crate::graphql::connection::{Page, Slice};

/// Rows in one statement.
const ROWS: usize = 1_000;

/// A notice about to be written.
#[derive(Clone, Debug)]
pub struct Notice {
    /// For whom.
    pub member: MemberId,
    /// What it tells.
    pub kind: NotificationKind,
    /// TypeID prefix of what it is about.
    pub subject_type: &'static str,
    /// Id of what it is about.
    pub subject_id: Uuid,
    /// Values for its words; see [`super::model::text`].
    pub values: Value,
}

/// Writes notices at the end of the change they tell of. `actor` is who caused them. The event of the change carries
/// [`topics`] of the same notices, so that they are seen at once.
pub fn notify(cx: &Cx, tx: &Tx, actor: Option<MemberId>, notices: &[Notice]) {
    for part in notices.chunks(ROWS) {
        let rows = part.iter().map(|notice| row::ActiveModel {
            id: Set(cx.id()),
            member_id: Set(notice.member),
            kind: Set(notice.kind),
            subject_type: Set(notice.subject_type.to_owned()),
            subject_id: Set(notice.subject_id),
            actor_id: Set(actor),
            payload: Set(notice.values.clone()),
            created_at: Set(cx.now()),
            read_at: Set(None),
        });
        tx.later(&row::Entity::insert_many(rows));
    }
}

/// Topics that notices touch.
pub fn topics(notices: &[Notice]) -> impl Iterator<Item = String> {
    notices.iter().map(|notice| topic::notifications(notice.member))
}

/// The notices of the actor, newest first.
pub async fn list(cx: &Cx, actor: &Actor, unread_only: bool, page: Page<NotificationId>) -> Result<Slice<row::Model>> {
    let mut query = row::Entity::find()
        .filter(row::Column::MemberId.eq(actor.member))
        .limit(page.size + 1);
    if unread_only {
        query = query.filter(row::Column::ReadAt.is_null());
    }
    query = if page.backward {
        query.order_by_asc(row::Column::Id)
    } else {
        query.order_by_desc(row::Column::Id)
    };
    if let Some(from) = page.from {
        let beyond = if page.backward {
            row::Column::Id.gt(from)
        } else {
            row::Column::Id.lt(from)
        };
        query = query.filter(beyond);
    }
    Ok(Slice::cut(query.all(cx.db.read()).await?, &page))
}

/// One notice of the actor.
///
/// # Errors
/// [`Error::NotFound`] for one of somebody else as for none.
pub async fn one(cx: &Cx, actor: &Actor, id: NotificationId) -> Result<row::Model> {
    let found = row::Entity::find_by_id(id).one(cx.db.read()).await?;
    found
        .filter(|notice| notice.member_id == actor.member)
        .ok_or(Error::NotFound)
}

/// How many notices the actor has not read.
pub async fn unread(cx: &Cx, actor: &Actor) -> Result<u64> {
    Ok(row::Entity::find()
        .filter(row::Column::MemberId.eq(actor.member))
        .filter(row::Column::ReadAt.is_null())
        .count(cx.db.read())
        .await?)
}

/// Marks notices of the actor as read, all when none are named; says how many are left. Those of others stay as they are.
pub async fn mark_read(cx: &Cx, actor: &Actor, ids: Option<Vec<NotificationId>>) -> Result<u64> {
    let tx = cx.begin().await?;
    let mut update = row::Entity::update_many()
        .set(row::ActiveModel {
            read_at: Set(Some(cx.now())),
            ..Default::default()
        })
        .filter(row::Column::MemberId.eq(actor.member))
        .filter(row::Column::ReadAt.is_null());
    if let Some(ids) = ids {
        update = update.filter(row::Column::Id.is_in(ids));
    }
    if update.exec(&*tx).await?.rows_affected > 0 {
        let draft = Draft::new("notification.read", actor.member).topic(topic::notifications(actor.member));
        event::append(cx, &tx, actor, draft).await?;
    }
    tx.commit().await?;
    unread(cx, actor).await
}
