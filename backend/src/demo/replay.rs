//! Lives the plan through the services: whatever the demo shows, people could have done.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ApprovalId, ApprovalStatus, DayPart, LeaveTypeId, MemberId, TaskId, TaskStatus, Via, approval_case, approval_task,
};
use indicatif::ProgressBar;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Map, Value, json};

use super::company;
use super::history::{Fate, Intent, answered_at, opinion, reason};
use super::random::Seeded;
use crate::approval::service::{self as approval, Correction, Decision, Submission, TemplateRef};
use crate::calendar::Calendar;
use crate::cx::{Actor, Clock, Cx};
use crate::error::{Error, Locale, Result};
use crate::org::service as org;

/// A clock the replay sets.
pub(super) struct Movable {
    at: Mutex<DateTime<Utc>>,
}

impl Movable {
    pub(super) fn new(at: DateTime<Utc>) -> Self {
        Self { at: Mutex::new(at) }
    }

    pub(super) fn set(&self, at: DateTime<Utc>) {
        *self.at.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = at;
    }
}

impl Clock for Movable {
    fn now(&self) -> DateTime<Utc> {
        *self.at.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Something that happens at its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// An intent of the plan is submitted.
    Submit(usize),
    /// Somebody gets to a task.
    Answer(usize, TaskId),
    /// The applicant corrects what came back.
    Correct(usize, ApprovalId),
    /// The applicant takes it back.
    Withdraw(ApprovalId, MemberId),
}

/// Replays a plan up to a moment. What is still on its way then stays on its way.
pub(super) struct Replay<'a> {
    pub(super) cx: &'a Cx,
    pub(super) clock: &'a Movable,
    pub(super) calendar: &'a Calendar,
    pub(super) seed: &'a mut Seeded,
    pub(super) plan: &'a [Intent],
    pub(super) until: DateTime<Utc>,
    actors: HashMap<MemberId, Actor>,
    /// Requests that are to come back once, and have not yet.
    to_return: HashMap<ApprovalId, Fate>,
    steps: BinaryHeap<Reverse<(DateTime<Utc>, Step)>>,
}

impl<'a> Replay<'a> {
    pub(super) fn new(
        cx: &'a Cx,
        clock: &'a Movable,
        calendar: &'a Calendar,
        seed: &'a mut Seeded,
        plan: &'a [Intent],
        until: DateTime<Utc>,
    ) -> Self {
        let steps = plan
            .iter()
            .enumerate()
            .map(|(index, intent)| Reverse((intent.at, Step::Submit(index))))
            .collect();
        Self {
            cx,
            clock,
            calendar,
            seed,
            plan,
            until,
            actors: HashMap::new(),
            to_return: HashMap::new(),
            steps,
        }
    }

    /// Runs it and tells how many requests were made.
    pub(super) async fn run(mut self, bar: &ProgressBar) -> Result<usize> {
        let mut made = 0;
        while let Some(Reverse((at, step))) = self.steps.pop() {
            if at >= self.until {
                continue;
            }
            self.clock.set(at);
            match step {
                Step::Submit(index) => {
                    made += usize::from(self.submit(at, index).await?);
                    bar.inc(1);
                }
                Step::Answer(index, task) => self.answer(at, index, task).await?,
                Step::Correct(index, case) => self.correct(at, index, case).await?,
                Step::Withdraw(case, member) => {
                    let actor = self.actor(member).await?;
                    refusable(approval::withdraw(self.cx, &actor, case, None, None).await)?;
                }
            }
        }
        self.clock.set(self.until);
        Ok(made)
    }

    async fn actor(&mut self, member: MemberId) -> Result<Actor> {
        if let Some(actor) = self.actors.get(&member) {
            return Ok(actor.clone());
        }
        let standing = org::standing(self.cx, member).await?.ok_or(Error::NotFound)?;
        let actor = Actor {
            member,
            name: standing.member.name,
            session: None,
            grants: standing.grants.into(),
            departments: standing.departments.into(),
            locale: Locale::Zh,
            via: Via::Web,
        };
        self.actors.insert(member, actor.clone());
        Ok(actor)
    }

    fn schedule(&mut self, at: DateTime<Utc>, step: Step) {
        self.steps.push(Reverse((at, step)));
    }

    async fn submit(&mut self, at: DateTime<Utc>, index: usize) -> Result<bool> {
        let Some(intent) = self.plan.get(index) else {
            return Ok(false);
        };
        let actor = self.actor(intent.member).await?;
        let submission = Submission {
            template: TemplateRef::Key("leave".into()),
            department: None,
            form: form(intent),
            chosen: std::collections::BTreeMap::new(),
            copy_to: Vec::new(),
        };
        // Not enough leave, or a proof the plan has not: such a request never was.
        let Some(done) = refusable(approval::submit(self.cx, &actor, submission, None).await)? else {
            return Ok(false);
        };
        match intent.fate {
            Fate::Approved => {}
            Fate::Withdrawn => {
                let minutes = self.seed_minutes(30, 900);
                self.schedule(
                    at + TimeDelta::minutes(minutes),
                    Step::Withdraw(done.approval, intent.member),
                );
            }
            Fate::ReturnedOnce | Fate::GivenUp => {
                self.to_return.insert(done.approval, intent.fate);
            }
        }
        self.follow(at, index, done.approval).await?;
        Ok(true)
    }

    fn seed_minutes(&mut self, from: i64, to: i64) -> i64 {
        use rand::Rng;
        self.seed.rng.random_range(from..to)
    }

    /// Lets whoever is asked now get to it in their time.
    async fn follow(&mut self, at: DateTime<Utc>, index: usize, case: ApprovalId) -> Result<()> {
        let tasks = approval_task::Entity::find()
            .filter(approval_task::Column::CaseId.eq(case))
            .filter(approval_task::Column::Status.eq(TaskStatus::Pending))
            .order_by_asc(approval_task::Column::Id)
            .all(self.cx.db.read())
            .await?;
        for task in tasks {
            let when = answered_at(self.seed, self.calendar, at);
            self.schedule(when, Step::Answer(index, task.id));
        }
        Ok(())
    }

    async fn answer(&mut self, at: DateTime<Utc>, index: usize, task: TaskId) -> Result<()> {
        let Some(row) = approval_task::Entity::find_by_id(task).one(self.cx.db.read()).await? else {
            return Ok(());
        };
        if row.status != TaskStatus::Pending {
            return Ok(());
        }
        let actor = self.actor(row.assignee_id).await?;
        let decision = |comment: Option<&str>| Decision {
            task,
            comment: comment.map(str::to_owned),
            form: Map::new(),
            attachments: Vec::new(),
        };
        match self.to_return.remove(&row.case_id) {
            Some(Fate::GivenUp) => {
                let why = reason(self.seed, company::REJECTIONS);
                if refusable(approval::reject(self.cx, &actor, decision(why), None).await)?.is_some() {
                    let minutes = self.seed_minutes(20, 600);
                    if let Some(intent) = self.plan.get(index) {
                        self.schedule(
                            at + TimeDelta::minutes(minutes),
                            Step::Withdraw(row.case_id, intent.member),
                        );
                    }
                }
            }
            Some(_) => {
                let why = reason(self.seed, company::RETURNS);
                if refusable(approval::send_back(self.cx, &actor, decision(why), "START", None).await)?.is_some() {
                    let when = answered_at(self.seed, self.calendar, at);
                    self.schedule(when, Step::Correct(index, row.case_id));
                }
            }
            None => {
                let opinion = opinion(self.seed, company::APPROVALS);
                if refusable(approval::approve(self.cx, &actor, decision(opinion), None).await)?.is_some() {
                    self.follow(at, index, row.case_id).await?;
                }
            }
        }
        Ok(())
    }

    async fn correct(&mut self, at: DateTime<Utc>, index: usize, case: ApprovalId) -> Result<()> {
        let Some(intent) = self.plan.get(index) else {
            return Ok(());
        };
        let status = approval_case::Entity::find_by_id(case)
            .one(self.cx.db.read())
            .await?
            .map(|row| row.status);
        if status != Some(ApprovalStatus::Returned) {
            return Ok(());
        }
        let actor = self.actor(intent.member).await?;
        let mut form = form(intent);
        form.insert(
            "reason".into(),
            json!(format!("{}。已和组里确认，工作交接给同组同事。", intent.reason)),
        );
        let correction = Correction {
            approval: case,
            form,
            expected_version: None,
        };
        if refusable(approval::resubmit(self.cx, &actor, correction, None).await)?.is_some() {
            self.follow(at, index, case).await?;
        }
        Ok(())
    }
}

/// What people may run into is part of life; what breaks is not.
fn refusable<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Internal(cause)) => Err(Error::Internal(cause)),
        Err(_) => Ok(None),
    }
}

fn form(intent: &Intent) -> Map<String, Value> {
    let part = |part| if part == DayPart::Am { "AM" } else { "PM" };
    let value = json!({
        "leave_type": intent.type_key,
        "start_date": intent.span.start_date,
        "start_part": part(intent.span.start_part),
        "end_date": intent.span.end_date,
        "end_part": part(intent.span.end_part),
        "reason": intent.reason,
    });
    value.as_object().cloned().unwrap_or_default()
}

/// A lot of time in lieu for each request that takes it: people work first and rest later.
pub(super) fn lieu_lots(
    seed: &mut Seeded,
    calendar: &Calendar,
    kind: LeaveTypeId,
    plan: &[Intent],
) -> (Vec<entity::leave_lot::Model>, Vec<entity::leave_entry::Model>) {
    const WORK: &[(&str, &str)] = &[
        ("机房割接加班", "Data centre cut-over"),
        ("版本上线值守", "Release night"),
        ("客户现场支持", "On-site support"),
        ("展会值班", "Trade fair duty"),
    ];
    let mut lots = Vec::new();
    let mut entries = Vec::new();
    for intent in plan.iter().filter(|intent| intent.type_key == "lieu") {
        use rand::Rng;
        use rand::seq::IndexedRandom;
        let rows = intent.span.rows(calendar, entity::CountBasis::WorkingDays);
        let minutes = crate::leave::model::counted(&rows);
        let days_before = seed.rng.random_range(6..30);
        let at = intent.at - TimeDelta::days(days_before);
        let worked = at.with_timezone(&crate::cx::company_offset()).date_naive();
        let Some((zh, en)) = WORK.choose(&mut seed.rng) else {
            continue;
        };
        let lot = seed.id(at);
        lots.push(entity::leave_lot::Model {
            id: lot,
            member_id: intent.member,
            type_id: kind,
            label: format!("{} {zh}", worked.format("%-m月%-d日")),
            label_en: format!("{en}, {}", worked.format("%-d %b")),
            valid_from: worked,
            valid_to: worked + chrono::Days::new(60),
            created_at: at,
        });
        entries.push(entity::leave_entry::Model {
            id: seed.id(at),
            member_id: intent.member,
            type_id: kind,
            lot_id: Some(lot),
            kind: entity::EntryKind::ConvertOt,
            minutes,
            case_id: None,
            round: 0,
            effective_on: worked,
            at,
            actor_id: None,
            note: None,
        });
    }
    (lots, entries)
}
