//! A branch of a large company: the base company once more, with its own people, departments and numbers. Pure but for its random
//! source.

use std::collections::{HashMap, HashSet};

use entity::{ApprovalId, DepartmentId, Id, MemberId, org_department, org_member};
use rand::Rng;
use serde_json::Value;
use uuid::Uuid;

use super::account::{Accounts, employee_no, mobile, work_email};
use super::names;
use crate::approval::model::name::number;
use crate::graphql::id::{decode, encode_parts};
use crate::org::pinyin;

/// What all branches are copied from.
pub(super) struct Base {
    /// Everyone, managers before their people.
    pub(super) members: Vec<org_member::Model>,
    /// All departments, the company itself first.
    pub(super) departments: Vec<org_department::Model>,
    /// Requests by id.
    pub(super) requests: HashMap<ApprovalId, Request>,
    /// Who serves all branches, as `hr` does, or works in the head office alone: not copied, and the same person in each.
    pub(super) shared: HashSet<MemberId>,
    /// The head of the company, to whom the heads of the branches report.
    pub(super) head: MemberId,
    /// Whose requests are not copied, because the way they took would be another one in a branch.
    pub(super) apart: HashSet<MemberId>,
    /// How many branches there are.
    pub(super) branches: u16,
}

impl Base {
    /// A request that has a copy in each branch.
    pub(super) fn copied(&self, id: ApprovalId) -> Option<&Request> {
        self.requests
            .get(&id)
            .filter(|request| !self.apart.contains(&request.applicant))
    }
}

/// What of a request is told in other rows.
pub(super) struct Request {
    pub(super) applicant: MemberId,
    pub(super) number: String,
    /// What its number is counted under: `QJ-20261123`.
    pub(super) counter: String,
    pub(super) serial: i32,
    /// Numbers given under the same counter in the base company.
    pub(super) of_day: i32,
}

/// What sets a member of a branch apart from the one in the base company.
struct Person {
    name: String,
    account: String,
    number: usize,
    /// The name in the base company.
    before: String,
}

/// A branch.
pub(super) struct Branch {
    /// From 1; 0 is the base company.
    pub(super) index: u16,
    /// Name of the city with the number of the branch where a city has several.
    city: String,
    city_en: String,
    /// Department its own hangs below.
    region: DepartmentId,
    people: HashMap<MemberId, Person>,
}

impl Branch {
    /// A branch with people of its own.
    pub(super) fn new(
        base: &Base,
        rng: &mut impl Rng,
        accounts: &mut Accounts,
        index: u16,
        (city, city_en): (String, String),
        region: DepartmentId,
    ) -> Self {
        let copied = base.members.iter().filter(|member| !base.shared.contains(&member.id));
        let each = base.members.len() - base.shared.len();
        let people = copied.enumerate().map(|(position, member)| {
            let name = names::common(rng, member.gender == Some(entity::Gender::Female));
            let account = accounts.of(&pinyin::read(&name).pinyin);
            let place = base.members.len() + usize::from(index - 1) * each + position + 1;
            let before = member.name.clone();
            let person = Person {
                name,
                account,
                number: place,
                before,
            };
            (member.id, person)
        });
        Self {
            index,
            city,
            city_en,
            region,
            people: people.collect(),
        }
    }

    /// The id of the copy of an object. The twelve bits behind the time of a UUIDv7 are nought in the base company; here they hold
    /// the branch, so that copies stand beside each other in every index.
    pub(super) fn uuid(&self, uuid: Uuid) -> Uuid {
        Uuid::from_u128(uuid.as_u128() | (u128::from(self.index) << 64))
    }

    /// The id of the copy of an object.
    pub(super) fn id<T: Id>(&self, id: T) -> T {
        T::from_uuid(self.uuid(id.uuid()))
    }

    /// Who a member is here.
    pub(super) fn member(&self, base: &Base, member: MemberId) -> MemberId {
        if base.shared.contains(&member) {
            member
        } else {
            self.id(member)
        }
    }

    /// The member of the branch for one of the base company.
    pub(super) fn person(&self, base: &Base, member: &org_member::Model) -> Option<org_member::Model> {
        let person = self.people.get(&member.id)?;
        let reading = pinyin::read(&person.name);
        let manager = if member.id == base.head {
            Some(base.head)
        } else {
            member.manager_id.map(|manager| self.member(base, manager))
        };
        Some(org_member::Model {
            id: self.id(member.id),
            account: person.account.clone(),
            name: person.name.clone(),
            work_email: Some(work_email(&person.account)),
            mobile: Some(mobile(person.number)),
            employee_no: Some(employee_no(person.number)),
            office: Some(self.city.clone()),
            manager_id: manager,
            pinyin: reading.pinyin,
            initials: reading.initials,
            ..member.clone()
        })
    }

    /// The department of the branch for one of the base company.
    pub(super) fn department(&self, base: &Base, department: &org_department::Model) -> org_department::Model {
        let top = department.parent_id.is_none();
        let name_en = department.name_en.as_deref().unwrap_or_default();
        // Below the region, which is below the company.
        let path = base.departments.first().map_or("/", |company| company.path.as_str());
        let own = department.path.split('/').filter(|part| !part.is_empty());
        let own = own.filter_map(|part| Uuid::try_parse(part).ok());
        let own: String = own.map(|id| format!("{}/", self.uuid(id).simple())).collect();
        org_department::Model {
            id: self.id(department.id),
            parent_id: Some(department.parent_id.map_or(self.region, |parent| self.id(parent))),
            name: if top {
                format!("{}分公司", self.city)
            } else {
                format!("{}{}", self.city, department.name)
            },
            name_en: Some(if top {
                format!("{} Branch", self.city_en)
            } else {
                format!("{} {name_en}", self.city_en)
            }),
            path: format!("{path}{}/{own}", self.region),
            depth: department.depth + 2,
            ..department.clone()
        }
    }

    /// The number of the copy of a request, behind those of the base company on the same day.
    pub(super) fn number(&self, base: &Base, request: &Request) -> String {
        let serial = request.of_day + (request.serial - 1) * i32::from(base.branches) + i32::from(self.index);
        number(&request.counter, serial)
    }

    /// A text that names its applicant, with the name here.
    pub(super) fn renamed(&self, text: &str, applicant: MemberId) -> String {
        match self.people.get(&applicant) {
            Some(person) => text.replace(&person.before, &person.name),
            None => text.to_owned(),
        }
    }

    /// A value with every id, and everything of the applicant of a request, as it is here.
    pub(super) fn json(&self, base: &Base, value: &Value, context: Option<&Request>) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(base, text)),
            Value::Array(values) => values.iter().map(|value| self.json(base, value, context)).collect(),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(key, value)| {
                    let own = context.and_then(|request| self.own(base, key, value.as_str()?, request));
                    let value = own.map_or_else(|| self.json(base, value, context), Value::String);
                    (key.clone(), value)
                });
                Value::Object(fields.collect())
            }
            other => other.clone(),
        }
    }

    /// A field that tells of the applicant or of the request itself.
    fn own(&self, base: &Base, key: &str, text: &str, request: &Request) -> Option<String> {
        let person = self.people.get(&request.applicant)?;
        match key {
            "name" | "applicant" => (text == person.before).then(|| person.name.clone()),
            "title" | "title_en" => Some(self.renamed(text, request.applicant)),
            "number" => (text == request.number).then(|| self.number(base, request)),
            "account" => Some(person.account.clone()),
            "employee_no" => Some(employee_no(person.number)),
            "office" => Some(self.city.clone()),
            // A department is told by its name to conditions, and by its id elsewhere.
            "department" => Uuid::try_parse(text).is_err().then(|| format!("{}{text}", self.city)),
            _ => None,
        }
    }

    /// A text with the ids in it as they are here: a UUID in either form, a topic, or members named in a comment.
    pub(super) fn text(&self, base: &Base, text: &str) -> String {
        let here = |uuid: &str| {
            let uuid = Uuid::try_parse(uuid).ok()?;
            Some(self.member(base, MemberId(uuid)).uuid())
        };
        if text.len() == 36 {
            return here(text).map_or_else(|| text.to_owned(), |id| id.to_string());
        }
        if text.len() >= 32
            && text.is_ascii()
            && let (before, id) = text.split_at(text.len() - 32)
            && (before.is_empty() || before.ends_with(':'))
        {
            return here(id).map_or_else(|| text.to_owned(), |id| format!("{before}{}", id.simple()));
        }
        if text.contains("@[") {
            return self.mentions(base, text);
        }
        text.to_owned()
    }

    fn mentions(&self, base: &Base, text: &str) -> String {
        let mut parts = text.split("@[");
        let mut found = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            found.push_str("@[");
            let named = part
                .split_once(']')
                .and_then(|(id, rest)| Some((decode::<MemberId>(id).ok()?, rest)));
            match named {
                Some((member, rest)) => {
                    let member = self.member(base, member);
                    found.push_str(&encode_parts(MemberId::PREFIX, member.uuid()));
                    found.push(']');
                    found.push_str(rest);
                }
                None => found.push_str(part),
            }
        }
        found
    }
}
