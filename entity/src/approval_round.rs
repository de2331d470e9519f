//! What was submitted in one round.

use sea_orm::entity::prelude::*;

use crate::ApprovalId;

/// What was submitted in one round.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_round")]
pub struct Model {
    /// Request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: ApprovalId,
    /// Round.
    #[sea_orm(primary_key, auto_increment = false)]
    pub round: i32,
    /// Values at submission.
    #[sea_orm(column_type = "JsonBinary")]
    pub form: Json,
    /// When.
    pub submitted_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
