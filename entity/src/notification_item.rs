//! A notice to one member.

use sea_orm::entity::prelude::*;

use crate::{MemberId, NotificationId, NotificationKind};

/// A notice to one member.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification_item")]
pub struct Model {
    /// Its id; newest last.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    /// For whom.
    pub member_id: MemberId,
    /// What it tells.
    pub kind: NotificationKind,
    /// TypeID prefix of what it is about.
    #[sea_orm(column_type = "Text")]
    pub subject_type: String,
    /// Id of what it is about.
    pub subject_id: Uuid,
    /// Whose act caused it.
    pub actor_id: Option<MemberId>,
    /// Values for the text, such as template and applicant names.
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
    /// When.
    pub created_at: DateTimeUtc,
    /// When read.
    pub read_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
