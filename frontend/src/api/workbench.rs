//! What the workbench shows beside requests: own leave, who is away, the days ahead.

use super::leave::{AwayMember, CalendarDay, LeaveTypeName};
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
    pub work_calendar: Vec<CalendarDay>,
}

/// What is left of a kind of leave.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "LeaveBalance")]
pub struct BalanceLine {
    /// Which kind.
    #[cynic(rename = "type")]
    pub leave_type: LeaveTypeName,
    /// Minutes left; none where the kind has no limit.
    pub remaining_minutes: Option<i32>,
    /// Minutes taken this year.
    pub used_this_year_minutes: i32,
    /// Minutes asked for and not decided yet.
    pub held_minutes: i32,
}

/// The own department today.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "TeamCalendar")]
pub struct TeamToday {
    /// Those who are away.
    pub members: Vec<AwayMember>,
}
