//! The leave a request asks for. Its id is the id of the request.

use sea_orm::entity::prelude::*;

use crate::{ApprovalId, DayPart, LeaveStatus, LeaveTypeId, MemberId};

/// The leave a request asks for. Its id is the id of the request.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "leave_request")]
pub struct Model {
    /// Request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApprovalId,
    /// Who is away.
    pub member_id: MemberId,
    /// Kind.
    pub type_id: LeaveTypeId,
    /// First day.
    pub start_date: Date,
    /// From its morning or afternoon.
    pub start_part: DayPart,
    /// Last day.
    pub end_date: Date,
    /// To its morning or afternoon, inclusive.
    pub end_part: DayPart,
    /// Working minutes it takes.
    pub minutes: i32,
    /// Where it stands.
    pub status: LeaveStatus,
    /// Round it was computed in.
    pub round: i32,
    /// Revisions of the calendar it was computed with: `2026.1`.
    #[sea_orm(column_type = "Text")]
    pub calendar_revision: String,
}

impl ActiveModelBehavior for ActiveModel {}
