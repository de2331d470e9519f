//! Closed sets of values.

use async_graphql::Enum;

use crate::approval::service;

/// A pile of requests.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalBox {
    /// Started by the viewer.
    Started,
    /// The viewer acted on them.
    Done,
    /// Copied to the viewer.
    Copied,
    /// All the viewer may read.
    All,
}

impl From<ApprovalBox> for service::Pile {
    fn from(which: ApprovalBox) -> Self {
        match which {
            ApprovalBox::Started => Self::Started,
            ApprovalBox::Done => Self::Done,
            ApprovalBox::Copied => Self::Copied,
            ApprovalBox::All => Self::All,
        }
    }
}

/// Where a request stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "ApprovalStatus", remote = "entity::ApprovalStatus")]
pub enum ApprovalStatus {
    /// Not submitted.
    Draft,
    /// People decide.
    Running,
    /// With the applicant for correction.
    Returned,
    /// Needs an administrator.
    Blocked,
    /// Passed.
    Approved,
    /// Refused.
    Rejected,
    /// Taken back by the applicant.
    Withdrawn,
    /// Ended by an administrator.
    Terminated,
    /// Passed; its revocation is being decided.
    Revoking,
    /// Passed and revoked.
    Revoked,
}

/// Where a task stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "ApprovalTaskStatus", remote = "entity::TaskStatus")]
pub enum ApprovalTaskStatus {
    /// Queued behind another.
    Waiting,
    /// Waits for its person.
    Pending,
    /// Approved.
    Approved,
    /// Refused.
    Rejected,
    /// Done by a handler.
    Handled,
    /// Sent back.
    Returned,
    /// Passed to someone else.
    Transferred,
    /// Someone else decided.
    Superseded,
    /// Not needed.
    Skipped,
    /// No longer asked.
    Cancelled,
}

/// Kinds of nodes of a process.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "NodeKind", remote = "entity::NodeKind")]
pub enum NodeKind {
    /// Submission.
    Start,
    /// People decide.
    Approve,
    /// People do something and may not refuse.
    Handle,
    /// People are informed.
    Cc,
    /// Ordered branches; the first that holds is taken.
    Exclusive,
    /// All branches.
    Parallel,
    /// All branches that hold.
    Inclusive,
    /// Waits.
    Delay,
    /// Calls another system.
    Trigger,
    /// Sets a field.
    SetField,
    /// Runs another process.
    Subprocess,
    /// The end.
    End,
}

/// How the votes of a node count.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "SignMode", remote = "entity::SignMode")]
pub enum SignMode {
    /// All must approve.
    All,
    /// One is enough.
    Any,
    /// All, one after the other.
    Sequential,
    /// A share must approve.
    Ratio,
    /// A number must approve.
    MOfN,
    /// A number of each group.
    PerGroup,
    /// Whoever claims it.
    Claim,
}

/// Whether a step of a route has been.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::approval::service::RouteState")]
pub enum RouteState {
    /// Left.
    Past,
    /// People are asked.
    Now,
    /// Expected.
    Next,
}
