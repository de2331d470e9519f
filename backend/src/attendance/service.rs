//! Keeps and reads the attendance record.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use entity::{ApprovalId, AttendanceStatus, DayType, MemberId, attendance_day, org_member};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::model::{Item, outcome, replace};
use crate::access::Permission;
use crate::calendar::service::check_span;
use crate::calendar::{self, DAY};
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::leave::model::DayRow;
use crate::leave::policy::Action;
use crate::leave::service::relation;

/// Longest span of [`days`], in days.
const MAX_SPAN: i64 = 62;
/// Rows of one insert; eight values each stay below the limit of both engines.
const CHUNK: usize = 1000;

/// A day of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Civil date.
    pub date: NaiveDate,
    /// What the day is.
    pub day_type: DayType,
    /// Result.
    pub status: AttendanceStatus,
    /// Minutes of work planned.
    pub scheduled_minutes: i32,
    /// Minutes on leave.
    pub leave_minutes: i32,
    /// What it is made of.
    pub items: Vec<Item>,
}

/// Writes the half days of an approved leave into the record, in the transaction of the approval. Doing it twice is doing it
/// once.
///
/// # Errors
/// Only those of the database.
pub async fn record_leave(
    cx: &Cx,
    tx: &Tx,
    member: MemberId,
    request: ApprovalId,
    type_key: &str,
    rows: &[DayRow],
) -> Result<()> {
    let mut by_date: BTreeMap<NaiveDate, (DayType, Vec<Item>)> = BTreeMap::new();
    for row in rows {
        let (_, items) = by_date.entry(row.date).or_insert_with(|| (row.day_type, Vec::new()));
        items.push(Item {
            kind: "leave".into(),
            type_key: type_key.to_owned(),
            part: row.part,
            minutes: row.minutes,
            request,
        });
    }
    put(cx, tx, member, request, by_date).await
}

async fn put(
    cx: &Cx,
    tx: &Tx,
    member: MemberId,
    request: ApprovalId,
    by_date: BTreeMap<NaiveDate, (DayType, Vec<Item>)>,
) -> Result<()> {
    let recorded: HashMap<NaiveDate, attendance_day::Model> = attendance_day::Entity::find()
        .filter(attendance_day::Column::MemberId.eq(member))
        .filter(attendance_day::Column::Date.is_in(by_date.keys().copied()))
        .all(&**tx)
        .await?
        .into_iter()
        .map(|row| (row.date, row))
        .collect();
    let mut rows = Vec::with_capacity(by_date.len());
    for (date, (day_type, items)) in by_date {
        let before = match recorded.get(&date) {
            Some(row) => serde_json::from_value::<Vec<Item>>(row.items.clone())?,
            None => Vec::new(),
        };
        let items = replace(&before, request, items);
        let outcome = outcome(day_type, &items);
        rows.push(attendance_day::ActiveModel {
            member_id: Set(member),
            date: Set(date),
            day_type: Set(day_type),
            status: Set(outcome.status),
            scheduled_minutes: Set(outcome.scheduled_minutes),
            leave_minutes: Set(outcome.leave_minutes),
            items: Set(serde_json::to_value(&items)?),
            updated_at: Set(cx.now()),
        });
    }
    for chunk in rows.chunks(CHUNK) {
        let conflict = OnConflict::columns([attendance_day::Column::MemberId, attendance_day::Column::Date])
            .update_columns([
                attendance_day::Column::DayType,
                attendance_day::Column::Status,
                attendance_day::Column::ScheduledMinutes,
                attendance_day::Column::LeaveMinutes,
                attendance_day::Column::Items,
                attendance_day::Column::UpdatedAt,
            ])
            .to_owned();
        tx.later(&attendance_day::Entity::insert_many(chunk.iter().cloned()).on_conflict(conflict));
    }
    Ok(())
}

/// The record of a member from `from` to `to`. Days up to today without a record of their own went as planned; of days to come
/// only those that are known already are told.
///
/// # Errors
/// [`Error::NotFound`] for a member whose record the actor may not see, [`Error::Invalid`] for a span over 62 days.
pub async fn days(cx: &Cx, actor: &Actor, member: MemberId, from: NaiveDate, to: NaiveDate) -> Result<Vec<Day>> {
    check_span(from, to, MAX_SPAN)?;
    let conn = cx.db.read();
    relation::require(conn, actor, member, Action::ReadAttendance, Permission::ReadAttendance).await?;
    let person = org_member::Entity::find_by_id(member)
        .one(conn)
        .await?
        .ok_or(Error::NotFound)?;
    let calendar = calendar::service::load(conn, from, to, person.office.as_deref()).await?;
    let mut recorded: HashMap<NaiveDate, attendance_day::Model> = attendance_day::Entity::find()
        .filter(attendance_day::Column::MemberId.eq(member))
        .filter(attendance_day::Column::Date.between(from, to))
        .order_by_asc(attendance_day::Column::Date)
        .all(conn)
        .await?
        .into_iter()
        .map(|row| (row.date, row))
        .collect();
    let today = cx.today();
    let mut days = Vec::new();
    for day in calendar.days(from, to) {
        if let Some(row) = recorded.remove(&day.date) {
            days.push(Day {
                date: row.date,
                day_type: row.day_type,
                status: row.status,
                scheduled_minutes: row.scheduled_minutes,
                leave_minutes: row.leave_minutes,
                items: serde_json::from_value(row.items)?,
            });
        } else if day.date <= today && person.hired_on.is_none_or(|hired| hired <= day.date) {
            let status = if day.works() {
                AttendanceStatus::Normal
            } else {
                AttendanceStatus::Rest
            };
            let scheduled_minutes = if day.works() { DAY } else { 0 };
            days.push(Day {
                date: day.date,
                day_type: day.day_type,
                status,
                scheduled_minutes,
                leave_minutes: 0,
                items: Vec::new(),
            });
        }
    }
    Ok(days)
}
