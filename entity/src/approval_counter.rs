//! Last number given for a prefix and day.

use sea_orm::entity::prelude::*;

/// Last number given for a prefix and day.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_counter")]
pub struct Model {
    /// Prefix with the date: `QJ-20261123`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub prefix: String,
    /// Last serial given.
    pub value: i32,
}

impl ActiveModelBehavior for ActiveModel {}
