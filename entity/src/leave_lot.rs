//! A grant of leave with a window in which it may be taken.

use sea_orm::entity::prelude::*;

use crate::{LeaveLotId, LeaveTypeId, MemberId};

/// A grant of leave with a window in which it may be taken.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "leave_lot")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LeaveLotId,
    /// Whose.
    pub member_id: MemberId,
    /// Of which kind.
    pub type_id: LeaveTypeId,
    /// What it is, in Chinese: 2026 年度.
    #[sea_orm(column_type = "Text")]
    pub label: String,
    /// The same in English.
    #[sea_orm(column_type = "Text")]
    pub label_en: String,
    /// First day it may be taken.
    pub valid_from: Date,
    /// Last day it may be taken, inclusive.
    pub valid_to: Date,
    /// When granted.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
