//! What mutations and lists are given.

use std::collections::BTreeMap;

use async_graphql::{ID, InputObject, Json};
use entity::{FileId, MemberId};
use serde_json::Value;

use super::ApprovalStatus;
use crate::approval::engine::Values;
use crate::approval::service::{Decision, Filter, Submission, TemplateRef};
use crate::error::{Error, Result};
use crate::graphql::id;
use crate::graphql::scalar::Date;

/// Which requests of a pile.
#[derive(InputObject, Default)]
pub struct ApprovalFilter {
    /// Of these kinds.
    template_keys: Option<Vec<String>>,
    /// That stand so.
    statuses: Option<Vec<ApprovalStatus>>,
    /// Of a department and those below it.
    department_id: Option<ID>,
    /// Of an applicant.
    applicant_id: Option<ID>,
    /// Number, title, or name of the applicant, also in pinyin.
    search: Option<String>,
    /// Submitted on this day or later.
    submitted_from: Option<Date>,
    /// Submitted on this day or before.
    submitted_to: Option<Date>,
    /// Copies the viewer has not opened.
    unread_only: Option<bool>,
}

impl ApprovalFilter {
    pub(super) fn read(self) -> Result<Filter> {
        Ok(Filter {
            template_keys: self.template_keys,
            statuses: self.statuses.map(|all| all.into_iter().map(Into::into).collect()),
            department: self.department_id.map(|id| id::decode(&id)).transpose()?,
            applicant: self.applicant_id.map(|id| id::decode(&id)).transpose()?,
            search: self.search,
            from: self.submitted_from.map(Into::into),
            to: self.submitted_to.map(Into::into),
            unread_only: self.unread_only.unwrap_or_default(),
        })
    }
}

/// A request to submit. Give `templateKey` or `templateId`.
#[derive(InputObject)]
pub struct SubmitApprovalInput {
    /// Stable key: `leave`.
    template_key: Option<String>,
    /// Id of the template.
    template_id: Option<ID>,
    /// For which of the own departments; by default the primary one.
    department_id: Option<ID>,
    /// Values by field key.
    form: Json<Value>,
    /// Lists of member ids by node key, where the process lets the applicant choose.
    chosen_approvers: Option<Json<Value>>,
    /// Members who get a copy.
    copy_to: Option<Vec<ID>>,
    /// The same key from the same member replays the first result.
    pub(super) idempotency_key: Option<String>,
}

impl SubmitApprovalInput {
    pub(super) fn read(self) -> Result<Submission> {
        let template = match (self.template_key, self.template_id) {
            (Some(key), None) => TemplateRef::Key(key),
            (None, Some(id)) => TemplateRef::Id(id::decode(&id)?),
            _ => {
                return Err(Error::invalid(
                    "templateKey",
                    "templateKey 和 templateId 须二选一",
                    "Give templateKey or templateId",
                ));
            }
        };
        Ok(Submission {
            template,
            department: self.department_id.map(|id| id::decode(&id)).transpose()?,
            form: form("form", self.form)?,
            chosen: self.chosen_approvers.map(chosen).transpose()?.unwrap_or_default(),
            copy_to: id::decode_all("copyTo", &self.copy_to.unwrap_or_default())?,
        })
    }
}

/// An object of values.
pub(super) fn form(path: &str, given: Json<Value>) -> Result<Values> {
    match given.0 {
        Value::Object(values) => Ok(values),
        _ => Err(Error::invalid(path, "须为 JSON 对象", "Must be a JSON object")),
    }
}

fn chosen(given: Json<Value>) -> Result<BTreeMap<String, Vec<MemberId>>> {
    let path = "chosenApprovers";
    let wrong = || {
        Error::invalid(
            path,
            "须为节点到成员 id 列表的对象",
            "Must map node keys to lists of member ids",
        )
    };
    let mut found = BTreeMap::new();
    for (node, members) in form(path, given)? {
        let texts: Vec<ID> = serde_json::from_value(members).map_err(|_| wrong())?;
        let members = id::decode_all(&format!("{path}.{node}"), &texts)?;
        found.insert(node, members);
    }
    Ok(found)
}

/// A corrected request.
#[derive(InputObject)]
pub struct ResubmitApprovalInput {
    /// The request.
    pub(super) approval_id: ID,
    /// Values by field key.
    pub(super) form: Json<Value>,
    /// The version the viewer saw; a stale one is CONFLICT.
    pub(super) expected_version: Option<i32>,
    /// The same key from the same member replays the first result.
    pub(super) idempotency_key: Option<String>,
}

/// A request to take back.
#[derive(InputObject)]
pub struct WithdrawApprovalInput {
    /// The request.
    pub(super) approval_id: ID,
    /// Why.
    pub(super) reason: Option<String>,
    /// The same key from the same member replays the first result.
    pub(super) idempotency_key: Option<String>,
}

/// A decision on a task.
#[derive(InputObject)]
pub struct DecideTaskInput {
    /// The task.
    task_id: ID,
    /// Opinion.
    comment: Option<String>,
    /// Fields to write, where the step lets its people do so.
    form: Option<Json<Value>>,
    /// Files given with it.
    attachment_ids: Option<Vec<ID>>,
    /// The same key from the same member replays the first result.
    pub(super) idempotency_key: Option<String>,
}

impl DecideTaskInput {
    pub(super) fn read(self) -> Result<Decision> {
        Ok(Decision {
            task: id::decode(&self.task_id)?,
            comment: self.comment,
            form: self
                .form
                .map(|given| form("form", given))
                .transpose()?
                .unwrap_or_default(),
            attachments: attachments(self.attachment_ids)?,
        })
    }
}

/// A task to send back. `to`: START, PREVIOUS or the key of a node passed.
#[derive(InputObject)]
pub struct ReturnTaskInput {
    /// The task.
    task_id: ID,
    /// START, PREVIOUS or the key of a node passed.
    pub(super) to: String,
    /// What to correct.
    comment: String,
    /// Files given with it.
    attachment_ids: Option<Vec<ID>>,
    /// The same key from the same member replays the first result.
    pub(super) idempotency_key: Option<String>,
}

impl ReturnTaskInput {
    pub(super) fn read(self) -> Result<Decision> {
        Ok(Decision {
            task: id::decode(&self.task_id)?,
            comment: Some(self.comment),
            form: Values::new(),
            attachments: attachments(self.attachment_ids)?,
        })
    }
}

pub(super) fn attachments(ids: Option<Vec<ID>>) -> Result<Vec<FileId>> {
    id::decode_all("attachmentIds", &ids.unwrap_or_default())
}

/// A decision to take back.
#[derive(InputObject)]
pub struct WithdrawDecisionInput {
    /// The task.
    pub(super) task_id: ID,
    /// The same key from the same member replays the first result.
    pub(super) idempotency_key: Option<String>,
}

/// A comment to write. Mentions stand in the body as `@[member id]`.
#[derive(InputObject)]
pub struct CommentApprovalInput {
    /// The request.
    pub(super) approval_id: ID,
    /// Plain text, at most 4,000 characters.
    pub(super) body: String,
    /// Files given with it.
    pub(super) attachment_ids: Option<Vec<ID>>,
    /// The same key from the same member replays the first result.
    pub(super) idempotency_key: Option<String>,
}

/// Copies to send.
#[derive(InputObject)]
pub struct CopyApprovalInput {
    /// The request.
    pub(super) approval_id: ID,
    /// To whom.
    pub(super) member_ids: Vec<ID>,
}

/// A request to hurry.
#[derive(InputObject)]
pub struct UrgeApprovalInput {
    /// The request.
    pub(super) approval_id: ID,
}

/// A copy that was opened.
#[derive(InputObject)]
pub struct MarkCopyReadInput {
    /// The request.
    pub(super) approval_id: ID,
}

/// What was typed and not submitted.
#[derive(InputObject)]
pub struct SaveApprovalDraftInput {
    /// Key of the template.
    pub(super) template_key: String,
    /// Values by field key; not checked yet. What stands under `$` is the client's own.
    pub(super) form: Json<Value>,
}

/// A draft to forget.
#[derive(InputObject)]
pub struct DeleteApprovalDraftInput {
    /// Key of the template.
    pub(super) template_key: String,
}
