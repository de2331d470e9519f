//! Half a day of a leave that is held or approved. A member can have a half day once: the primary key decides overlaps.

use sea_orm::entity::prelude::*;

use crate::{ApprovalId, DayPart, DayType, MemberId};

/// Half a day of a leave that is held or approved. A member can have a half day once: the primary key decides overlaps.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "leave_day")]
pub struct Model {
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
    /// Day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub date: Date,
    /// Half.
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: DayPart,
    /// Request.
    pub request_id: ApprovalId,
    /// Working minutes of it; 0 on days that do not count.
    pub minutes: i32,
    /// What the day was when computed.
    pub day_type: DayType,
}

impl ActiveModelBehavior for ActiveModel {}
