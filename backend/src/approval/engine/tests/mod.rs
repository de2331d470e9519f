//! A small company, and a play of commands that checks after each what must always hold.
#![expect(
    clippy::needless_pass_by_value,
    reason = "tables of `json!` literals read best by value"
)]

mod asking;
mod deciding;
mod forms;
mod random;
mod resolving;
mod returning;
mod routes;
mod validating;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use entity::{ApprovalStatus, DepartmentId, MemberId, Role, TaskId, TaskStatus};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

/// Applicant, in department 3.
const ME: u128 = 1;
/// His manager, leader of department 3.
const BOSS: u128 = 10;
/// Manager of the boss, leader of department 2.
const HEAD: u128 = 20;
/// Leader of department 1, the root.
const CEO: u128 = 100;
/// Process administrator.
const KEEPER: u128 = 40;

fn p(n: u128) -> MemberId {
    MemberId(Uuid::from_u128(n))
}

fn d(n: u128) -> DepartmentId {
    DepartmentId(Uuid::from_u128(1_000 + n))
}

fn object(value: Value) -> Values {
    value.as_object().unwrap().clone()
}

/// People 1 to 9, 50 to 59 and those above; HR are 30 and 31.
fn company() -> OrgFacts {
    let mut org = OrgFacts::default();
    let people = (1..10).chain(50..60).chain([BOSS, HEAD, 30, 31, KEEPER, 41, CEO]);
    for n in people {
        let manager = match n {
            BOSS => Some(p(HEAD)),
            HEAD => Some(p(CEO)),
            CEO => None,
            _ => Some(p(BOSS)),
        };
        org.members.insert(
            p(n),
            MemberFacts {
                active: true,
                manager,
                ..MemberFacts::default()
            },
        );
    }
    for (n, parent, leader) in [(1, None, CEO), (2, Some(d(1)), HEAD), (3, Some(d(2)), BOSS)] {
        let members = if n == 3 { (1..10).map(p).collect() } else { Vec::new() };
        org.departments.insert(
            d(n),
            DepartmentFacts {
                parent,
                leaders: vec![p(leader)],
                members,
            },
        );
    }
    org.roles.insert(Role::Hr, vec![p(30), p(31)]);
    org.roles.insert(Role::ProcessAdministrator, vec![p(KEEPER)]);
    org.roles.insert(Role::Administrator, vec![p(41)]);
    org
}

fn id(n: u128) -> String {
    Uuid::from_u128(n).to_string()
}

/// A node that asks these people.
fn asks(key: &str, members: &[u128]) -> Value {
    json!({ "key": key, "name": key, "kind": "APPROVE", "rules": [
        { "rule": "MEMBERS", "members": members.iter().map(|n| id(*n)).collect::<Vec<_>>() },
    ] })
}

/// The same with more settings.
fn with(mut node: Value, settings: Value) -> Value {
    node.as_object_mut().unwrap().extend(object(settings));
    node
}

fn definition(nodes: Value, policies: Value) -> Definition {
    let mut all = vec![json!({ "key": "start", "name": "提交", "kind": "START" })];
    all.extend(nodes.as_array().unwrap().clone());
    serde_json::from_value(json!({
        "form": { "fields": [
            { "key": "amount", "label": "金额", "kind": "NUMBER" },
            { "key": "note", "label": "说明", "kind": "TEXT" },
            { "key": "goods", "label": "物品", "kind": "TEXT", "material": true },
            { "key": "helper", "label": "同事", "kind": "MEMBER" },
            { "key": "unit", "label": "部门", "kind": "DEPARTMENT" },
        ] },
        "process": { "nodes": all },
        "policies": policies,
    }))
    .unwrap()
}

/// A request and everything around it.
struct Play {
    definition: Definition,
    facts: Facts,
    case: Case,
    log: Vec<Event>,
    now: DateTime<Utc>,
    next_id: u128,
}

impl Play {
    fn new(nodes: Value, policies: Value) -> Self {
        let applicant = Applicant {
            member: p(ME),
            department: d(3),
            attributes: object(json!({ "name": "张伟" })),
        };
        Self {
            definition: definition(nodes, policies),
            facts: Facts {
                org: company(),
                ..Facts::default()
            },
            case: Case::draft(applicant),
            log: Vec::new(),
            now: DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
            next_id: 1_000_000,
        }
    }

    /// Submitted with an empty form.
    fn submitted(nodes: Value, policies: Value) -> Self {
        let mut play = Self::new(nodes, policies);
        play.submit(json!({})).unwrap();
        play
    }

    fn act(&mut self, who: u128, act: Act) -> Result<Vec<Event>, Refusal> {
        let actor = Actor {
            member: p(who),
            administers: who == KEEPER,
        };
        self.now += Duration::minutes(1);
        let mut next_id = self.next_id;
        let mut ids = || {
            next_id += 1;
            Uuid::from_u128(next_id)
        };
        let events = decide(
            &self.definition,
            &self.case,
            &Command { actor, act },
            &self.facts,
            self.now,
            &mut ids,
        )?;
        self.next_id = next_id;
        let before = self.case.version;
        for event in &events {
            let text = serde_json::to_string(event).unwrap();
            assert_eq!(&serde_json::from_str::<Event>(&text).unwrap(), event);
            self.case = evolve(self.case.clone(), event);
        }
        assert_eq!(self.case.version, before + 1, "one version per command");
        assert!(
            events[0].kind.is_deed() && events[1..].iter().all(|event| !event.kind.is_deed()),
            "{events:#?}"
        );
        self.log.extend(events.clone());
        self.holds();
        Ok(events)
    }

    /// What must always hold.
    fn holds(&self) {
        let case = &self.case;
        let replayed = self.log.iter().fold(Case::draft(case.applicant.clone()), evolve);
        assert_eq!(&replayed, case, "replay gives the state");
        let state = serde_json::from_value(serde_json::to_value(case.state()).unwrap()).unwrap();
        let loaded = Case::load(case.status, case.round, case.version, case.form.clone(), state);
        assert_eq!(&loaded, case, "rows give the state");
        let pending = case.pending().count();
        match case.status {
            ApprovalStatus::Running => assert!(pending > 0, "a running request waits for somebody: {case:#?}"),
            ApprovalStatus::Blocked => assert!(case.block.is_some() && pending == 0),
            ApprovalStatus::Returned => {
                assert_eq!(
                    case.pending().map(|seat| seat.member).collect::<Vec<_>>(),
                    [case.applicant.member]
                );
            }
            _ => assert!(case.open_runs().count() == 0, "an ended request asks nobody"),
        }
        let path: BTreeSet<_> = case.path.iter().collect();
        assert_eq!(path.len(), case.path.len(), "a visit is on the path once");
        let passed = |ordinal: &&u32| case.runs[**ordinal as usize].outcome == Some(entity::NodeOutcome::Passed);
        assert!(path.iter().all(passed), "what is on the path was passed");
        for run in &case.runs {
            let people: BTreeSet<_> = run.seats.iter().map(|seat| seat.member).collect();
            assert_eq!(people.len(), run.seats.len(), "one seat per person and node");
            assert_eq!(case.runs[run.ordinal as usize].id, run.id);
            if run.outcome.is_some() {
                assert_eq!(run.open_seats().count(), 0, "a closed node has no open seats");
            }
        }
    }

    fn submit(&mut self, form: Value) -> Result<Vec<Event>, Refusal> {
        self.act(
            ME,
            Act::Submit {
                form: object(form),
                chosen: BTreeMap::new(),
                copy_to: Vec::new(),
            },
        )
    }

    fn resubmit(&mut self, form: Value) -> Result<Vec<Event>, Refusal> {
        self.act(
            ME,
            Act::Resubmit {
                form: object(form),
                chosen: BTreeMap::new(),
            },
        )
    }

    /// The latest task of a person.
    fn task(&self, who: u128) -> TaskId {
        let seats = self.case.runs.iter().rev().flat_map(|run| &run.seats);
        seats
            .clone()
            .find(|seat| seat.member == p(who))
            .expect("was asked")
            .task
    }

    fn approve(&mut self, who: u128) -> Result<Vec<Event>, Refusal> {
        let (task, opinion, form) = (self.task(who), Opinion::default(), Values::new());
        self.act(who, Act::Approve { task, opinion, form })
    }

    fn reject(&mut self, who: u128) -> Result<Vec<Event>, Refusal> {
        let (task, opinion) = (self.task(who), because());
        self.act(who, Act::Reject { task, opinion })
    }

    fn send_back(&mut self, who: u128, to: ReturnTo) -> Result<Vec<Event>, Refusal> {
        let (task, opinion) = (self.task(who), because());
        self.act(who, Act::Return { task, to, opinion })
    }

    fn undo(&mut self, who: u128) -> Result<Vec<Event>, Refusal> {
        let task = self.task(who);
        self.act(who, Act::WithdrawDecision { task })
    }

    fn withdraw(&mut self) -> Result<Vec<Event>, Refusal> {
        self.act(ME, Act::Withdraw { comment: None })
    }

    fn status(&self) -> ApprovalStatus {
        self.case.status
    }

    /// Who is asked now, by number.
    fn waits_for(&self) -> Vec<u128> {
        self.case.pending().map(|seat| seat.member.0.as_u128()).collect()
    }

    /// How the latest task of a person stands.
    fn stands(&self, who: u128) -> TaskStatus {
        let task = self.task(who);
        self.case.seat(task).unwrap().1.status
    }

    /// Keys of the nodes that count as passed.
    fn passed(&self) -> Vec<String> {
        self.case
            .path
            .iter()
            .map(|ordinal| self.case.runs[*ordinal as usize].node_key.clone())
            .collect()
    }
}

fn because() -> Opinion {
    Opinion {
        comment: Some("请补充说明".to_owned()),
        attachments: Vec::new(),
    }
}

/// Why something was refused.
fn reason(outcome: Result<Vec<Event>, Refusal>) -> RefusalReason {
    match outcome {
        Err(Refusal::NotAllowedNow { reason } | Refusal::Forbidden { reason }) => reason,
        other => panic!("not refused with a reason: {other:?}"),
    }
}

/// Paths and codes of wrong values.
fn wrong(outcome: Result<Vec<Event>, Refusal>) -> Vec<(String, FieldCode)> {
    match outcome {
        Err(Refusal::Invalid { fields }) => fields.into_iter().map(|field| (field.path, field.code)).collect(),
        other => panic!("not invalid: {other:?}"),
    }
}
