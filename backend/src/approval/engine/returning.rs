//! Ways back: return, correction, and decisions taken back.

use entity::{MemberId, NodeKind, NodeOutcome, SignMode, TaskId, TaskStatus};

use super::advance::{Machine, asks};
use super::candidate::Candidate;
use super::case::{Case, Detour, NodeRun, Seat, SeatReason};
use super::command::{Refusal, RefusalReason, ReturnTo};
use super::definition::{Definition, Process};
use super::event::EventKind;
use super::policies::AfterReturn;

/// The key of the node a return leads to; `None` for the applicant.
pub(super) fn target(process: &Process, case: &Case, to: &ReturnTo) -> Result<Option<String>, Refusal> {
    let passed = || {
        case.path
            .iter()
            .rev()
            .filter_map(|ordinal| case.runs.get(*ordinal as usize))
    };
    match to {
        ReturnTo::Start => Ok(None),
        ReturnTo::Previous => {
            let decided = |run: &&NodeRun| asks(run.kind) && run.seats.iter().any(Seat::is_decided);
            Ok(passed().find(decided).map(|run| run.node_key.clone()))
        }
        ReturnTo::Node(key) if process.start().is_some_and(|start| start.key == *key) => Ok(None),
        ReturnTo::Node(key) => {
            let found = passed().find(|run| asks(run.kind) && run.node_key == *key && process.node(key).is_some());
            found
                .map(|run| Some(run.node_key.clone()))
                .ok_or(Refusal::now(RefusalReason::TargetNotPassed))
        }
    }
}

impl Machine<'_> {
    /// Sends the request back to a node on the path, or to the applicant (`None`, or a node that was not passed).
    pub(super) fn send_back(&mut self, to: Option<&str>, from: &str) {
        self.cancel_open(SeatReason::Returned);
        let process = &self.definition.process;
        let key_at = |ordinal: &u32| self.case.runs.get(*ordinal as usize).map(|run| run.node_key.as_str());
        let found = to.and_then(|to| {
            let at = self.case.path.iter().rposition(|ordinal| key_at(ordinal) == Some(to))?;
            Some((process.node(to)?, at))
        });
        let start = self
            .case
            .runs
            .first()
            .map(|run| run.node_key.clone())
            .unwrap_or_default();
        let (key, kept, policy) = match found {
            Some((node, at)) => (node.key.clone(), at, self.definition.policies.rework),
            None => (start, 0, self.definition.policies.resubmit),
        };
        let path: Vec<u32> = self.case.path.iter().take(kept).copied().collect();
        let between: Vec<u32> = self.case.path.iter().skip(kept + 1).copied().collect();
        let mut detours = self.case.detours.clone();
        match policy {
            AfterReturn::Rerun => detours.clear(),
            AfterReturn::ResumeHere => detours.push(Detour {
                at: key.clone(),
                to: from.to_owned(),
                path: between,
            }),
        }
        self.emit(EventKind::SentBack { to: key, path, detours });
        match found {
            Some((node, _)) => self.proceed(Some(node)),
            None => self.ask_applicant(),
        }
    }

    /// The start node becomes a task of the applicant.
    fn ask_applicant(&mut self) {
        let Some(start) = self.definition.process.start() else {
            return;
        };
        let applicant = Candidate::new(self.case.applicant.member, Vec::new(), true);
        let mut run = self.visit(start);
        run.seats = vec![self.seat(0, &applicant, TaskStatus::Pending)];
        self.emit(EventKind::NodeEntered { run, trace: Vec::new() });
    }

    /// The applicant's correction is done; goes on from the start or where it came back from.
    pub(super) fn corrected(&mut self) {
        let open = self
            .case
            .open_runs()
            .find(|run| run.kind == NodeKind::Start)
            .map(|run| run.ordinal);
        if let Some(ordinal) = open {
            self.close(ordinal, NodeOutcome::Passed, TaskStatus::Handled, None);
        }
        if let Some(start) = self.definition.process.start() {
            let next = self.behind(start);
            self.proceed(next);
        }
    }

    /// Takes a decision back that the guard let through: undoes what followed from it.
    pub(super) fn take_back(&mut self, ordinal: u32, task: TaskId) {
        let Some((run, seat)) = self.case.seat(task) else {
            return;
        };
        let (closed, sequential, order) = (run.outcome.is_some(), run.mode == Some(SignMode::Sequential), seat.seat);
        let queue: Vec<TaskId> = run
            .seats
            .iter()
            .filter(|other| sequential && other.seat > order && other.status == TaskStatus::Pending)
            .map(|other| other.task)
            .collect();
        let restored = seat.overwrote.clone();
        self.emit(EventKind::DecisionWithdrawn {
            ordinal,
            task,
            restored,
        });
        for task in queue {
            self.emit(EventKind::SeatQueued { ordinal, task });
        }
        if !closed {
            return;
        }
        let later: Vec<u32> = self
            .case
            .open_runs()
            .filter(|later| later.ordinal > ordinal)
            .map(|later| later.ordinal)
            .collect();
        for later in later {
            let reason = Some(SeatReason::DecisionWithdrawn);
            self.close(later, NodeOutcome::Cancelled, TaskStatus::Cancelled, reason);
        }
        self.emit(EventKind::NodeReopened { ordinal });
    }
}

/// The nodes a holder of a pending seat may return to, nearest first, the applicant last as the start node.
pub(super) fn targets(definition: &Definition, case: &Case) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for ordinal in case.path.iter().rev() {
        let Some(run) = case.runs.get(*ordinal as usize) else {
            continue;
        };
        if asks(run.kind) && !keys.contains(&run.node_key) {
            keys.push(run.node_key.clone());
        }
    }
    keys.extend(definition.process.start().map(|start| start.key.clone()));
    keys
}

/// Whether a person was asked by the request.
pub(super) fn was_asked(case: &Case, member: MemberId) -> bool {
    case.runs
        .iter()
        .flat_map(|run| &run.seats)
        .any(|seat| seat.member == member)
}
