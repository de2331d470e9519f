//! What people ask of a request, and how they are refused.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{FileId, MemberId, TaskId};
use serde::Serialize;

use super::form::{FieldError, FormFacts, Values};
use super::org::OrgFacts;

/// An act and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// Who acts.
    pub actor: Actor,
    /// What he does.
    pub act: Act,
}

/// Who acts. That he may read the request at all is for the caller to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub member: MemberId,
    /// Whether he may set stuck requests right (process administrator, administrator).
    pub administers: bool,
}

/// What somebody does.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Applicant: ask.
    Submit {
        /// Values of the form.
        form: Values,
        /// Chosen people by node key.
        chosen: BTreeMap<String, Vec<MemberId>>,
        /// Whom to send copies.
        copy_to: Vec<MemberId>,
    },
    /// Holder of a seat: approve; at a handle node: done.
    Approve {
        /// Task.
        task: TaskId,
        /// Words and files.
        opinion: Opinion,
        /// Fields to write; unchanged ones are ignored.
        form: Values,
    },
    /// Holder of a seat: refuse.
    Reject {
        /// Task.
        task: TaskId,
        /// Words and files.
        opinion: Opinion,
    },
    /// Holder of a seat: send back.
    Return {
        /// Task.
        task: TaskId,
        /// Where to.
        to: ReturnTo,
        /// Words and files.
        opinion: Opinion,
    },
    /// Applicant: ask again after a return.
    Resubmit {
        /// Values of the form.
        form: Values,
        /// Chosen people by node key; nodes left out keep those chosen before.
        chosen: BTreeMap<String, Vec<MemberId>>,
    },
    /// Applicant: take the request back.
    Withdraw {
        /// Why.
        comment: Option<String>,
    },
    /// Holder of a seat: take the own decision back.
    WithdrawDecision {
        /// Task.
        task: TaskId,
    },
    /// Applicant or administrator: ask the pending to hurry.
    Urge,
    /// Reader: comment. The text is kept by the caller.
    Comment {
        /// Whom it names.
        mentions: Vec<MemberId>,
    },
    /// Applicant, holder of a seat or administrator: send copies.
    Copy {
        /// To whom.
        members: Vec<MemberId>,
    },
    /// Administrator: try a blocked request again.
    Retry,
    /// Administrator: end the request.
    Terminate {
        /// Why; required.
        comment: String,
    },
}

/// Words and files given with a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opinion {
    /// At most 4,000 characters.
    pub comment: Option<String>,
    /// At most 20.
    pub attachments: Vec<FileId>,
}

/// Where a request is sent back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReturnTo {
    /// To the applicant.
    Start,
    /// To the last node where somebody decided; to the applicant where there is none.
    Previous,
    /// To a node that was passed on the way here.
    Node(String),
}

/// What was loaded for a decision.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The organisation, see [`super::needs`].
    pub org: OrgFacts,
    /// What values of the form may name.
    pub form: FormFacts,
    /// What the module of the template worked out from the form now submitted; for leave `{"days": 3.5, ...}`.
    pub computed: Values,
}

/// Why a command does nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The task is decided.
    AlreadyDecided {
        /// By whom.
        by: Option<MemberId>,
        /// When.
        at: Option<DateTime<Utc>>,
    },
    /// The request or task does not stand so that this could be done.
    NotAllowedNow {
        /// Why.
        reason: RefusalReason,
    },
    /// This person may not do it, however the request stands.
    Forbidden {
        /// Why.
        reason: RefusalReason,
    },
    /// The request has no such task.
    NotFound,
    /// Values are wrong.
    Invalid {
        /// Which.
        fields: Vec<FieldError>,
    },
    /// Too soon after the last time.
    Throttled {
        /// When it may be done again.
        until: DateTime<Utc>,
    },
}

/// Why something may not be done; a stable word for messages and disabled buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefusalReason {
    /// Only the applicant may.
    NotApplicant,
    /// The task belongs to somebody else.
    NotYourTask,
    /// Only administrators of processes may.
    NotAdministrator,
    /// Only people who take part may.
    NotParticipant,
    /// The request was not submitted.
    NotSubmitted,
    /// The request was submitted before.
    AlreadySubmitted,
    /// The request is not running.
    NotRunning,
    /// The request is not with the applicant for correction.
    NotReturned,
    /// The request is not blocked.
    NotBlocked,
    /// The request is blocked.
    RequestBlocked,
    /// The request is approved.
    RequestApproved,
    /// The request is rejected.
    RequestRejected,
    /// The request was withdrawn.
    RequestWithdrawn,
    /// The request was ended by an administrator.
    RequestTerminated,
    /// The request went back for correction.
    RequestReturned,
    /// Others come first.
    NotYourTurn,
    /// The task needs no decision any more.
    TaskClosed,
    /// The task is not decided.
    NotDecided,
    /// The node does not allow it.
    ActionOff,
    /// The process does not allow it.
    PolicyForbids,
    /// Somebody has decided.
    SomebodyDecided,
    /// Somebody has decided after you.
    LaterDecision,
    /// The form was changed after you.
    FormChanged,
    /// The request did not pass that node.
    TargetNotPassed,
    /// Nobody is asked at the moment.
    NothingPending,
    /// The correction is sent by submitting again.
    UseResubmit,
    /// Was urged not long ago.
    UrgedRecently,
    /// The template has no such node.
    NodeMissing,
}

impl Refusal {
    /// Not now, because.
    pub(super) fn now(reason: RefusalReason) -> Self {
        Self::NotAllowedNow { reason }
    }

    /// Not this person, because.
    pub(super) fn forbidden(reason: RefusalReason) -> Self {
        Self::Forbidden { reason }
    }
}
