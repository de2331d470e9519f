//! A kind of leave.

use sea_orm::entity::prelude::*;

use crate::{CountBasis, Gender, LeaveTypeId};

/// A kind of leave.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "leave_type")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LeaveTypeId,
    /// Stable key: `annual`.
    #[sea_orm(unique, column_type = "Text")]
    pub key: String,
    /// Name in Chinese.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Name in English.
    #[sea_orm(column_type = "Text")]
    pub name_en: String,
    /// Which days count.
    pub basis: CountBasis,
    /// Whether a balance limits it.
    pub limited: bool,
    /// How far below zero the balance may go.
    pub overdraft_minutes: i32,
    /// Smallest unit: 240 is half a day.
    pub step_minutes: i32,
    /// Least per request.
    pub minimum_minutes: i32,
    /// Most per request.
    pub maximum_minutes: Option<i32>,
    /// Working days ahead it must be asked; 0 for none.
    pub notice_days: i32,
    /// Length from which proof is required.
    pub proof_from_minutes: Option<i32>,
    /// Only for members recorded so.
    pub gender: Option<Gender>,
    /// Share of pay that goes on, 0 to 100.
    pub paid_percent: i32,
    /// Position in lists.
    pub sort_order: i32,
    /// Whether it may be asked for.
    pub active: bool,
}

impl ActiveModelBehavior for ActiveModel {}
