//! Corrections by hand: the personnel department gives and takes leave, each with its reason.

use chrono::NaiveDate;
use entity::{EntryKind, LeaveLotId, LeaveTypeId, MemberId, leave_entry, leave_lot};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use serde_json::json;

use super::{KindBalance, all_kinds, balances, post, relation};
use crate::access::Permission;
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, FieldError, Result, Text};
use crate::event::{self, Replay, topic};
use crate::leave::model::days_text;
use crate::leave::policy::Action;

/// Most minutes of one correction: a year of days.
const MOST: u32 = 366 * crate::calendar::DAY.unsigned_abs();

/// A correction.
#[derive(Clone, Debug, Serialize)]
pub struct Adjustment {
    /// Key of the kind.
    pub type_key: String,
    /// Minutes to add, or to take when negative.
    pub minutes: i32,
    /// First day a new lot may be taken.
    pub valid_from: NaiveDate,
    /// Last day a new lot may be taken.
    pub valid_to: NaiveDate,
    /// Why; for a new lot also what it is called.
    pub note: String,
    /// Lot to correct; none for a new one.
    pub lot: Option<LeaveLotId>,
}

/// Corrects the balance of a member and returns it.
///
/// # Errors
/// [`Error::Forbidden`] without the permission and for oneself, [`Error::NotFound`] outside its reach or for a foreign lot, [`Error::Invalid`],
/// [`Error::InsufficientBalance`] when more is taken than the lot has.
pub async fn adjust(
    cx: &Cx,
    actor: &Actor,
    member: MemberId,
    change: &Adjustment,
    key: Option<&str>,
) -> Result<KindBalance> {
    actor.require(Permission::AdjustLeave)?;
    if member == actor.member {
        return Err(Error::forbidden(
            "不能更正自己的余额，请由其他人事或管理员办理",
            "You cannot correct your own balance; ask a colleague of the personnel department or an administrator",
        ));
    }
    relation::require(cx.db.read(), actor, member, Action::Adjust, Permission::AdjustLeave).await?;
    check(change)?;
    let kinds = all_kinds(cx.db.read()).await?;
    let kind = kinds
        .iter()
        .find(|kind| kind.key == change.type_key)
        .ok_or_else(|| Error::invalid("typeKey", "没有这种假期", "There is no such kind of leave"))?;
    if !kind.limited {
        return Err(Error::invalid(
            "typeKey",
            "这种假期不按余额管理",
            "This kind of leave has no balance",
        ));
    }
    let tx = cx.begin().await?;
    let claim = match event::begin_once(cx, &tx, actor.member, key, "adjustLeave", &(member, change)).await? {
        Replay::First(claim) => Some(claim),
        Replay::Again(()) => None,
    };
    if let Some(claim) = claim {
        write(cx, &tx, actor, member, kind.id, change).await?;
        let draft = event::Draft::new("leave.adjusted", member)
            .topic(topic::leave(member))
            .payload(json!({ "type": kind.key, "minutes": change.minutes, "note": change.note.trim() }));
        event::append(cx, &tx, actor, draft).await?;
        event::finish_once(&tx, claim, &())?;
    }
    tx.commit().await?;
    let balances = balances(cx, actor, member, cx.today()).await?;
    balances
        .into_iter()
        .find(|balance| balance.kind.row.id == kind.id)
        .ok_or(Error::NotFound)
}

fn check(change: &Adjustment) -> Result<()> {
    let mut errors = Vec::new();
    let mut fail = |path: &str, zh: &'static str, en: &'static str| {
        errors.push(FieldError::new(path, Text::new(zh, en)));
    };
    if change.minutes == 0 || change.minutes.unsigned_abs() > MOST {
        fail(
            "minutes",
            "须不为 0，且不超过 366 天",
            "Must not be 0 and not exceed 366 days",
        );
    }
    let length = change.note.trim().chars().count();
    if length == 0 || length > 200 {
        fail(
            "note",
            "请填写 1 到 200 字的原因",
            "Give a reason of 1 to 200 characters",
        );
    }
    if change.lot.is_none() {
        if change.minutes < 0 {
            fail("lotId", "扣减时须指明额度", "Name the lot to take from");
        }
        if change.valid_to < change.valid_from {
            fail("validTo", "失效日期早于生效日期", "It ends before it begins");
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

async fn write(
    cx: &Cx,
    tx: &Tx,
    actor: &Actor,
    member: MemberId,
    kind: LeaveTypeId,
    change: &Adjustment,
) -> Result<()> {
    post::lock(tx, member).await?;
    let note = change.note.trim();
    let (lot, effective_on) = match change.lot {
        Some(id) => {
            let lot = leave_lot::Entity::find_by_id(id)
                .filter(leave_lot::Column::MemberId.eq(member))
                .filter(leave_lot::Column::TypeId.eq(kind))
                .one(&**tx)
                .await?
                .ok_or(Error::NotFound)?;
            let left = left(tx, id).await?;
            if left + i64::from(change.minutes) < 0 {
                let left = days_text(i32::try_from(left).unwrap_or(0));
                return Err(Error::InsufficientBalance(Text::new(
                    format!("这笔额度只剩 {left} 天"),
                    format!("Only {left} days are left of this lot"),
                )));
            }
            (lot.id, cx.today().clamp(lot.valid_from, lot.valid_to))
        }
        None => {
            let label: String = note.chars().take(40).collect();
            let id: LeaveLotId = cx.id();
            leave_lot::Entity::insert(leave_lot::ActiveModel {
                id: Set(id),
                member_id: Set(member),
                type_id: Set(kind),
                label: Set(label.clone()),
                label_en: Set(label),
                valid_from: Set(change.valid_from),
                valid_to: Set(change.valid_to),
                created_at: Set(cx.now()),
            })
            .exec_without_returning(&**tx)
            .await?;
            (id, change.valid_from)
        }
    };
    leave_entry::Entity::insert(leave_entry::ActiveModel {
        id: Set(cx.id()),
        member_id: Set(member),
        type_id: Set(kind),
        lot_id: Set(Some(lot)),
        kind: Set(EntryKind::Adjust),
        minutes: Set(change.minutes),
        case_id: Set(None),
        round: Set(0),
        effective_on: Set(effective_on),
        at: Set(cx.now()),
        actor_id: Set(Some(actor.member)),
        note: Set(Some(note.to_owned())),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

async fn left(tx: &Tx, lot: LeaveLotId) -> Result<i64> {
    let sum: Option<Option<i64>> = leave_entry::Entity::find()
        .select_only()
        .column_as(leave_entry::Column::Minutes.sum(), "sum")
        .filter(leave_entry::Column::LotId.eq(lot))
        .into_tuple()
        .one(&**tx)
        .await?;
    Ok(sum.flatten().unwrap_or(0))
}
