//! Submission, correction, and what a submission would mean.

use std::collections::BTreeMap;
use std::sync::Arc;

use entity::{
    ApprovalId, DepartmentId, MemberId, TemplateId, TemplateStatus, approval_case as case_row, approval_counter,
    approval_template as template_row, org_member, org_position,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};
use serde::Serialize;
use serde_json::json;

use super::announce::{Change, announce};
use super::describe::{department_names, describe};
use super::effect::{self, Meaning};
use super::load::{Pinned, values};
use super::perform::{Begun, Done, Outcome, Target, begin, engine_actor, form_facts, form_files, refused};
use super::template::forget_draft;
use super::{facts, persist, shelf};
use crate::approval::engine::{
    self, Act, Applicant, Case, Command, Facts, FieldError as Fault, Scope, Values, validate_form,
};
use crate::approval::model::{fault, name};
use crate::approval::policy;
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, FieldError, Result, Text};
use crate::event::{Replay, begin_once, finish_once};
use crate::file;

/// Most bytes of a form.
const FORM_LIMIT: usize = 256 * 1024;

/// What somebody asks for.
#[derive(Clone, Debug, Serialize)]
pub struct Submission {
    /// Of which kind.
    pub template: TemplateRef,
    /// For which of the own departments; the primary one where nothing is said.
    pub department: Option<DepartmentId>,
    /// Values by field key.
    pub form: Values,
    /// Chosen people by node key.
    pub chosen: BTreeMap<String, Vec<MemberId>>,
    /// Whom to send copies.
    pub copy_to: Vec<MemberId>,
}

/// How a template is named.
#[derive(Clone, Debug, Serialize)]
pub enum TemplateRef {
    /// By its stable key.
    Key(String),
    /// By its id.
    Id(TemplateId),
}

/// A submission that was looked at from all sides.
pub(super) struct Prepared {
    pub(super) pinned: Pinned,
    pub(super) version: entity::TemplateVersionId,
    pub(super) draft: Case,
    pub(super) department: DepartmentId,
    pub(super) meaning: Meaning,
    pub(super) faults: Vec<Fault>,
    pub(super) facts: Facts,
}

impl Prepared {
    /// All that speaks against it, each at its input, once.
    pub(super) fn against(&self) -> Vec<FieldError> {
        let mut errors = fault::worded(&self.faults, &self.pinned.definition.form);
        for error in self.meaning.against() {
            if !errors.iter().any(|known| known.path == error.path) {
                errors.push(error);
            }
        }
        errors
    }

    /// # Errors
    /// Wrong inputs all at once; else the refusal of the module.
    fn accept(&self) -> Result<()> {
        if self.faults.is_empty() {
            return self.meaning.accept();
        }
        Err(Error::Invalid(self.against()))
    }
}

/// Looks at a submission from all sides; submission and preview ask the same.
pub(super) async fn prepare(
    cx: &Cx,
    conn: &impl ConnectionTrait,
    within: Option<&Tx>,
    actor: &Actor,
    submission: &Submission,
) -> Result<Prepared> {
    if !policy::may_start(actor) {
        return Err(Error::forbidden("你不能发起申请", "You may not start requests"));
    }
    check_size(&submission.form)?;
    let department = department(actor, submission.department)?;
    let template = template(conn, &submission.template).await?;
    let version = template.version_id.ok_or(Error::NotFound)?;
    let pinned = Pinned {
        definition: shelf::version(cx, conn, version).await?,
        template: Arc::new(template),
    };
    let applicant = applicant(conn, actor, department).await?;
    let meaning = effect::weigh(
        cx,
        conn,
        within,
        &pinned.template.key,
        actor.member,
        &submission.form,
        None,
    )
    .await?;
    let draft = Case::draft(applicant);
    let schema = &pinned.definition.form;
    let form = form_facts(conn, actor, schema, &submission.form, None).await?;
    let scope = Scope::new(&draft.applicant.attributes, &meaning.computed);
    let faults = validate_form(schema, &submission.form, &scope, &form);
    let mut needs = engine::needs(&pinned.definition, &draft, &submission.form, &submission.chosen);
    needs.members.extend(submission.copy_to.iter().copied());
    let org = facts::load(conn, &needs).await?;
    let facts = Facts {
        org,
        form,
        computed: meaning.computed.clone(),
    };
    Ok(Prepared {
        pinned,
        version,
        draft,
        department,
        meaning,
        faults,
        facts,
    })
}

/// Submits a request.
///
/// # Errors
/// [`Error::Invalid`] with every wrong input; [`Error::Overlap`] and [`Error::InsufficientBalance`] of leave;
/// [`Error::NotFound`] for a template that may not be started.
pub async fn submit(cx: &Cx, actor: &Actor, submission: Submission, key: Option<&str>) -> Result<Done> {
    let tx = cx.begin().await?;
    let key = match begin_once(cx, &tx, actor.member, key, "submitApproval", &submission).await? {
        Replay::Again(done) => {
            tx.commit().await?;
            return Ok(done);
        }
        Replay::First(key) => key,
    };
    let prepared = prepare(cx, &*tx, Some(&tx), actor, &submission).await?;
    prepared.accept()?;
    let Prepared {
        pinned,
        version,
        draft,
        department,
        meaning,
        facts,
        ..
    } = prepared;
    let Submission {
        form, chosen, copy_to, ..
    } = submission;
    let command = Command {
        actor: engine_actor(actor, false),
        act: Act::Submit { form, chosen, copy_to },
    };
    let mut ids = persist::ids(cx);
    let events = match engine::decide(&pinned.definition, &draft, &command, &facts, cx.now(), &mut ids) {
        Ok(events) => events,
        Err(refusal) => return Err(refused(cx, &*tx, refusal, &pinned.definition.form).await?),
    };
    let after = events.iter().fold(draft, engine::evolve);
    let id: ApprovalId = cx.id();
    let title = name::title(&pinned.name(), &actor.name);
    let mut row = case_row::ActiveModel {
        id: Set(id),
        number: Set(number(&tx, &pinned.template.number_prefix, cx).await?),
        template_id: Set(pinned.template.id),
        version_id: Set(version),
        title: Set(title.zh.into_owned()),
        title_en: Set(title.en.into_owned()),
        applicant_id: Set(actor.member),
        department_id: Set(department),
        submitted_at: Set(cx.now()),
        ..Default::default()
    };
    describe(cx, &*tx, &mut row, &pinned, &after).await?;
    persist::columns(cx, &mut row, &after)?;
    let row = case_row::Entity::insert(row).exec_with_returning(&*tx).await?;
    persist::save(cx, &tx, actor, id, &after, &events)?;
    let files = form_files(&pinned.definition.form, &after.form);
    file::service::attach(&tx, actor, id, &files, "form").await?;
    let topics = effect::apply(cx, &tx, actor, &pinned.template.key, id, (None, &after), meaning.leave).await?;
    forget_draft(&tx, actor.member, pinned.template.id).await?;
    let change = Change {
        row: &row,
        pinned: &pinned,
        before: None,
        after: &after,
        events: &events,
        topics,
        org: &facts.org,
        comment: None,
    };
    announce(cx, &tx, actor, &change)?;
    let done = Done::with(id);
    finish_once(&tx, key, &done)?;
    tx.commit().await?;
    Ok(done)
}

/// A correction of a request that came back.
#[derive(Clone, Debug, Serialize)]
pub struct Correction {
    /// The request.
    pub approval: ApprovalId,
    /// Values by field key.
    pub form: Values,
    /// The version the applicant saw.
    pub expected_version: Option<i32>,
}

/// Submits a corrected request again.
///
/// # Errors
/// As [`submit`]; [`Error::Conflict`] for a stale version, [`Error::NotAllowedNow`] when it is not with the applicant.
pub async fn resubmit(cx: &Cx, actor: &Actor, correction: Correction, key: Option<&str>) -> Result<Done> {
    check_size(&correction.form)?;
    let target = Target::Request(correction.approval);
    let held = match begin(cx, actor, target, "resubmitApproval", key, &correction).await? {
        Begun::Done(done) => return Ok(done),
        Begun::Held(held) => held,
    };
    let row = &held.loaded.row;
    let id = row.id;
    if correction
        .expected_version
        .is_some_and(|expected| expected != row.version)
    {
        return Err(Error::Conflict { current: row.version });
    }
    let pinned = &held.loaded.pinned;
    let schema = &pinned.definition.form;
    let meaning = effect::weigh(
        cx,
        &*held.tx,
        Some(&held.tx),
        &pinned.template.key,
        row.applicant_id,
        &correction.form,
        Some(id),
    )
    .await?;
    let chosen = BTreeMap::new();
    let mut facts = held.facts(&correction.form, &chosen, &[]).await?;
    facts.form = form_facts(&*held.tx, actor, schema, &correction.form, Some(id)).await?;
    facts.computed = meaning.computed.clone();
    let act = Act::Resubmit {
        form: correction.form.clone(),
        chosen,
    };
    let events = match held.decide(act, &facts).await {
        // Both the form and the module may complain; the applicant is told of everything at once.
        Err(Error::Invalid(mut errors)) => {
            for error in meaning.against() {
                if !errors.iter().any(|known| known.path == error.path) {
                    errors.push(error);
                }
            }
            return Err(Error::Invalid(errors));
        }
        decided => decided?,
    };
    meaning.accept()?;
    file::service::attach(&held.tx, actor, id, &form_files(schema, &correction.form), "form").await?;
    let outcome = Outcome {
        leave: meaning.leave,
        ..Outcome::of(events, Done::with(id))
    };
    held.finish(&facts, outcome).await
}

pub(super) fn check_size(form: &Values) -> Result<()> {
    if serde_json::to_vec(form)?.len() > FORM_LIMIT {
        return Err(Error::PayloadTooLarge(Text::new(
            "表单内容过长",
            "The form is too long",
        )));
    }
    Ok(())
}

/// The department a request is for: one of the actor's own.
fn department(actor: &Actor, chosen: Option<DepartmentId>) -> Result<DepartmentId> {
    let own = |wanted: DepartmentId| actor.departments.iter().any(|(id, _)| *id == wanted);
    match (chosen, actor.departments.first()) {
        (Some(chosen), _) if own(chosen) => Ok(chosen),
        (Some(_), _) => Err(Error::invalid(
            "departmentId",
            "请选择你所在的部门",
            "Choose one of your own departments",
        )),
        (None, Some((primary, _))) => Ok(*primary),
        (None, None) => Err(Error::not_now(
            "你还不属于任何部门，请联系管理员",
            "You belong to no department yet; ask an administrator",
        )),
    }
}

pub(super) async fn template(conn: &impl ConnectionTrait, template: &TemplateRef) -> Result<template_row::Model> {
    let found = match template {
        TemplateRef::Key(key) => template_row::Entity::find().filter(template_row::Column::Key.eq(key)),
        TemplateRef::Id(id) => template_row::Entity::find_by_id(*id),
    };
    found
        .filter(template_row::Column::Status.eq(TemplateStatus::Active))
        .one(conn)
        .await?
        .ok_or(Error::NotFound)
}

/// The applicant as conditions see him.
async fn applicant(conn: &impl ConnectionTrait, actor: &Actor, department: DepartmentId) -> Result<Applicant> {
    let position = org_member::Entity::belongs_to(org_position::Entity)
        .from(org_member::Column::PositionId)
        .to(org_position::Column::Id);
    let (member, position) = org_member::Entity::find_by_id(actor.member)
        .join(JoinType::LeftJoin, position.into())
        .select_also(org_position::Entity)
        .one(conn)
        .await?
        .ok_or(Error::NotFound)?;
    let department_name = department_names(conn, [department]).await?.remove(&department);
    let attributes = json!({
        "id": member.id.to_string(),
        "name": member.name,
        "account": member.account,
        "employee_no": member.employee_no,
        "office": member.office,
        "gender": member.gender,
        "hired_on": member.hired_on,
        "position": position.map(|position| position.name),
        "department": department_name.map(|name| name.zh),
    });
    Ok(Applicant {
        member: member.id,
        department,
        attributes: values(&attributes),
    })
}

/// The next number under a prefix and day. The row of the counter is the lock: numbers are unique, not gap-free.
async fn number(tx: &Tx, prefix: &str, cx: &Cx) -> Result<String> {
    let counter = name::counter(prefix, cx.today());
    let row = approval_counter::ActiveModel {
        prefix: Set(counter.clone()),
        value: Set(1),
    };
    let next = Expr::col((approval_counter::Entity, approval_counter::Column::Value)).add(1);
    let row = approval_counter::Entity::insert(row)
        .on_conflict(
            OnConflict::column(approval_counter::Column::Prefix)
                .value(approval_counter::Column::Value, next)
                .to_owned(),
        )
        .exec_with_returning(&**tx)
        .await?;
    Ok(name::number(&counter, row.value))
}
