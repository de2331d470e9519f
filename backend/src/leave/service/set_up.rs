//! What a company starts with, and what every year gives.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};
use entity::{
    EntryKind, LeaveLotId, LeaveTypeId, MemberId, MemberStatus, Via, leave_entry, leave_lot, leave_type, org_member,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::{all_kinds, kinds_within};
use crate::cx::Cx;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::event::{self, topic};
use crate::leave::model::{SEED, annual_entitlement};

/// Rows of one insert; twelve values each stay below the limit of both engines.
const CHUNK: usize = 1000;

/// Puts the kinds of leave into a database that lacks them. Kinds that are there stay as they are.
///
/// # Errors
/// Only those of the database.
pub async fn set_up(cx: &Cx, tx: &Tx) -> Result<()> {
    let there: HashSet<String> = all_kinds(&**tx).await?.into_iter().map(|kind| kind.key).collect();
    let missing: Vec<_> = SEED
        .iter()
        .zip(0_i32..)
        .filter(|(kind, _)| !there.contains(kind.key))
        .map(|(kind, sort_order)| leave_type::ActiveModel {
            id: Set(cx.id()),
            key: Set(kind.key.into()),
            name: Set(kind.name.into()),
            name_en: Set(kind.name_en.into()),
            basis: Set(kind.rule.basis),
            limited: Set(kind.rule.limited),
            overdraft_minutes: Set(kind.rule.overdraft_minutes),
            step_minutes: Set(kind.rule.step_minutes),
            minimum_minutes: Set(kind.rule.minimum_minutes),
            maximum_minutes: Set(kind.rule.maximum_minutes),
            notice_days: Set(kind.rule.notice_days),
            proof_from_minutes: Set(kind.rule.proof_from_minutes),
            gender: Set(kind.rule.gender),
            paid_percent: Set(kind.paid_percent),
            sort_order: Set(sort_order),
            active: Set(true),
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let first = missing.first().and_then(|kind| kind.id.clone().take());
    leave_type::Entity::insert_many(missing)
        .exec_without_returning(&**tx)
        .await?;
    if let Some(first) = first {
        event::append_as(cx, tx, None, Via::System, event::Draft::new("leave.kinds_added", first)).await?;
    }
    Ok(())
}

/// Grants the annual leave of a year to every active member who is entitled and has no lot of that year yet, in lots that may
/// be taken until the end of the next year. Returns how many were granted; a second call grants only to those who are new.
///
/// # Errors
/// [`Error::Internal`] before [`set_up`].
pub async fn grant_annual(cx: &Cx, tx: &Tx, year: i32) -> Result<usize> {
    let kind = annual(cx, tx).await?.ok_or_else(|| Error::internal("no kind annual"))?;
    grant_to(cx, tx, kind, year, None).await
}

/// The same for these members, this year: they are new, or their dates were corrected. Nothing where there are no kinds of leave
/// yet; the first start of a server then grants.
///
/// # Errors
/// Only those of the database.
pub async fn grant_annual_to(cx: &Cx, tx: &Tx, members: &[MemberId]) -> Result<()> {
    if let Some(kind) = annual(cx, tx).await? {
        for members in members.chunks(CHUNK) {
            grant_to(cx, tx, kind, cx.today().year(), Some(members)).await?;
        }
    }
    Ok(())
}

async fn annual(cx: &Cx, tx: &Tx) -> Result<Option<LeaveTypeId>> {
    let kinds = kinds_within(cx, &**tx).await?;
    Ok(kinds.iter().find(|kind| kind.key == "annual").map(|kind| kind.id))
}

async fn grant_to(cx: &Cx, tx: &Tx, kind: LeaveTypeId, year: i32, only: Option<&[MemberId]>) -> Result<usize> {
    let label = format!("{year} 年度");
    let among = only.map_or_else(Condition::all, |only| {
        Condition::all().add(org_member::Column::Id.is_in(only.iter().copied()))
    });
    let granted = Query::select()
        .expr(Expr::val(1))
        .from(leave_lot::Entity)
        .and_where(
            Expr::col((leave_lot::Entity, leave_lot::Column::MemberId))
                .equals((org_member::Entity, org_member::Column::Id)),
        )
        .and_where(leave_lot::Column::TypeId.eq(kind))
        .and_where(leave_lot::Column::Label.eq(label.as_str()))
        .to_owned();
    let people: Vec<(MemberId, Option<NaiveDate>, Option<NaiveDate>)> = org_member::Entity::find()
        .select_only()
        .columns([
            org_member::Column::Id,
            org_member::Column::CareerStartedOn,
            org_member::Column::HiredOn,
        ])
        .filter(org_member::Column::Status.eq(MemberStatus::Active))
        .filter(among)
        .filter(Expr::exists(granted).not())
        .order_by_asc(org_member::Column::Id)
        .into_tuple()
        .all(&**tx)
        .await?;
    let (Some(first), Some(last)) = (
        NaiveDate::from_ymd_opt(year, 1, 1),
        NaiveDate::from_ymd_opt(year + 1, 12, 31),
    ) else {
        return Err(Error::internal(format!("year {year}")));
    };
    let (mut lots, mut entries, mut lots_of) = (Vec::new(), Vec::new(), Vec::new());
    for (member, career, hired) in people {
        let minutes = annual_entitlement(career, hired, year);
        if minutes == 0 {
            continue;
        }
        let from = hired.map_or(first, |hired| Ord::max(hired, first));
        let lot: LeaveLotId = cx.id();
        lots.push(leave_lot::ActiveModel {
            id: Set(lot),
            member_id: Set(member),
            type_id: Set(kind),
            label: Set(label.clone()),
            label_en: Set(format!("Year {year}")),
            valid_from: Set(from),
            valid_to: Set(last),
            created_at: Set(cx.now()),
        });
        lots_of.push(member);
        entries.push(grant(cx, member, kind, lot, minutes, from));
    }
    let granted = lots.len();
    if granted == 0 {
        return Ok(0);
    }
    for chunk in lots.chunks(CHUNK) {
        leave_lot::Entity::insert_many(chunk.iter().cloned())
            .exec_without_returning(&**tx)
            .await?;
    }
    for chunk in entries.chunks(CHUNK) {
        leave_entry::Entity::insert_many(chunk.iter().cloned())
            .exec_without_returning(&**tx)
            .await?;
    }
    let mut draft = event::Draft::new("leave.granted", kind).payload(json!({ "year": year, "members": granted }));
    if only.is_some() {
        draft.topics = lots_of.into_iter().map(topic::leave).collect();
    }
    event::append_as(cx, tx, None, Via::System, draft).await?;
    Ok(granted)
}

fn grant(
    cx: &Cx,
    member: MemberId,
    kind: LeaveTypeId,
    lot: LeaveLotId,
    minutes: i32,
    from: NaiveDate,
) -> leave_entry::ActiveModel {
    leave_entry::ActiveModel {
        id: Set(cx.id()),
        member_id: Set(member),
        type_id: Set(kind),
        lot_id: Set(Some(lot)),
        kind: Set(EntryKind::Grant),
        minutes: Set(minutes),
        case_id: Set(None),
        round: Set(0),
        effective_on: Set(from),
        at: Set(cx.now()),
        actor_id: Set(None),
        note: Set(None),
    }
}
