//! A kind of request people may start.

use sea_orm::entity::prelude::*;

use crate::{TemplateId, TemplateStatus, TemplateVersionId};

/// A kind of request people may start.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_template")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TemplateId,
    /// Stable key: `leave`.
    #[sea_orm(unique, column_type = "Text")]
    pub key: String,
    /// Name in Chinese.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Name in English.
    #[sea_orm(column_type = "Text")]
    pub name_en: String,
    /// One line in Chinese.
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// One line in English.
    #[sea_orm(column_type = "Text")]
    pub description_en: String,
    /// Name of a symbol in the icon sprite.
    #[sea_orm(column_type = "Text")]
    pub icon: String,
    /// Group in the gallery: `attendance`, `finance` ...
    #[sea_orm(column_type = "Text")]
    pub category: String,
    /// Whether new requests may start.
    pub status: TemplateStatus,
    /// Start of request numbers: `QJ`.
    #[sea_orm(column_type = "Text")]
    pub number_prefix: String,
    /// The published version new requests use.
    pub version_id: Option<TemplateVersionId>,
    /// Position in the gallery.
    pub sort_order: i32,
    /// When.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
