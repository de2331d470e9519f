//! The working calendar in the public schema.

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::model::Day;
use super::service::{self, Import, Source};
use crate::error::Result;
use crate::graphql::scalar::{Date, FieldError};
use crate::graphql::{actor, cx, id, locale};
use crate::org::graphql::{Member, member};

/// What a day is; pay for overtime differs by it.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "DayType", remote = "entity::DayType")]
pub enum DayType {
    /// Work is done.
    Workday,
    /// Weekend, or swapped for a make-up workday.
    RestDay,
    /// Holiday by law.
    StatutoryHoliday,
    /// Day off given by the company.
    CompanyOff,
}

/// A day of the working calendar.
#[derive(SimpleObject)]
pub struct CalendarDay {
    /// Civil date.
    date: Date,
    /// What it is.
    #[graphql(name = "type")]
    day_type: DayType,
    /// Holiday it belongs to, make-up workdays included.
    name: Option<String>,
    /// False where no notice is imported for the year and the weekly pattern alone answers.
    known: bool,
    /// Whether it is a weekend day that is worked in exchange for a holiday.
    make_up: bool,
}

impl From<Day> for CalendarDay {
    fn from(day: Day) -> Self {
        Self {
            date: day.date.into(),
            day_type: day.day_type.into(),
            name: day.holiday,
            known: day.known,
            make_up: day.make_up,
        }
    }
}

/// An imported holiday notice.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct CalendarSource {
    /// Its id.
    id: ID,
    /// Year it arranges.
    year: i32,
    /// Number of the official notice.
    notice: String,
    /// 1, 2 ... within the year; the highest counts.
    revision: i32,
    /// When it was imported.
    imported_at: DateTime<Utc>,
    /// Days it arranges.
    day_count: i32,
    #[graphql(skip)]
    by: Option<entity::MemberId>,
}

#[ComplexObject]
impl CalendarSource {
    /// By whom; none for the set-up.
    async fn imported_by(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.by {
            Some(by) => member(ctx, by).await.map(Some),
            None => Ok(None),
        }
    }
}

impl From<Source> for CalendarSource {
    fn from(Source { row, days }: Source) -> Self {
        Self {
            id: id::encode(row.id),
            year: row.year,
            notice: row.notice,
            revision: row.revision,
            imported_at: row.imported_at,
            day_count: days,
            by: row.imported_by,
        }
    }
}

/// Queries of the working calendar.
#[derive(Default)]
pub struct CalendarQuery;

#[Object]
impl CalendarQuery {
    /// What each day of a span is; at most 400 days.
    async fn work_calendar(&self, ctx: &Context<'_>, from: Date, to: Date) -> Result<Vec<CalendarDay>> {
        let days = service::days(cx(ctx)?, actor(ctx)?, from.into(), to.into()).await?;
        Ok(days.into_iter().map(CalendarDay::from).collect())
    }

    /// Imported notices, the newest year first.
    async fn calendar_sources(&self, ctx: &Context<'_>) -> Result<Vec<CalendarSource>> {
        let sources = service::sources(cx(ctx)?, actor(ctx)?).await?;
        Ok(sources.into_iter().map(CalendarSource::from).collect())
    }
}

/// A holiday notice to import.
#[derive(InputObject)]
pub struct ImportCalendarInput {
    /// The notice as JSON: `{"year", "notice", "days": [{"date", "name", "isOffDay", "statutory"}]}`.
    json: String,
    /// Only say what it would do.
    dry_run: bool,
}

/// What an import did, or would do.
#[derive(SimpleObject)]
pub struct ImportCalendarPayload {
    /// Whether anything was changed.
    applied: bool,
    /// Year of the notice; 0 where it cannot be read.
    year: i32,
    /// Its number.
    notice: String,
    /// Days it arranges.
    days: i32,
    /// What is wrong; while there is an error nothing is imported.
    errors: Vec<FieldError>,
    /// Leaves on days that change; they keep the minutes they were counted with.
    affected_leaves: i32,
}

/// Changes of the working calendar.
#[derive(Default)]
pub struct CalendarMutation;

#[Object]
impl CalendarMutation {
    /// Imports a holiday notice as the next revision of its year.
    async fn import_calendar(&self, ctx: &Context<'_>, input: ImportCalendarInput) -> Result<ImportCalendarPayload> {
        let locale = locale(ctx);
        let Import {
            applied,
            year,
            notice,
            days,
            errors,
            affected_leaves,
        } = service::import(cx(ctx)?, actor(ctx)?, &input.json, input.dry_run).await?;
        let errors = errors.iter().map(|error| FieldError::new(error, locale)).collect();
        Ok(ImportCalendarPayload {
            applied,
            year,
            notice,
            days,
            errors,
            affected_leaves,
        })
    }
}
