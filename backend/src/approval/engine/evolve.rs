//! What an event makes of a case.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{ApprovalStatus, MemberId, NodeKind, NodeOutcome, TaskId, TaskStatus};
use serde_json::Value;

use super::case::{Case, NodeRun, Seat};
use super::event::{Event, EventKind, Vote};
use super::form::Values;

/// The case after an event.
#[must_use]
pub fn evolve(mut case: Case, event: &Event) -> Case {
    apply(&mut case, event);
    case
}

/// Writes an event into a case.
pub(super) fn apply(case: &mut Case, event: &Event) {
    if event.kind.is_deed() {
        case.version += 1;
    }
    match &event.kind {
        EventKind::Submitted {
            applicant,
            form,
            computed,
            chosen,
        } => {
            case.applicant = applicant.clone();
            begin(case, form, computed, chosen);
        }
        EventKind::Resubmitted {
            form,
            computed,
            chosen,
            resumed,
        } => {
            if !resumed {
                case.path.clear();
                case.detours.clear();
            }
            begin(case, form, computed, chosen);
        }
        EventKind::Voted {
            ordinal,
            task,
            vote,
            writes,
            ..
        } => {
            let overwrote = write(case, writes);
            let (revision, handles) = (case.revision, is_handle(case, *ordinal));
            change(case, *ordinal, *task, |seat| {
                seat.status = match vote {
                    Vote::Approve if handles => TaskStatus::Handled,
                    Vote::Approve => TaskStatus::Approved,
                    Vote::Reject => TaskStatus::Rejected,
                    Vote::Return => TaskStatus::Returned,
                };
                close(seat, event);
                seat.revision = revision;
                seat.overwrote = overwrote;
            });
        }
        EventKind::DecisionWithdrawn {
            ordinal,
            task,
            restored,
        } => {
            write(case, restored);
            change(case, *ordinal, *task, |seat| reopen(seat, event.at));
        }
        EventKind::Withdrawn { .. } => finish(case, ApprovalStatus::Withdrawn),
        EventKind::Terminated { .. } => finish(case, ApprovalStatus::Terminated),
        EventKind::Approved => finish(case, ApprovalStatus::Approved),
        EventKind::Rejected => finish(case, ApprovalStatus::Rejected),
        EventKind::Retried => {
            case.status = ApprovalStatus::Running;
            case.block = None;
        }
        EventKind::Urged { tasks } => {
            for seat in case.runs.iter_mut().flat_map(|run| &mut run.seats) {
                if tasks.contains(&seat.task) {
                    seat.urged_at = Some(event.at);
                }
            }
        }
        EventKind::Commented { .. } => {}
        EventKind::Copied { members } | EventKind::CopySent { members, .. } => case.copied.extend(members),
        EventKind::NodeEntered { run, .. } => case.runs.push(run.clone()),
        EventKind::SeatOpened { ordinal, task } => change(case, *ordinal, *task, |seat| {
            seat.status = TaskStatus::Pending;
            seat.opened_at = Some(event.at);
        }),
        EventKind::SeatQueued { ordinal, task } => change(case, *ordinal, *task, |seat| {
            seat.status = TaskStatus::Waiting;
            seat.opened_at = None;
        }),
        EventKind::SeatClosed {
            ordinal,
            task,
            status,
            reason,
        } => change(case, *ordinal, *task, |seat| {
            seat.status = *status;
            seat.reason = *reason;
            close(seat, event);
        }),
        EventKind::NodeClosed {
            ordinal,
            outcome,
            reason,
        } => {
            if let Some(run) = run_mut(case, *ordinal) {
                run.outcome = Some(*outcome);
                run.reason.clone_from(reason);
                run.closed_at = Some(event.at);
            }
            if *outcome == NodeOutcome::Passed {
                case.path.push(*ordinal);
            }
        }
        EventKind::NodeReopened { ordinal } => node_reopened(case, *ordinal, event.at),
        EventKind::SentBack { path, detours, to } => {
            case.path.clone_from(path);
            case.detours.clone_from(detours);
            case.fresh_from = ordinal_after(case);
            let start = case.runs.first().is_some_and(|run| run.node_key == *to);
            case.status = if start {
                ApprovalStatus::Returned
            } else {
                ApprovalStatus::Running
            };
        }
        EventKind::DetourEnded { path, detours } => {
            case.path.clone_from(path);
            case.detours.clone_from(detours);
        }
        EventKind::Blocked { block, .. } => {
            case.status = ApprovalStatus::Blocked;
            case.block = Some(block.clone());
        }
    }
}

fn begin(case: &mut Case, form: &Values, computed: &Values, chosen: &BTreeMap<String, Vec<MemberId>>) {
    case.status = ApprovalStatus::Running;
    case.round += 1;
    case.revision += 1;
    case.form.clone_from(form);
    case.computed.clone_from(computed);
    case.chosen.clone_from(chosen);
}

fn finish(case: &mut Case, status: ApprovalStatus) {
    case.status = status;
    case.block = None;
    case.detours.clear();
}

fn node_reopened(case: &mut Case, ordinal: u32, at: DateTime<Utc>) {
    let Some(run) = run_mut(case, ordinal) else { return };
    run.outcome = None;
    run.reason = None;
    run.closed_at = None;
    for seat in run
        .seats
        .iter_mut()
        .filter(|seat| seat.status == TaskStatus::Superseded)
    {
        reopen(seat, at);
    }
    let (path, detours) = (run.path_before.clone(), run.detours_before.clone());
    case.path = path;
    case.detours = detours;
    case.status = ApprovalStatus::Running;
    case.block = None;
}

/// Writes values into the form and gives what was there, `null` for nothing.
fn write(case: &mut Case, values: &Values) -> Values {
    if values.is_empty() {
        return Values::new();
    }
    case.revision += 1;
    let mut before = Values::new();
    for (key, value) in values {
        let old = if value.is_null() {
            case.form.shift_remove(key)
        } else {
            case.form.insert(key.clone(), value.clone())
        };
        before.insert(key.clone(), old.unwrap_or(Value::Null));
    }
    before
}

fn close(seat: &mut Seat, event: &Event) {
    seat.decided_at = Some(event.at);
    seat.decided_by = Some(event.by);
}

fn reopen(seat: &mut Seat, at: DateTime<Utc>) {
    seat.status = TaskStatus::Pending;
    seat.reason = None;
    seat.opened_at = Some(at);
    seat.decided_at = None;
    seat.decided_by = None;
    seat.overwrote = Values::new();
}

fn run_mut(case: &mut Case, ordinal: u32) -> Option<&mut NodeRun> {
    case.runs.get_mut(ordinal as usize)
}

fn change(case: &mut Case, ordinal: u32, task: TaskId, change: impl FnOnce(&mut Seat)) {
    let seat = run_mut(case, ordinal).and_then(|run| run.seats.iter_mut().find(|seat| seat.task == task));
    if let Some(seat) = seat {
        change(seat);
    }
}

fn is_handle(case: &Case, ordinal: u32) -> bool {
    case.runs
        .get(ordinal as usize)
        .is_some_and(|run| matches!(run.kind, NodeKind::Handle | NodeKind::Start))
}

/// The ordinal the next visit gets.
pub(super) fn ordinal_after(case: &Case) -> u32 {
    u32::try_from(case.runs.len()).unwrap_or(u32::MAX)
}
