//! People that may be asked, and what a resolution comes to.

use entity::MemberId;
use serde::{Deserialize, Serialize};

use super::case::{BlockReason, NodeReason, SeatReason};
use super::org::{OrgFacts, SubstituteMode};
use super::settings::Sign;

/// Longest chain of handovers or substitutes that is followed.
const CHAIN: usize = 5;

/// What one step of a resolution did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceStep {
    /// 1 rule, 2 missing level, 3 disabled, 4 substitution, 5 applicant, 6 twice in the node, 7 earlier nodes, 8 empty, 9 cap.
    pub step: u8,
    /// People before.
    #[serde(rename = "in")]
    pub input: Vec<MemberId>,
    /// People after.
    #[serde(rename = "out")]
    pub output: Vec<MemberId>,
    /// Rule or policy: `MANAGER(1)`, `GO_UP`; for a branch its key.
    pub rule_ref: String,
    /// What happened, as a stable word.
    pub reason: String,
}

/// A person to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Who.
    pub member: MemberId,
    /// For whom, when a substitute.
    pub on_behalf_of: Option<MemberId>,
    /// Why the seat is skipped.
    pub skip: Option<SeatReason>,
    /// Whom to ask instead when this one may not decide, nearest first.
    pub(super) up: Vec<MemberId>,
    /// Whether the rule means the applicant on purpose.
    pub(super) exempt: bool,
}

/// What a resolution comes to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found {
    /// Ask the seats; the mode is `ANY` where administrators stand in for nobody.
    People {
        /// How votes count.
        sign: Sign,
    },
    /// Nobody needs to be asked.
    Pass(NodeReason),
    /// Nobody is there and the node refuses.
    Reject(NodeReason),
    /// Nobody can be asked.
    Block(BlockReason, String),
}

/// Result of a resolution.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Resolution {
    /// People in order, with those that are skipped.
    pub seats: Vec<Candidate>,
    /// What it comes to.
    pub found: Found,
    /// What each step did.
    pub trace: Vec<TraceStep>,
}

impl Candidate {
    pub(super) fn new(member: MemberId, up: Vec<MemberId>, exempt: bool) -> Self {
        Self {
            member,
            on_behalf_of: None,
            skip: None,
            up,
            exempt,
        }
    }
}

/// The member, or whoever took over from him; none when nobody is at work.
pub(super) fn at_work(org: &OrgFacts, member: MemberId) -> Option<MemberId> {
    let mut at = member;
    for _ in 0..=CHAIN {
        let facts = org.members.get(&at)?;
        if facts.active {
            return Some(at);
        }
        at = facts.handover?;
    }
    None
}

/// Who stands in for a member: the first of the chain who is here. A cycle or an over-long chain leaves the member himself.
pub(super) fn stand_in(org: &OrgFacts, member: MemberId) -> Option<(MemberId, SubstituteMode)> {
    let first = org.members.get(&member)?.substitute?;
    let mut at = first.to;
    for _ in 0..CHAIN {
        if at == member {
            return None;
        }
        let facts = org.members.get(&at)?;
        match facts.substitute {
            None => return facts.active.then_some((at, first.mode)),
            Some(next) => at = next.to,
        }
    }
    None
}
