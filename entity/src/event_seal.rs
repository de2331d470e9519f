//! A link of the chain of hashes over the event log: a changed, missing or cut-off event breaks it.

use sea_orm::entity::prelude::*;

/// A link of the chain of hashes over the event log: a changed, missing or cut-off event breaks it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_seal")]
pub struct Model {
    /// Number of the last event it covers; the first is the one after the seal before.
    #[sea_orm(primary_key, auto_increment = false)]
    pub through: i64,
    /// SHA-256 over the hash of the seal before and the events covered.
    pub hash: Vec<u8>,
    /// Ed25519 (RFC 8032) over the checkpoint of number and hash.
    pub signature: Vec<u8>,
    /// When it was made.
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
