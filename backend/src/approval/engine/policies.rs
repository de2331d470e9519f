//! Rules of a process as a whole.

use serde::{Deserialize, Serialize};

/// Rules of a process as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policies {
    /// What a rejection does.
    pub on_reject: OnReject,
    /// When the applicant may withdraw.
    pub withdraw: WithdrawPolicy,
    /// Whether one person is asked twice.
    pub dedup: Dedup,
    /// Where a corrected request goes on when nothing relevant to the route changed.
    pub resubmit: AfterReturn,
    /// Where a request goes on after an earlier node decided again.
    pub rework: AfterReturn,
    /// Most seats of a node.
    pub cap: u32,
    /// Minutes between two reminders for the same task.
    pub urge_minutes: u32,
}

impl Default for Policies {
    fn default() -> Self {
        Self {
            on_reject: OnReject::ReturnToStart,
            withdraw: WithdrawPolicy::Anytime,
            dedup: Dedup::Consecutive,
            resubmit: AfterReturn::Rerun,
            rework: AfterReturn::Rerun,
            cap: 100,
            urge_minutes: 240,
        }
    }
}

/// What a rejection does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "then", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OnReject {
    /// Back to the applicant for correction.
    #[default]
    ReturnToStart,
    /// The end.
    Terminate,
    /// Back to a node; to the applicant where the request did not pass it.
    ReturnTo {
        /// Key of the node.
        node: String,
    },
}

/// When the applicant may withdraw a running request. A returned one may always be given up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WithdrawPolicy {
    /// While it runs.
    #[default]
    Anytime,
    /// Until someone decided in this round.
    BeforeFirstDecision,
    /// Not at all.
    Never,
}

/// Whether a person who approved is asked again by a later node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Dedup {
    /// Yes.
    None,
    /// Not by the next node.
    #[default]
    Consecutive,
    /// Not by any later node.
    AllEarlier,
}

/// Where a request goes on after a correction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AfterReturn {
    /// Through all nodes again.
    #[default]
    Rerun,
    /// Straight to the node that sent it back.
    ResumeHere,
}
