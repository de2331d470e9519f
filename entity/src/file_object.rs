//! An uploaded file. Its bytes lie in the file store under the id.

use sea_orm::entity::prelude::*;

use crate::{FileId, MemberId};

/// An uploaded file. Its bytes lie in the file store under the id.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file_object")]
pub struct Model {
    /// Its id and storage name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FileId,
    /// Who uploaded it.
    pub owner_id: MemberId,
    /// Name to show, as uploaded, cleaned of control characters and paths.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Decided from the content.
    #[sea_orm(column_type = "Text")]
    pub content_type: String,
    /// Bytes.
    pub size: i64,
    /// Of the content.
    pub sha256: Vec<u8>,
    /// TypeID prefix of what it belongs to, once it does.
    #[sea_orm(column_type = "Text", nullable)]
    pub subject_type: Option<String>,
    /// Id of what it belongs to.
    pub subject_id: Option<Uuid>,
    /// When uploaded.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
