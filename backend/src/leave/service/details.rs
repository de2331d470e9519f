//! What requests mean for leave once they are submitted, for the pages that show them.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{
    ApprovalId, EntryKind, LeaveLotId, LeaveStatus, MemberId, leave_day, leave_entry, leave_lot, leave_request,
};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};

use super::balance::views;
use super::{KindView, LotUse, known_kinds};
use crate::calendar;
use crate::cx::{Actor, Cx};
use crate::error::{Result, Text};
use crate::leave::model::{DayRow, Span};
use crate::org::service as org;

/// What a request means for leave.
#[derive(Clone, Debug)]
pub struct Detail {
    /// Its row.
    pub row: leave_request::Model,
    /// The kind.
    pub kind: KindView,
    /// Each half day covered.
    pub days: Vec<DayRow>,
    /// What it takes from lots; nothing once it is let go.
    pub lots: Vec<LotUse>,
    /// What is left now in the lots it could use; none for kinds without balance and for what is let go.
    pub balance_after: Option<i32>,
}

impl Detail {
    /// From when to when.
    pub fn span(&self) -> Span {
        Span {
            start_date: self.row.start_date,
            start_part: self.row.start_part,
            end_date: self.row.end_date,
            end_part: self.row.end_part,
        }
    }
}

/// Details of requests by id; requests without leave are left out. Whoever may see a request may see this, so the caller has
/// asked the policy of requests.
///
/// # Errors
/// Only those of the database.
pub async fn details(cx: &Cx, actor: &Actor, ids: &[ApprovalId]) -> Result<HashMap<ApprovalId, Detail>> {
    let (requests, mut days) = with_days(cx, ids).await?;
    if requests.is_empty() {
        return Ok(HashMap::new());
    }
    fill_days(cx, &requests, &mut days).await?;
    let kinds = views(cx, actor, cx.today()).await?;
    let (lots, mut held) = lots(cx, &requests).await?;
    let mut details = HashMap::with_capacity(requests.len());
    for row in requests {
        let Some(kind) = kinds.get(&row.type_id).cloned() else {
            continue;
        };
        let stands = matches!(row.status, LeaveStatus::Held | LeaveStatus::Approved);
        let taken = held.remove(&row.id).filter(|_| stands).unwrap_or_default();
        let mine = || {
            lots.iter().filter(|lot| {
                let lot = &lot.row;
                lot.member_id == row.member_id
                    && lot.type_id == row.type_id
                    && lot.valid_to >= row.start_date
                    && lot.valid_from <= row.end_date
            })
        };
        let uses = mine()
            .filter_map(|lot| {
                let minutes = *taken.get(&lot.row.id)?;
                Some(LotUse {
                    id: lot.row.id,
                    label: Text::new(lot.row.label.clone(), lot.row.label_en.clone()),
                    valid_from: lot.row.valid_from,
                    valid_to: lot.row.valid_to,
                    minutes,
                    before: lot.remaining + minutes,
                    after: lot.remaining,
                })
            })
            .collect();
        let balance_after = (kind.row.limited && stands).then(|| mine().map(|lot| lot.remaining).sum());
        let days = days.remove(&row.id).unwrap_or_default();
        details.insert(
            row.id,
            Detail {
                kind,
                days,
                lots: uses,
                balance_after,
                row,
            },
        );
    }
    Ok(details)
}

type Days = HashMap<ApprovalId, Vec<DayRow>>;

/// Rows of requests with their half days.
async fn with_days(cx: &Cx, ids: &[ApprovalId]) -> Result<(Vec<leave_request::Model>, Days)> {
    let day = leave_request::Entity::belongs_to(leave_day::Entity)
        .from(leave_request::Column::Id)
        .to(leave_day::Column::RequestId);
    let rows = leave_request::Entity::find()
        .join(JoinType::LeftJoin, day.into())
        .filter(leave_request::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(leave_request::Column::Id)
        .order_by_asc(leave_day::Column::Date)
        .order_by_asc(leave_day::Column::Part)
        .select_also(leave_day::Entity)
        .all(cx.db.read())
        .await?;
    let mut requests: Vec<leave_request::Model> = Vec::new();
    let mut days = Days::new();
    for (request, day) in rows {
        days.entry(request.id).or_default().extend(day.map(|row| DayRow {
            date: row.date,
            part: row.part,
            minutes: row.minutes,
            day_type: row.day_type,
        }));
        if requests.last().is_none_or(|last| last.id != request.id) {
            requests.push(request);
        }
    }
    Ok((requests, days))
}

/// The half days of a leave that was let go are gone, so they are shown as the calendar has them now.
async fn fill_days(cx: &Cx, requests: &[leave_request::Model], days: &mut Days) -> Result<()> {
    let gone: Vec<&leave_request::Model> = requests
        .iter()
        .filter(|request| request.status == LeaveStatus::Released)
        .collect();
    let (Some(from), Some(to)) = (
        gone.iter().map(|request| request.start_date).min(),
        gone.iter().map(|request| request.end_date).max(),
    ) else {
        return Ok(());
    };
    let members: Vec<MemberId> = gone.iter().map(|request| request.member_id).collect();
    let people = org::people(cx, &members).await?;
    let calendars = calendar::service::load_all(cx.db.read(), from, to).await?;
    let kinds = known_kinds(cx).await?;
    for request in gone {
        let office = people
            .get(&request.member_id)
            .and_then(|person| person.row.office.clone());
        let calendar = calendars.get(&office).or_else(|| calendars.get(&None));
        if let (Some(calendar), Some(kind)) = (calendar, super::kind_of(&kinds, request.type_id)) {
            let span = Span {
                start_date: request.start_date,
                start_part: request.start_part,
                end_date: request.end_date,
                end_part: request.end_part,
            };
            days.insert(request.id, span.rows(calendar, kind.basis));
        }
    }
    Ok(())
}

struct Lot {
    row: leave_lot::Model,
    remaining: i32,
}

/// Minutes held in the current round, by request and lot.
type Held = HashMap<ApprovalId, HashMap<LeaveLotId, i32>>;

/// Lots of the members and kinds of the requests, with what is left of them, the soonest-expiring first, and what the requests
/// hold of them. In one statement: a lot has a few dozen lines.
async fn lots(cx: &Cx, requests: &[leave_request::Model]) -> Result<(Vec<Lot>, Held)> {
    let first = requests
        .iter()
        .map(|request| request.start_date)
        .min()
        .unwrap_or(NaiveDate::MIN);
    let line = leave_lot::Entity::belongs_to(leave_entry::Entity)
        .from(leave_lot::Column::Id)
        .to(leave_entry::Column::LotId);
    let rows = leave_lot::Entity::find()
        .join(JoinType::LeftJoin, line.into())
        .filter(leave_lot::Column::MemberId.is_in(requests.iter().map(|request| request.member_id)))
        .filter(leave_lot::Column::TypeId.is_in(requests.iter().map(|request| request.type_id)))
        .filter(leave_lot::Column::ValidTo.gte(first))
        .order_by_asc(leave_lot::Column::ValidTo)
        .order_by_asc(leave_lot::Column::Id)
        .select_also(leave_entry::Entity)
        .all(cx.db.read())
        .await?;
    let rounds: HashMap<ApprovalId, i32> = requests.iter().map(|request| (request.id, request.round)).collect();
    let (mut lots, mut held): (Vec<Lot>, Held) = (Vec::new(), Held::new());
    for (row, line) in rows {
        if let Some(line) = &line
            && let Some(case) = line.case_id
            && line.kind == EntryKind::Hold
            && rounds.get(&case) == Some(&line.round)
        {
            *held.entry(case).or_default().entry(row.id).or_default() -= line.minutes;
        }
        let minutes = line.map_or(0, |line| line.minutes);
        match lots.last_mut() {
            Some(last) if last.row.id == row.id => last.remaining += minutes,
            _ => lots.push(Lot {
                row,
                remaining: minutes,
            }),
        }
    }
    Ok((lots, held))
}
