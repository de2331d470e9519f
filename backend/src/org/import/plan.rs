//! What a file would change, worked out against the present organisation before anything is touched.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::{DepartmentId, MemberId};

use super::header::{Column, Field, Header};
use super::parse::MemberRow;
use super::problem::Problem;
use super::{departments, diff, managers, matching};
use crate::error::Text;
use crate::org::fault::Fault;
use crate::org::model::{Membership, Tree};

/// The organisation as it is.
#[derive(Clone, Debug, Default)]
pub struct Present {
    /// Departments, closed ones included.
    pub departments: Tree,
    /// Members, disabled ones included.
    pub members: Vec<PresentMember>,
    /// Names of positions.
    pub positions: HashSet<String>,
    /// Active members who hold the role of administrator.
    pub administrators: HashSet<MemberId>,
}

/// A member as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentMember {
    /// Who.
    pub id: MemberId,
    /// Sign-in name.
    pub account: String,
    /// Whether active.
    pub active: bool,
    /// Version of the row.
    pub version: i32,
    /// Texts, in the normal form the file's texts have.
    pub values: BTreeMap<Field, String>,
    /// Departments, the primary one first.
    pub seats: Vec<Membership>,
    /// Direct manager.
    pub manager: Option<MemberId>,
}

impl PresentMember {
    /// Full name.
    pub fn name(&self) -> &str {
        self.values.get(&Field::Name).map(String::as_str).unwrap_or_default()
    }
}

/// A department, there already or still to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DepartmentKey {
    /// There.
    Known(DepartmentId),
    /// By its place in [`Plan::departments`].
    New(usize),
}

/// A member, there already or still to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberKey {
    /// There.
    Known(MemberId),
    /// By the row that makes them.
    Row(u32),
}

/// A department to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDepartment {
    /// First row that names it.
    pub row: u32,
    /// The one above; none for the first department of all.
    pub parent: Option<DepartmentKey>,
    /// Its name.
    pub name: String,
    /// Names from the top to itself.
    pub names: Vec<String>,
}

/// A place in a department; the first of several is the primary one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Where.
    pub department: DepartmentKey,
    /// Whether the member leads it.
    pub leader: bool,
}

/// A member to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMember {
    /// The row.
    pub row: u32,
    /// Sign-in name, written or made from the name.
    pub account: String,
    /// Texts.
    pub values: BTreeMap<Field, String>,
    /// Departments, the primary one first.
    pub seats: Vec<Seat>,
    /// Direct manager.
    pub manager: Option<MemberKey>,
    /// Whether active from the start.
    pub active: bool,
}

impl NewMember {
    /// Full name.
    pub fn name(&self) -> &str {
        self.values.get(&Field::Name).map(String::as_str).unwrap_or_default()
    }
}

/// A value that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Name of the field as in the API, or of the further column.
    pub field: String,
    /// Before; none when it was blank.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

/// A member to be changed. What is none stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberUpdate {
    /// The row.
    pub row: u32,
    /// Who.
    pub member: MemberId,
    /// Sign-in name.
    pub account: String,
    /// Full name after the change.
    pub name: String,
    /// Version the change was worked out against.
    pub version: i32,
    /// What changes, for people to read.
    pub changes: Vec<FieldChange>,
    /// Texts that change.
    pub values: BTreeMap<Field, String>,
    /// All departments afterwards.
    pub seats: Option<Vec<Seat>>,
    /// Direct manager afterwards.
    pub manager: Option<MemberKey>,
    /// Whether active afterwards.
    pub active: Option<bool>,
}

/// An active member the file does not name, to be disabled in the full-overwrite mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Who.
    pub member: MemberId,
    /// Sign-in name.
    pub account: String,
    /// Full name.
    pub name: String,
    /// Version of the row.
    pub version: i32,
}

/// All a file would change, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Departments to make, parents before children.
    pub departments: Vec<NewDepartment>,
    /// Positions to make.
    pub positions: BTreeSet<String>,
    /// Members to make.
    pub created: Vec<NewMember>,
    /// Members to change.
    pub updated: Vec<MemberUpdate>,
    /// Members to disable for not being in the file.
    pub disabled: Vec<Missing>,
    /// Rows that change nothing.
    pub unchanged: u32,
    /// What is wrong, by row.
    pub problems: Vec<Problem>,
}

/// How to work a file out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mode {
    /// Disable active members the file does not name.
    pub disable_missing: bool,
    /// Who imports; nobody disables themselves. None on the command line.
    pub actor: Option<MemberId>,
}

/// Works out what the rows change. Rows with a problem change nothing, and neither does the rest as long as problems remain.
pub fn plan(header: &Header, rows: &[MemberRow], present: &Present, mode: Mode) -> Plan {
    let mut plan = Plan::default();
    let seats = departments::resolve(header, rows, present, &mut plan);
    let targets = matching::resolve(header, rows, present, &seats, &mut plan.problems);
    let accounts = matching::accounts(rows, &targets, present);
    managers::check_unique(header, rows, &targets, present, &mut plan.problems);
    let managers = managers::resolve(header, rows, &targets, &accounts, present, &mut plan.problems);
    matching::check_reachable(header, rows, &targets, &mut plan.problems);
    matching::check_careers(header, rows, &targets, &mut plan.problems);
    let mut named = HashSet::new();
    for (at, row) in rows.iter().enumerate() {
        let (Some(target), Some(seats)) = (targets.get(at), seats.get(at)) else {
            continue;
        };
        let manager = managers.get(at).copied().flatten();
        if let Some(position) = row
            .values
            .get(&Field::Position)
            .filter(|name| !present.positions.contains(*name))
        {
            plan.positions.insert(position.clone());
        }
        match target {
            matching::Target::New => plan.created.push(NewMember {
                row: row.number,
                account: accounts.get(at).cloned().unwrap_or_default(),
                values: row.values.clone(),
                seats: diff::seats(row, seats, &[]),
                manager,
                active: row.enabled.unwrap_or(true),
            }),
            matching::Target::Known(member) => {
                named.insert(member.id);
                match diff::update(row, member, seats, manager, present, &plan.departments) {
                    Some(update) => plan.updated.push(update),
                    None => plan.unchanged += 1,
                }
            }
        }
    }
    if mode.disable_missing {
        disable_missing(present, &named, mode, &mut plan);
    }
    check_administrators(header, present, mode, &mut plan);
    plan.problems.sort_by_key(|problem| problem.row);
    plan
}

/// The same, with rows that have problems left out one after the other until the rest holds. The problems of all are kept.
pub fn plan_correct_rows(header: &Header, rows: &[MemberRow], present: &Present, mode: Mode) -> Plan {
    let mut rows = rows.to_vec();
    let mut problems = Vec::new();
    loop {
        let mut plan = plan(header, &rows, present, mode);
        let wrong: HashSet<u32> = plan.problems.iter().filter_map(|problem| problem.row).collect();
        problems.append(&mut plan.problems);
        if wrong.is_empty() {
            problems.sort_by_key(|problem| problem.row);
            plan.problems = problems;
            return plan;
        }
        rows.retain(|row| !wrong.contains(&row.number));
    }
}

/// The problem of a cell.
pub fn problem(header: &Header, row: u32, column: &Column, value: Option<&str>, message: Text) -> Problem {
    Problem {
        row: Some(row),
        column: header.name_of(column).map(str::to_owned),
        value: value.map(|value| value.chars().take(60).collect()),
        message,
    }
}

fn disable_missing(present: &Present, named: &HashSet<MemberId>, mode: Mode, plan: &mut Plan) {
    let active = present.members.iter().filter(|member| member.active).count();
    let missing =
        |member: &&PresentMember| member.active && !named.contains(&member.id) && Some(member.id) != mode.actor;
    plan.disabled = present
        .members
        .iter()
        .filter(missing)
        .map(|member| Missing {
            member: member.id,
            account: member.account.clone(),
            name: member.name().to_owned(),
            version: member.version,
        })
        .collect();
    let count = plan.disabled.len();
    if count * 5 > active {
        plan.disabled.clear();
        plan.problems.push(Problem::of_file(Text::new(
            format!("文件里没有的在职成员有 {count} 人，超过全员 {active} 人的五分之一。为免误停用，已停止；请检查文件是否完整"),
            format!("{count} of {active} active members are not in the file, more than a fifth. Stopped to be safe; check that the file is complete"),
        )));
    }
}

/// Whether an administrator remains, and nobody disables themselves.
fn check_administrators(header: &Header, present: &Present, mode: Mode, plan: &mut Plan) {
    let mut left = present.administrators.clone();
    for update in plan.updated.iter().filter(|update| update.active == Some(false)) {
        left.remove(&update.member);
        if Some(update.member) == mode.actor {
            let text = Text::new("不能停用自己", "You cannot disable yourself");
            plan.problems
                .push(problem(header, update.row, &Column::Enabled, None, text));
        }
    }
    for missing in &plan.disabled {
        left.remove(&missing.member);
    }
    if left.is_empty() && !present.administrators.is_empty() {
        let row = plan
            .updated
            .iter()
            .find(|update| update.active == Some(false) && present.administrators.contains(&update.member))
            .map(|update| update.row);
        let text = Fault::LastAdministrator.text();
        plan.problems.push(match row {
            Some(row) => problem(header, row, &Column::Enabled, None, text),
            None => Problem::of_file(text),
        });
    }
}

/// Managers of everyone after the change, for the check of circles.
pub fn line_of_managers(
    present: &Present,
    changed: impl Iterator<Item = (MemberKey, MemberKey)>,
) -> HashMap<MemberKey, MemberKey> {
    let mut line: HashMap<MemberKey, MemberKey> = present
        .members
        .iter()
        .filter_map(|member| Some((MemberKey::Known(member.id), MemberKey::Known(member.manager?))))
        .collect();
    line.extend(changed);
    line
}
