//! The working calendar and the notices it is made of.

use super::leave::CalendarDay;
use super::org::MemberRef;
use super::schema;
use crate::i18n::{Date, Stamp};

/// Variables of [`CalendarQuery`].
#[derive(cynic::QueryVariables, Clone)]
pub struct CalendarVars {
    /// First day.
    pub from: Date,
    /// Last day; at most 400 days later.
    pub to: Date,
}

/// A span of the working calendar. Topic `calendar`.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "CalendarVars")]
pub struct CalendarQuery {
    /// How new this is.
    pub as_of: String,
    /// Day by day.
    #[arguments(from: $from, to: $to)]
    pub work_calendar: Vec<CalendarDay>,
}

/// The imported notices, newest year first. Topic `calendar`.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query")]
pub struct SourcesQuery {
    /// How new this is.
    pub as_of: String,
    /// The notices.
    pub calendar_sources: Vec<CalendarSource>,
}

/// An imported notice.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct CalendarSource {
    /// Which.
    pub id: cynic::Id,
    /// The year it arranges.
    pub year: i32,
    /// Its number.
    pub notice: String,
    /// How often the year was imported.
    pub revision: i32,
    /// When.
    pub imported_at: Stamp,
    /// By whom; none: it came with the server.
    pub imported_by: Option<MemberRef>,
    /// How many days it arranges.
    pub day_count: i32,
}

/// A notice to import.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ImportCalendarInput {
    /// As JSON.
    pub json: String,
    /// Only check it.
    pub dry_run: bool,
}

/// Variables of [`ImportCalendar`].
#[derive(cynic::QueryVariables, Clone)]
pub struct ImportCalendarVars {
    /// The notice.
    pub input: ImportCalendarInput,
}

/// Checks or imports a notice.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ImportCalendarVars")]
pub struct ImportCalendar {
    /// The outcome.
    #[arguments(input: $input)]
    pub import_calendar: CalendarImport,
}

/// What an import does, or has done.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "ImportCalendarPayload")]
pub struct CalendarImport {
    /// It is done.
    pub applied: bool,
    /// The year it arranges.
    pub year: i32,
    /// Its number.
    pub notice: String,
    /// How many days it arranges.
    pub days: i32,
    /// What is wrong with it.
    pub errors: Vec<CalendarProblem>,
    /// Leave on days that change.
    pub affected_leaves: i32,
}

/// What is wrong, and where.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "FieldError")]
pub struct CalendarProblem {
    /// Place in the text.
    pub path: String,
    /// In the reader's language.
    pub message: String,
}
