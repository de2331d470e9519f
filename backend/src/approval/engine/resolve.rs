//! Who is asked at a node: ordered steps, each of which says what it did (product section 2.4).

use std::collections::BTreeSet;

use entity::{MemberId, NodeKind, Role};

use super::candidate::{Candidate, Found, Resolution, TraceStep, at_work, stand_in};
use super::case::{BlockReason, Case, NodeReason, SeatReason};
use super::definition::Node;
use super::org::{OrgFacts, SubstituteMode};
use super::people::people;
use super::policies::{Dedup, Policies};
use super::settings::{AssigneeSettings, CcSettings, Empty, SelfApproval, Sign};

/// The people of a node, as of now.
pub(super) fn resolve(
    node: &Node,
    settings: &AssigneeSettings,
    policies: &Policies,
    case: &Case,
    org: &OrgFacts,
) -> Resolution {
    let mut steps = Steps {
        case,
        org,
        policies,
        settings,
        seats: Vec::new(),
        trace: Vec::new(),
    };
    (steps.seats, steps.trace) = people(&settings.rules, &node.key, case, org);
    steps.drop_disabled();
    steps.substitute();
    steps.self_approval();
    steps.once_in_node();
    steps.once_in_path(node.settings.kind());
    let found = steps.conclude();
    Resolution {
        seats: steps.seats,
        found,
        trace: steps.trace,
    }
}

/// The people a cc node informs: rules, without the disabled, each once.
pub(super) fn resolve_copies(
    node: &Node,
    settings: &CcSettings,
    policies: &Policies,
    case: &Case,
    org: &OrgFacts,
) -> (Vec<MemberId>, Vec<TraceStep>) {
    let asking = AssigneeSettings::default();
    let mut steps = Steps {
        case,
        org,
        policies,
        settings: &asking,
        seats: Vec::new(),
        trace: Vec::new(),
    };
    (steps.seats, steps.trace) = people(&settings.rules, &node.key, case, org);
    steps.drop_disabled();
    steps.once_in_node();
    (steps.now(), steps.trace)
}

struct Steps<'a> {
    case: &'a Case,
    org: &'a OrgFacts,
    policies: &'a Policies,
    settings: &'a AssigneeSettings,
    seats: Vec<Candidate>,
    trace: Vec<TraceStep>,
}

impl Steps<'_> {
    fn now(&self) -> Vec<MemberId> {
        self.seats.iter().map(|seat| seat.member).collect()
    }

    fn told(&mut self, step: u8, input: Vec<MemberId>, rule_ref: &str, reason: &str) {
        let output = self.now();
        self.trace.push(TraceStep {
            step,
            input,
            output,
            rule_ref: rule_ref.to_owned(),
            reason: reason.to_owned(),
        });
    }

    fn drop_disabled(&mut self) {
        let before = self.now();
        let seats = std::mem::take(&mut self.seats);
        for mut seat in seats {
            if let Some(member) = at_work(self.org, seat.member) {
                seat.member = member;
                self.seats.push(seat);
            }
        }
        if self.now() != before {
            let reason = if self.seats.len() < before.len() {
                "DISABLED_DROPPED"
            } else {
                "HANDED_OVER"
            };
            self.told(3, before, "DISABLED", reason);
        }
    }

    fn substitute(&mut self) {
        let before = self.now();
        let seats = std::mem::take(&mut self.seats);
        for seat in seats {
            let Some((to, mode)) = stand_in(self.org, seat.member) else {
                self.seats.push(seat);
                continue;
            };
            let mut deputy = Candidate {
                member: to,
                on_behalf_of: Some(seat.member),
                ..seat.clone()
            };
            deputy.up = self.org.managers(seat.member);
            deputy.exempt = false;
            if mode == SubstituteMode::Both {
                self.seats.push(seat);
            }
            self.seats.push(deputy);
        }
        if self.now() != before {
            self.told(4, before, "SUBSTITUTE", "STANDS_IN");
        }
    }

    fn self_approval(&mut self) {
        let applicant = self.case.applicant.member;
        let concerned = |seat: &Candidate| {
            seat.member == applicant
                && !seat.exempt
                && (self.settings.self_approval != SelfApproval::Allow || seat.on_behalf_of.is_some())
        };
        if !self.seats.iter().any(concerned) {
            return;
        }
        let before = self.now();
        let seats = std::mem::take(&mut self.seats);
        let mut kept = Vec::new();
        for mut seat in seats {
            if !concerned(&seat) {
                kept.push(seat);
                continue;
            }
            // A substitute who is the applicant always goes up: the person he stands for is somebody else.
            let policy = match seat.on_behalf_of {
                Some(_) => SelfApproval::GoUp,
                None => self.settings.self_approval,
            };
            match policy {
                SelfApproval::SkipSeat => {
                    seat.skip = Some(SeatReason::IsApplicant);
                    kept.push(seat);
                }
                SelfApproval::GoUp => kept.extend(self.above(&seat.up)),
                SelfApproval::Forbid | SelfApproval::Allow => {}
            }
        }
        self.seats = kept;
        let rule = super::rule::word(&self.settings.self_approval);
        self.told(5, before, &rule, "APPLICANT_MAY_NOT_DECIDE");
    }

    /// The first person up who is at work, not the applicant, and not stood in for by the applicant.
    fn above(&self, up: &[MemberId]) -> Option<Candidate> {
        let applicant = self.case.applicant.member;
        up.iter().find_map(|member| {
            let member = at_work(self.org, *member)?;
            let mut seat = Candidate::new(member, Vec::new(), false);
            if let Some((to, _)) = stand_in(self.org, member) {
                seat.member = to;
                seat.on_behalf_of = Some(member);
            }
            (member != applicant && seat.member != applicant).then_some(seat)
        })
    }

    fn once_in_node(&mut self) {
        let before = self.now();
        let mut seen = BTreeSet::new();
        self.seats.retain(|seat| seen.insert(seat.member));
        if self.seats.len() != before.len() {
            self.told(6, before, "ONCE_PER_NODE", "KEPT_FIRST");
        }
    }

    fn once_in_path(&mut self, kind: NodeKind) {
        let asks_more = !self.settings.required.is_empty() || self.settings.signature;
        if kind != NodeKind::Approve || asks_more || self.policies.dedup == Dedup::None {
            return;
        }
        let approved = self.approved_before();
        if !self.seats.iter().any(|seat| approved.contains(&seat.member)) {
            return;
        }
        let before = self.now();
        for seat in self
            .seats
            .iter_mut()
            .filter(|seat| seat.skip.is_none() && approved.contains(&seat.member))
        {
            seat.skip = Some(SeatReason::ApprovedBefore);
        }
        let rule = super::rule::word(&self.policies.dedup);
        self.told(7, before, &rule, "APPROVED_BEFORE");
    }

    /// Who approved on the way here, after the last return and with the form as it is now.
    fn approved_before(&self) -> BTreeSet<MemberId> {
        let most = if self.policies.dedup == Dedup::Consecutive {
            1
        } else {
            usize::MAX
        };
        let path = self
            .case
            .path
            .iter()
            .rev()
            .filter_map(|ordinal| self.case.runs.get(*ordinal as usize));
        path.filter(|run| run.kind == NodeKind::Approve && !run.seats.is_empty())
            .take(most)
            .filter(|run| run.ordinal >= self.case.fresh_from)
            .flat_map(|run| &run.seats)
            .filter(|seat| seat.approves() && seat.revision == self.case.revision)
            .map(|seat| seat.member)
            .collect()
    }

    fn conclude(&mut self) -> Found {
        let mut sign = self.settings.sign;
        if self.seats.is_empty() {
            match self.empty() {
                Ok(over) => sign = over,
                Err(found) => return found,
            }
        }
        if self.seats.iter().all(|seat| seat.skip == Some(SeatReason::IsApplicant)) {
            return Found::Pass(NodeReason::OnlyApplicant);
        }
        if self.seats.iter().all(|seat| seat.skip.is_some()) {
            return Found::Pass(NodeReason::AllApprovedBefore);
        }
        let cap = self.policies.cap as usize;
        if self.seats.len() > cap {
            let before = self.now();
            self.told(9, before, "CAP", "TOO_MANY");
            return Found::Block(BlockReason::TooManySeats, format!("{} > {cap}", self.seats.len()));
        }
        Found::People { sign }
    }

    /// Somebody for an empty node, and how they sign.
    fn empty(&mut self) -> Result<Sign, Found> {
        let any = Sign::Any { any_may_pass: false };
        match &self.settings.empty {
            Empty::Pass => return Err(self.empty_closes("PASS", Found::Pass(NodeReason::EmptyPass))),
            Empty::Reject => return Err(self.empty_closes("REJECT", Found::Reject(NodeReason::EmptyReject))),
            Empty::Block => {
                return Err(self.empty_closes("BLOCK", Found::Block(BlockReason::NoAssignee, "BLOCK".to_owned())));
            }
            Empty::Fallback { members } => {
                self.ask(members);
                self.told(8, Vec::new(), "FALLBACK", "EMPTY");
                if !self.seats.is_empty() {
                    return Ok(self.settings.sign);
                }
            }
            Empty::ProcessAdmin => {}
        }
        for (role, name) in [
            (Role::ProcessAdministrator, "PROCESS_ADMIN"),
            (Role::Administrator, "ADMINISTRATOR"),
        ] {
            let holders = self.org.holders(role).to_vec();
            self.ask(&holders);
            self.told(8, Vec::new(), name, "EMPTY");
            if !self.seats.is_empty() {
                return Ok(any);
            }
        }
        Err(Found::Block(
            BlockReason::NoAssignee,
            "no administrator but the applicant".to_owned(),
        ))
    }

    fn empty_closes(&mut self, rule: &str, found: Found) -> Found {
        self.told(8, Vec::new(), rule, "EMPTY");
        found
    }

    fn ask(&mut self, members: &[MemberId]) {
        let allowed = self.settings.self_approval == SelfApproval::Allow;
        let mut seen = BTreeSet::new();
        let members = members.iter().filter_map(|member| at_work(self.org, *member));
        let members = members.filter(|member| allowed || *member != self.case.applicant.member);
        self.seats = members
            .filter(|member| seen.insert(*member))
            .map(|m| Candidate::new(m, Vec::new(), false))
            .collect();
    }
}
