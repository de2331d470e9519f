//! Who may do what, and when. Both [`super::decide`] and the lists of actions ask here, so they cannot differ.

use chrono::{DateTime, Duration, Utc};
use entity::{ApprovalStatus, NodeKind, NodeOutcome, SignMode, TaskId, TaskStatus};

use super::case::{Case, NodeRun, Seat, SeatReason};
use super::command::{Actor, Refusal, RefusalReason};
use super::definition::{Definition, Node};
use super::policies::WithdrawPolicy;
use super::settings::Action;

type Guard<T = ()> = Result<T, Refusal>;

/// The task, if it is the actor's.
pub(super) fn own_seat(case: &Case, actor: Actor, task: TaskId) -> Guard<(&NodeRun, &Seat)> {
    let (run, seat) = case.seat(task).ok_or(Refusal::NotFound)?;
    if seat.member == actor.member {
        Ok((run, seat))
    } else {
        Err(Refusal::forbidden(RefusalReason::NotYourTask))
    }
}

/// A vote on a task: approve with no action, else reject or return.
pub(super) fn vote<'a>(
    definition: &'a Definition,
    case: &'a Case,
    actor: Actor,
    task: TaskId,
    action: Option<Action>,
) -> Guard<(&'a NodeRun, &'a Seat, &'a Node)> {
    let (run, seat) = own_seat(case, actor, task)?;
    pending(case, seat)?;
    if run.kind == NodeKind::Start {
        return Err(Refusal::now(RefusalReason::UseResubmit));
    }
    if case.status != ApprovalStatus::Running {
        return Err(Refusal::now(stands(case)));
    }
    let node = definition
        .process
        .node(&run.node_key)
        .ok_or(Refusal::now(RefusalReason::NodeMissing))?;
    let settings = node
        .settings
        .assignees()
        .ok_or(Refusal::now(RefusalReason::NodeMissing))?;
    let refuses = action == Some(Action::Reject) && run.kind == NodeKind::Handle;
    if refuses || action.is_some_and(|action| !settings.actions.0.contains(&action)) {
        return Err(Refusal::now(RefusalReason::ActionOff));
    }
    Ok((run, seat, node))
}

fn pending(case: &Case, seat: &Seat) -> Guard {
    use TaskStatus::{
        Approved, Cancelled, Handled, Pending, Rejected, Returned, Skipped, Superseded, Transferred, Waiting,
    };
    match seat.status {
        Pending => Ok(()),
        Waiting => Err(Refusal::now(RefusalReason::NotYourTurn)),
        Approved | Rejected | Handled | Returned | Superseded | Transferred => Err(Refusal::AlreadyDecided {
            by: seat.decided_by,
            at: seat.decided_at,
        }),
        Skipped => Err(Refusal::now(RefusalReason::TaskClosed)),
        Cancelled => Err(Refusal::now(match seat.reason {
            Some(SeatReason::Withdrawn) => RefusalReason::RequestWithdrawn,
            Some(SeatReason::Terminated) => RefusalReason::RequestTerminated,
            Some(SeatReason::Returned) if case.status == ApprovalStatus::Returned => RefusalReason::RequestReturned,
            _ => RefusalReason::TaskClosed,
        })),
    }
}

/// Where the request stands, as the reason why something that needs it running cannot be done.
fn stands(case: &Case) -> RefusalReason {
    match case.status {
        ApprovalStatus::Draft => RefusalReason::NotSubmitted,
        ApprovalStatus::Running => RefusalReason::TaskClosed,
        ApprovalStatus::Returned => RefusalReason::RequestReturned,
        ApprovalStatus::Blocked => RefusalReason::RequestBlocked,
        ApprovalStatus::Approved | ApprovalStatus::Revoking | ApprovalStatus::Revoked => RefusalReason::RequestApproved,
        ApprovalStatus::Rejected => RefusalReason::RequestRejected,
        ApprovalStatus::Withdrawn => RefusalReason::RequestWithdrawn,
        ApprovalStatus::Terminated => RefusalReason::RequestTerminated,
    }
}

fn applicant(case: &Case, actor: Actor) -> Guard {
    let is = case.applicant.member == actor.member;
    if is {
        Ok(())
    } else {
        Err(Refusal::forbidden(RefusalReason::NotApplicant))
    }
}

fn administrator(actor: Actor) -> Guard {
    if actor.administers {
        Ok(())
    } else {
        Err(Refusal::forbidden(RefusalReason::NotAdministrator))
    }
}

fn submitted(case: &Case) -> Guard {
    if case.status == ApprovalStatus::Draft {
        Err(Refusal::now(RefusalReason::NotSubmitted))
    } else {
        Ok(())
    }
}

/// First submission.
pub(super) fn submit(definition: &Definition, case: &Case, actor: Actor) -> Guard {
    applicant(case, actor)?;
    definition
        .process
        .start()
        .ok_or(Refusal::now(RefusalReason::NodeMissing))?;
    let draft = case.status == ApprovalStatus::Draft;
    if draft {
        Ok(())
    } else {
        Err(Refusal::now(RefusalReason::AlreadySubmitted))
    }
}

/// Submission after a return.
pub(super) fn resubmit(case: &Case, actor: Actor) -> Guard {
    applicant(case, actor)?;
    match case.status {
        ApprovalStatus::Returned => Ok(()),
        ApprovalStatus::Running => Err(Refusal::now(RefusalReason::NotReturned)),
        _ => Err(Refusal::now(stands(case))),
    }
}

/// Taking the request back. A returned one may always be given up.
pub(super) fn withdraw(definition: &Definition, case: &Case, actor: Actor) -> Guard {
    applicant(case, actor)?;
    if case.status == ApprovalStatus::Returned {
        return Ok(());
    }
    if case.status != ApprovalStatus::Running {
        return Err(Refusal::now(stands(case)));
    }
    match definition.policies.withdraw {
        WithdrawPolicy::Anytime => Ok(()),
        WithdrawPolicy::Never => Err(Refusal::now(RefusalReason::PolicyForbids)),
        WithdrawPolicy::BeforeFirstDecision => {
            let runs = case
                .runs
                .iter()
                .filter(|run| run.round == case.round && run.kind != NodeKind::Start);
            let decided = runs.flat_map(|run| &run.seats).any(Seat::is_decided);
            if decided {
                Err(Refusal::now(RefusalReason::SomebodyDecided))
            } else {
                Ok(())
            }
        }
    }
}

/// Taking a decision back: while the request runs and nobody decided after it.
pub(super) fn withdraw_decision(case: &Case, actor: Actor, task: TaskId) -> Guard<(&NodeRun, &Seat)> {
    let refuse = |reason| Err(Refusal::now(reason));
    let (run, seat) = own_seat(case, actor, task)?;
    match seat.status {
        TaskStatus::Approved | TaskStatus::Handled | TaskStatus::Rejected => {}
        TaskStatus::Returned => return refuse(RefusalReason::RequestReturned),
        TaskStatus::Pending | TaskStatus::Waiting => return refuse(RefusalReason::NotDecided),
        _ => return refuse(RefusalReason::TaskClosed),
    }
    if case.status != ApprovalStatus::Running {
        return refuse(stands(case));
    }
    if run.kind == NodeKind::Start || run.round != case.round {
        return refuse(RefusalReason::TaskClosed);
    }
    match run.outcome {
        None => {}
        Some(NodeOutcome::Passed) if seat.status == TaskStatus::Rejected => return refuse(RefusalReason::TaskClosed),
        Some(NodeOutcome::Passed) if case.path.contains(&run.ordinal) => {}
        Some(_) => return refuse(RefusalReason::RequestReturned),
    }
    let behind = case
        .runs
        .iter()
        .filter(|later| later.ordinal > run.ordinal)
        .flat_map(|later| &later.seats);
    let in_line = run
        .seats
        .iter()
        .filter(|other| run.mode == Some(SignMode::Sequential) && other.seat > seat.seat);
    if behind.chain(in_line).any(Seat::is_decided) {
        return refuse(RefusalReason::LaterDecision);
    }
    if !seat.overwrote.is_empty() && seat.revision != case.revision {
        return refuse(RefusalReason::FormChanged);
    }
    Ok((run, seat))
}

/// Asking to hurry: the tasks that were not urged lately.
pub(super) fn urge(definition: &Definition, case: &Case, actor: Actor, now: DateTime<Utc>) -> Guard<Vec<TaskId>> {
    if !actor.administers {
        applicant(case, actor)?;
    }
    if case.status != ApprovalStatus::Running {
        return Err(Refusal::now(stands(case)));
    }
    let pause = Duration::minutes(i64::from(definition.policies.urge_minutes));
    let (mut tasks, mut until) = (Vec::new(), None);
    for seat in case.pending() {
        match seat
            .urged_at
            .and_then(|at| at.checked_add_signed(pause))
            .filter(|free| *free > now)
        {
            None => tasks.push(seat.task),
            Some(free) => until = Some(until.map_or(free, |until: DateTime<Utc>| until.min(free))),
        }
    }
    match (tasks.is_empty(), until) {
        (false, _) => Ok(tasks),
        (true, Some(until)) => Err(Refusal::Throttled { until }),
        (true, None) => Err(Refusal::now(RefusalReason::NothingPending)),
    }
}

/// Commenting: whoever may read it, once it is submitted.
pub(super) fn comment(case: &Case) -> Guard {
    submitted(case)
}

/// Sending copies: applicant, people who are or were asked, administrators.
pub(super) fn copy(case: &Case, actor: Actor) -> Guard {
    submitted(case)?;
    let asked = case
        .runs
        .iter()
        .flat_map(|run| &run.seats)
        .any(|seat| seat.member == actor.member);
    if asked || actor.administers || case.applicant.member == actor.member {
        Ok(())
    } else {
        Err(Refusal::forbidden(RefusalReason::NotParticipant))
    }
}

/// Trying a blocked request again.
pub(super) fn retry(case: &Case, actor: Actor) -> Guard {
    administrator(actor)?;
    if case.status == ApprovalStatus::Blocked {
        Ok(())
    } else {
        Err(Refusal::now(RefusalReason::NotBlocked))
    }
}

/// Ending a request.
pub(super) fn terminate(case: &Case, actor: Actor) -> Guard {
    administrator(actor)?;
    match case.status {
        ApprovalStatus::Running | ApprovalStatus::Returned | ApprovalStatus::Blocked => Ok(()),
        _ => Err(Refusal::now(stands(case))),
    }
}
