//! The attendance record in the public schema.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::MemberId;

use super::service::{self, Day};
use crate::calendar::graphql::DayType;
use crate::error::{Locale, Result, Text};
use crate::graphql::scalar::Date;
use crate::graphql::{actor, cx, id, locale};
use crate::leave::graphql::DayPart;

/// Result of a day.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "AttendanceStatus", remote = "entity::AttendanceStatus")]
pub enum AttendanceStatus {
    /// Present as planned.
    Normal,
    /// On leave all day.
    Leave,
    /// On leave for a part.
    PartialLeave,
    /// Not a working day.
    Rest,
}

/// A day of the attendance record.
#[derive(SimpleObject)]
pub struct AttendanceDay {
    /// Civil date.
    date: Date,
    /// What the day is.
    day_type: DayType,
    /// Result.
    status: AttendanceStatus,
    /// Minutes of work planned.
    scheduled_minutes: i32,
    /// Minutes on approved leave.
    leave_minutes: i32,
    /// What it is made of.
    items: Vec<AttendanceItem>,
}

/// Something that happened on a day.
#[derive(SimpleObject)]
pub struct AttendanceItem {
    /// What: `leave`.
    kind: String,
    /// Name of its kind: 年假.
    type_name: String,
    /// Which half of the day.
    part: DayPart,
    /// Working minutes of it.
    minutes: i32,
    /// The request it comes from.
    approval_id: Option<ID>,
}

impl AttendanceDay {
    fn new(day: Day, names: &HashMap<String, Text>, locale: Locale) -> Self {
        let items = day
            .items
            .into_iter()
            .map(|item| AttendanceItem {
                type_name: names
                    .get(&item.type_key)
                    .map_or(item.type_key, |name| name.get(locale).to_owned()),
                kind: item.kind,
                part: item.part.into(),
                minutes: item.minutes,
                approval_id: Some(id::encode(item.request)),
            })
            .collect();
        Self {
            date: day.date.into(),
            day_type: day.day_type.into(),
            status: day.status.into(),
            scheduled_minutes: day.scheduled_minutes,
            leave_minutes: day.leave_minutes,
            items,
        }
    }
}

/// Queries of the attendance record.
#[derive(Default)]
pub struct AttendanceQuery;

#[Object]
impl AttendanceQuery {
    /// The record of a member, by default of the viewer; at most 62 days. Of days to come only those known already.
    async fn attendance(
        &self,
        ctx: &Context<'_>,
        member_id: Option<ID>,
        from: Date,
        to: Date,
    ) -> Result<Vec<AttendanceDay>> {
        let (cx, actor, locale) = (cx(ctx)?, actor(ctx)?, locale(ctx));
        let member: MemberId = member_id.map_or(Ok(actor.member), |member| id::decode(&member))?;
        let days = service::days(cx, actor, member, from.into(), to.into()).await?;
        let names = crate::leave::service::kind_names(cx).await?;
        Ok(days
            .into_iter()
            .map(|day| AttendanceDay::new(day, &names, locale))
            .collect())
    }
}
