//! A signed-in browser or device: one refresh-token family.

use sea_orm::entity::prelude::*;

use crate::{MemberId, SessionId};

/// A signed-in browser or device: one refresh-token family.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_session")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// Whose.
    pub member_id: MemberId,
    /// SHA-256 of the live refresh token.
    pub refresh_hash: Vec<u8>,
    /// SHA-256 of the token before it; seen again after the grace, the family is revoked.
    pub previous_hash: Option<Vec<u8>>,
    /// When the live token was issued.
    pub rotated_at: DateTimeUtc,
    /// As the browser named itself, cut to 256 characters.
    #[sea_orm(column_type = "Text")]
    pub user_agent: String,
    /// Network address at sign-in.
    #[sea_orm(column_type = "Text")]
    pub address: String,
    /// When signed in.
    pub created_at: DateTimeUtc,
    /// When the family ends without use.
    pub expires_at: DateTimeUtc,
    /// When it was ended.
    pub revoked_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
