//! Direct managers of a file, and what must be unique after the change.

use std::collections::HashMap;

use entity::MemberId;

use super::header::{Column, Field, Header};
use super::matching::Target;
use super::parse::MemberRow;
use super::plan::{MemberKey, Present, PresentMember, line_of_managers, problem};
use super::problem::Problem;
use crate::error::Text;
use crate::org::fault::Fault;
use crate::org::model::circles;

fn key(row: &MemberRow, target: &Target<'_>) -> MemberKey {
    match target {
        Target::Known(member) => MemberKey::Known(member.id),
        Target::New => MemberKey::Row(row.number),
    }
}

/// Mobile and badge numbers that two members would share after the change.
pub(super) fn check_unique(
    header: &Header,
    rows: &[MemberRow],
    targets: &[Target<'_>],
    present: &Present,
    problems: &mut Vec<Problem>,
) {
    for field in [Field::Mobile, Field::EmployeeNo] {
        let changed: HashMap<MemberId, &str> = rows
            .iter()
            .zip(targets)
            .filter_map(|(row, target)| match target {
                Target::Known(member) => Some((member.id, row.values.get(&field)?.as_str())),
                Target::New => None,
            })
            .collect();
        let mut holders: HashMap<&str, Holder<'_>> = present
            .members
            .iter()
            .filter(|member| !changed.contains_key(&member.id))
            .filter_map(|member| Some((member.values.get(&field)?.as_str(), Holder::Present(member))))
            .collect();
        for (row, target) in rows.iter().zip(targets) {
            let Some(value) = row.values.get(&field) else { continue };
            let text = match holders.get(value.as_str()) {
                None => {
                    holders.insert(value, Holder::Row(row.number, key(row, target)));
                    continue;
                }
                Some(Holder::Row(_, holder)) if *holder == key(row, target) => continue,
                Some(Holder::Row(number, _)) => {
                    Text::new(format!("与第 {number} 行重复"), format!("The same as in row {number}"))
                }
                Some(Holder::Present(member)) => Text::new(
                    format!("已被{}（{}）使用", member.name(), member.account),
                    format!("Already used by {} ({})", member.name(), member.account),
                ),
            };
            problems.push(problem(
                header,
                row.number,
                &Column::Field(field.clone()),
                Some(value),
                text,
            ));
        }
    }
}

enum Holder<'a> {
    Present(&'a PresentMember),
    Row(u32, MemberKey),
}

/// The direct manager each row writes, by position; none where nothing is written or it is wrong.
pub(super) fn resolve(
    header: &Header,
    rows: &[MemberRow],
    targets: &[Target<'_>],
    accounts: &[String],
    present: &Present,
    problems: &mut Vec<Problem>,
) -> Vec<Option<MemberKey>> {
    let people = People::new(rows, targets, accounts, present);
    let mut managers = Vec::with_capacity(rows.len());
    for row in rows {
        let found = row.manager.as_deref().map(|written| people.find(written)).transpose();
        managers.push(found.unwrap_or_else(|text| {
            problems.push(problem(
                header,
                row.number,
                &Column::Manager,
                row.manager.as_deref(),
                text,
            ));
            None
        }));
    }
    let own = |at: usize| Some(key(rows.get(at)?, targets.get(at)?));
    let changed = managers
        .iter()
        .enumerate()
        .filter_map(|(at, manager)| Some((own(at)?, (*manager)?)));
    let circles = circles(&line_of_managers(present, changed));
    for (at, row) in rows.iter().enumerate() {
        let manager = managers.get(at).copied().flatten();
        let in_circle = own(at).is_some_and(|own| circles.contains(&own));
        if manager.is_some() && in_circle {
            let fault = if manager == own(at) {
                Fault::OwnManager
            } else {
                Fault::ManagerCycle
            };
            problems.push(problem(
                header,
                row.number,
                &Column::Manager,
                row.manager.as_deref(),
                fault.text(),
            ));
        }
    }
    managers
}

/// Everyone active after the change.
struct People<'a> {
    accounts: HashMap<&'a str, MemberKey>,
    names: HashMap<&'a str, Vec<(MemberKey, &'a str)>>,
}

impl<'a> People<'a> {
    fn new(rows: &'a [MemberRow], targets: &[Target<'a>], accounts: &'a [String], present: &'a Present) -> Self {
        let mut people = Self {
            accounts: HashMap::new(),
            names: HashMap::new(),
        };
        let mut rewritten: HashMap<MemberId, &MemberRow> = HashMap::new();
        for ((row, target), account) in rows.iter().zip(targets).zip(accounts) {
            match target {
                Target::Known(member) => {
                    rewritten.insert(member.id, row);
                }
                Target::New if row.enabled != Some(false) => {
                    people.add(MemberKey::Row(row.number), row.name(), account);
                }
                Target::New => {}
            }
        }
        for member in &present.members {
            let row = rewritten.get(&member.id);
            if row.and_then(|row| row.enabled).unwrap_or(member.active) {
                let name = row.map_or(member.name(), |row| row.name());
                people.add(MemberKey::Known(member.id), name, &member.account);
            }
        }
        people
    }

    fn add(&mut self, key: MemberKey, name: &'a str, account: &'a str) {
        self.accounts.entry(account).or_insert(key);
        self.names.entry(name).or_default().push((key, account));
    }

    /// By account, by name, or by `name(account)`.
    fn find(&self, written: &str) -> Result<MemberKey, Text> {
        if let Some(key) = self.accounts.get(written.to_ascii_lowercase().as_str()) {
            return Ok(*key);
        }
        let in_brackets = written
            .strip_suffix([')', '）'])
            .and_then(|rest| rest.rsplit_once(['(', '（']))
            .and_then(|(_, account)| self.accounts.get(account.trim().to_ascii_lowercase().as_str()));
        if let Some(key) = in_brackets {
            return Ok(*key);
        }
        match self.names.get(written).map(Vec::as_slice).unwrap_or_default() {
            [] => Err(Fault::NoManager.text()),
            [(key, _)] => Ok(*key),
            many => {
                let mut accounts: Vec<&str> = many.iter().map(|(_, account)| *account).take(5).collect();
                accounts.sort_unstable();
                Err(Text::new(
                    format!(
                        "有 {} 位成员叫这个名字，请改写账号：{}",
                        many.len(),
                        accounts.join("、")
                    ),
                    format!(
                        "{} members have this name; write the account: {}",
                        many.len(),
                        accounts.join(", ")
                    ),
                ))
            }
        }
    }
}
