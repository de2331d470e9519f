//! Settings of nodes that ask or inform people.

use std::collections::BTreeSet;

use entity::{MemberId, SignMode};
use serde::{Deserialize, Serialize};

use super::rule::Rule;

/// Settings of nodes that ask people.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AssigneeSettings {
    /// Rules whose people are joined, in order.
    pub rules: Vec<Rule>,
    /// How votes count.
    pub sign: Sign,
    /// What happens when nobody is found.
    pub empty: Empty,
    /// What happens when the applicant would decide.
    pub self_approval: SelfApproval,
    /// What holders of a seat may do besides approving.
    pub actions: Actions,
    /// When words are required.
    pub comment: CommentRule,
    /// Fields holders may change while deciding.
    pub writable: BTreeSet<String>,
    /// Fields that must be filled after the decision; such a node is never skipped.
    pub required: BTreeSet<String>,
    /// Whether a signature is required; such a node is never skipped.
    pub signature: bool,
}

/// How votes of a node count, with parameters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Sign {
    /// 会签: all must approve.
    All {
        /// Wait for every vote even when the result is known.
        #[serde(default)]
        wait_for_all: bool,
    },
    /// 或签: one approval passes.
    Any {
        /// A rejection counts only when all reject; otherwise the first decision wins.
        #[serde(default)]
        any_may_pass: bool,
    },
    /// 依次: all, one after the other.
    Sequential,
    /// A share must approve.
    Ratio {
        /// 1 to 100.
        percent: u32,
    },
    /// A number must approve.
    MOfN {
        /// How many.
        count: u32,
    },
    /// A number of each group (not yet run).
    PerGroup {
        /// How many of each.
        count: u32,
    },
    /// Whoever claims it (not yet run).
    Claim,
}

impl Default for Sign {
    fn default() -> Self {
        Self::All { wait_for_all: false }
    }
}

/// When nobody is found for a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "then", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Empty {
    /// Ask these.
    Fallback {
        /// Whom.
        members: Vec<MemberId>,
    },
    /// Ask the process administrators; where there are none, the administrators.
    #[default]
    ProcessAdmin,
    /// Go on.
    Pass,
    /// Refuse.
    Reject,
    /// Stop and wait for an administrator.
    Block,
}

/// When the applicant would decide his own request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SelfApproval {
    /// He may.
    Allow,
    /// The seat is left out; when it was the only one the node passes with that reason.
    SkipSeat,
    /// The next one up decides.
    #[default]
    GoUp,
    /// The seat is taken away; when it was the only one the node is empty.
    Forbid,
}

/// What holders of a seat may do besides approving. Served under these names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    /// Refuse.
    Reject,
    /// Send back.
    Return,
    /// Hand the seat over (not yet run).
    Transfer,
    /// Ask for advice (not yet run).
    Delegate,
    /// Add signers (not yet run).
    AddSign,
}

/// The set of actions of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Actions(pub BTreeSet<Action>);

impl Default for Actions {
    fn default() -> Self {
        Self(
            [
                Action::Reject,
                Action::Return,
                Action::Transfer,
                Action::Delegate,
                Action::AddSign,
            ]
            .into(),
        )
    }
}

/// When words are required with a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommentRule {
    /// With an approval.
    pub on_approve: bool,
    /// With a rejection.
    pub on_reject: bool,
    /// With a return.
    pub on_return: bool,
}

impl Default for CommentRule {
    fn default() -> Self {
        Self {
            on_approve: false,
            on_reject: true,
            on_return: true,
        }
    }
}

/// Settings of nodes that inform.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CcSettings {
    /// Rules whose people are joined.
    pub rules: Vec<Rule>,
    /// When they are told.
    pub timing: CcTiming,
}

/// When people of a cc node are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CcTiming {
    /// When the request comes to the node.
    #[default]
    Reached,
    /// At submission.
    Submitted,
    /// When the request is approved.
    Finished,
    /// At submission; who is found only later is told at approval.
    Both,
}

impl Sign {
    /// The mode as rows name it.
    pub fn mode(self) -> SignMode {
        match self {
            Self::All { .. } => SignMode::All,
            Self::Any { .. } => SignMode::Any,
            Self::Sequential => SignMode::Sequential,
            Self::Ratio { .. } => SignMode::Ratio,
            Self::MOfN { .. } => SignMode::MOfN,
            Self::PerGroup { .. } => SignMode::PerGroup,
            Self::Claim => SignMode::Claim,
        }
    }
}
