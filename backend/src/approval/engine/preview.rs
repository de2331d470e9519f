//! The route a request would take if everyone approved: the same machine, nothing kept.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{ApprovalStatus, MemberId, NodeKind, NodeOutcome};
use uuid::Uuid;

use super::advance::Machine;
use super::candidate::TraceStep;
use super::case::{Block, Case, NodeRun};
use super::command::Facts;
use super::definition::Definition;
use super::event::{Event, EventKind};
use super::form::Values;

/// The way of a request, as far as it can be seen from here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// Visits in order.
    pub nodes: Vec<PreviewNode>,
    /// What it would stop at.
    pub block: Option<Block>,
}

/// One visit of a route.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviewNode {
    /// The visit; ids are only real when it has happened. Seats stand as they were or would be when entered.
    pub run: NodeRun,
    /// Whether it has happened.
    pub state: PreviewState,
    /// People a cc node informs.
    pub copies: Vec<MemberId>,
    /// How its people were found; empty for visits that have happened (their trace is in `approval_node_run`).
    pub trace: Vec<TraceStep>,
}

/// Whether a visit has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviewState {
    /// Left.
    Done,
    /// People are asked.
    Current,
    /// Would be entered.
    Predicted,
}

/// The route of a request before submission, with these values: what [`super::decide`] would do, without checking the form.
pub fn preview(
    definition: &Definition,
    draft: &Case,
    form: &Values,
    chosen: &BTreeMap<String, Vec<MemberId>>,
    facts: &Facts,
    now: DateTime<Utc>,
) -> Route {
    let mut ids = counter();
    let by = draft.applicant.member;
    let mut machine = Machine::new(definition, &facts.org, draft.clone(), by, now, &mut ids);
    machine.rehearse = true;
    machine.emit(EventKind::Submitted {
        applicant: draft.applicant.clone(),
        form: form.clone(),
        computed: facts.computed.clone(),
        chosen: chosen.clone(),
    });
    machine.start();
    route(Vec::new(), &machine.events)
}

/// The route of a request under way: what happened in this round, what is open, what would follow.
pub fn predict(definition: &Definition, case: &Case, facts: &Facts, now: DateTime<Utc>) -> Route {
    let passed = case.path.iter().filter_map(|ordinal| case.runs.get(*ordinal as usize));
    let mut nodes: Vec<PreviewNode> = passed.map(|run| happened(run, PreviewState::Done)).collect();
    nodes.extend(case.open_runs().map(|run| happened(run, PreviewState::Current)));
    let open = case.open_runs().find(|run| run.kind != NodeKind::Start);
    let going = open.and_then(|run| Some((run.ordinal, definition.process.node(&run.node_key)?)));
    let (ApprovalStatus::Running, Some((ordinal, node))) = (case.status, going) else {
        return Route {
            nodes,
            block: case.block.clone(),
        };
    };
    let mut ids = counter();
    let by = case.applicant.member;
    let mut machine = Machine::new(definition, &facts.org, case.clone(), by, now, &mut ids);
    machine.rehearse = true;
    machine.after_vote(node, ordinal);
    route(nodes, &machine.events)
}

fn happened(run: &NodeRun, state: PreviewState) -> PreviewNode {
    PreviewNode {
        run: run.clone(),
        state,
        copies: Vec::new(),
        trace: Vec::new(),
    }
}

fn route(mut nodes: Vec<PreviewNode>, events: &[Event]) -> Route {
    let mut block = None;
    for event in events {
        match &event.kind {
            EventKind::NodeEntered { run, trace } => {
                let mut node = happened(run, PreviewState::Predicted);
                node.trace.clone_from(trace);
                nodes.push(node);
            }
            EventKind::CopySent {
                node_key: Some(key),
                members,
            } => {
                if let Some(node) = nodes.iter_mut().rev().find(|node| node.run.node_key == *key) {
                    node.copies.clone_from(members);
                }
            }
            EventKind::NodeClosed {
                ordinal,
                outcome: NodeOutcome::Passed,
                reason: Some(reason),
            } => {
                if let Some(node) = nodes.iter_mut().rev().find(|node| node.run.ordinal == *ordinal) {
                    node.run.reason = Some(reason.clone());
                }
            }
            EventKind::Blocked { block: stop, .. } => block = Some(stop.clone()),
            _ => {}
        }
    }
    Route { nodes, block }
}

/// Ids that are none: a rehearsal is not kept.
fn counter() -> impl FnMut() -> Uuid {
    let mut last = 0_u128;
    move || {
        last += 1;
        Uuid::from_u128(last)
    }
}
