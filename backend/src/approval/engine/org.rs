//! What the resolver knows of the organisation, and what must be loaded for it.

use std::collections::{BTreeMap, BTreeSet};

use entity::{DepartmentId, MemberId, PositionId, Role};

use super::case::Case;
use super::definition::{Definition, Settings};
use super::form::{FieldKind, Values};
use super::form_value::{department_id, member_ids};
use super::rule::{OfDepartment, Rule};
use super::settings::Empty;

/// The part of the organisation a resolution may look at, as of now.
///
/// Whoever is named anywhere in here (as manager, leader, holder, substitute ...) needs an entry in `members`;
/// a person without one counts as unknown and is dropped with that reason.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrgFacts {
    /// People by id.
    pub members: BTreeMap<MemberId, MemberFacts>,
    /// Departments by id, with all departments above each.
    pub departments: BTreeMap<DepartmentId, DepartmentFacts>,
    /// Holders of roles, in a stable order. `PROCESS_ADMINISTRATOR` and `ADMINISTRATOR` are always needed.
    pub roles: BTreeMap<Role, Vec<MemberId>>,
    /// Holders of positions, in a stable order.
    pub positions: BTreeMap<PositionId, Vec<MemberId>>,
}

/// What matters of a member.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MemberFacts {
    /// Whether he may be asked.
    pub active: bool,
    /// Direct manager.
    pub manager: Option<MemberId>,
    /// Who took over when he left.
    pub handover: Option<MemberId>,
    /// Who stands in for him now, if the window, scope and template fit.
    pub substitute: Option<Substitute>,
}

/// A substitution in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Substitute {
    /// Who stands in.
    pub to: MemberId,
    /// In place of, or beside.
    pub mode: SubstituteMode,
}

/// Whether a substitute replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubstituteMode {
    /// Only the substitute is asked.
    Replace,
    /// Both are asked.
    Both,
}

/// What matters of a department.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DepartmentFacts {
    /// The department above.
    pub parent: Option<DepartmentId>,
    /// Its leaders in order.
    pub leaders: Vec<MemberId>,
    /// Its members in order; loaded only where [`Needs::department_members`] asks.
    pub members: Vec<MemberId>,
}

/// What must be loaded before [`super::decide`] or [`super::preview`]: a bounded number of queries, however long the process.
///
/// Managers and substitutes are chains: load the members, then the managers above the applicant and above every member
/// found, level by level until no new id appears (at most [`MANAGER_LEVELS`]), or all of them with one recursive query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// People named by rules, fields, choices or the case.
    pub members: BTreeSet<MemberId>,
    /// Departments whose way to the root is walked, with leaders.
    pub departments: BTreeSet<DepartmentId>,
    /// Departments whose members are asked.
    pub department_members: BTreeSet<DepartmentId>,
    /// Roles whose holders are asked.
    pub roles: BTreeSet<Role>,
    /// Positions whose holders are asked.
    pub positions: BTreeSet<PositionId>,
}

/// How many managers up a chain is followed.
pub const MANAGER_LEVELS: usize = 20;

impl OrgFacts {
    /// Whether a member is known and at work.
    pub fn active(&self, member: MemberId) -> bool {
        self.members.get(&member).is_some_and(|facts| facts.active)
    }

    /// The managers above a member, nearest first; ends at a cycle.
    pub fn managers(&self, member: MemberId) -> Vec<MemberId> {
        let mut chain = Vec::new();
        let mut at = member;
        while let Some(manager) = self.members.get(&at).and_then(|facts| facts.manager) {
            if manager == member || chain.contains(&manager) || chain.len() >= MANAGER_LEVELS {
                break;
            }
            chain.push(manager);
            at = manager;
        }
        chain
    }

    /// A department and those above it, the nearest first; ends at a cycle.
    pub fn line(&self, department: DepartmentId) -> Vec<(DepartmentId, &DepartmentFacts)> {
        let mut line: Vec<(DepartmentId, &DepartmentFacts)> = Vec::new();
        let mut at = Some(department);
        while let Some((id, facts)) = at.and_then(|id| self.departments.get(&id).map(|facts| (id, facts))) {
            if line.iter().any(|(seen, _)| *seen == id) {
                break;
            }
            line.push((id, facts));
            at = facts.parent;
        }
        line
    }

    /// Holders of a role.
    pub fn holders(&self, role: Role) -> &[MemberId] {
        self.roles.get(&role).map_or(&[], Vec::as_slice)
    }
}

/// What must be loaded to decide about a case with these values of its form.
pub fn needs(definition: &Definition, case: &Case, form: &Values, chosen: &BTreeMap<String, Vec<MemberId>>) -> Needs {
    let mut needs = Needs::default();
    needs.members.insert(case.applicant.member);
    needs.departments.insert(case.applicant.department);
    needs.roles.extend([Role::ProcessAdministrator, Role::Administrator]);
    needs
        .members
        .extend(case.chosen.values().chain(chosen.values()).flatten().copied());
    needs.members.extend(
        case.runs
            .iter()
            .flat_map(|run| run.seats.iter().map(|seat| seat.member)),
    );
    for node in definition.process.all() {
        if let Some(settings) = node.settings.assignees()
            && let Empty::Fallback { members } = &settings.empty
        {
            needs.members.extend(members.iter().copied());
        }
        let rules = match &node.settings {
            Settings::Approve(settings) | Settings::Handle(settings) => &settings.rules,
            Settings::Cc(settings) => &settings.rules,
            _ => continue,
        };
        for rule in rules {
            needs.add(rule, case, form);
        }
    }
    for field in &definition.form.fields {
        if matches!(field.kind, FieldKind::Member { .. }) {
            needs
                .members
                .extend(form.get(&field.key).map(member_ids).unwrap_or_default());
        }
    }
    needs
}

impl Needs {
    /// Adds what another decision needs.
    pub fn join(&mut self, other: Self) {
        self.members.extend(other.members);
        self.departments.extend(other.departments);
        self.department_members.extend(other.department_members);
        self.roles.extend(other.roles);
        self.positions.extend(other.positions);
    }

    fn add(&mut self, rule: &Rule, case: &Case, form: &Values) {
        match rule {
            Rule::Members { members } => self.members.extend(members.iter().copied()),
            Rule::Role { role } => {
                self.roles.insert(*role);
            }
            Rule::Position { position } => {
                self.positions.insert(*position);
            }
            _ => {}
        }
        let Some(department) = rule
            .department()
            .and_then(|of| start_of(of, case.applicant.department, form))
        else {
            return;
        };
        self.departments.insert(department);
        if matches!(rule, Rule::DepartmentMembers { .. }) {
            self.department_members.insert(department);
        }
    }
}

/// The department a rule starts from.
pub(super) fn start_of(of: &OfDepartment, applicants: DepartmentId, form: &Values) -> Option<DepartmentId> {
    match of {
        OfDepartment::Applicant => Some(applicants),
        OfDepartment::Field { field } => form.get(field).and_then(department_id),
        OfDepartment::Department { department } => Some(*department),
    }
}
