//! What requests mean for leave once they are submitted, for the pages that show them.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{
    ApprovalId, EntryKind, LeaveLotId, LeaveStatus, MemberId, leave_day, leave_entry, leave_lot, leave_request,
    org_member,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::balance::views;
use super::{KindView, LotUse};
use crate::calendar;
use crate::cx::{Actor, Cx};
use crate::error::{Result, Text};
use crate::leave::model::{DayRow, Span};

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
    let conn = cx.db.read();
    let requests = leave_request::Entity::find()
        .filter(leave_request::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await?;
    if requests.is_empty() {
        return Ok(HashMap::new());
    }
    let kinds = views(conn, actor, cx.today()).await?;
    let mut days = days(conn, &requests).await?;
    let mut held = held(conn, &requests).await?;
    let lots = lots(conn, &requests).await?;
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

/// Half days by request. Those of a leave that was let go are gone, so they are shown as the calendar has them now.
async fn days(
    conn: &impl ConnectionTrait,
    requests: &[leave_request::Model],
) -> Result<HashMap<ApprovalId, Vec<DayRow>>> {
    let mut days: HashMap<ApprovalId, Vec<DayRow>> = HashMap::new();
    let rows = leave_day::Entity::find()
        .filter(leave_day::Column::RequestId.is_in(requests.iter().map(|request| request.id)))
        .order_by_asc(leave_day::Column::Date)
        .order_by_asc(leave_day::Column::Part)
        .all(conn)
        .await?;
    for row in rows {
        days.entry(row.request_id).or_default().push(DayRow {
            date: row.date,
            part: row.part,
            minutes: row.minutes,
            day_type: row.day_type,
        });
    }
    let gone: Vec<&leave_request::Model> = requests
        .iter()
        .filter(|request| request.status == LeaveStatus::Released)
        .collect();
    let (Some(from), Some(to)) = (
        gone.iter().map(|request| request.start_date).min(),
        gone.iter().map(|request| request.end_date).max(),
    ) else {
        return Ok(days);
    };
    let offices: HashMap<MemberId, Option<String>> = org_member::Entity::find()
        .select_only()
        .columns([org_member::Column::Id, org_member::Column::Office])
        .filter(org_member::Column::Id.is_in(gone.iter().map(|request| request.member_id)))
        .into_tuple()
        .all(conn)
        .await?
        .into_iter()
        .collect();
    let calendars = calendar::service::load_all(conn, from, to).await?;
    let kinds = super::all_kinds(conn).await?;
    for request in gone {
        let office = offices.get(&request.member_id).cloned().flatten();
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
    Ok(days)
}

/// Minutes held in the current round, by request and lot.
async fn held(
    conn: &impl ConnectionTrait,
    requests: &[leave_request::Model],
) -> Result<HashMap<ApprovalId, HashMap<LeaveLotId, i32>>> {
    let lines = leave_entry::Entity::find()
        .filter(leave_entry::Column::CaseId.is_in(requests.iter().map(|request| request.id)))
        .filter(leave_entry::Column::Kind.eq(EntryKind::Hold))
        .all(conn)
        .await?;
    let rounds: HashMap<ApprovalId, i32> = requests.iter().map(|request| (request.id, request.round)).collect();
    let mut held: HashMap<ApprovalId, HashMap<LeaveLotId, i32>> = HashMap::new();
    for line in lines {
        if let (Some(case), Some(lot)) = (line.case_id, line.lot_id)
            && rounds.get(&case) == Some(&line.round)
        {
            *held.entry(case).or_default().entry(lot).or_default() -= line.minutes;
        }
    }
    Ok(held)
}

struct Lot {
    row: leave_lot::Model,
    remaining: i32,
}

/// Lots of the members and kinds of the requests, with what is left of them, the soonest-expiring first.
async fn lots(conn: &impl ConnectionTrait, requests: &[leave_request::Model]) -> Result<Vec<Lot>> {
    let first = requests
        .iter()
        .map(|request| request.start_date)
        .min()
        .unwrap_or(NaiveDate::MIN);
    let rows = leave_lot::Entity::find()
        .filter(leave_lot::Column::MemberId.is_in(requests.iter().map(|request| request.member_id)))
        .filter(leave_lot::Column::TypeId.is_in(requests.iter().map(|request| request.type_id)))
        .filter(leave_lot::Column::ValidTo.gte(first))
        .order_by_asc(leave_lot::Column::ValidTo)
        .order_by_asc(leave_lot::Column::Id)
        .all(conn)
        .await?;
    let sums: HashMap<LeaveLotId, i64> = leave_entry::Entity::find()
        .select_only()
        .column(leave_entry::Column::LotId)
        .column_as(leave_entry::Column::Minutes.sum(), "sum")
        .filter(leave_entry::Column::LotId.is_in(rows.iter().map(|lot| lot.id)))
        .group_by(leave_entry::Column::LotId)
        .into_tuple::<(LeaveLotId, i64)>()
        .all(conn)
        .await?
        .into_iter()
        .collect();
    Ok(rows
        .into_iter()
        .map(|row| Lot {
            remaining: sums.get(&row.id).and_then(|sum| i32::try_from(*sum).ok()).unwrap_or(0),
            row,
        })
        .collect())
}
