//! A position (岗位), such as 后端工程师.

use sea_orm::entity::prelude::*;

use crate::PositionId;

/// A position (岗位), such as 后端工程师.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org_position")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PositionId,
    /// Name in Chinese; unique.
    #[sea_orm(unique, column_type = "Text")]
    pub name: String,
    /// Name in English.
    #[sea_orm(column_type = "Text", nullable)]
    pub name_en: Option<String>,
    /// When it was made.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
