//! One request on its way, as the engine sees it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{ApprovalStatus, DepartmentId, MemberId, NodeKind, NodeOutcome, NodeRunId, SignMode, TaskId, TaskStatus};
use serde::{Deserialize, Serialize};

use super::condition::Scope;
use super::definition::Definition;
use super::form::Values;
use super::vote::Thresholds;

/// One request on its way.
///
/// The columns `status`, `round`, `version` and `form` of `approval_case` hold those fields; everything else is in its
/// column `state` ([`Case::state`], [`Case::load`]). Rows of node runs and tasks are written from the events, for lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Where it stands.
    pub status: ApprovalStatus,
    /// 0 before submission, then 1, 2 ...
    pub round: u32,
    /// Grows by one with each command.
    pub version: u32,
    /// Values by field key, of the current round.
    pub form: Values,
    /// Everything else.
    state: State,
}

/// What `approval_case.state` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Who asks, as of submission.
    pub applicant: Applicant,
    /// What the module of the template worked out from the form.
    #[serde(default)]
    pub computed: Values,
    /// Grows when a node changes the form.
    #[serde(default)]
    pub revision: u32,
    /// Whom the applicant chose, by node key.
    #[serde(default)]
    pub chosen: BTreeMap<String, Vec<MemberId>>,
    /// Visits of nodes, all rounds, by ordinal.
    #[serde(default)]
    pub runs: Vec<NodeRun>,
    /// Ordinals of the visits that were passed and still count, first to last.
    #[serde(default)]
    pub path: Vec<u32>,
    /// Corrections under way that jump back to the node that asked for them, innermost last.
    #[serde(default)]
    pub detours: Vec<Detour>,
    /// Votes of visits before this ordinal no longer spare anyone a question: they lie before a return.
    #[serde(default)]
    pub fresh_from: u32,
    /// Who got a copy.
    #[serde(default)]
    pub copied: BTreeSet<MemberId>,
    /// Why it is BLOCKED.
    #[serde(default)]
    pub block: Option<Block>,
}

/// Who asks, as of submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Applicant {
    /// Who.
    pub member: MemberId,
    /// For which of his departments.
    pub department: DepartmentId,
    /// What conditions see as `applicant`: `id`, `name`, `account`, `position`, `department` ...
    #[serde(default)]
    pub attributes: Values,
}

/// One visit of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeRun {
    /// Id of its row.
    pub id: NodeRunId,
    /// Order of visits within the request, from 0.
    pub ordinal: u32,
    /// Round.
    pub round: u32,
    /// Key of the node.
    pub node_key: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Kind of node.
    pub kind: NodeKind,
    /// How votes count, where people are asked.
    pub mode: Option<SignMode>,
    /// Votes that close it.
    pub thresholds: Thresholds,
    /// People asked, in order.
    pub seats: Vec<Seat>,
    /// How it closed; none while open.
    pub outcome: Option<NodeOutcome>,
    /// Why it closed without votes, or which branch was taken.
    pub reason: Option<NodeReason>,
    /// When entered.
    pub opened_at: DateTime<Utc>,
    /// When left.
    pub closed_at: Option<DateTime<Utc>>,
    /// The path when it was entered; restored when a decision is taken back.
    pub path_before: Vec<u32>,
    /// The detours when it was entered; restored when a decision is taken back.
    pub detours_before: Vec<Detour>,
}

/// Why a node closed without votes, or which branch was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NodeReason {
    /// Only the applicant would have decided.
    OnlyApplicant,
    /// Everyone had approved before.
    AllApprovedBefore,
    /// Nobody was found and the node passes then.
    EmptyPass,
    /// Nobody was found and the node refuses then.
    EmptyReject,
    /// This branch was taken.
    Branch {
        /// Key of the branch.
        branch: String,
    },
}

/// One person asked by a visit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seat {
    /// Id of the task.
    pub task: TaskId,
    /// Order within the node, from 0.
    pub seat: u32,
    /// Who is asked.
    pub member: MemberId,
    /// For whom, when a substitute.
    pub on_behalf_of: Option<MemberId>,
    /// Where it stands.
    pub status: TaskStatus,
    /// Why skipped or cancelled.
    pub reason: Option<SeatReason>,
    /// Since when it waits for the person.
    pub opened_at: Option<DateTime<Utc>>,
    /// When decided or closed.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who decided.
    pub decided_by: Option<MemberId>,
    /// When the applicant last urged.
    pub urged_at: Option<DateTime<Utc>>,
    /// Revision of the form after the vote.
    pub revision: u32,
    /// What the vote wrote over in the form, `null` for what was absent.
    pub overwrote: Values,
}

/// Why a seat was skipped or cancelled. The stable word is kept in `approval_task.reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SeatReason {
    /// The person is the applicant.
    IsApplicant,
    /// The person approved at an earlier node; counts as approval.
    ApprovedBefore,
    /// The request was sent back.
    Returned,
    /// The applicant withdrew the request.
    Withdrawn,
    /// An earlier decision was taken back.
    DecisionWithdrawn,
    /// An administrator ended the request.
    Terminated,
    /// An earlier node refused.
    Rejected,
}

/// A correction that jumps back to the node that asked for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detour {
    /// Key of the node that corrects.
    pub at: String,
    /// Key of the node to go on with.
    pub to: String,
    /// Passed visits between the two, put back on the path.
    pub path: Vec<u32>,
}

/// Why a request waits for an administrator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Node that could not be entered.
    pub node_key: String,
    /// What went wrong.
    pub reason: BlockReason,
    /// More about it, for administrators.
    pub detail: String,
}

/// What keeps a request from going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BlockReason {
    /// A condition could not be worked out.
    ConditionFailed,
    /// Nobody can be asked.
    NoAssignee,
    /// More people than the cap.
    TooManySeats,
    /// More approvals wanted than people asked.
    QuorumImpossible,
    /// The process uses what this server cannot run.
    Unsupported,
    /// The process goes round in circles.
    Loop,
}

impl Case {
    /// A request that was not submitted.
    pub fn draft(applicant: Applicant) -> Self {
        let state = State {
            applicant,
            computed: Values::new(),
            revision: 0,
            chosen: BTreeMap::new(),
            runs: Vec::new(),
            path: Vec::new(),
            detours: Vec::new(),
            fresh_from: 0,
            copied: BTreeSet::new(),
            block: None,
        };
        Self {
            status: ApprovalStatus::Draft,
            round: 0,
            version: 0,
            form: Values::new(),
            state,
        }
    }

    /// A request from its row.
    pub fn load(status: ApprovalStatus, round: u32, version: u32, form: Values, state: State) -> Self {
        Self {
            status,
            round,
            version,
            form,
            state,
        }
    }

    /// What to keep in `approval_case.state`.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The visit and seat of a task.
    pub fn seat(&self, task: TaskId) -> Option<(&NodeRun, &Seat)> {
        self.runs
            .iter()
            .find_map(|run| run.seats.iter().find(|seat| seat.task == task).map(|seat| (run, seat)))
    }

    /// Visits that are open.
    pub fn open_runs(&self) -> impl Iterator<Item = &NodeRun> {
        self.runs.iter().filter(|run| run.outcome.is_none())
    }

    /// Seats that wait for their person, in order: what `approval_case.waiting_for` holds.
    pub fn pending(&self) -> impl Iterator<Item = &Seat> {
        self.open_runs()
            .flat_map(|run| &run.seats)
            .filter(|seat| seat.status == TaskStatus::Pending)
    }

    /// What conditions see.
    pub fn scope(&self, definition: &Definition) -> Scope {
        Scope::new(&self.applicant.attributes, &self.computed).with_form(&definition.form, &self.form)
    }
}

impl std::ops::Deref for Case {
    type Target = State;
    fn deref(&self) -> &State {
        &self.state
    }
}

impl std::ops::DerefMut for Case {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl NodeRun {
    /// Seats that are pending or waiting.
    pub fn open_seats(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| seat.is_open())
    }
}

impl Seat {
    /// Whether it is pending or waits for its turn.
    pub fn is_open(&self) -> bool {
        matches!(self.status, TaskStatus::Pending | TaskStatus::Waiting)
    }

    /// Whether its person decided.
    pub fn is_decided(&self) -> bool {
        matches!(
            self.status,
            TaskStatus::Approved | TaskStatus::Rejected | TaskStatus::Handled | TaskStatus::Returned
        )
    }

    /// Whether it counts as approval: decided so, or spared because the person approved before.
    pub fn approves(&self) -> bool {
        matches!(self.status, TaskStatus::Approved | TaskStatus::Handled)
            || (self.status == TaskStatus::Skipped && self.reason == Some(SeatReason::ApprovedBefore))
    }
}
