//! The people of the demo company and where they sit: rows of the organisation, made in memory. Pure but for its random source.

use std::collections::HashMap;

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use entity::{
    DepartmentId, Gender, MemberId, MemberStatus, PositionId, org_department, org_member, org_membership, org_position,
};
use rand::Rng;
use rand::seq::IndexedRandom;
use serde_json::json;

use super::account::{Accounts, employee_no, mobile, work_email};
use super::company::{FIXED, Fixed, OFFICES, UNITS};
use super::names;
use super::random::Seeded;
use crate::cx::company_offset;
use crate::org::pinyin;

/// All rows of the organisation, parents before children and managers before their people.
pub(super) struct Staff {
    pub(super) departments: Vec<org_department::Model>,
    pub(super) positions: Vec<org_position::Model>,
    pub(super) members: Vec<org_member::Model>,
    pub(super) memberships: Vec<org_membership::Model>,
    /// Unit of [`UNITS`] each member works in, by position in `members`.
    pub(super) units: Vec<usize>,
    /// Those who are to leave before today, behind the others.
    pub(super) leavers: Vec<MemberId>,
}

impl Staff {
    /// The member with a fixed account.
    pub(super) fn by_account(&self, account: &str) -> Option<&org_member::Model> {
        self.members.iter().find(|member| member.account == account)
    }
}

/// Makes a company of `people` members as it stands at `now`, and `leavers` more who will have left by then. The system was set up
/// on `founded`.
pub(super) fn staff(
    seed: &mut Seeded,
    founded: DateTime<Utc>,
    now: DateTime<Utc>,
    people: usize,
    leavers: usize,
) -> Staff {
    let mut maker = Maker {
        seed,
        founded,
        today: now.with_timezone(&company_offset()).date_naive(),
        accounts: Accounts::default(),
        positions: HashMap::new(),
        leaders: HashMap::new(),
        staff: Staff {
            departments: Vec::new(),
            positions: Vec::new(),
            members: Vec::new(),
            memberships: Vec::new(),
            units: Vec::new(),
            leavers: Vec::new(),
        },
    };
    maker.departments();
    for person in FIXED {
        maker.fixed(person);
    }
    maker.leaders();
    maker.head();
    maker.crowd(people);
    maker.second_desks();
    maker.leavers(people + leavers);
    maker.staff
}

struct Maker<'a> {
    seed: &'a mut Seeded,
    founded: DateTime<Utc>,
    today: NaiveDate,
    accounts: Accounts,
    positions: HashMap<&'static str, PositionId>,
    leaders: HashMap<usize, MemberId>,
    staff: Staff,
}

/// What sets one person apart.
struct Person {
    account: Option<&'static str>,
    name: String,
    female: bool,
    unit: usize,
    leads: bool,
    position: &'static str,
    manager: Option<MemberId>,
    hired_on: NaiveDate,
}

impl Maker<'_> {
    fn departments(&mut self) {
        for (index, unit) in UNITS.iter().enumerate() {
            let id: DepartmentId = self.seed.id(self.founded);
            let parent = unit
                .parent
                .and_then(|parent| self.staff.departments.get(parent))
                .cloned();
            let path = parent
                .as_ref()
                .map_or_else(|| "/".to_owned(), |parent| parent.path.clone());
            self.staff.departments.push(org_department::Model {
                id,
                parent_id: parent.as_ref().map(|parent| parent.id),
                name: unit.name.to_owned(),
                name_en: Some(unit.name_en.to_owned()),
                path: format!("{path}{id}/"),
                depth: parent.map_or(0, |parent| parent.depth + 1),
                sort_order: i32::try_from(index).unwrap_or_default(),
                version: 1,
                created_at: self.founded,
                disabled_at: None,
            });
            let titles = unit.positions.iter().map(|(zh, en)| (*zh, Some(*en)));
            for (name, name_en) in titles.chain([(unit.leader_position, None)]) {
                self.position(name, name_en);
            }
        }
    }

    fn position(&mut self, name: &'static str, name_en: Option<&str>) -> PositionId {
        if let Some(id) = self.positions.get(name) {
            return *id;
        }
        let id = self.seed.id(self.founded);
        self.positions.insert(name, id);
        let row = org_position::Model {
            id,
            name: name.to_owned(),
            name_en: name_en.map(str::to_owned),
            created_at: self.founded,
        };
        self.staff.positions.push(row);
        id
    }

    fn fixed(&mut self, person: &Fixed) {
        let manager = person
            .manager
            .and_then(|account| self.staff.by_account(account))
            .map(|member| member.id);
        let hired_on = years_before(self.today, person.years);
        self.add(Person {
            account: Some(person.account),
            name: person.name.to_owned(),
            female: person.female,
            unit: person.unit,
            leads: person.leads,
            position: person.position,
            manager,
            hired_on,
        });
    }

    /// A leader for each department that has none yet, reporting to the leader above.
    fn leaders(&mut self) {
        for (index, unit) in UNITS.iter().enumerate().skip(1) {
            if self.leaders.contains_key(&index) {
                continue;
            }
            let manager = unit.parent.and_then(|parent| self.leader_from(parent));
            let hired_on = self.hired_on(4..12);
            let name = names::name(&mut self.seed.rng, 1);
            self.add(Person {
                account: None,
                name: name.full,
                female: name.female,
                unit: index,
                leads: true,
                position: unit.leader_position,
                manager,
                hired_on,
            });
        }
    }

    /// Leader of a unit, or of the nearest one above that has one.
    fn leader_from(&self, unit: usize) -> Option<MemberId> {
        let mut at = Some(unit);
        while let Some(index) = at {
            if let Some(leader) = self.leaders.get(&index) {
                return Some(*leader);
            }
            at = UNITS.get(index).and_then(|unit| unit.parent);
        }
        // The executive office leads the whole company.
        self.leaders.get(&1).copied()
    }

    /// The head of the executive office leads the company as a whole: what goes above the departments ends there.
    fn head(&mut self) {
        if let (Some(head), Some(company)) = (self.leaders.get(&1), self.staff.departments.first()) {
            self.staff.memberships.push(org_membership::Model {
                member_id: *head,
                department_id: company.id,
                is_primary: false,
                is_leader: true,
                sort_order: 0,
            });
        }
    }

    /// Everyone else, by the shares of the units.
    fn crowd(&mut self, people: usize) {
        let shares: Vec<(usize, u32)> = UNITS
            .iter()
            .enumerate()
            .map(|(index, unit)| (index, unit.share))
            .collect();
        let namesakes = [40, 90, 140];
        while self.staff.members.len() < people {
            let index = self.staff.members.len();
            let unit = shares
                .choose_weighted(&mut self.seed.rng, |(_, share)| *share)
                .map_or(3, |(unit, _)| *unit);
            let positions = UNITS.get(unit).map_or(&[][..], |unit| unit.positions);
            let position = positions.choose(&mut self.seed.rng).map_or("职员", |(name, _)| *name);
            let mut name = names::name(&mut self.seed.rng, index);
            if namesakes.contains(&index) {
                name.full = "张伟".into();
                name.female = false;
            }
            // A handful have no manager on record, as in every real list.
            let manager = if index % 97 == 96 { None } else { self.leader_from(unit) };
            let hired_on = self.hired_on(0..9);
            self.add(Person {
                account: None,
                name: name.full,
                female: name.female,
                unit,
                leads: false,
                position,
                manager,
                hired_on,
            });
        }
    }

    /// People who will have left: the youngest accounts, long enough with the company to have a history.
    fn leavers(&mut self, people: usize) {
        let before = self.staff.members.len();
        self.crowd(people);
        for member in self.staff.members.iter_mut().skip(before) {
            let hired = years_before(self.today, 2).min(member.hired_on.unwrap_or(self.today));
            member.hired_on = Some(hired);
            member.career_started_on = member.career_started_on.map(|began| began.min(hired));
            self.staff.leavers.push(member.id);
        }
    }

    /// Some people sit in a second department as well.
    fn second_desks(&mut self) {
        let count = self.staff.members.len();
        for index in (25..count).step_by(25) {
            let (Some(member), Some(unit)) = (self.staff.members.get(index), self.staff.units.get(index)) else {
                continue;
            };
            let other = (unit + 5) % (UNITS.len() - 1) + 1;
            let Some(department) = self.staff.departments.get(other).filter(|_| other != *unit) else {
                continue;
            };
            self.staff.memberships.push(org_membership::Model {
                member_id: member.id,
                department_id: department.id,
                is_primary: false,
                is_leader: false,
                sort_order: 1_000,
            });
        }
    }

    fn hired_on(&mut self, years: std::ops::Range<i32>) -> NaiveDate {
        let days = self.seed.rng.random_range(40..365);
        let years = self.seed.rng.random_range(years);
        years_before(self.today, years)
            .checked_sub_days(Days::new(days))
            .unwrap_or_default()
    }

    fn add(&mut self, person: Person) {
        let number = self.staff.members.len() + 1;
        let id: MemberId = self.seed.id(self.founded);
        let reading = pinyin::read(&person.name);
        let account = match person.account {
            Some(account) => self.accounts.take(account),
            None => self.accounts.of(&reading.pinyin),
        };
        let office = OFFICES
            .choose_weighted(&mut self.seed.rng, |(_, share)| *share)
            .map_or("深圳", |(office, _)| *office);
        let office = if person.account.is_some() { "深圳" } else { office };
        let before = self.seed.rng.random_range(0..8);
        let position = self.position(person.position, None);
        self.staff.members.push(org_member::Model {
            id,
            work_email: Some(work_email(&account)),
            account,
            name: person.name,
            alias: None,
            gender: Some(if person.female { Gender::Female } else { Gender::Male }),
            mobile: Some(mobile(number)),
            telephone: None,
            email: None,
            address: None,
            office: Some(office.to_owned()),
            position_id: Some(position),
            manager_id: person.manager,
            employee_no: Some(employee_no(number)),
            hired_on: Some(person.hired_on),
            career_started_on: Some(years_before(person.hired_on, before)),
            status: MemberStatus::Active,
            pinyin: reading.pinyin,
            initials: reading.initials,
            extension: json!({}),
            locale: None,
            version: 1,
            created_at: self.founded,
            disabled_at: None,
        });
        self.staff.units.push(person.unit);
        if person.leads {
            self.leaders.insert(person.unit, id);
        }
        if let Some(department) = self.staff.departments.get(person.unit) {
            self.staff.memberships.push(org_membership::Model {
                member_id: id,
                department_id: department.id,
                is_primary: true,
                is_leader: person.leads,
                sort_order: i32::try_from(number).unwrap_or(i32::MAX),
            });
        }
    }
}

/// The same day, years earlier.
pub(super) fn years_before(date: NaiveDate, years: i32) -> NaiveDate {
    date.checked_sub_months(Months::new(12 * years.unsigned_abs()))
        .unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn company(people: usize) -> Staff {
        let now = "2026-11-23T02:00:00Z".parse().expect("a moment");
        staff(&mut Seeded::new(7), now - Days::new(400), now, people, 0)
    }

    #[test]
    fn the_same_seed_makes_the_same_company() {
        assert_eq!(company(60).members, company(60).members);
    }

    #[test]
    fn everyone_has_one_primary_department_and_a_free_account() {
        let staff = company(200);
        assert_eq!(staff.members.len(), 200);
        let accounts: HashSet<_> = staff.members.iter().map(|member| &member.account).collect();
        assert_eq!(accounts.len(), 200);
        for member in &staff.members {
            let primary = staff
                .memberships
                .iter()
                .filter(|desk| desk.member_id == member.id && desk.is_primary)
                .count();
            assert_eq!(primary, 1, "{}", member.name);
        }
    }

    #[test]
    fn leavers_come_on_top_and_lead_nobody() {
        let now = "2026-11-23T02:00:00Z".parse().expect("a moment");
        let staff = staff(&mut Seeded::new(7), now - Days::new(400), now, 60, 4);
        assert_eq!((staff.members.len(), staff.leavers.len()), (64, 4));
        for leaver in &staff.leavers {
            assert!(!staff.members.iter().any(|member| member.manager_id == Some(*leaver)));
            assert!(
                !staff
                    .memberships
                    .iter()
                    .any(|desk| desk.member_id == *leaver && desk.is_leader)
            );
        }
    }

    #[test]
    fn the_company_has_what_real_ones_trip_over() {
        let staff = company(200);
        assert_eq!(staff.members.iter().filter(|member| member.name == "张伟").count(), 4);
        assert_eq!(
            staff
                .members
                .iter()
                .filter(|member| member.manager_id.is_none())
                .count(),
            3,
            "the head and two without"
        );
        let several = staff.memberships.iter().filter(|desk| !desk.is_primary).count();
        assert!(several >= 8, "{several} people sit in two departments");
        for account in ["zhangwei", "limin", "wangfang", "hr", "cashier", "ceo", "admin"] {
            assert!(staff.by_account(account).is_some(), "{account}");
        }
    }
}
