//! The attendance record of a member on a day.

use sea_orm::entity::prelude::*;

use crate::{AttendanceStatus, DayType, MemberId};

/// The attendance record of a member on a day.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_day")]
pub struct Model {
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
    /// Day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub date: Date,
    /// What the day is.
    pub day_type: DayType,
    /// Result of the day.
    pub status: AttendanceStatus,
    /// Minutes of work planned.
    pub scheduled_minutes: i32,
    /// Of them on approved leave.
    pub leave_minutes: i32,
    /// What it is made of: `[{kind, type, part, minutes, request}]`.
    #[sea_orm(column_type = "JsonBinary")]
    pub items: Json,
    /// When last computed.
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
