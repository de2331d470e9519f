//! The machine: walks a case from node to node and writes down what happens.

use chrono::{DateTime, Utc};
use entity::{Id, MemberId, NodeKind, NodeOutcome, NodeRunId, TaskId, TaskStatus};
use uuid::Uuid;

use super::candidate::{Candidate, TraceStep};
use super::case::{Block, BlockReason, Case, NodeReason, NodeRun, Seat};
use super::condition::Condition;
use super::definition::{Branch, Definition, Node, Settings};
use super::event::{Event, EventKind};
use super::evolve::{apply, ordinal_after};
use super::form::Values;
use super::org::OrgFacts;
use super::resolve::resolve_copies;
use super::rule::word;
use super::settings::{CcSettings, CcTiming};
use super::vote::Thresholds;

/// Most nodes one command enters; more means the process runs in circles.
const ENTERED_LIMIT: u32 = 1_000;

/// A case being moved by one command.
pub(super) struct Machine<'a> {
    pub(super) definition: &'a Definition,
    pub(super) org: &'a OrgFacts,
    pub(super) now: DateTime<Utc>,
    pub(super) by: MemberId,
    pub(super) ids: &'a mut dyn FnMut() -> Uuid,
    pub(super) case: Case,
    pub(super) events: Vec<Event>,
    /// Whether everyone is taken to approve, to see the route.
    pub(super) rehearse: bool,
    entered: u32,
}

/// Where to go on.
pub(super) enum Step<'a> {
    To(Option<&'a Node>),
    Stop,
}

impl<'a> Machine<'a> {
    pub(super) fn new(
        definition: &'a Definition,
        org: &'a OrgFacts,
        case: Case,
        by: MemberId,
        now: DateTime<Utc>,
        ids: &'a mut dyn FnMut() -> Uuid,
    ) -> Self {
        Self {
            definition,
            org,
            now,
            by,
            ids,
            case,
            events: Vec::new(),
            rehearse: false,
            entered: 0,
        }
    }

    /// Writes an event down and lets it happen.
    pub(super) fn emit(&mut self, kind: EventKind) {
        let event = Event {
            at: self.now,
            by: self.by,
            kind,
        };
        apply(&mut self.case, &event);
        self.events.push(event);
    }

    /// Goes through the start node and on.
    pub(super) fn start(&mut self) {
        let Some(start) = self.definition.process.start() else {
            return self.finish();
        };
        self.pass_through(start, Vec::new(), None);
        self.inform_at(&[CcTiming::Submitted, CcTiming::Both]);
        let next = self.behind(start);
        self.proceed(next);
    }

    /// Goes on from a node until somebody is asked or the request ends.
    pub(super) fn proceed(&mut self, from: Option<&'a Node>) {
        let mut at = from;
        loop {
            let Some(node) = at else { return self.finish() };
            self.entered += 1;
            if self.entered > ENTERED_LIMIT {
                return self.block(node, BlockReason::Loop, String::new(), Vec::new());
            }
            let step = match &node.settings {
                Settings::Start => Step::To(self.behind(node)),
                Settings::End => return self.finish(),
                Settings::Exclusive { branches } => self.branch(node, branches),
                Settings::Cc(settings) => {
                    if settings.timing == CcTiming::Reached {
                        self.inform(node, settings);
                    }
                    Step::To(self.behind(node))
                }
                Settings::Approve(settings) | Settings::Handle(settings) => self.ask(node, settings),
                other => {
                    let kind = word(&other.kind());
                    return self.block(node, BlockReason::Unsupported, kind, Vec::new());
                }
            };
            match step {
                Step::To(next) => at = next,
                Step::Stop => return,
            }
        }
    }

    /// The node behind one that was passed: the next, or where a detour leads back to.
    pub(super) fn behind(&mut self, node: &Node) -> Option<&'a Node> {
        if let Some((last, rest)) = self.case.detours.split_last()
            && last.at == node.key
            && let Some(to) = self.definition.process.node(&last.to)
        {
            let (detours, more) = (rest.to_vec(), last.path.clone());
            let path = self.case.path.iter().copied().chain(more).collect();
            self.emit(EventKind::DetourEnded { path, detours });
            return Some(to);
        }
        self.definition.process.after(&node.key)
    }

    fn finish(&mut self) {
        self.inform_at(&[CcTiming::Finished, CcTiming::Both]);
        self.emit(EventKind::Approved);
    }

    pub(super) fn block(&mut self, node: &Node, reason: BlockReason, detail: String, trace: Vec<TraceStep>) {
        self.emit(EventKind::Blocked {
            block: Block {
                node_key: node.key.clone(),
                reason,
                detail,
            },
            trace,
        });
    }

    /// A new visit, as far as it is the same for all kinds.
    pub(super) fn visit(&mut self, node: &Node) -> NodeRun {
        NodeRun {
            id: NodeRunId::from_uuid((self.ids)()),
            ordinal: ordinal_after(&self.case),
            round: self.case.round,
            node_key: node.key.clone(),
            name: node.name.clone(),
            name_en: node.name_en.clone(),
            kind: node.settings.kind(),
            mode: None,
            thresholds: Thresholds::default(),
            seats: Vec::new(),
            outcome: None,
            reason: None,
            opened_at: self.now,
            closed_at: None,
            path_before: self.case.path.clone(),
            detours_before: self.case.detours.clone(),
        }
    }

    /// A seat of a new visit.
    pub(super) fn seat(&mut self, index: usize, person: &Candidate, status: TaskStatus) -> Seat {
        Seat {
            task: TaskId::from_uuid((self.ids)()),
            seat: u32::try_from(index).unwrap_or(u32::MAX),
            member: person.member,
            on_behalf_of: person.on_behalf_of,
            status,
            reason: person.skip,
            opened_at: (status == TaskStatus::Pending).then_some(self.now),
            decided_at: (status == TaskStatus::Skipped).then_some(self.now),
            decided_by: None,
            urged_at: None,
            revision: self.case.revision,
            overwrote: Values::new(),
        }
    }

    /// Enters a node nobody decides and leaves it.
    pub(super) fn pass_through(&mut self, node: &Node, trace: Vec<TraceStep>, reason: Option<NodeReason>) {
        let run = self.visit(node);
        let ordinal = run.ordinal;
        self.emit(EventKind::NodeEntered { run, trace });
        self.emit(EventKind::NodeClosed {
            ordinal,
            outcome: NodeOutcome::Passed,
            reason,
        });
    }

    fn branch(&mut self, node: &Node, branches: &'a [Branch]) -> Step<'a> {
        let scope = self.case.scope(self.definition);
        let mut taken = None;
        for branch in branches {
            let Some(source) = &branch.when else {
                taken = Some((branch, "DEFAULT"));
                break;
            };
            match Condition::stated(source, &scope) {
                Ok(false) => {}
                Ok(true) => {
                    taken = Some((branch, "CONDITION_HOLDS"));
                    break;
                }
                Err(error) => {
                    self.block(
                        node,
                        BlockReason::ConditionFailed,
                        format!("{source}: {error}"),
                        Vec::new(),
                    );
                    return Step::Stop;
                }
            }
        }
        let Some((branch, why)) = taken else {
            self.block(
                node,
                BlockReason::ConditionFailed,
                "no default branch".to_owned(),
                Vec::new(),
            );
            return Step::Stop;
        };
        let step = TraceStep {
            step: 0,
            input: Vec::new(),
            output: Vec::new(),
            rule_ref: branch.key.clone(),
            reason: why.to_owned(),
        };
        self.pass_through(
            node,
            vec![step],
            Some(NodeReason::Branch {
                branch: branch.key.clone(),
            }),
        );
        match branch.nodes.first() {
            Some(first) => Step::To(Some(first)),
            None => Step::To(self.behind(node)),
        }
    }

    fn inform(&mut self, node: &Node, settings: &CcSettings) {
        let (members, trace) = resolve_copies(node, settings, &self.definition.policies, &self.case, self.org);
        self.pass_through(node, trace, None);
        self.copies(Some(node.key.clone()), &members);
    }

    /// Copies to those who have none yet.
    pub(super) fn copies(&mut self, node_key: Option<String>, members: &[MemberId]) {
        let members = self.without_copy(members);
        if !members.is_empty() {
            self.emit(EventKind::CopySent { node_key, members });
        }
    }

    /// Those who have no copy yet and are not the applicant, each once.
    pub(super) fn without_copy(&self, members: &[MemberId]) -> Vec<MemberId> {
        let mut seen = self.case.copied.clone();
        seen.insert(self.case.applicant.member);
        members.iter().copied().filter(|member| seen.insert(*member)).collect()
    }

    /// Informs the cc nodes of the outermost list whose time it is.
    pub(super) fn inform_at(&mut self, timings: &[CcTiming]) {
        let definition = self.definition;
        for node in &definition.process.nodes {
            if let Settings::Cc(settings) = &node.settings
                && timings.contains(&settings.timing)
            {
                self.inform(node, settings);
            }
        }
    }
}

/// Whether a kind of node waits for people.
pub(super) fn asks(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::Approve | NodeKind::Handle)
}
