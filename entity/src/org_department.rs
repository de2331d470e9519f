//! A department: a node of the one tree.

use sea_orm::entity::prelude::*;

use crate::DepartmentId;

/// A department: a node of the one tree.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org_department")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DepartmentId,
    /// The department above; none for the root.
    pub parent_id: Option<DepartmentId>,
    /// Name in Chinese; unique among siblings.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Name in English.
    #[sea_orm(column_type = "Text", nullable)]
    pub name_en: Option<String>,
    /// Materialised path of ids from the root to itself, each as 32 hex digits between slashes: `/a/b/`. A subtree is a prefix.
    #[sea_orm(column_type = "Text")]
    pub path: String,
    /// 0 for the root.
    pub depth: i32,
    /// Position among siblings, ascending.
    pub sort_order: i32,
    /// Grows by one with each edit.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// Since when it is closed; closed departments take no members.
    pub disabled_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
