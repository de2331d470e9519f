//! Posts what a request does to the ledger, the days and the attendance record. Called by the approval of the request inside
//! its transaction; the event of the approval tells of it and carries [`topics`]. Each is idempotent per request and round.

use entity::{ApprovalId, LeaveStatus, MemberId, leave_day, leave_entry, leave_request, leave_type, org_member};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, UpdateMany,
};

use super::{Assessment, LeaveForm, assess};
use crate::attendance;
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, Result, Text};
use crate::event::topic;
use crate::leave::model::{DayRow, Draft, Posted, plan_consume, plan_hold, plan_release};

/// Topics the event of a request must carry when its leave is held, taken or let go.
pub fn topics(member: MemberId) -> [String; 2] {
    [topic::leave(member), topic::CALENDAR.to_owned()]
}

/// Leave to hold for a round of a request.
#[derive(Clone, Debug)]
pub struct Wish<'a> {
    /// The request. Its row exists.
    pub case: ApprovalId,
    /// Its round.
    pub round: i32,
    /// Whose leave.
    pub member: MemberId,
    /// What is asked for.
    pub form: &'a LeaveForm,
    /// What it means, where that was worked out behind [`lock`] in this transaction.
    pub assessed: Option<Assessment>,
}

/// Reserves days and balance for a round of a request. Concurrent requests of one member wait for each other, so that neither the
/// days nor the balance go twice.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Overlap`] and [`Error::InsufficientBalance`] as [`Assessment::accept`] says.
pub async fn hold(cx: &Cx, tx: &Tx, actor: &Actor, wish: Wish<'_>) -> Result<Assessment> {
    let Wish {
        case,
        round,
        member,
        form,
        mut assessed,
    } = wish;
    if assessed.is_none() {
        lock(tx, member).await?;
    }
    let before = leave_request::Entity::find_by_id(case).one(&**tx).await?;
    let reserved = before.as_ref().is_some_and(|row| row.status == LeaveStatus::Held);
    let held = reserved && before.as_ref().is_some_and(|row| row.round == round);
    if reserved && !held {
        release(cx, tx, actor, case).await?;
        // What was worked out before knew of the days and minutes that are free now as taken.
        assessed = None;
    }
    let assessment = match assessed {
        Some(assessment) => assessment,
        None => {
            let correcting = (round > 1 || held).then_some(case);
            assess(cx, &**tx, member, form, correcting).await?
        }
    };
    if held {
        return Ok(assessment);
    }
    assessment.accept()?;
    let kind = assessment.kind.as_ref().ok_or(Error::NotFound)?;
    let request = leave_request::ActiveModel {
        id: Set(case),
        member_id: Set(member),
        type_id: Set(kind.id),
        start_date: Set(form.span.start_date),
        start_part: Set(form.span.start_part),
        end_date: Set(form.span.end_date),
        end_part: Set(form.span.end_part),
        minutes: Set(assessment.minutes),
        status: Set(LeaveStatus::Held),
        round: Set(round),
        calendar_revision: Set(assessment.calendar_revision.clone()),
    };
    if before.is_some() {
        request.update(&**tx).await?;
    } else {
        leave_request::Entity::insert(request)
            .exec_without_returning(&**tx)
            .await?;
    }
    insert_days(tx, member, case, &assessment.rows).await?;
    let origin = Origin {
        member,
        kind: kind.id,
        case,
        round,
        actor: actor.member,
    };
    post(cx, tx, &origin, plan_hold(&assessment.pieces)).await?;
    Ok(assessment)
}

/// Takes what is held: the request has passed. The covered days enter the attendance record. Does nothing for requests without
/// leave and for leave taken before.
///
/// # Errors
/// Only those of the database.
pub async fn consume(cx: &Cx, tx: &Tx, actor: &Actor, case: ApprovalId) -> Result<()> {
    let Some((request, kind)) = locked(tx, case, LeaveStatus::Held).await? else {
        return Ok(());
    };
    let origin = Origin::of(&request, actor);
    let lines = lines(cx, &origin, plan_consume(&posted(tx, &request).await?));
    if !lines.is_empty() {
        tx.later(&leave_entry::Entity::insert_many(lines));
    }
    tx.later(&status(case, LeaveStatus::Approved));
    let rows = days(tx, case).await?;
    attendance::service::record_leave(cx, tx, request.member_id, case, &kind, &rows).await
}

/// Lets go what is held: the request came back, was refused or withdrawn. The days are free again.
///
/// # Errors
/// Only those of the database.
pub async fn release(cx: &Cx, tx: &Tx, actor: &Actor, case: ApprovalId) -> Result<()> {
    let Some((request, _)) = locked(tx, case, LeaveStatus::Held).await? else {
        return Ok(());
    };
    let origin = Origin::of(&request, actor);
    let posted = posted(tx, &request).await?;
    post(cx, tx, &origin, plan_release(&posted)).await?;
    leave_day::Entity::delete_many()
        .filter(leave_day::Column::RequestId.eq(case))
        .exec(&**tx)
        .await?;
    status(case, LeaveStatus::Released).exec(&**tx).await?;
    Ok(())
}

/// Makes everything that changes the leave of a member wait its turn. SQLite has one writer anyway.
///
/// # Errors
/// [`Error::NotFound`] for an absent member.
pub async fn lock(tx: &Tx, member: MemberId) -> Result<()> {
    org_member::Entity::find_by_id(member)
        .lock(LockType::NoKeyUpdate)
        .one(&**tx)
        .await?
        .map(|_| ())
        .ok_or(Error::NotFound)
}

/// The leave of a request if it stands so, with its row locked, and the key of its kind.
async fn locked(tx: &Tx, case: ApprovalId, status: LeaveStatus) -> Result<Option<(leave_request::Model, String)>> {
    let kind = leave_request::Entity::belongs_to(leave_type::Entity)
        .from(leave_request::Column::TypeId)
        .to(leave_type::Column::Id);
    let mut query = leave_request::Entity::find_by_id(case)
        .join(JoinType::InnerJoin, kind.into())
        .column_as(leave_type::Column::Key, "kind_key")
        .into_query();
    query.lock_with_tables(LockType::Update, [leave_request::Entity]);
    let Some(row) = tx.query_one(&query).await? else {
        return Ok(None);
    };
    let request = leave_request::Model::from_query_result(&row, "")?;
    let kind = row.try_get("", "kind_key")?;
    Ok(Some((request, kind)).filter(|(request, _)| request.status == status))
}

async fn posted(tx: &Tx, request: &leave_request::Model) -> Result<Vec<Posted>> {
    let lines = leave_entry::Entity::find()
        .filter(leave_entry::Column::CaseId.eq(request.id))
        .filter(leave_entry::Column::Round.eq(request.round))
        .order_by_asc(leave_entry::Column::Id)
        .all(&**tx)
        .await?;
    Ok(lines
        .into_iter()
        .map(|line| Posted {
            lot: line.lot_id,
            kind: line.kind,
            minutes: line.minutes,
            effective_on: line.effective_on,
        })
        .collect())
}

async fn days(tx: &Tx, case: ApprovalId) -> Result<Vec<DayRow>> {
    let rows = leave_day::Entity::find()
        .filter(leave_day::Column::RequestId.eq(case))
        .order_by_asc(leave_day::Column::Date)
        .order_by_asc(leave_day::Column::Part)
        .all(&**tx)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| DayRow {
            date: row.date,
            part: row.part,
            minutes: row.minutes,
            day_type: row.day_type,
        })
        .collect())
}

fn status(case: ApprovalId, status: LeaveStatus) -> UpdateMany<leave_request::Entity> {
    let row = leave_request::ActiveModel {
        status: Set(status),
        ..Default::default()
    };
    leave_request::Entity::update_many()
        .set(row)
        .filter(leave_request::Column::Id.eq(case))
}

/// Inserts the half days. Those of the member are locked and were looked at, so a collision can only come from outside of
/// [`hold`]; the primary key still decides.
async fn insert_days(tx: &Tx, member: MemberId, case: ApprovalId, rows: &[DayRow]) -> Result<()> {
    let days = rows.iter().map(|row| leave_day::ActiveModel {
        member_id: Set(member),
        date: Set(row.date),
        part: Set(row.part),
        request_id: Set(case),
        minutes: Set(row.minutes),
        day_type: Set(row.day_type),
    });
    match leave_day::Entity::insert_many(days).exec_without_returning(&**tx).await {
        Ok(_) => Ok(()),
        Err(error) if Error::is_unique_violation(&error) => Err(Error::Overlap(Text::new(
            "所选时间已有请假，不能重复申请",
            "There is leave at this time already",
        ))),
        Err(error) => Err(error.into()),
    }
}

struct Origin {
    member: MemberId,
    kind: entity::LeaveTypeId,
    case: ApprovalId,
    round: i32,
    actor: MemberId,
}

impl Origin {
    fn of(request: &leave_request::Model, actor: &Actor) -> Self {
        Self {
            member: request.member_id,
            kind: request.type_id,
            case: request.id,
            round: request.round,
            actor: actor.member,
        }
    }
}

async fn post(cx: &Cx, tx: &Tx, origin: &Origin, drafts: Vec<Draft>) -> Result<()> {
    if drafts.is_empty() {
        return Ok(());
    }
    leave_entry::Entity::insert_many(lines(cx, origin, drafts))
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

fn lines(cx: &Cx, origin: &Origin, drafts: Vec<Draft>) -> Vec<leave_entry::ActiveModel> {
    drafts
        .into_iter()
        .map(|draft| leave_entry::ActiveModel {
            id: Set(cx.id()),
            member_id: Set(origin.member),
            type_id: Set(origin.kind),
            lot_id: Set(draft.lot),
            kind: Set(draft.kind),
            minutes: Set(draft.minutes),
            case_id: Set(Some(origin.case)),
            round: Set(origin.round),
            effective_on: Set(draft.effective_on),
            at: Set(cx.now()),
            actor_id: Set(Some(origin.actor)),
            note: Set(None),
        })
        .collect()
}
