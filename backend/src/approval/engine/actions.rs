//! What a viewer may do, each with the reason when he may not: the same guards [`super::decide`] asks.

use chrono::{DateTime, Utc};
use entity::{ApprovalStatus, NodeKind, TaskId, TaskStatus};

use super::case::Case;
use super::command::{Actor, Refusal, RefusalReason};
use super::definition::Definition;
use super::guard;
use super::returning::{targets, was_asked};
use super::settings::Action;

/// Something a viewer may do, or could do if it were not for the reason.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewerAction {
    /// `APPROVE` (at a handle node: done), `REJECT`, `RETURN`, `WITHDRAW_DECISION`; `RESUBMIT`, `WITHDRAW`, `URGE`, `COMMENT`, `COPY`, `RETRY`, `TERMINATE`.
    pub name: &'static str,
    /// Whether it may be done now.
    pub enabled: bool,
    /// Why not.
    pub reason: Option<RefusalReason>,
    /// For `RETURN`: keys of the nodes it may go to, nearest first, the start node last.
    pub targets: Vec<String>,
}

fn action<T>(name: &'static str, guard: &Result<T, Refusal>) -> ViewerAction {
    let reason = match guard {
        Ok(_) => None,
        Err(Refusal::NotAllowedNow { reason } | Refusal::Forbidden { reason }) => Some(*reason),
        Err(Refusal::Throttled { .. }) => Some(RefusalReason::UrgedRecently),
        Err(Refusal::AlreadyDecided { .. } | Refusal::NotFound | Refusal::Invalid { .. }) => {
            Some(RefusalReason::TaskClosed)
        }
    };
    ViewerAction {
        name,
        enabled: reason.is_none(),
        reason,
        targets: Vec::new(),
    }
}

/// What a viewer may do with a task. Empty for tasks of others.
pub fn task_actions(definition: &Definition, case: &Case, actor: Actor, task: TaskId) -> Vec<ViewerAction> {
    let Ok((run, seat)) = guard::own_seat(case, actor, task) else {
        return Vec::new();
    };
    if run.kind == NodeKind::Start {
        return Vec::new();
    }
    if !seat.is_open() {
        let decided = matches!(
            seat.status,
            TaskStatus::Approved | TaskStatus::Handled | TaskStatus::Rejected
        );
        let undo = action("WITHDRAW_DECISION", &guard::withdraw_decision(case, actor, task));
        return if decided { vec![undo] } else { Vec::new() };
    }
    let mut actions = vec![action("APPROVE", &guard::vote(definition, case, actor, task, None))];
    if run.kind != NodeKind::Handle {
        actions.push(action(
            "REJECT",
            &guard::vote(definition, case, actor, task, Some(Action::Reject)),
        ));
    }
    let mut back = action(
        "RETURN",
        &guard::vote(definition, case, actor, task, Some(Action::Return)),
    );
    if back.enabled {
        back.targets = targets(definition, case);
    }
    actions.push(back);
    actions
}

/// What a viewer who may read it may do with a request, beside his tasks.
pub fn case_actions(definition: &Definition, case: &Case, actor: Actor, now: DateTime<Utc>) -> Vec<ViewerAction> {
    let mine = case.applicant.member == actor.member;
    let mut actions = Vec::new();
    if mine && case.status == ApprovalStatus::Returned {
        actions.push(action("RESUBMIT", &guard::resubmit(case, actor)));
    }
    let under_way = matches!(
        case.status,
        ApprovalStatus::Running | ApprovalStatus::Returned | ApprovalStatus::Blocked
    );
    if mine && under_way {
        actions.push(action("WITHDRAW", &guard::withdraw(definition, case, actor)));
    }
    if (mine || actor.administers) && case.status == ApprovalStatus::Running {
        actions.push(action("URGE", &guard::urge(definition, case, actor, now)));
    }
    if guard::comment(case).is_ok() {
        actions.push(action("COMMENT", &guard::comment(case)));
    }
    if mine || actor.administers || was_asked(case, actor.member) {
        actions.push(action("COPY", &guard::copy(case, actor)));
    }
    if actor.administers && case.status == ApprovalStatus::Blocked {
        actions.push(action("RETRY", &guard::retry(case, actor)));
    }
    if actor.administers && under_way {
        actions.push(action("TERMINATE", &guard::terminate(case, actor)));
    }
    actions
}
