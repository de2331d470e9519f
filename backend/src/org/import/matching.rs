//! Which member a row means: by account; without one by mobile, badge number or e-mail, or by name within a department.

use std::collections::{HashMap, HashSet};

use super::header::{Column, Field, Header};
use super::parse::MemberRow;
use super::plan::{DepartmentKey, Present, PresentMember, problem};
use super::problem::Problem;
use crate::error::Text;
use crate::org::fault::Fault;
use crate::org::pinyin;

/// Whom a row means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    /// A member that is there.
    Known(&'a PresentMember),
    /// Someone new.
    New,
}

/// Fields that name one person, in the order they are tried.
const KEYS: [Field; 4] = [Field::Mobile, Field::EmployeeNo, Field::WorkEmail, Field::Email];

/// Whom each row means, by position. Two rows for one person are problems of the later one.
pub(super) fn resolve<'a>(
    header: &Header,
    rows: &[MemberRow],
    present: &'a Present,
    seats: &[Vec<DepartmentKey>],
    problems: &mut Vec<Problem>,
) -> Vec<Target<'a>> {
    let index = Index::new(present);
    let mut accounts: HashMap<&str, u32> = HashMap::new();
    let mut taken = HashMap::new();
    let mut targets = Vec::with_capacity(rows.len());
    for (row, seats) in rows.iter().zip(seats) {
        let target = index.find(row, seats);
        targets.push(target);
        let first = match (&row.account, target) {
            (Some(account), _) => *accounts.entry(account).or_insert(row.number),
            _ => row.number,
        };
        let first = match target {
            Target::Known(member) => first.min(*taken.entry(member.id).or_insert(row.number)),
            Target::New => first,
        };
        if first != row.number {
            let column = if row.account.is_some() {
                Column::Account
            } else {
                Column::Field(Field::Name)
            };
            let text = Text::new(
                format!("与第 {first} 行是同一个人"),
                format!("The same person as in row {first}"),
            );
            let value = row.account.as_deref().unwrap_or(row.name());
            problems.push(problem(header, row.number, &column, Some(value), text));
        }
    }
    targets
}

/// The account of each row: written, or of the member meant, or made from the e-mail address or the name.
pub(super) fn accounts(rows: &[MemberRow], targets: &[Target<'_>], present: &Present) -> Vec<String> {
    let mut taken: HashSet<String> = present.members.iter().map(|member| member.account.clone()).collect();
    taken.extend(rows.iter().filter_map(|row| row.account.clone()));
    rows.iter()
        .zip(targets)
        .map(|(row, target)| match (&row.account, target) {
            (Some(account), _) => account.clone(),
            (None, Target::Known(member)) => member.account.clone(),
            (None, Target::New) => {
                let stem = stem(row);
                let account = (1_u32..)
                    .map(|n| if n == 1 { stem.clone() } else { format!("{stem}{n}") })
                    .find(|account| !taken.contains(account))
                    .unwrap_or(stem);
                taken.insert(account.clone());
                account
            }
        })
        .collect()
}

/// Someone new needs a mobile number or an e-mail address, as in WeCom: an invitation has to reach them. A list that has no such
/// column is of people who are given their passwords by hand.
pub(super) fn check_reachable(
    header: &Header,
    rows: &[MemberRow],
    targets: &[Target<'_>],
    problems: &mut Vec<Problem>,
) {
    const WAYS: [Field; 3] = [Field::Mobile, Field::Email, Field::WorkEmail];
    let columns = WAYS.map(Column::Field);
    let Some(column) = columns.iter().find(|column| header.name_of(column).is_some()) else {
        return;
    };
    for (row, target) in rows.iter().zip(targets) {
        let reachable = WAYS.iter().any(|way| row.values.contains_key(way));
        if matches!(target, Target::New) && !reachable {
            problems.push(problem(header, row.number, column, None, Fault::Unreachable.text()));
        }
    }
}

/// Nobody's career begins after they were hired. Days the file leaves as they are are not asked about.
pub(super) fn check_careers(header: &Header, rows: &[MemberRow], targets: &[Target<'_>], problems: &mut Vec<Problem>) {
    const DAYS: [Field; 2] = [Field::CareerStartedOn, Field::HiredOn];
    for (row, target) in rows.iter().zip(targets) {
        let before = |field: &Field| match target {
            Target::Known(member) => member.values.get(field),
            Target::New => None,
        };
        let after = |field: &Field| row.values.get(field).or(before(field));
        let changed = DAYS
            .iter()
            .find(|field| row.values.contains_key(*field) && row.values.get(*field) != before(field));
        let (Some(field), [career, hired]) = (changed, DAYS.each_ref().map(after)) else {
            continue;
        };
        // In their normal form days compare as texts.
        if career.zip(hired).is_some_and(|(career, hired)| career > hired) {
            let column = Column::Field(field.clone());
            let (value, text) = (row.values.get(field), Fault::CareerAfterHiring.text());
            problems.push(problem(header, row.number, &column, value.map(String::as_str), text));
        }
    }
}

fn stem(row: &MemberRow) -> String {
    let address = row
        .values
        .get(&Field::WorkEmail)
        .and_then(|address| address.split('@').next());
    if let Some(account) = address.and_then(|local| crate::org::model::normal::account(local).ok()) {
        return account;
    }
    let reading = pinyin::read(row.name());
    match reading.pinyin.split(' ').next() {
        Some(stem) if !stem.is_empty() => stem.chars().take(40).collect(),
        _ => "member".to_owned(),
    }
}

struct Index<'a> {
    accounts: HashMap<&'a str, &'a PresentMember>,
    keys: HashMap<(&'a Field, &'a str), &'a PresentMember>,
    names: HashMap<&'a str, Vec<&'a PresentMember>>,
}

impl<'a> Index<'a> {
    fn new(present: &'a Present) -> Self {
        let mut index = Self {
            accounts: HashMap::new(),
            keys: HashMap::new(),
            names: HashMap::new(),
        };
        for member in &present.members {
            index.accounts.insert(&member.account, member);
            index.names.entry(member.name()).or_default().push(member);
            for (field, value) in member.values.iter().filter(|(field, _)| KEYS.contains(field)) {
                index.keys.insert((field, value), member);
            }
        }
        index
    }

    fn find(&self, row: &MemberRow, seats: &[DepartmentKey]) -> Target<'a> {
        if let Some(account) = &row.account {
            return self
                .accounts
                .get(account.as_str())
                .map_or(Target::New, |member| Target::Known(member));
        }
        let by_key = KEYS
            .iter()
            .find_map(|field| self.keys.get(&(field, row.values.get(field)?.as_str())));
        if let Some(member) = by_key {
            return Target::Known(member);
        }
        let written: Vec<&Field> = KEYS.iter().filter(|field| row.values.contains_key(*field)).collect();
        let same_name = self.names.get(row.name()).map(Vec::as_slice).unwrap_or_default();
        let mut same = same_name.iter().filter(|member| {
            // Someone of this name whose number or address is another one is another person.
            written.iter().all(|field| !member.values.contains_key(*field))
                && member
                    .seats
                    .iter()
                    .any(|seat| seats.contains(&DepartmentKey::Known(seat.department)))
        });
        match (same.next(), same.next()) {
            (Some(member), None) => Target::Known(member),
            _ => Target::New,
        }
    }
}
