//! Lives the plan through the services: whatever the demo shows, people could have done.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Mutex;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ApprovalId, ApprovalStatus, DayPart, Id, MemberId, TaskId, TaskStatus, Via, approval_case, approval_task,
};
use indicatif::ProgressBar;
use rand::Rng;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Map, Value, json};

use super::history::{Fate, Intent, answered_at, opinion, reason};
use super::random::Seeded;
use super::words::{APPROVALS, DIALOGUES, REJECTIONS, RETURNS, WITHDRAWALS};
use crate::approval::service::{self as approval, Correction, Decision, NewComment, Submission, TemplateRef};
use crate::calendar::Calendar;
use crate::cx::{Actor, Clock, Cx};
use crate::error::{Error, Locale, Result};
use crate::file::service as file;
use crate::graphql::id::encode_parts;
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
    /// The applicant asks whoever is asked to hurry.
    Urge(ApprovalId, MemberId),
    /// Somebody asks another something below a request: who, whom, and which of the dialogues.
    Ask(ApprovalId, MemberId, MemberId, usize),
    /// And gets an answer.
    Reply(ApprovalId, MemberId, MemberId, usize),
    /// A member leaves the company.
    Leave(MemberId),
}

/// How soon somebody gets to a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    Never,
    Soon,
    Usual,
}

/// Share of requests that are talked about.
const TALKED_ABOUT: f64 = 0.07;
/// Picture of a certificate, for sick leave that needs one.
const CERTIFICATE: &[u8] = include_bytes!("certificate.png");

/// Replays a plan up to a moment. What is still on its way then stays on its way.
pub(super) struct Replay<'a> {
    pub(super) cx: &'a Cx,
    pub(super) clock: &'a Movable,
    pub(super) calendar: &'a Calendar,
    pub(super) seed: &'a mut Seeded,
    pub(super) plan: &'a [Intent],
    pub(super) until: DateTime<Utc>,
    actors: HashMap<MemberId, Actor>,
    /// Requests that go another way than being agreed to, and have not yet.
    fates: HashMap<ApprovalId, Fate>,
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
            fates: HashMap::new(),
            steps,
        }
    }

    /// Lets members leave the company at their time, by the hand of an administrator.
    pub(super) fn let_go(&mut self, leavers: impl IntoIterator<Item = (DateTime<Utc>, MemberId)>) {
        for (at, member) in leavers {
            self.schedule(at, Step::Leave(member));
        }
    }

    /// Runs it and tells how many requests were made.
    pub(super) async fn run(mut self, administrator: MemberId, bar: &ProgressBar) -> Result<usize> {
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
                    let why = opinion(self.seed, WITHDRAWALS).map(str::to_owned);
                    refusable(approval::withdraw(self.cx, &actor, case, why, None).await)?;
                }
                Step::Urge(case, member) => {
                    let actor = self.actor(member).await?;
                    refusable(approval::urge(self.cx, &actor, case).await)?;
                }
                Step::Ask(case, from, to, which) => {
                    let words = DIALOGUES.get(which).map_or("", |(question, _)| question);
                    if self.say(case, from, to, words).await? {
                        let minutes = self.minutes(5, 50);
                        self.schedule(at + TimeDelta::minutes(minutes), Step::Reply(case, to, from, which));
                    }
                }
                Step::Reply(case, from, to, which) => {
                    let words = DIALOGUES.get(which).map_or("", |(_, answer)| answer);
                    self.say(case, from, to, words).await?;
                }
                Step::Leave(member) => {
                    let actor = self.actor(administrator).await?;
                    let version = org::member(self.cx, &actor, member).await?.version;
                    org::disable_member(self.cx, &actor, member, version).await?;
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
            token: None,
            grants: standing.grants.into(),
            departments: standing.departments.into(),
            locale: Locale::Zh,
            via: Via::Web,
            must_change_password: false,
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
            form: self.form(&actor, intent).await?,
            chosen: std::collections::BTreeMap::new(),
            copy_to: Vec::new(),
        };
        // Not enough leave: such a request never was.
        let Some(done) = refusable(approval::submit(self.cx, &actor, submission, None).await)? else {
            return Ok(false);
        };
        match intent.fate {
            Fate::Approved => {}
            Fate::Withdrawn => {
                let minutes = self.minutes(30, 900);
                self.schedule(
                    at + TimeDelta::minutes(minutes),
                    Step::Withdraw(done.approval, intent.member),
                );
            }
            Fate::Urged => {
                self.fates.insert(done.approval, intent.fate);
                let minutes = self.minutes(20 * 60, 28 * 60);
                self.schedule(
                    at + TimeDelta::minutes(minutes),
                    Step::Urge(done.approval, intent.member),
                );
            }
            Fate::ReturnedOnce | Fate::GivenUp | Fate::Waiting(_) | Fate::SentBack => {
                self.fates.insert(done.approval, intent.fate);
            }
        }
        self.follow(at, index, done.approval).await?;
        Ok(true)
    }

    fn minutes(&mut self, from: i64, to: i64) -> i64 {
        self.seed.rng.random_range(from..to)
    }

    /// What the applicant fills in; sick leave of two days or more comes with a certificate.
    async fn form(&mut self, actor: &Actor, intent: &Intent) -> Result<Map<String, Value>> {
        let mut form = form(intent);
        let rows = intent.span.rows(self.calendar, entity::CountBasis::WorkingDays);
        if intent.type_key == "sick" && crate::leave::model::counted(&rows) >= 2 * crate::calendar::DAY {
            let picture = file::keep(self.cx, actor, "诊断证明.png", Bytes::from_static(CERTIFICATE)).await?;
            form.insert("proof".into(), json!([picture.id]));
        }
        Ok(form)
    }

    async fn say(&mut self, case: ApprovalId, from: MemberId, to: MemberId, words: &str) -> Result<bool> {
        let actor = self.actor(from).await?;
        let comment = NewComment {
            approval: case,
            body: format!("@[{}] {words}", encode_parts(MemberId::PREFIX, to.uuid())),
            attachments: Vec::new(),
        };
        Ok(refusable(approval::comment(self.cx, &actor, comment, None).await)?.is_some())
    }

    /// Lets whoever is asked now get to it in their time.
    async fn follow(&mut self, at: DateTime<Utc>, index: usize, case: ApprovalId) -> Result<()> {
        let tasks = approval_task::Entity::find()
            .filter(approval_task::Column::CaseId.eq(case))
            .filter(approval_task::Column::Status.eq(TaskStatus::Pending))
            .order_by_asc(approval_task::Column::Id)
            .all(self.cx.db.read())
            .await?;
        let pace = match self.fates.get_mut(&case) {
            Some(Fate::Waiting(0) | Fate::Urged) => Pace::Never,
            Some(Fate::Waiting(left)) => {
                *left -= 1;
                Pace::Soon
            }
            Some(Fate::SentBack) => Pace::Soon,
            _ => Pace::Usual,
        };
        for task in tasks {
            let when = match pace {
                Pace::Never => None,
                Pace::Soon => Some(at + TimeDelta::minutes(self.minutes(20, 50))),
                Pace::Usual => Some(answered_at(self.seed, self.calendar, at)),
            };
            if let Some(when) = when {
                self.schedule(when, Step::Answer(index, task.id));
            }
            let applicant = self.plan.get(index).map(|intent| intent.member);
            let share = if pace == Pace::Usual { TALKED_ABOUT } else { 0.6 };
            if let Some(applicant) = applicant.filter(|_| self.seed.rng.random_bool(share)) {
                let which = self.seed.rng.random_range(0..DIALOGUES.len());
                let asked = at + TimeDelta::minutes(self.minutes(3, 40));
                self.schedule(asked, Step::Ask(case, task.assignee_id, applicant, which));
            }
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
        let fate = self.fates.get(&row.case_id).copied();
        let back = matches!(fate, Some(Fate::GivenUp | Fate::ReturnedOnce | Fate::SentBack));
        if back {
            self.fates.remove(&row.case_id);
        }
        match fate {
            Some(Fate::GivenUp) => {
                let why = reason(self.seed, REJECTIONS);
                if refusable(approval::reject(self.cx, &actor, decision(why), None).await)?.is_some() {
                    let minutes = self.minutes(20, 600);
                    if let Some(intent) = self.plan.get(index) {
                        self.schedule(
                            at + TimeDelta::minutes(minutes),
                            Step::Withdraw(row.case_id, intent.member),
                        );
                    }
                }
            }
            Some(fate @ (Fate::ReturnedOnce | Fate::SentBack)) => {
                let why = reason(self.seed, RETURNS);
                let returned = refusable(approval::send_back(self.cx, &actor, decision(why), "START", None).await)?;
                if returned.is_some() && fate == Fate::ReturnedOnce {
                    let when = answered_at(self.seed, self.calendar, at);
                    self.schedule(when, Step::Correct(index, row.case_id));
                }
            }
            _ => {
                let opinion = opinion(self.seed, APPROVALS);
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
        let row = approval_case::Entity::find_by_id(case).one(self.cx.db.read()).await?;
        let Some(row) = row.filter(|row| row.status == ApprovalStatus::Returned) else {
            return Ok(());
        };
        let actor = self.actor(intent.member).await?;
        let mut form: Map<String, Value> = row.form.parse()?;
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
