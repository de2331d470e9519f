//! Nodes that ask people: entered, counted, closed.

use entity::{NodeOutcome, SignMode, TaskId, TaskStatus};

use super::advance::{Machine, Step};
use super::candidate::{Candidate, Found};
use super::case::{BlockReason, NodeRun, Seat, SeatReason};
use super::definition::Node;
use super::event::{EventKind, Vote};
use super::form::Values;
use super::policies::OnReject;
use super::resolve::resolve;
use super::settings::{AssigneeSettings, Sign};
use super::vote::{Tally, Thresholds, Verdict, judge, thresholds};

impl<'a> Machine<'a> {
    /// Enters a node that asks people.
    pub(super) fn ask(&mut self, node: &'a Node, settings: &AssigneeSettings) -> Step<'a> {
        let resolution = resolve(node, settings, &self.definition.policies, &self.case, self.org);
        let (sign, closed) = match resolution.found {
            Found::Block(reason, detail) => {
                self.block(node, reason, detail, resolution.trace);
                return Step::Stop;
            }
            Found::People { sign } => (sign, None),
            Found::Pass(reason) => (settings.sign, Some((NodeOutcome::Passed, reason))),
            Found::Reject(reason) => (settings.sign, Some((NodeOutcome::Rejected, reason))),
        };
        let counted = resolution
            .seats
            .iter()
            .filter(|seat| seat.skip != Some(SeatReason::IsApplicant))
            .count();
        let counted = u32::try_from(counted).unwrap_or(u32::MAX);
        let limits = match (thresholds(sign, counted), &closed) {
            (Some(limits), _) => limits,
            (None, Some(_)) => Thresholds::default(),
            (None, None) => {
                let detail = format!("{sign:?}, {counted}");
                self.block(node, BlockReason::QuorumImpossible, detail, resolution.trace);
                return Step::Stop;
            }
        };
        let mut run = self.visit(node);
        run.mode = Some(sign.mode());
        run.thresholds = limits;
        run.seats = self.seats(&resolution.seats, sign);
        let ordinal = run.ordinal;
        self.emit(EventKind::NodeEntered {
            run,
            trace: resolution.trace,
        });
        match closed {
            None => self.settle(node, ordinal),
            Some((outcome, reason)) => {
                self.emit(EventKind::NodeClosed {
                    ordinal,
                    outcome,
                    reason: Some(reason),
                });
                self.leave(node, outcome)
            }
        }
    }

    fn seats(&mut self, people: &[Candidate], sign: Sign) -> Vec<Seat> {
        let mut queued = false;
        let mut seats = Vec::with_capacity(people.len());
        for (index, person) in people.iter().enumerate() {
            let status = match person.skip {
                Some(_) => TaskStatus::Skipped,
                None if queued => TaskStatus::Waiting,
                None => TaskStatus::Pending,
            };
            queued |= status == TaskStatus::Pending && sign == Sign::Sequential;
            seats.push(self.seat(index, person, status));
        }
        seats
    }

    /// Counts the votes of a visit and closes it when they suffice.
    fn settle(&mut self, node: &'a Node, ordinal: u32) -> Step<'a> {
        let Some(run) = self.case.runs.get(ordinal as usize) else {
            return Step::Stop;
        };
        match judge(run.thresholds, tally(run)) {
            Verdict::Pass => {
                self.close(ordinal, NodeOutcome::Passed, TaskStatus::Superseded, None);
                self.leave(node, NodeOutcome::Passed)
            }
            Verdict::Fail => {
                self.close(ordinal, NodeOutcome::Rejected, TaskStatus::Superseded, None);
                self.leave(node, NodeOutcome::Rejected)
            }
            Verdict::Open => {
                let pending = run.seats.iter().any(|seat| seat.status == TaskStatus::Pending);
                let next = run
                    .seats
                    .iter()
                    .find(|seat| seat.status == TaskStatus::Waiting)
                    .map(|seat| seat.task);
                if let (false, Some(SignMode::Sequential), Some(task)) = (pending, run.mode, next) {
                    self.emit(EventKind::SeatOpened { ordinal, task });
                }
                if self.rehearse {
                    self.approve_all(node, ordinal)
                } else {
                    Step::Stop
                }
            }
        }
    }

    /// Goes on after a vote was written down.
    pub(super) fn after_vote(&mut self, node: &'a Node, ordinal: u32) {
        if let Step::To(next) = self.settle(node, ordinal) {
            self.proceed(next);
        }
    }

    /// Lets the first pending seat of a visit approve.
    fn approve_all(&mut self, node: &'a Node, ordinal: u32) -> Step<'a> {
        let seats = self
            .case
            .runs
            .get(ordinal as usize)
            .map(|run| run.seats.as_slice())
            .unwrap_or_default();
        let Some(task) = seats
            .iter()
            .find(|seat| seat.status == TaskStatus::Pending)
            .map(|seat| seat.task)
        else {
            return Step::Stop;
        };
        let vote = Vote::Approve;
        let (comment, attachments, writes) = (None, Vec::new(), Values::new());
        self.emit(EventKind::Voted {
            ordinal,
            task,
            vote,
            comment,
            attachments,
            writes,
        });
        self.settle(node, ordinal)
    }

    fn leave(&mut self, node: &'a Node, outcome: NodeOutcome) -> Step<'a> {
        if outcome == NodeOutcome::Passed {
            return Step::To(self.behind(node));
        }
        match &self.definition.policies.on_reject {
            OnReject::Terminate => self.emit(EventKind::Rejected),
            OnReject::ReturnToStart => self.send_back(None, &node.key),
            // Nobody decided: asking an earlier node again would come to the same.
            OnReject::ReturnTo { .. } if self.nobody_voted(&node.key) => self.send_back(None, &node.key),
            OnReject::ReturnTo { node: to } => self.send_back(Some(to), &node.key),
        }
        Step::Stop
    }

    fn nobody_voted(&self, key: &str) -> bool {
        let last = self.case.runs.iter().rev().find(|run| run.node_key == key);
        !last.is_some_and(|run| run.seats.iter().any(Seat::is_decided))
    }

    /// Closes a visit with all its open seats.
    pub(super) fn close(&mut self, ordinal: u32, outcome: NodeOutcome, status: TaskStatus, reason: Option<SeatReason>) {
        let Some(run) = self.case.runs.get(ordinal as usize) else {
            return;
        };
        let open: Vec<TaskId> = run.open_seats().map(|seat| seat.task).collect();
        for task in open {
            self.emit(EventKind::SeatClosed {
                ordinal,
                task,
                status,
                reason,
            });
        }
        self.emit(EventKind::NodeClosed {
            ordinal,
            outcome,
            reason: None,
        });
    }

    /// Closes every open visit, because the request left them.
    pub(super) fn cancel_open(&mut self, reason: SeatReason) {
        let open: Vec<u32> = self.case.open_runs().map(|run| run.ordinal).collect();
        for ordinal in open {
            self.close(ordinal, NodeOutcome::Cancelled, TaskStatus::Cancelled, Some(reason));
        }
    }
}

fn tally(run: &NodeRun) -> Tally {
    let count = |counts: &dyn Fn(&Seat) -> bool| {
        u32::try_from(run.seats.iter().filter(|seat| counts(seat)).count()).unwrap_or(u32::MAX)
    };
    Tally {
        seats: count(&|seat| seat.reason != Some(SeatReason::IsApplicant)),
        approvals: count(&Seat::approves),
        rejections: count(&|seat| seat.status == TaskStatus::Rejected),
    }
}
