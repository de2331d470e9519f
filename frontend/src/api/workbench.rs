//! What the workbench shows beside requests: own leave, who is away, the days ahead.

use super::org::MemberRef;
use super::schema;
use crate::i18n::Date;

/// Variables of [`AroundQuery`].
#[derive(cynic::QueryVariables, Clone)]
pub struct AroundVars {
    /// Today.
    pub today: Date,
    /// The last day ahead.
    pub until: Date,
}

/// Own leave, the team today, and the days ahead. Topics `leave:me`, `calendar`, `org`.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "AroundVars")]
pub struct AroundQuery {
    /// How new this is.
    pub as_of: String,
    /// What is left of each kind of leave.
    pub leave_balances: Vec<BalanceLine>,
    /// Who of the own department is away today.
    #[arguments(from: $today, to: $today)]
    pub team_calendar: TeamToday,
    /// The days ahead.
    #[arguments(from: $today, to: $until)]
    pub work_calendar: Vec<DayAhead>,
}

/// What is left of a kind of leave.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "LeaveBalance")]
pub struct BalanceLine {
    /// Which kind.
    #[cynic(rename = "type")]
    pub leave_type: BalanceType,
    /// Minutes left; none where the kind has no limit.
    pub remaining_minutes: Option<i32>,
    /// Minutes taken this year.
    pub used_this_year_minutes: i32,
    /// Minutes asked for and not decided yet.
    pub held_minutes: i32,
}

/// A kind of leave, by name.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "LeaveType")]
pub struct BalanceType {
    /// The stable key: `annual`.
    pub key: String,
    /// The name in the viewer's language.
    pub name: String,
}

/// The own department today.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "TeamCalendar")]
pub struct TeamToday {
    /// Those who are away.
    pub members: Vec<AwayToday>,
}

/// Someone who is away.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "AwayMember")]
pub struct AwayToday {
    /// Who.
    pub member: MemberRef,
    /// Which half days.
    pub days: Vec<AwayPart>,
}

/// A half day away.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "AwayHalf")]
pub struct AwayPart {
    /// Morning or afternoon.
    pub part: DayPart,
    /// The kind of leave, where the viewer may know it.
    pub type_name: Option<String>,
}

/// Half of a day.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
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

/// A day ahead.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "CalendarDay")]
pub struct DayAhead {
    /// Which.
    pub date: Date,
    /// What it is.
    #[cynic(rename = "type")]
    pub day_type: DayType,
    /// The holiday's name.
    pub name: Option<String>,
    /// A weekend one works on.
    pub make_up: bool,
}
