//! A request as its page shows it: values, the way it went and will go, what the viewer may do.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    ApprovalStatus, FileId, MemberId, NodeKind, NodeOutcome, SignMode, TaskId, TaskStatus, approval_case as case_row,
    approval_round as round_row, approval_task as task_row,
};

use super::batch::Step;
use super::describe::{names, shown};
use super::facts;
use super::load::{Pinned, case_of, values};
use super::perform::engine_actor;
use crate::approval::engine::{
    self, BlockReason, Facts, NodeRun, PreviewNode, PreviewState, Route, Seat, TraceStep, Values, ViewerAction,
};
use crate::approval::model::reason;
use crate::approval::model::value::{Shown, file_ids};
use crate::cx::{Actor, Cx};
use crate::error::{Result, Text};

/// A value of the form as a reader sees it.
#[derive(Clone, Debug)]
pub struct FieldView {
    /// Label and wording.
    pub shown: Shown,
    /// What it said in the round before, where it differs.
    pub changed_from: Option<Text>,
    /// Files it names.
    pub files: Vec<FileId>,
}

/// Values of a request. `rounds` are needed from the second round on.
///
/// # Errors
/// Only those of the database.
pub async fn fields(
    cx: &Cx,
    row: &case_row::Model,
    pinned: &Pinned,
    rounds: &[round_row::Model],
) -> Result<Vec<FieldView>> {
    let conn = cx.db.read();
    let case = case_of(row)?;
    let form = values(&row.form);
    let now = names(conn, &pinned.definition, &form).await?;
    let current = shown(pinned, &form, &case.computed, &now);
    let previous = rounds.iter().rev().find(|round| round.round < row.round);
    let before = match previous {
        Some(round) => {
            let form = values(&round.form);
            let names = names(conn, &pinned.definition, &form).await?;
            Some(shown(pinned, &form, &Values::new(), &names))
        }
        None => None,
    };
    Ok(current
        .into_iter()
        .map(|shown| view(shown, before.as_deref()))
        .collect())
}

fn view(shown: Shown, before: Option<&[Shown]>) -> FieldView {
    let changed_from = before.and_then(|before| {
        let old = before.iter().find(|one| one.key == shown.key);
        match old {
            Some(old) if old.text == shown.text => None,
            Some(old) => Some(Text::new(old.text.clone(), old.text_en.clone())),
            // Values the module works out are not kept with the round.
            None if shown.kind == "DURATION" => None,
            None => Some(Text::new("（空）", "(empty)")),
        }
    });
    let files = if shown.kind == "FILES" {
        file_ids(&shown.value)
    } else {
        Vec::new()
    };
    FieldView {
        shown,
        changed_from,
        files,
    }
}

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

/// The way of a request: all that has been in any round, what is, and what is expected.
///
/// # Errors
/// Only those of the database.
pub async fn route(cx: &Cx, row: &case_row::Model, pinned: &Pinned, steps: &[Step]) -> Result<Vec<RouteStep>> {
    let case = case_of(row)?;
    let rows: BTreeMap<TaskId, &task_row::Model> = steps
        .iter()
        .flat_map(|step| &step.tasks)
        .map(|task| (task.id, task))
        .collect();
    let mut way: Vec<RouteStep> = case.runs.iter().map(|run| been(run, pinned, steps, &rows)).collect();
    if row.status == ApprovalStatus::Running {
        let needs = engine::needs(&pinned.definition, &case, &case.form, &case.chosen);
        let org = facts::load(cx.db.read(), &needs).await?;
        let facts = Facts {
            org,
            computed: case.computed.clone(),
            ..Facts::default()
        };
        let coming = engine::predict(&pinned.definition, &case, &facts, cx.now());
        way.extend(expected(&coming, pinned));
    }
    way.retain(|step| !matches!(step.kind, NodeKind::Exclusive | NodeKind::End));
    Ok(way)
}

/// Steps of a route that have not been.
pub(super) fn expected(route: &Route, pinned: &Pinned) -> Vec<RouteStep> {
    let predicted = route.nodes.iter().filter(|node| node.state == PreviewState::Predicted);
    let shown = predicted.filter(|node| !matches!(node.run.kind, NodeKind::Exclusive | NodeKind::End));
    shown.map(|node| next(node, pinned)).collect()
}

fn been(run: &NodeRun, pinned: &Pinned, steps: &[Step], rows: &BTreeMap<TaskId, &task_row::Model>) -> RouteStep {
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
    let mut step = step(run, state, why(run, pinned, &trace));
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

fn next(node: &PreviewNode, pinned: &Pinned) -> RouteStep {
    let mut step = step(&node.run, RouteState::Next, why(&node.run, pinned, &node.trace));
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

fn step(run: &NodeRun, state: RouteState, reason: Option<Text>) -> RouteStep {
    let name_en = if run.name_en.is_empty() {
        &run.name
    } else {
        &run.name_en
    };
    RouteStep {
        key: run.node_key.clone(),
        name: Text::new(run.name.clone(), name_en.clone()),
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
fn why(run: &NodeRun, pinned: &Pinned, trace: &[TraceStep]) -> Option<Text> {
    let settings = pinned.definition.process.node(&run.node_key).map(|node| &node.settings);
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

/// What the viewer may do: with the request, and with the own open task or the last one decided.
///
/// # Errors
/// When the row holds no state of the engine.
pub fn actions(cx: &Cx, actor: &Actor, row: &case_row::Model, pinned: &Pinned) -> Result<Vec<ViewerAction>> {
    let case = case_of(row)?;
    let viewer = engine_actor(actor);
    let mut all = match own_task(&case.runs, actor.member) {
        Some(task) => engine::task_actions(&pinned.definition, &case, viewer, task),
        None => Vec::new(),
    };
    all.extend(engine::case_actions(&pinned.definition, &case, viewer, cx.now()));
    Ok(all)
}

/// What the viewer may do with a task.
///
/// # Errors
/// When the row holds no state of the engine.
pub fn task_actions(actor: &Actor, row: &case_row::Model, pinned: &Pinned, task: TaskId) -> Result<Vec<ViewerAction>> {
    Ok(engine::task_actions(
        &pinned.definition,
        &case_of(row)?,
        engine_actor(actor),
        task,
    ))
}

/// Name of the node a task belongs to.
///
/// # Errors
/// When the row holds no state of the engine.
pub fn node_name(row: &case_row::Model, task: TaskId) -> Result<Option<Text>> {
    let case = case_of(row)?;
    Ok(case.seat(task).map(|(run, _)| step(run, RouteState::Past, None).name))
}

/// The open task of the viewer, if any.
///
/// # Errors
/// When the row holds no state of the engine.
pub fn open_task(actor: &Actor, row: &case_row::Model) -> Result<Option<TaskId>> {
    let case = case_of(row)?;
    Ok(case
        .pending()
        .find(|seat| seat.member == actor.member)
        .map(|seat| seat.task))
}

/// The open task of a member, else the last one decided by him.
fn own_task(runs: &[NodeRun], member: MemberId) -> Option<TaskId> {
    let own = || {
        runs.iter()
            .rev()
            .flat_map(|run| &run.seats)
            .filter(|seat| seat.member == member)
    };
    let open = own().find(|seat| seat.status == TaskStatus::Pending);
    open.or_else(|| own().find(|seat| seat.is_decided()))
        .map(|seat| seat.task)
}

/// Why a request is blocked.
pub fn block_reason(row: &case_row::Model) -> Option<Text> {
    let word = row.block_reason.as_ref()?;
    let parsed: Option<BlockReason> = serde_json::from_value(word.clone().into()).ok();
    parsed.map(reason::block)
}
