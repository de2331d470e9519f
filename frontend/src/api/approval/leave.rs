//! What a request means for leave.

use crate::api::leave::{AwayMember, DayPart, DayType, LeaveStatus, LeaveTypeName};
use crate::api::schema;
use crate::i18n::Date;

/// A half day that is covered.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct LeaveDay {
    /// Which day.
    pub date: Date,
    /// Which half.
    pub part: DayPart,
    /// What it counts; 240 on a working half day.
    pub minutes: i32,
    /// What the day is.
    pub day_type: DayType,
}

/// What is taken of one lot of leave.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct LotUse {
    /// The lot's name: `2026 年度`.
    pub label: String,
    /// The last day it can be used.
    pub valid_to: Date,
    /// What is taken, in minutes.
    pub minutes: i32,
    /// What it held before.
    pub remaining_before: i32,
    /// What it holds after.
    pub remaining_after: i32,
}

/// How many of the team are there on a working day.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct Staffing {
    /// Which day.
    pub date: Date,
    /// Who is there.
    pub present: i32,
    /// All of them.
    pub team: i32,
}

/// What a submitted request means for leave.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct LeaveDetail {
    /// The kind.
    #[cynic(rename = "type")]
    pub kind: LeaveTypeName,
    /// First day.
    pub start_date: Date,
    /// From which half on.
    pub start_part: DayPart,
    /// Last day.
    pub end_date: Date,
    /// To which half.
    pub end_part: DayPart,
    /// What it counts in all; 480 a day.
    pub minutes: i32,
    /// Held, granted or given back.
    pub status: LeaveStatus,
    /// Each half day covered.
    pub days: Vec<LeaveDay>,
    /// Which lots it is taken from.
    pub lots: Vec<LotUse>,
    /// What is left afterwards; none where the kind is not limited or the viewer may not know.
    pub balance_after: Option<i32>,
    /// Team mates away on these days.
    pub away: Vec<AwayMember>,
    /// How many are there.
    pub staffing: Vec<Staffing>,
}

/// What a request would mean for leave.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct LeavePreview {
    /// What it would count.
    pub minutes: i32,
    /// Each half day covered.
    pub days: Vec<LeaveDay>,
    /// What is left now.
    pub balance_before: Option<i32>,
    /// What would be left.
    pub balance_after: Option<i32>,
    /// Which lots it would be taken from.
    pub lots: Vec<LotUse>,
    /// Team mates away on these days.
    pub away: Vec<AwayMember>,
    /// How many would be there.
    pub staffing: Vec<Staffing>,
    /// Explanations and warnings, ready to show.
    pub notes: Vec<String>,
}

/// A kind of leave the viewer may ask for.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct LeaveType {
    /// The stable key: `annual`.
    pub key: String,
    /// In the viewer's language.
    pub name: String,
    /// There is only so much of it.
    pub limited: bool,
    /// From so many minutes on a proof is needed.
    pub proof_from_minutes: Option<i32>,
    /// What the viewer has left.
    pub remaining_minutes: Option<i32>,
    /// One short line about it.
    pub hint: Option<String>,
}

/// The kinds of leave the viewer may ask for. Topic `leave:me`.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query")]
pub struct LeaveTypesQuery {
    /// How new this is.
    pub as_of: String,
    /// The kinds, in their order.
    pub leave_types: Vec<LeaveType>,
}
