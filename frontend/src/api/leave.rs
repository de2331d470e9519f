//! Leave: balances, the ledger, the team, attendance.

use super::org::MemberRef;
use super::paging::PageInfo;
use super::schema;
use crate::i18n::{Date, Stamp};

/// Whose.
#[derive(cynic::QueryVariables, Clone)]
pub struct BalancesVars {
    /// None: the viewer.
    pub member_id: Option<cynic::Id>,
}

/// What is left of each kind. Topics `leave:me`, `leave:<member>`.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "BalancesVars")]
pub struct BalancesQuery {
    /// How new this is.
    pub as_of: String,
    /// One per kind.
    #[arguments(memberId: $member_id)]
    pub leave_balances: Vec<LeaveBalance>,
}

/// What is left of a kind.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct LeaveBalance {
    /// Which kind.
    #[cynic(rename = "type")]
    pub kind: LeaveKind,
    /// None: without limit.
    pub remaining_minutes: Option<i32>,
    /// Taken since New Year.
    pub used_this_year_minutes: i32,
    /// Asked for and not decided.
    pub held_minutes: i32,
    /// What it is made of, the one used first in front.
    pub lots: Vec<LeaveLot>,
}

/// A kind of leave.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "LeaveType")]
pub struct LeaveKind {
    /// `annual`, `sick` ...
    pub key: String,
    /// Its name in the viewer's language.
    pub name: String,
    /// It is given in lots.
    pub limited: bool,
    /// From so many minutes on a proof is asked for.
    pub proof_from_minutes: Option<i32>,
}

/// A kind of leave by name.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "LeaveType")]
pub struct LeaveTypeName {
    /// The stable key: `annual`.
    pub key: String,
    /// In the viewer's language.
    pub name: String,
}

/// Leave given at once, to be taken in a span.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct LeaveLot {
    /// Which.
    pub id: cynic::Id,
    /// What it is called.
    pub label: String,
    /// First day it may be taken.
    pub valid_from: Date,
    /// Last day it may be taken.
    pub valid_to: Date,
    /// What was given.
    pub granted_minutes: i32,
    /// What is left.
    pub remaining_minutes: i32,
}

/// Variables of [`LedgerQuery`].
#[derive(cynic::QueryVariables, Clone)]
pub struct LedgerVars {
    /// None: the viewer.
    pub member_id: Option<cynic::Id>,
    /// Only this kind.
    pub type_key: Option<String>,
    /// How many; at most 100.
    pub first: Option<i32>,
    /// After this cursor.
    pub after: Option<String>,
}

/// What was given and taken, newest first.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "LedgerVars")]
pub struct LedgerQuery {
    /// How new this is.
    pub as_of: String,
    /// One page.
    #[arguments(memberId: $member_id, typeKey: $type_key, first: $first, after: $after)]
    pub leave_entries: LedgerPage,
}

/// A page of the ledger.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "LeaveEntryConnection")]
pub struct LedgerPage {
    /// Whether there is more.
    pub page_info: PageInfo,
    /// The entries.
    pub nodes: Vec<LeaveEntry>,
}

/// An entry of the ledger.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct LeaveEntry {
    /// Which.
    pub id: cynic::Id,
    /// Given, taken, held ...
    pub kind: EntryKind,
    /// More or, negative, less.
    pub minutes: i32,
    /// The day it counts for.
    pub effective_on: Date,
    /// When it was written.
    pub at: Stamp,
    /// The request it belongs to.
    pub approval_id: Option<cynic::Id>,
    /// One sentence in the viewer's language.
    pub text: String,
    /// Why, for corrections.
    pub note: Option<String>,
}

/// What an entry does.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum EntryKind {
    Grant,
    Hold,
    Use,
    Release,
    Expire,
    Carry,
    Adjust,
    ConvertOt,
    Reverse,
}

/// Half of a day.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DayPart {
    /// The morning.
    #[cynic(rename = "AM")]
    Am,
    /// The afternoon.
    #[cynic(rename = "PM")]
    Pm,
}

/// What a day is.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum DayType {
    Workday,
    RestDay,
    StatutoryHoliday,
    CompanyOff,
}

/// How a request for leave stands.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum LeaveStatus {
    Held,
    Approved,
    Released,
    Reversed,
}

/// Variables of [`TeamQuery`].
#[derive(cynic::QueryVariables, Clone)]
pub struct TeamVars {
    /// None: the viewer's primary one.
    pub department_id: Option<cynic::Id>,
    /// First day.
    pub from: Date,
    /// Last day; at most 62 days later.
    pub to: Date,
}

/// Who of a department is away. Topics `leave:me`, `calendar`, `org`.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "TeamVars")]
pub struct TeamQuery {
    /// How new this is.
    pub as_of: String,
    /// The department in this span.
    #[arguments(departmentId: $department_id, from: $from, to: $to)]
    pub team_calendar: TeamCalendar,
}

/// A department in a span of days.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct TeamCalendar {
    /// Which department.
    pub department: TeamDepartment,
    /// What the days are.
    pub days: Vec<CalendarDay>,
    /// Members who are away at some time.
    pub members: Vec<AwayMember>,
}

/// A department with its size.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Department")]
pub struct TeamDepartment {
    /// Which.
    pub id: cynic::Id,
    /// Its own name.
    pub name: String,
    /// Active members with all below.
    pub total_count: i32,
}

/// A day of the working calendar.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct CalendarDay {
    /// Which.
    pub date: Date,
    /// What it is.
    #[cynic(rename = "type")]
    pub day_type: DayType,
    /// The holiday's name.
    pub name: Option<String>,
    /// False where no notice is imported for its year.
    pub known: bool,
    /// A weekend day that is worked.
    pub make_up: bool,
}

/// Someone who is away.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct AwayMember {
    /// Who.
    pub member: MemberRef,
    /// Which half days.
    pub days: Vec<AwayHalf>,
}

/// A half day away.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct AwayHalf {
    /// The day.
    pub date: Date,
    /// Its half.
    pub part: DayPart,
    /// The kind, where the viewer may know it.
    pub type_name: Option<String>,
    /// Asked for, or approved.
    pub status: LeaveStatus,
    /// The request, where the viewer may know it.
    pub approval_id: Option<cynic::Id>,
}

/// Variables of [`AttendanceQuery`].
#[derive(cynic::QueryVariables, Clone)]
pub struct AttendanceVars {
    /// None: the viewer.
    pub member_id: Option<cynic::Id>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// The attendance record.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "AttendanceVars")]
pub struct AttendanceQuery {
    /// How new this is.
    pub as_of: String,
    /// Day by day.
    #[arguments(memberId: $member_id, from: $from, to: $to)]
    pub attendance: Vec<AttendanceDay>,
}

/// A day of the record.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct AttendanceDay {
    /// Which.
    pub date: Date,
    /// What it is.
    pub day_type: DayType,
    /// There, or not.
    pub status: AttendanceStatus,
    /// What was to be worked.
    pub scheduled_minutes: i32,
    /// What of it was leave.
    pub leave_minutes: i32,
    /// Why not there.
    pub items: Vec<AttendanceItem>,
}

/// There, or not.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum AttendanceStatus {
    Normal,
    Leave,
    PartialLeave,
    Rest,
}

/// Why someone was not there for half a day.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct AttendanceItem {
    /// The kind of leave.
    pub type_name: String,
    /// Which half.
    pub part: DayPart,
    /// How much.
    pub minutes: i32,
    /// The request.
    pub approval_id: Option<cynic::Id>,
}

/// A correction of a balance.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct AdjustLeaveInput {
    /// Whose.
    pub member_id: cynic::Id,
    /// Which kind.
    pub type_key: String,
    /// More or, negative, less.
    pub minutes: i32,
    /// First day a new lot may be taken.
    pub valid_from: Date,
    /// Last day a new lot may be taken.
    pub valid_to: Date,
    /// Why.
    pub note: String,
    /// The lot to correct; none: a new one.
    pub lot_id: Option<cynic::Id>,
    /// One per intent.
    pub idempotency_key: Option<String>,
}

/// Variables of [`AdjustLeave`].
#[derive(cynic::QueryVariables, Clone)]
pub struct AdjustLeaveVars {
    /// The correction.
    pub input: AdjustLeaveInput,
}

/// Corrects a balance.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "AdjustLeaveVars")]
pub struct AdjustLeave {
    /// The outcome.
    #[arguments(input: $input)]
    pub adjust_leave: AdjustLeavePayload,
}

/// The outcome of [`AdjustLeave`].
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct AdjustLeavePayload {
    /// What is left now.
    pub balance: LeaveBalance,
}
