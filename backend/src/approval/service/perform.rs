//! One change of a request from beginning to end: lock, decide, write, tell.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use entity::{ApprovalId, DepartmentId, FileId, MemberId, TaskId, approval_case, org_department};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, QuerySelect};
use serde::{Deserialize, Serialize};

use super::announce::{Change, Written, announce};
use super::load::{Loaded, lock, member_names};
use super::{attach, effect, facts, persist};
use crate::access::Permission;
use crate::approval::engine::{
    self, Act, Case, Command, Event, Facts, FieldKind, FormFacts, FormSchema, Refusal, Values, member_ids,
};
use crate::approval::model::{reason, value};
use crate::approval::policy::{self, Standing, Subject};
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::event::{Key, Replay, answer_once, begin_once, finish_once};
use crate::leave;

/// What a mutation changed, as ids: the answer that is replayed under an idempotency key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Done {
    /// The request.
    pub approval: ApprovalId,
    /// The task decided.
    pub task: Option<TaskId>,
    /// The comment written.
    pub comment: Option<entity::CommentId>,
    /// How many people were urged.
    pub urged: usize,
    /// The request as the change left it, where the actor may read it; not with a replay.
    #[serde(skip)]
    pub row: Option<Arc<approval_case::Model>>,
}

/// A replay is the same answer, though it does not carry the row.
impl PartialEq for Done {
    fn eq(&self, other: &Self) -> bool {
        let ids = |done: &Self| (done.approval, done.task, done.comment, done.urged);
        ids(self) == ids(other)
    }
}

impl Done {
    /// A change of a request as a whole.
    pub(super) fn with(approval: ApprovalId) -> Self {
        Self {
            approval,
            task: None,
            comment: None,
            urged: 0,
            row: None,
        }
    }

    /// A decision on a task: this is all it ever answers.
    pub(super) fn of_task(approval: ApprovalId, task: TaskId) -> Self {
        Self {
            task: Some(task),
            ..Self::with(approval)
        }
    }
}

/// A request locked for a change by an actor who may read it.
pub(super) struct Held<'a> {
    pub(super) cx: &'a Cx,
    pub(super) tx: Tx,
    pub(super) actor: &'a Actor,
    pub(super) loaded: Loaded,
    key: Option<Key>,
}

/// What came of a change.
pub(super) struct Outcome<'a> {
    pub(super) events: Vec<Event>,
    /// Members who may read the request from now on.
    pub(super) copies: Vec<MemberId>,
    pub(super) comment: Option<Written<'a>>,
    /// What the form means for leave, where it was worked out in this transaction.
    pub(super) leave: Option<leave::service::Assessment>,
    pub(super) done: Done,
}

impl Outcome<'_> {
    /// Events and nothing else.
    pub(super) fn of(events: Vec<Event>, done: Done) -> Self {
        Self {
            events,
            copies: Vec::new(),
            comment: None,
            leave: None,
            done,
        }
    }
}

/// Begins a change, or finds what the first request with this key answered.
pub(super) enum Begun<'a> {
    /// Go on.
    Held(Box<Held<'a>>),
    /// Answer this.
    Done(Done),
}

/// What a change is of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    Request(ApprovalId),
    Task(TaskId),
}

/// Begins a transaction, claims the key, locks the request and asks the policy.
pub(super) async fn begin<'a>(
    cx: &'a Cx,
    actor: &'a Actor,
    target: Target,
    operation: &str,
    key: Option<&str>,
    parameters: &impl Serialize,
) -> Result<Begun<'a>> {
    let tx = cx.begin().await?;
    let (loaded, key) = match target {
        Target::Task(task) => {
            let loaded = lock(cx, &tx, target).await?;
            // Before the key: a spent one would tell a task of others from none at all.
            require_reader(&*tx, actor, &loaded).await?;
            let done = Done::of_task(loaded.row.id, task);
            if let Some(done) = answer_once(cx, &tx, actor.member, key, (operation, parameters), &done).await? {
                tx.commit().await?;
                return Ok(Begun::Done(done));
            }
            (loaded, None)
        }
        Target::Request(_) => {
            let key = match begin_once(cx, &tx, actor.member, key, operation, parameters).await? {
                Replay::Again(done) => {
                    tx.commit().await?;
                    return Ok(Begun::Done(done));
                }
                Replay::First(key) => key,
            };
            let loaded = lock(cx, &tx, target).await?;
            require_reader(&*tx, actor, &loaded).await?;
            (loaded, key)
        }
    };
    Ok(Begun::Held(Box::new(Held {
        cx,
        tx,
        actor,
        loaded,
        key,
    })))
}

/// A request the actor may not read does not exist.
pub(super) async fn require_reader(conn: &impl ConnectionTrait, actor: &Actor, loaded: &Loaded) -> Result<()> {
    let standing = standing(&loaded.case, actor.member);
    let path = if standing.asked || standing.copied || actor.can_over_all(Permission::ReadApprovals) {
        String::new()
    } else if loaded.row.applicant_id != actor.member && actor.can(Permission::ReadApprovals) {
        department_path(conn, loaded.row.department_id).await?
    } else {
        String::new()
    };
    let subject = Subject {
        applicant: loaded.row.applicant_id,
        department: loaded.row.department_id,
        path: &path,
    };
    if policy::may_read(actor, &subject, standing) {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

async fn department_path(conn: &impl ConnectionTrait, department: DepartmentId) -> Result<String> {
    let path = org_department::Entity::find_by_id(department)
        .select_only()
        .column(org_department::Column::Path)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(path.unwrap_or_default())
}

/// How a member stands to a request.
pub(super) fn standing(case: &Case, member: MemberId) -> Standing {
    Standing {
        asked: case
            .runs
            .iter()
            .flat_map(|run| &run.seats)
            .any(|seat| seat.member == member),
        copied: case.copied.contains(&member),
    }
}

/// The actor as the engine sees one.
pub(super) fn engine_actor(actor: &Actor, administers: bool) -> engine::Actor {
    engine::Actor {
        member: actor.member,
        administers,
    }
}

/// Whether the actor administers requests of a department. Only of those who do so for some departments its place is asked.
async fn administers(conn: &impl ConnectionTrait, actor: &Actor, department: DepartmentId) -> Result<bool> {
    if actor.can_over_all(Permission::ManageApprovals) || !actor.can(Permission::ManageApprovals) {
        return Ok(policy::administers(actor, department, ""));
    }
    let path = department_path(conn, department).await?;
    Ok(policy::administers(actor, department, &path))
}

impl<'a> Held<'a> {
    /// What the engine must know, with these values submitted and these people named besides.
    pub(super) async fn facts(
        &self,
        form: &Values,
        chosen: &BTreeMap<String, Vec<MemberId>>,
        named: &[MemberId],
    ) -> Result<Facts> {
        let definition = &self.loaded.pinned.definition;
        let mut needs = engine::needs(definition, &self.loaded.case, form, chosen);
        needs.members.extend(named.iter().copied());
        Ok(Facts {
            org: facts::load(&*self.tx, &needs).await?,
            ..Facts::default()
        })
    }

    /// Decides.
    ///
    /// # Errors
    /// The refusal of the engine in words.
    pub(super) async fn decide(&self, act: Act, facts: &Facts) -> Result<Vec<Event>> {
        let Loaded { pinned, case, .. } = &self.loaded;
        let administers = administers(&*self.tx, self.actor, self.loaded.row.department_id).await?;
        let command = Command {
            actor: engine_actor(self.actor, administers),
            act,
        };
        let mut ids = persist::ids(self.cx);
        match engine::decide(&pinned.definition, case, &command, facts, self.cx.now(), &mut ids) {
            Ok(events) => Ok(events),
            Err(refusal) => Err(refused(self.cx, &*self.tx, refusal, &pinned.definition.form).await?),
        }
    }

    /// Writes what happened and commits.
    pub(super) async fn finish(self, facts: &Facts, outcome: Outcome<'_>) -> Result<Done> {
        let Outcome {
            events,
            copies,
            comment,
            leave,
            done,
        } = outcome;
        let Self {
            cx,
            tx,
            actor,
            loaded: Loaded { row, pinned, case },
            key,
        } = self;
        let id = row.id;
        let mut after = events.iter().fold(case.clone(), engine::evolve);
        after.copied.extend(copies);
        let mut active = row.into_active_model();
        if after.round > case.round {
            super::describe::describe(cx, &*tx, &mut active, &pinned, &after).await?;
        }
        let row = persist::update(cx, &tx, id, active, &after)?;
        persist::save(cx, &tx, actor, id, &after, &events)?;
        let topics = effect::apply(cx, &tx, actor, &pinned.template.key, id, (Some(&case), &after), leave).await?;
        let change = Change {
            row: &row,
            pinned: &pinned,
            before: Some(&case),
            after: &after,
            events: &events,
            topics,
            org: &facts.org,
            comment,
        };
        announce(cx, &tx, actor, &change)?;
        finish_once(&tx, key, &done)?;
        tx.commit().await?;
        Ok(Done {
            row: Some(Arc::new(row)),
            ..done
        })
    }
}

/// A refusal of the engine in words; only a name has to be looked up for it, and only when it fails.
pub(super) async fn refused(
    cx: &Cx,
    conn: &impl ConnectionTrait,
    refusal: Refusal,
    schema: &FormSchema,
) -> Result<Error> {
    let by = match &refusal {
        Refusal::AlreadyDecided { by, .. } => *by,
        _ => None,
    };
    let names = member_names(conn, by).await?;
    Ok(reason::error(refusal, schema, &names, cx.now()))
}

/// What values of a form may name: loaded where the form names something.
pub(super) async fn form_facts(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    schema: &FormSchema,
    form: &Values,
    request: Option<ApprovalId>,
) -> Result<FormFacts> {
    let mut members = BTreeSet::new();
    let mut departments = BTreeSet::new();
    let mut files = BTreeSet::new();
    for field in &schema.fields {
        let Some(value) = form.get(&field.key) else { continue };
        match field.kind {
            FieldKind::Member { .. } => members.extend(member_ids(value)),
            FieldKind::Department => departments.extend(engine::department_id(value)),
            FieldKind::Files => files.extend(value::file_ids(value)),
            _ => {}
        }
    }
    let known = member_names(conn, members).await?;
    let mut facts = FormFacts {
        members: Some(known.into_keys().collect()),
        ..FormFacts::default()
    };
    facts.files = Some(attach::usable(conn, actor, &files, request).await?);
    facts.departments = Some(
        super::describe::department_names(conn, departments)
            .await?
            .into_keys()
            .collect(),
    );
    Ok(facts)
}

/// Files the values of a form name.
pub(super) fn form_files(schema: &FormSchema, form: &Values) -> Vec<FileId> {
    let fields = schema.fields.iter().filter(|field| field.kind == FieldKind::Files);
    fields
        .filter_map(|field| form.get(&field.key))
        .flat_map(value::file_ids)
        .collect()
}
