//! A comment beside the decisions.

use sea_orm::entity::prelude::*;

use crate::{ApprovalId, CommentId, MemberId};

/// A comment beside the decisions.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_comment")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CommentId,
    /// Request.
    pub case_id: ApprovalId,
    /// Who wrote it.
    pub author_id: MemberId,
    /// Plain text, at most 4,000 characters; mentions stand as `@[member id]`.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// Ids of members mentioned.
    #[sea_orm(column_type = "JsonBinary")]
    pub mentions: Json,
    /// Ids of files.
    #[sea_orm(column_type = "JsonBinary")]
    pub attachments: Json,
    /// When.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
