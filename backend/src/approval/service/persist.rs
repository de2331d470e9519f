//! What the engine decided, into rows. The history and the notices are written by `announce`.

use std::collections::{BTreeMap, BTreeSet};

use entity::{
    ApprovalId, ApprovalStatus, Document, FileId, MemberId, TaskId, approval_case as case_row,
    approval_copy as copy_row, approval_node_run as run_row, approval_round as round_row, approval_task as task_row,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, TryIntoModel};
use serde_json::{Value, json};

use crate::approval::engine::{Case, Event, EventKind, NodeRun, Seat, TraceStep};
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, Result};

/// Most rows of one insert, below the limit of bound values of either database.
const CHUNK: usize = 500;

/// Writes what belongs to a request that changed, at the end of the change: rounds, visits, tasks and copies.
pub(super) fn save(cx: &Cx, tx: &Tx, actor: &Actor, id: ApprovalId, case: &Case, events: &[Event]) -> Result<()> {
    let touched = Touched::by(events);
    if let Some(submitted_at) = touched.submitted {
        tx.later(&round_row::Entity::insert(round_row::ActiveModel {
            case_id: Set(id),
            round: Set(signed(case.round)?),
            form: Set(Value::Object(case.form.clone())),
            submitted_at: Set(submitted_at),
        }));
    }
    runs(tx, id, case, &touched)?;
    tasks(cx, tx, id, case, &touched)?;
    copies(cx, tx, actor, id, &touched);
    Ok(())
}

/// What the columns of the row of a request become.
pub(super) fn columns(cx: &Cx, row: &mut case_row::ActiveModel, case: &Case) -> Result<()> {
    let ended = matches!(
        case.status,
        ApprovalStatus::Approved | ApprovalStatus::Rejected | ApprovalStatus::Withdrawn | ApprovalStatus::Terminated
    );
    let waiting: Vec<MemberId> = case.pending().map(|seat| seat.member).collect();
    row.status = Set(case.status);
    row.round = Set(signed(case.round)?);
    row.version = Set(signed(case.version)?);
    row.form = Set(Document::of(&case.form)?);
    row.state = Set(Document::of(case.state())?);
    row.waiting_for = Set(Document::of(&waiting)?);
    row.block_reason = Set(case.block.as_ref().map(|block| word(&block.reason)));
    row.updated_at = Set(cx.now());
    let since = row.finished_at.try_as_ref().copied().flatten();
    row.finished_at = Set(ended.then(|| since.unwrap_or_else(|| cx.now())));
    Ok(())
}

/// Writes the changed columns of a request at the end of the change. Gives the row as it will be.
pub(super) fn update(
    cx: &Cx,
    tx: &Tx,
    id: ApprovalId,
    mut row: case_row::ActiveModel,
    case: &Case,
) -> Result<case_row::Model> {
    columns(cx, &mut row, case)?;
    let update = case_row::Entity::update_many().set(row.clone());
    tx.later(&update.filter(case_row::Column::Id.eq(id)));
    Ok(row.try_into_model()?)
}

/// What the events touched.
#[derive(Default)]
struct Touched {
    submitted: Option<chrono::DateTime<chrono::Utc>>,
    entered: BTreeMap<u32, Vec<TraceStep>>,
    runs: BTreeSet<u32>,
    tasks: BTreeSet<TaskId>,
    opinions: BTreeMap<TaskId, (Option<String>, Vec<FileId>)>,
    copies: Vec<(MemberId, Option<String>, bool)>,
}

impl Touched {
    fn by(events: &[Event]) -> Self {
        let mut touched = Self::default();
        for event in events {
            match &event.kind {
                EventKind::Submitted { .. } | EventKind::Resubmitted { .. } => touched.submitted = Some(event.at),
                EventKind::NodeEntered { run, trace } => {
                    touched.entered.insert(run.ordinal, trace.clone());
                }
                EventKind::Voted {
                    task,
                    comment,
                    attachments,
                    ..
                } => {
                    touched.tasks.insert(*task);
                    touched.opinions.insert(*task, (comment.clone(), attachments.clone()));
                }
                EventKind::DecisionWithdrawn { task, .. } => {
                    touched.tasks.insert(*task);
                    touched.opinions.insert(*task, (None, Vec::new()));
                }
                EventKind::SeatOpened { task, .. }
                | EventKind::SeatQueued { task, .. }
                | EventKind::SeatClosed { task, .. } => {
                    touched.tasks.insert(*task);
                }
                EventKind::Urged { tasks } => touched.tasks.extend(tasks),
                EventKind::NodeClosed { ordinal, .. } => {
                    touched.runs.insert(*ordinal);
                }
                EventKind::NodeReopened { ordinal } => {
                    touched.runs.insert(*ordinal);
                }
                EventKind::CopySent { node_key, members } => {
                    let by_person = node_key.is_none();
                    touched
                        .copies
                        .extend(members.iter().map(|member| (*member, node_key.clone(), by_person)));
                }
                EventKind::Copied { members } => {
                    touched
                        .copies
                        .extend(members.iter().map(|member| (*member, None, true)));
                }
                _ => {}
            }
        }
        touched
    }
}

fn runs(tx: &Tx, id: ApprovalId, case: &Case, touched: &Touched) -> Result<()> {
    let new = case
        .runs
        .iter()
        .filter_map(|run| Some((run, touched.entered.get(&run.ordinal)?)));
    let new = new
        .map(|(run, trace)| new_run(id, run, trace))
        .collect::<Result<Vec<_>>>()?;
    if !new.is_empty() {
        tx.later(&run_row::Entity::insert_many(new));
    }
    let closed = case
        .runs
        .iter()
        .filter(|run| touched.runs.contains(&run.ordinal) && !touched.entered.contains_key(&run.ordinal));
    for run in closed {
        let update = run_row::Entity::update_many().set(run_row::ActiveModel {
            outcome: Set(run.outcome),
            closed_at: Set(run.closed_at),
            ..Default::default()
        });
        tx.later(&update.filter(run_row::Column::Id.eq(run.id)));
    }
    Ok(())
}

fn new_run(id: ApprovalId, run: &NodeRun, trace: &[TraceStep]) -> Result<run_row::ActiveModel> {
    Ok(run_row::ActiveModel {
        id: Set(run.id),
        case_id: Set(id),
        round: Set(signed(run.round)?),
        ordinal: Set(signed(run.ordinal)?),
        node_key: Set(run.node_key.clone()),
        name: Set(run.name.clone()),
        name_en: Set(run.name_en.clone()),
        kind: Set(run.kind),
        mode: Set(run.mode),
        approve_threshold: Set(signed(run.thresholds.approve)?),
        reject_threshold: Set(signed(run.thresholds.reject)?),
        outcome: Set(run.outcome),
        trace: Set(serde_json::to_value(trace)?),
        opened_at: Set(run.opened_at),
        closed_at: Set(run.closed_at),
    })
}

fn tasks(cx: &Cx, tx: &Tx, id: ApprovalId, case: &Case, touched: &Touched) -> Result<()> {
    let mut new = Vec::new();
    let mut same: BTreeMap<String, (Seat, Vec<TaskId>)> = BTreeMap::new();
    for run in &case.runs {
        for seat in &run.seats {
            if touched.entered.contains_key(&run.ordinal) {
                new.push(new_task(cx, id, run, seat, touched.opinions.get(&seat.task))?);
            } else if touched.opinions.contains_key(&seat.task) {
                voted(tx, seat, touched.opinions.get(&seat.task));
            } else if touched.tasks.contains(&seat.task) || reopened(touched, run, seat) {
                // Seats that end alike are written together: a node of a hundred seats closes with one statement.
                let alike = json!([
                    seat.status,
                    seat.reason,
                    seat.opened_at,
                    seat.decided_at,
                    seat.decided_by,
                    seat.urged_at
                ]);
                let entry = same
                    .entry(alike.to_string())
                    .or_insert_with(|| (seat.clone(), Vec::new()));
                entry.1.push(seat.task);
            }
        }
    }
    while !new.is_empty() {
        let chunk: Vec<_> = new.drain(..new.len().min(CHUNK)).collect();
        tx.later(&task_row::Entity::insert_many(chunk));
    }
    for (seat, tasks) in same.into_values() {
        changed(tx, &seat, tasks);
    }
    Ok(())
}

/// When a node opens again, its superseded seats are pending again.
fn reopened(touched: &Touched, run: &NodeRun, seat: &Seat) -> bool {
    touched.runs.contains(&run.ordinal) && run.outcome.is_none() && seat.is_open()
}

fn new_task(
    cx: &Cx,
    id: ApprovalId,
    run: &NodeRun,
    seat: &Seat,
    opinion: Option<&(Option<String>, Vec<FileId>)>,
) -> Result<task_row::ActiveModel> {
    let (comment, attachments) = opinion.cloned().unwrap_or_default();
    Ok(task_row::ActiveModel {
        id: Set(seat.task),
        case_id: Set(id),
        node_run_id: Set(run.id),
        round: Set(signed(run.round)?),
        node_key: Set(run.node_key.clone()),
        seat: Set(signed(seat.seat)?),
        assignee_id: Set(seat.member),
        on_behalf_of_id: Set(seat.on_behalf_of),
        status: Set(seat.status),
        reason: Set(seat.reason.as_ref().map(word)),
        comment: Set(comment),
        attachments: Set(json!(attachments)),
        version: Set(1),
        created_at: Set(cx.now()),
        opened_at: Set(seat.opened_at),
        due_at: Set(None),
        urged_at: Set(seat.urged_at),
        decided_at: Set(seat.decided_at),
        decided_by_id: Set(seat.decided_by),
    })
}

fn voted(tx: &Tx, seat: &Seat, opinion: Option<&(Option<String>, Vec<FileId>)>) {
    let (comment, attachments) = opinion.cloned().unwrap_or_default();
    let task = task_row::ActiveModel {
        comment: Set(comment),
        attachments: Set(json!(attachments)),
        ..standing(seat)
    };
    let update = task_row::Entity::update_many()
        .set(task)
        .col_expr(task_row::Column::Version, Expr::col(task_row::Column::Version).add(1))
        .filter(task_row::Column::Id.eq(seat.task));
    tx.later(&update);
}

fn changed(tx: &Tx, seat: &Seat, tasks: Vec<TaskId>) {
    let update = task_row::Entity::update_many()
        .set(standing(seat))
        .col_expr(task_row::Column::Version, Expr::col(task_row::Column::Version).add(1))
        .filter(task_row::Column::Id.is_in(tasks));
    tx.later(&update);
}

fn standing(seat: &Seat) -> task_row::ActiveModel {
    task_row::ActiveModel {
        status: Set(seat.status),
        reason: Set(seat.reason.as_ref().map(word)),
        opened_at: Set(seat.opened_at),
        decided_at: Set(seat.decided_at),
        decided_by_id: Set(seat.decided_by),
        urged_at: Set(seat.urged_at),
        ..Default::default()
    }
}

fn copies(cx: &Cx, tx: &Tx, actor: &Actor, id: ApprovalId, touched: &Touched) {
    if touched.copies.is_empty() {
        return;
    }
    let rows = touched
        .copies
        .iter()
        .map(|(member, node_key, by_person)| copy_row::ActiveModel {
            case_id: Set(id),
            member_id: Set(*member),
            node_key: Set(node_key.clone()),
            sent_by_id: Set(by_person.then_some(actor.member)),
            created_at: Set(cx.now()),
            read_at: Set(None),
        });
    let insert = copy_row::Entity::insert_many(rows).on_conflict(
        OnConflict::columns([copy_row::Column::CaseId, copy_row::Column::MemberId])
            .do_nothing()
            .to_owned(),
    );
    tx.later(&insert);
}

/// The stable word of a closed value, as it is serialised.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

fn signed(number: u32) -> Result<i32> {
    i32::try_from(number).map_err(Error::internal)
}

/// Tasks that wait for their person, by id.
pub(super) fn pending(case: &Case) -> BTreeMap<TaskId, MemberId> {
    case.pending().map(|seat| (seat.task, seat.member)).collect()
}

/// Ids for visits and tasks the engine makes.
pub(super) fn ids(cx: &Cx) -> impl FnMut() -> uuid::Uuid {
    let cx = cx.clone();
    move || cx.ids.next(cx.now())
}

#[cfg(test)]
mod tests {
    use entity::TaskStatus;

    use super::*;

    #[test]
    fn closed_values_have_stable_words() {
        assert_eq!(word(&TaskStatus::Pending), "PENDING");
        assert_eq!(word(&crate::approval::engine::SeatReason::IsApplicant), "IS_APPLICANT");
    }
}
