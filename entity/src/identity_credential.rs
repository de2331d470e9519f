//! The password of a member.

use sea_orm::entity::prelude::*;

use crate::MemberId;

/// The password of a member.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_credential")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
    /// Argon2id in PHC format.
    #[sea_orm(column_type = "Text")]
    pub password_hash: String,
    /// When it was set.
    pub changed_at: DateTimeUtc,
    /// Whether the next sign-in must set a new one.
    pub must_change: bool,
    /// Wrong passwords in a row.
    pub failed_count: i32,
    /// Until when sign-in is refused after too many of them.
    pub retry_after: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
