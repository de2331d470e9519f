//! Loads and imports working calendars.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, NaiveDate};
use entity::{
    CalendarPatternId, CalendarSourceId, DayType, MemberId, Via, calendar_day, calendar_pattern, calendar_source,
    leave_day,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;

use super::model::{Calendar, Day, Pattern, Special, dates};
use super::notice::{self, Notice};
use crate::access::Permission;
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, FieldError, Result, Text};
use crate::event::{self, topic};

/// Longest span of [`days`], in days.
const MAX_SPAN: i64 = 400;

/// The calendar of an office (none for the company) from `from` to `to`, in two statements.
///
/// # Errors
/// Only those of the database.
pub async fn load(
    conn: &impl ConnectionTrait,
    from: NaiveDate,
    to: NaiveDate,
    office: Option<&str>,
) -> Result<Calendar> {
    let mut patterns = patterns(conn).await?;
    let pattern = office
        .and_then(|office| patterns.remove(&Some(office.to_owned())))
        .or_else(|| patterns.remove(&None))
        .unwrap_or_else(Pattern::standard);
    let (days, revisions) = national(conn, from, to).await?;
    Ok(Calendar::new(pattern, days, revisions))
}

/// The calendars of several offices at once, in two statements. The key `None` is always there.
///
/// # Errors
/// Only those of the database.
pub async fn load_all(
    conn: &impl ConnectionTrait,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<HashMap<Option<String>, Calendar>> {
    let mut patterns = patterns(conn).await?;
    patterns.entry(None).or_insert_with(Pattern::standard);
    let (days, revisions) = national(conn, from, to).await?;
    Ok(patterns
        .into_iter()
        .map(|(office, pattern)| (office, Calendar::new(pattern, days.iter().cloned(), revisions.clone())))
        .collect())
}

/// What each day of a span is, by the company's calendar.
///
/// # Errors
/// [`Error::Invalid`] for a span turned round or longer than 400 days.
pub async fn days(cx: &Cx, _actor: &Actor, from: NaiveDate, to: NaiveDate) -> Result<Vec<Day>> {
    check_span(from, to, MAX_SPAN)?;
    let calendar = load(cx.db.read(), from, to, None).await?;
    Ok(calendar.days(from, to).collect())
}

/// Refuses a span of dates that is turned round, too long or outside the years 2000 to 2100.
///
/// # Errors
/// [`Error::Invalid`] naming the argument.
pub fn check_span(from: NaiveDate, to: NaiveDate, most: i64) -> Result<()> {
    for (name, date) in [("from", from), ("to", to)] {
        if !(2000..=2100).contains(&date.year()) {
            return Err(Error::invalid(
                name,
                "年份应在 2000 到 2100 之间",
                "The year must be between 2000 and 2100",
            ));
        }
    }
    if to < from {
        return Err(Error::invalid("to", "结束日期早于开始日期", "It ends before it starts"));
    }
    if (to - from).num_days() >= most {
        return Err(Error::invalid(
            "to",
            format!("最多 {most} 天"),
            format!("At most {most} days"),
        ));
    }
    Ok(())
}

/// An imported notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its row.
    pub row: calendar_source::Model,
    /// Days it arranges.
    pub days: i32,
}

/// Imported notices, the newest year and revision first. The company's calendar is no secret.
///
/// # Errors
/// Only those of the database.
pub async fn sources(cx: &Cx, _actor: &Actor) -> Result<Vec<Source>> {
    let conn = cx.db.read();
    let rows = calendar_source::Entity::find()
        .order_by_desc(calendar_source::Column::Year)
        .order_by_desc(calendar_source::Column::Revision)
        .all(conn)
        .await?;
    let counts: HashMap<CalendarSourceId, i64> = calendar_day::Entity::find()
        .select_only()
        .column(calendar_day::Column::SourceId)
        .column_as(calendar_day::Column::Date.count(), "days")
        .group_by(calendar_day::Column::SourceId)
        .into_tuple::<(CalendarSourceId, i64)>()
        .all(conn)
        .await?
        .into_iter()
        .collect();
    Ok(rows
        .into_iter()
        .map(|row| Source {
            days: counts
                .get(&row.id)
                .and_then(|days| i32::try_from(*days).ok())
                .unwrap_or(0),
            row,
        })
        .collect())
}

/// What an import did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Whether anything was changed.
    pub applied: bool,
    /// Year of the notice; 0 where it cannot be read.
    pub year: i32,
    /// Its number.
    pub notice: String,
    /// Days it arranges.
    pub days: i32,
    /// What is wrong; while there is an error nothing is imported.
    pub errors: Vec<FieldError>,
    /// Leaves on days that change; they keep the minutes they were counted with until someone corrects them.
    pub affected_leaves: i32,
}

/// Imports a notice as the next revision of its year, or says what that would do.
///
/// # Errors
/// [`Error::Forbidden`] without the permission. Errors of the text are part of the answer.
pub async fn import(cx: &Cx, actor: &Actor, text: &str, dry_run: bool) -> Result<Import> {
    actor.require(Permission::ManageCalendar)?;
    let notice = match notice::parse(text) {
        Ok(notice) => notice,
        Err(problems) => {
            let errors = problems
                .into_iter()
                .map(|p| FieldError::new(p.path, Text::new(p.zh, p.en)))
                .collect();
            return Ok(Import {
                applied: false,
                year: 0,
                notice: String::new(),
                days: 0,
                errors,
                affected_leaves: 0,
            });
        }
    };
    let tx = cx.begin().await?;
    let affected = affected_leaves(&*tx, &notice).await?;
    let mut result = Import {
        applied: false,
        year: notice.year,
        notice: notice.number.clone(),
        days: i32::try_from(notice.days.len()).unwrap_or(i32::MAX),
        errors: Vec::new(),
        affected_leaves: affected,
    };
    if dry_run {
        return Ok(result);
    }
    let (source, revision) = insert(cx, &tx, &notice, Some(actor.member)).await?;
    let draft = event::Draft::new("calendar.imported", source)
        .version(revision)
        .topic(topic::CALENDAR)
        .payload(json!({ "year": notice.year, "notice": notice.number, "affected": affected }));
    event::append(cx, &tx, actor, draft).await?;
    tx.commit().await?;
    result.applied = true;
    Ok(result)
}

/// Imports the notices that come with the server and the usual weekly pattern into a database that has none.
///
/// # Errors
/// Only those of the database.
pub async fn set_up(cx: &Cx, tx: &Tx) -> Result<()> {
    if calendar_source::Entity::find().count(&**tx).await? > 0 {
        return Ok(());
    }
    let Pattern {
        weekdays,
        morning,
        afternoon,
        observes_make_up,
    } = Pattern::standard();
    calendar_pattern::Entity::insert(calendar_pattern::ActiveModel {
        id: Set(cx.id::<CalendarPatternId>()),
        name: Set("标准工作日".into()),
        office: Set(None),
        weekdays: Set(weekdays),
        morning_start: Set(morning.0),
        morning_end: Set(morning.1),
        afternoon_start: Set(afternoon.0),
        afternoon_end: Set(afternoon.1),
        observes_make_up: Set(observes_make_up),
    })
    .exec_without_returning(&**tx)
    .await?;
    for text in notice::BUILT_IN {
        let notice = notice::parse(text).map_err(|problems| Error::internal(format!("{problems:?}")))?;
        let (source, revision) = insert(cx, tx, &notice, None).await?;
        let draft = event::Draft::new("calendar.imported", source)
            .version(revision)
            .topic(topic::CALENDAR)
            .payload(json!({ "year": notice.year, "notice": notice.number, "affected": 0 }));
        event::append_as(cx, tx, None, Via::System, draft).await?;
    }
    Ok(())
}

async fn insert(cx: &Cx, tx: &Tx, notice: &Notice, by: Option<MemberId>) -> Result<(CalendarSourceId, i32)> {
    let last: Option<i32> = calendar_source::Entity::find()
        .select_only()
        .column_as(calendar_source::Column::Revision.max(), "revision")
        .filter(calendar_source::Column::Year.eq(notice.year))
        .into_tuple::<Option<i32>>()
        .one(&**tx)
        .await?
        .flatten();
    let (id, revision) = (cx.id::<CalendarSourceId>(), last.unwrap_or(0) + 1);
    let source = calendar_source::ActiveModel {
        id: Set(id),
        year: Set(notice.year),
        notice: Set(notice.number.clone()),
        imported_at: Set(cx.now()),
        imported_by: Set(by),
        revision: Set(revision),
    };
    calendar_source::Entity::insert(source)
        .exec_without_returning(&**tx)
        .await?;
    let days = notice.days.iter().map(|day| calendar_day::ActiveModel {
        source_id: Set(id),
        date: Set(day.date),
        day_type: Set(day.day_type),
        name: Set(day.name.clone()),
    });
    calendar_day::Entity::insert_many(days)
        .exec_without_returning(&**tx)
        .await?;
    Ok((id, revision))
}

/// Held and approved leaves on days whose kind the notice changes.
async fn affected_leaves(conn: &impl ConnectionTrait, notice: &Notice) -> Result<i32> {
    let (Some(first), Some(last)) = (
        NaiveDate::from_ymd_opt(notice.year, 1, 1),
        NaiveDate::from_ymd_opt(notice.year, 12, 31),
    ) else {
        return Ok(0);
    };
    let before = load(conn, first, last, None).await?;
    let after = Calendar::new(before.pattern().clone(), notice.days.iter().cloned(), BTreeMap::new());
    let changed: Vec<NaiveDate> = dates(first, last)
        .filter(|date| before.day(*date).day_type != after.day(*date).day_type)
        .collect();
    if changed.is_empty() {
        return Ok(0);
    }
    let requests: Option<i64> = leave_day::Entity::find()
        .select_only()
        .column_as(Expr::col(leave_day::Column::RequestId).count_distinct(), "requests")
        .filter(leave_day::Column::Date.is_in(changed))
        .into_tuple()
        .one(conn)
        .await?;
    Ok(requests.and_then(|count| i32::try_from(count).ok()).unwrap_or(0))
}

async fn patterns(conn: &impl ConnectionTrait) -> Result<HashMap<Option<String>, Pattern>> {
    let rows = calendar_pattern::Entity::find().all(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let pattern = Pattern {
                weekdays: row.weekdays,
                morning: (row.morning_start, row.morning_end),
                afternoon: (row.afternoon_start, row.afternoon_end),
                observes_make_up: row.observes_make_up,
            };
            (row.office, pattern)
        })
        .collect())
}

#[derive(FromQueryResult)]
struct NationalRow {
    id: CalendarSourceId,
    year: i32,
    revision: i32,
    date: Option<NaiveDate>,
    day_type: Option<DayType>,
    name: Option<String>,
}

/// National days between the dates by the newest revision of each year, and those revisions. A year without special days in
/// the span still answers with its revision: it is known.
async fn national(
    conn: &impl ConnectionTrait,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<(Vec<Special>, BTreeMap<i32, i32>)> {
    let days = calendar_source::Entity::belongs_to(calendar_day::Entity)
        .from(calendar_source::Column::Id)
        .to(calendar_day::Column::SourceId)
        .on_condition(move |_, day| {
            let date = || Expr::col((day.clone(), calendar_day::Column::Date));
            Condition::all().add(date().gte(from)).add(date().lte(to))
        });
    let rows = calendar_source::Entity::find()
        .select_only()
        .columns([
            calendar_source::Column::Id,
            calendar_source::Column::Year,
            calendar_source::Column::Revision,
        ])
        .columns([
            calendar_day::Column::Date,
            calendar_day::Column::DayType,
            calendar_day::Column::Name,
        ])
        .join(JoinType::LeftJoin, days.into())
        .filter(calendar_source::Column::Year.between(from.year(), to.year()))
        .into_model::<NationalRow>()
        .all(conn)
        .await?;
    let mut newest: BTreeMap<i32, (i32, CalendarSourceId)> = BTreeMap::new();
    for row in &rows {
        let entry = newest.entry(row.year).or_insert((row.revision, row.id));
        *entry = (*entry).max((row.revision, row.id));
    }
    let days = rows
        .into_iter()
        .filter(|row| newest.get(&row.year).is_some_and(|(_, id)| *id == row.id))
        .filter_map(|row| {
            Some(Special {
                date: row.date?,
                day_type: row.day_type?,
                name: row.name?,
            })
        })
        .collect();
    Ok((
        days,
        newest
            .into_iter()
            .map(|(year, (revision, _))| (year, revision))
            .collect(),
    ))
}
