//! Steps 1 and 2 of the resolution: whom the rules name, level by level.

use entity::{DepartmentId, MemberId};

use super::candidate::{Candidate, TraceStep, at_work};
use super::case::Case;
use super::form_value::member_ids;
use super::org::{DepartmentFacts, OrgFacts, start_of};
use super::rule::{LeaderFrom, Missing, Rule};

/// The people of all rules in order, with the trace of each rule.
pub(super) fn people(rules: &[Rule], node_key: &str, case: &Case, org: &OrgFacts) -> (Vec<Candidate>, Vec<TraceStep>) {
    let (mut seats, mut trace) = (Vec::new(), Vec::new());
    for rule in rules {
        let found = Look { case, org, node_key }.rule(rule);
        let output: Vec<MemberId> = found.seats.iter().map(|seat| seat.member).collect();
        let told = |step, input: &[MemberId], reason: &str| TraceStep {
            step,
            input: input.to_vec(),
            output: output.clone(),
            rule_ref: rule.reference(),
            reason: reason.to_owned(),
        };
        trace.push(told(1, &[], if output.is_empty() { "NOBODY" } else { "FOUND" }));
        trace.extend(found.missing.map(|reason| told(2, &output, reason)));
        seats.extend(found.seats);
    }
    (seats, trace)
}

struct Look<'a> {
    case: &'a Case,
    org: &'a OrgFacts,
    node_key: &'a str,
}

/// What one rule found.
#[derive(Default)]
struct Named {
    seats: Vec<Candidate>,
    missing: Option<&'static str>,
}

impl Look<'_> {
    fn rule(&self, rule: &Rule) -> Named {
        match rule {
            Rule::Members { members } => self.plain(members),
            Rule::Role { role } => self.plain(self.org.holders(*role)),
            Rule::Position { position } => self.plain(self.org.positions.get(position).map_or(&[], Vec::as_slice)),
            Rule::DepartmentMembers { .. } => self.plain(
                self.line(rule)
                    .first()
                    .map_or(&[], |(_, department)| department.members.as_slice()),
            ),
            Rule::DepartmentLeader {
                level, from, missing, ..
            } => self.leader(rule, *level, *from, *missing),
            Rule::ConsecutiveLeaders { levels, .. } => {
                let line = self.line(rule);
                let seats = (0..line.len().min(*levels as usize))
                    .flat_map(|i| self.leaders(&line, i))
                    .collect();
                Named { seats, missing: None }
            }
            Rule::Manager { level, missing } => self.manager(*level, *missing),
            Rule::Applicant => Named {
                seats: vec![Candidate::new(self.case.applicant.member, Vec::new(), true)],
                missing: None,
            },
            Rule::ChosenByApplicant { at_most } => {
                let chosen = self.case.chosen.get(self.node_key).map_or(&[][..], Vec::as_slice);
                let most = if *at_most == 0 { chosen.len() } else { *at_most as usize };
                self.plain(chosen.get(..most.min(chosen.len())).unwrap_or_default())
            }
            Rule::MemberField { field } => self.plain(&self.case.form.get(field).map(member_ids).unwrap_or_default()),
        }
    }

    /// People without a line of their own: above the applicant stand his managers.
    fn plain(&self, members: &[MemberId]) -> Named {
        let applicant = self.case.applicant.member;
        let seats = members.iter().map(|member| {
            let up = if *member == applicant {
                self.up(applicant)
            } else {
                Vec::new()
            };
            Candidate::new(*member, up, false)
        });
        Named {
            seats: seats.collect(),
            missing: None,
        }
    }

    /// Managers of a member, then leaders of the applicant's departments.
    fn up(&self, member: MemberId) -> Vec<MemberId> {
        let line = self.org.line(self.case.applicant.department);
        let leaders = line
            .iter()
            .flat_map(|(_, department)| department.leaders.iter().copied());
        self.org.managers(member).into_iter().chain(leaders).collect()
    }

    fn line(&self, rule: &Rule) -> Vec<(DepartmentId, &DepartmentFacts)> {
        let start = rule
            .department()
            .and_then(|of| start_of(of, self.case.applicant.department, &self.case.form));
        start.map(|department| self.org.line(department)).unwrap_or_default()
    }

    /// Leaders of one level who can be asked; above them stand the leaders of the levels above.
    fn leaders(&self, line: &[(DepartmentId, &DepartmentFacts)], level: usize) -> Vec<Candidate> {
        let Some((_, department)) = line.get(level) else {
            return Vec::new();
        };
        let above = line
            .iter()
            .skip(level + 1)
            .flat_map(|(_, department)| department.leaders.iter().copied());
        let above: Vec<MemberId> = above.collect();
        let usable = department
            .leaders
            .iter()
            .filter(|leader| at_work(self.org, **leader).is_some());
        usable
            .map(|leader| Candidate::new(*leader, above.clone(), false))
            .collect()
    }

    fn leader(&self, rule: &Rule, level: u32, from: LeaderFrom, missing: Missing) -> Named {
        let line = self.line(rule);
        let level = level.max(1) as usize;
        let wanted = match from {
            LeaderFrom::Bottom => Some(level - 1),
            LeaderFrom::Top => line.len().checked_sub(level),
        };
        if let Some(seats) = wanted
            .map(|wanted| self.leaders(&line, wanted))
            .filter(|seats| !seats.is_empty())
        {
            return Named { seats, missing: None };
        }
        if missing == Missing::Empty {
            return Named {
                seats: Vec::new(),
                missing: Some("LEVEL_HAS_NO_LEADER"),
            };
        }
        let upwards = wanted.map_or(0, |wanted| wanted + 1);
        let seats = (upwards..line.len())
            .map(|i| self.leaders(&line, i))
            .find(|seats| !seats.is_empty());
        Named {
            seats: seats.unwrap_or_default(),
            missing: Some("WENT_UP"),
        }
    }

    fn manager(&self, level: u32, missing: Missing) -> Named {
        let applicant = self.case.applicant.member;
        let chain = self.org.managers(applicant);
        let wanted = level.max(1) as usize - 1;
        let usable = |member: &&MemberId| at_work(self.org, **member).is_some();
        let seat =
            |at: usize, member: MemberId| Candidate::new(member, chain.iter().skip(at + 1).copied().collect(), false);
        if let Some(manager) = chain.get(wanted).filter(usable) {
            return Named {
                seats: vec![seat(wanted, *manager)],
                missing: None,
            };
        }
        if missing == Missing::Empty {
            return Named {
                seats: Vec::new(),
                missing: Some("LEVEL_HAS_NO_MANAGER"),
            };
        }
        // Up the chain; then the highest there is; then, for people without any manager, the leaders of their department.
        let higher = chain
            .iter()
            .skip(wanted)
            .find(usable)
            .or_else(|| chain.iter().rev().find(usable));
        if let Some(manager) = higher {
            return Named {
                seats: vec![seat(chain.len(), *manager)],
                missing: Some("WENT_UP"),
            };
        }
        let line = self.org.line(self.case.applicant.department);
        let leader = (0..line.len())
            .flat_map(|i| self.leaders(&line, i))
            .find(|leader| at_work(self.org, leader.member).is_some_and(|member| member != applicant));
        Named {
            seats: leader.into_iter().collect(),
            missing: Some("NO_MANAGER_TOOK_LEADER"),
        }
    }
}
