//! Notices to members.

use entity::{MemberId, NotificationKind, notification_item as row};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::Value;
use uuid::Uuid;

use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::Result;

/// A notice to one member.
pub(super) struct Notice {
    pub(super) member: MemberId,
    pub(super) kind: NotificationKind,
    pub(super) subject_type: &'static str,
    pub(super) subject_id: Uuid,
    pub(super) payload: Value,
}

/// Writes notices.
pub(super) async fn notify(cx: &Cx, tx: &Tx, actor: &Actor, notices: Vec<Notice>) -> Result<()> {
    let rows: Vec<_> = notices
        .into_iter()
        .map(|notice| row::ActiveModel {
            id: Set(cx.id()),
            member_id: Set(notice.member),
            kind: Set(notice.kind),
            subject_type: Set(notice.subject_type.to_owned()),
            subject_id: Set(notice.subject_id),
            actor_id: Set(Some(actor.member)),
            payload: Set(notice.payload),
            created_at: Set(cx.now()),
            read_at: Set(None),
        })
        .collect();
    if !rows.is_empty() {
        row::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}
