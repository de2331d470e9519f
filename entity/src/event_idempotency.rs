//! The first result of a mutation under a client key, replayed when the key comes again.

use sea_orm::entity::prelude::*;

use crate::MemberId;

/// The first result of a mutation under a client key, replayed when the key comes again.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_idempotency")]
pub struct Model {
    /// Whose key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
    /// As the client gave it, at most 128 characters.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub key: String,
    /// Mutation name.
    #[sea_orm(column_type = "Text")]
    pub operation: String,
    /// SHA-256 of the parameters; other parameters under the key are refused.
    pub request_hash: Vec<u8>,
    /// What the mutation answered, as ids.
    #[sea_orm(column_type = "JsonBinary")]
    pub result: Json,
    /// When; kept at least 24 hours.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
