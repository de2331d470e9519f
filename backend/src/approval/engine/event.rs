//! What happened to a request.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{FileId, MemberId, NodeOutcome, TaskId, TaskStatus};
use serde::{Deserialize, Serialize};

use super::candidate::TraceStep;
use super::case::{Applicant, Block, Detour, NodeReason, NodeRun, SeatReason};
use super::form::Values;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// Whose command it came from.
    pub by: MemberId,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened. The first event of every command is its *deed* ([`EventKind::is_deed`]); the others follow from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventKind {
    /// Deed: the applicant submitted. Round 1 begins.
    Submitted {
        /// Who asks.
        applicant: Applicant,
        /// Values of the form.
        form: Values,
        /// What the module worked out.
        computed: Values,
        /// Whom the applicant chose, by node key.
        chosen: BTreeMap<String, Vec<MemberId>>,
    },
    /// Deed: the applicant submitted again. The next round begins.
    Resubmitted {
        /// Values of the form.
        form: Values,
        /// What the module worked out.
        computed: Values,
        /// Whom the applicant chose, by node key.
        chosen: BTreeMap<String, Vec<MemberId>>,
        /// Whether the request goes on where it came back from; else through all nodes.
        resumed: bool,
    },
    /// Deed: the holder of a seat decided.
    Voted {
        /// Visit.
        ordinal: u32,
        /// Task.
        task: TaskId,
        /// How.
        vote: Vote,
        /// Opinion.
        comment: Option<String>,
        /// Files given with it.
        attachments: Vec<FileId>,
        /// Fields written with it.
        writes: Values,
    },
    /// Deed: the holder of a seat took a decision back. The seat is pending again.
    DecisionWithdrawn {
        /// Visit.
        ordinal: u32,
        /// Task.
        task: TaskId,
        /// Fields restored, `null` for those that were absent.
        restored: Values,
    },
    /// Deed: the applicant withdrew the request.
    Withdrawn {
        /// Why.
        comment: Option<String>,
    },
    /// Deed: an administrator ended the request.
    Terminated {
        /// Why.
        comment: String,
    },
    /// Deed: an administrator had a blocked request try again.
    Retried,
    /// Deed: the applicant asked the holders of these tasks to hurry.
    Urged {
        /// Tasks.
        tasks: Vec<TaskId>,
    },
    /// Deed: somebody commented.
    Commented {
        /// Whom the comment names.
        mentions: Vec<MemberId>,
    },
    /// Deed: somebody sent copies.
    Copied {
        /// New receivers.
        members: Vec<MemberId>,
    },
    /// A node was entered. A new visit with its seats.
    NodeEntered {
        /// The visit.
        run: NodeRun,
        /// How its people were found.
        trace: Vec<TraceStep>,
    },
    /// A waiting seat became pending.
    SeatOpened {
        /// Visit.
        ordinal: u32,
        /// Task.
        task: TaskId,
    },
    /// A pending seat waits again, because the decision before it was taken back.
    SeatQueued {
        /// Visit.
        ordinal: u32,
        /// Task.
        task: TaskId,
    },
    /// A seat closed without a vote of its own.
    SeatClosed {
        /// Visit.
        ordinal: u32,
        /// Task.
        task: TaskId,
        /// `SUPERSEDED`, `CANCELLED`; `HANDLED` for the correction of the applicant.
        status: TaskStatus,
        /// Why it was cancelled.
        reason: Option<SeatReason>,
    },
    /// A node closed.
    NodeClosed {
        /// Visit.
        ordinal: u32,
        /// How.
        outcome: NodeOutcome,
        /// Why without votes.
        reason: Option<NodeReason>,
    },
    /// A closed node is open again because a decision was taken back; its superseded seats are pending again.
    NodeReopened {
        /// Visit.
        ordinal: u32,
    },
    /// Copies were sent by a cc node, or by the applicant with the submission.
    CopySent {
        /// Node; none for the applicant.
        node_key: Option<String>,
        /// New receivers.
        members: Vec<MemberId>,
    },
    /// The request went back to a node; to the start node means to the applicant.
    SentBack {
        /// Key of the node.
        to: String,
        /// The path that is left.
        path: Vec<u32>,
        /// The detours under way now.
        detours: Vec<Detour>,
    },
    /// A detour ended: the request goes on where it was sent back from.
    DetourEnded {
        /// The path as it is now.
        path: Vec<u32>,
        /// The detours that are left.
        detours: Vec<Detour>,
    },
    /// The request cannot go on without an administrator.
    Blocked {
        /// Why.
        block: Block,
        /// What the resolver tried.
        trace: Vec<TraceStep>,
    },
    /// The request passed.
    Approved,
    /// The request was refused.
    Rejected,
}

/// How a seat decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Vote {
    /// Approved; at a handle node: done.
    Approve,
    /// Refused.
    Reject,
    /// Sent back.
    Return,
}

impl EventKind {
    /// Whether a command caused it directly. Each command has exactly one deed, its first event.
    pub fn is_deed(&self) -> bool {
        matches!(
            self,
            Self::Submitted { .. }
                | Self::Resubmitted { .. }
                | Self::Voted { .. }
                | Self::DecisionWithdrawn { .. }
                | Self::Withdrawn { .. }
                | Self::Terminated { .. }
                | Self::Retried
                | Self::Urged { .. }
                | Self::Commented { .. }
                | Self::Copied { .. }
        )
    }
}
