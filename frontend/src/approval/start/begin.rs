//! What a form begins with: a draft, an old request, or one that came back.

use cynic::{MutationBuilder, QueryBuilder};
use serde_json::Value;

use crate::api::approval::{
    DetailVars, Draft, ModelApproval, ModelQuery, ResubmitApproval, ResubmitApprovalInput, ResubmitVars, Submitted,
    Template, TemplateQuery, TemplateVars,
};
use crate::api::{ApiError, Code, mutate, query};

/// How the form was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Empty, or with the draft.
    New,
    /// With the values of an old request.
    Like(String),
    /// To correct this returned request.
    Correct(String),
}

/// What the form begins with.
#[derive(Clone)]
pub struct Begin {
    /// The template.
    pub template: Template,
    /// What was kept on the server.
    pub draft: Option<Draft>,
    /// The request it is copied from, or which is corrected.
    pub model: Option<ModelApproval>,
    /// How it was opened.
    pub origin: Origin,
}

/// Fetches what the form begins with; none where the template may not be started from.
///
/// # Errors
/// When the server cannot be asked.
pub async fn load(key: String, origin: Origin) -> Result<Option<Begin>, ApiError> {
    // The draft of a template that is not there is refused, and everything with it.
    let known = match query(TemplateQuery::build(TemplateVars { key })).await {
        Ok(reply) => reply.data,
        Err(error) if error.code == Code::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(template) = known.approval_template else {
        return Ok(None);
    };
    let model = match &origin {
        Origin::New => None,
        Origin::Like(id) | Origin::Correct(id) => {
            let vars = DetailVars { id: id.clone().into() };
            query(ModelQuery::build(vars)).await?.data.approval
        }
    };
    Ok(Some(Begin {
        template,
        draft: known.approval_draft,
        model,
        origin,
    }))
}

/// What was said when the request came back.
pub fn said_at_return(model: &ModelApproval) -> Option<(String, Option<String>)> {
    let mut entries = model.timeline.iter().rev();
    let entry =
        entries.find(|entry| matches!(entry.kind.as_str(), "RETURNED" | "REJECTED_TASK") && entry.actor.is_some())?;
    Some((entry.text.clone(), entry.comment.clone()))
}

/// Submits a corrected request.
///
/// # Errors
/// As the server says.
pub async fn resubmit(id: String, form: Value, version: Option<i32>, key: String) -> Result<Submitted, ApiError> {
    let input = ResubmitApprovalInput {
        approval_id: id.into(),
        form,
        expected_version: version,
        idempotency_key: Some(key),
    };
    mutate(ResubmitApproval::build(ResubmitVars { input }))
        .await
        .map(|data| data.resubmit_approval)
}
