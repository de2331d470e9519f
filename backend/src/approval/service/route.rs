//! The ways of requests: what has been, what is, what is expected.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{
    ApprovalId, ApprovalStatus, MemberId, NodeKind, NodeOutcome, SignMode, TaskId, TaskStatus,
    approval_case as case_row, approval_task as task_row,
};

use super::batch::Step;
use super::facts;
use super::load::case_of;
use crate::approval::engine::{
    self, Definition, Facts, Needs, NodeRun, OrgFacts, PreviewNode, PreviewState, Route, Seat, TraceStep,
};
use crate::approval::model::reason;
use crate::cx::Cx;
use crate::error::{Result, Text};

/// One step of the way of a request.
#[derive(Clone, Debug)]
pub struct RouteStep {
    /// Key of the node.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// What it does.
    pub kind: NodeKind,
    /// How votes count.
    pub mode: Option<SignMode>,
    /// Been, is, or expected.
    pub state: RouteState,
    /// Round.
    pub round: u32,
    /// How it closed.
    pub outcome: Option<NodeOutcome>,
    /// People asked or informed.
    pub seats: Vec<RouteSeat>,
    /// Approvals so far.
    pub approvals: usize,
    /// Approvals that pass it.
    pub needed: u32,
    /// Why it is there, or whom it asks.
    pub reason: Option<Text>,
    /// When entered.
    pub opened_at: Option<DateTime<Utc>>,
    /// When left.
    pub closed_at: Option<DateTime<Utc>>,
}

/// Whether a step has been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteState {
    /// Left.
    Past,
    /// People are asked.
    Now,
    /// Expected.
    Next,
}

/// A person of a step.
#[derive(Clone, Debug)]
pub struct RouteSeat {
    /// Who.
    pub member: MemberId,
    /// For whom, when a substitute.
    pub on_behalf_of: Option<MemberId>,
    /// Where the task stands.
    pub status: TaskStatus,
    /// The task; none for what is only expected.
    pub task: Option<TaskId>,
    /// Opinion given.
    pub comment: Option<String>,
    /// When decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Since when it waits for the person.
    pub opened_at: Option<DateTime<Utc>>,
}

/// A request whose way is asked for.
#[derive(Clone, Debug)]
pub struct Wayfarer {
    /// The request.
    pub row: Arc<case_row::Model>,
    /// The version it is pinned to.
    pub definition: Arc<Definition>,
    /// Its visits and tasks.
    pub steps: Arc<Vec<Step>>,
}

/// The ways of requests: all that has been in any round, what is, and what is expected. The organisation is asked once for
/// all of them.
///
/// # Errors
/// Only those of the database.
pub async fn routes(cx: &Cx, requests: &[&Wayfarer]) -> Result<HashMap<ApprovalId, Vec<RouteStep>>> {
    let mut cases = Vec::with_capacity(requests.len());
    let mut needs = Needs::default();
    for request in requests {
        let case = case_of(&request.row)?;
        if case.status == ApprovalStatus::Running {
            needs.join(engine::needs(&request.definition, &case, &case.form, &case.chosen));
        }
        cases.push((*request, case));
    }
    let org = if needs == Needs::default() {
        OrgFacts::default()
    } else {
        facts::recall(cx, &needs).await?
    };
    let mut facts = Facts {
        org,
        ..Facts::default()
    };
    let mut found = HashMap::with_capacity(cases.len());
    for (request, case) in cases {
        let Wayfarer { row, definition, steps } = request;
        let rows: BTreeMap<TaskId, &task_row::Model> = steps
            .iter()
            .flat_map(|step| &step.tasks)
            .map(|task| (task.id, task))
            .collect();
        let mut way: Vec<RouteStep> = case
            .runs
            .iter()
            .map(|run| been(run, definition, steps, &rows))
            .collect();
        if case.status == ApprovalStatus::Running {
            facts.computed.clone_from(&case.computed);
            way.extend(expected(
                &engine::predict(definition, &case, &facts, cx.now()),
                definition,
            ));
        }
        way.retain(|step| !matches!(step.kind, NodeKind::Exclusive | NodeKind::End));
        found.insert(row.id, way);
    }
    Ok(found)
}

/// Steps of a route that have not been.
pub(super) fn expected(route: &Route, definition: &Definition) -> Vec<RouteStep> {
    let predicted = route.nodes.iter().filter(|node| node.state == PreviewState::Predicted);
    let shown = predicted.filter(|node| !matches!(node.run.kind, NodeKind::Exclusive | NodeKind::End));
    shown.map(|node| next(node, definition)).collect()
}

fn been(
    run: &NodeRun,
    definition: &Definition,
    steps: &[Step],
    rows: &BTreeMap<TaskId, &task_row::Model>,
) -> RouteStep {
    let trace = steps
        .iter()
        .find(|step| step.run.id == run.id)
        .map(|step| &step.run.trace);
    let trace: Vec<TraceStep> = trace
        .and_then(|trace| serde_json::from_value(trace.clone()).ok())
        .unwrap_or_default();
    let state = if run.outcome.is_none() {
        RouteState::Now
    } else {
        RouteState::Past
    };
    let mut step = step(run, state, why(run, definition, &trace));
    step.seats = run
        .seats
        .iter()
        .map(|seat| seated(seat, rows.get(&seat.task).copied()))
        .collect();
    if run.kind == NodeKind::Cc {
        step.seats = informed(&copied_by(&trace), run.opened_at);
    }
    step
}

/// People a cc node informed: the result of the last step of its resolution.
fn copied_by(trace: &[TraceStep]) -> Vec<MemberId> {
    trace.last().map(|step| step.output.clone()).unwrap_or_default()
}

fn next(node: &PreviewNode, definition: &Definition) -> RouteStep {
    let mut step = step(&node.run, RouteState::Next, why(&node.run, definition, &node.trace));
    step.opened_at = None;
    step.closed_at = None;
    step.outcome = None;
    step.approvals = 0;
    step.seats = node
        .run
        .seats
        .iter()
        .map(|seat| RouteSeat {
            status: if seat.status == TaskStatus::Skipped {
                TaskStatus::Skipped
            } else {
                TaskStatus::Waiting
            },
            task: None,
            decided_at: None,
            opened_at: None,
            ..seated(seat, None)
        })
        .collect();
    if node.run.kind == NodeKind::Cc {
        step.seats = node
            .copies
            .iter()
            .map(|member| RouteSeat {
                opened_at: None,
                ..person(*member, TaskStatus::Waiting)
            })
            .collect();
    }
    step
}

/// Name of the node of a visit; the Chinese one where there is no other.
fn name(run: &NodeRun) -> Text {
    named(&run.name, &run.name_en)
}

/// A name in both languages, of which the second may be missing.
fn named(name: &str, name_en: &str) -> Text {
    let name_en = if name_en.is_empty() { name } else { name_en };
    Text::new(name.to_owned(), name_en.to_owned())
}

/// Name of a node by its key, where the process has one of that key.
pub fn node_name(definition: &Definition, key: &str) -> Option<Text> {
    let node = definition.process.node(key)?;
    Some(named(&node.name, &node.name_en))
}

fn step(run: &NodeRun, state: RouteState, reason: Option<Text>) -> RouteStep {
    RouteStep {
        key: run.node_key.clone(),
        name: name(run),
        kind: run.kind,
        mode: run.mode,
        state,
        round: run.round,
        outcome: run.outcome,
        seats: Vec::new(),
        approvals: run.seats.iter().filter(|seat| seat.approves()).count(),
        needed: run.thresholds.approve,
        reason,
        opened_at: Some(run.opened_at),
        closed_at: run.closed_at,
    }
}

fn seated(seat: &Seat, row: Option<&task_row::Model>) -> RouteSeat {
    RouteSeat {
        member: seat.member,
        on_behalf_of: seat.on_behalf_of,
        status: seat.status,
        task: Some(seat.task),
        comment: row.and_then(|row| row.comment.clone()),
        decided_at: seat.decided_at,
        opened_at: seat.opened_at,
    }
}

fn person(member: MemberId, status: TaskStatus) -> RouteSeat {
    RouteSeat {
        member,
        on_behalf_of: None,
        status,
        task: None,
        comment: None,
        decided_at: None,
        opened_at: None,
    }
}

fn informed(members: &[MemberId], at: DateTime<Utc>) -> Vec<RouteSeat> {
    let seat = |member: &MemberId| RouteSeat {
        opened_at: Some(at),
        ..person(*member, TaskStatus::Handled)
    };
    members.iter().map(seat).collect()
}

/// Why a step is there or whom it asks: its rules, what the resolution did besides, why it closed by itself.
fn why(run: &NodeRun, definition: &Definition, trace: &[TraceStep]) -> Option<Text> {
    let settings = definition.process.node(&run.node_key).map(|node| &node.settings);
    let rules = match settings {
        Some(engine::Settings::Approve(settings) | engine::Settings::Handle(settings)) => settings.rules.as_slice(),
        Some(engine::Settings::Cc(settings)) => settings.rules.as_slice(),
        _ => &[],
    };
    let mut parts: Vec<Text> = rules.iter().map(reason::rule).collect();
    parts.extend(reason::trace(trace));
    parts.extend(run.reason.as_ref().and_then(reason::node));
    parts.dedup();
    reason::joined(&parts)
}
