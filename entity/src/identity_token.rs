//! A personal access token: what a program of a member signs in with.

use sea_orm::entity::prelude::*;

use crate::{MemberId, TokenId};

/// A personal access token: what a program of a member signs in with.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_token")]
pub struct Model {
    /// Its id; part of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TokenId,
    /// Whose.
    pub member_id: MemberId,
    /// What the owner calls it.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// SHA-256 of the token.
    pub hash: Vec<u8>,
    /// What it may be used for: names of scopes in a JSON list.
    pub scopes: Json,
    /// When made.
    pub created_at: DateTimeUtc,
    /// When it ends.
    pub expires_at: DateTimeUtc,
    /// When last used, to within some minutes.
    pub last_used_at: Option<DateTimeUtc>,
    /// When it was ended early.
    pub revoked_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
