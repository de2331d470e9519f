//! What a submission would mean, and drafts.

use async_graphql::{Json, SimpleObject};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::RouteNode;
use crate::approval::service;
use crate::error::Locale;
use crate::graphql::scalar::FieldError;
use crate::leave::graphql::LeavePreview;

/// What a submission would mean, from the code that submits.
#[derive(SimpleObject)]
pub struct ApprovalPreview {
    /// What the server works out from the form.
    computed: Json<Value>,
    /// All that speaks against it, each at its input: `form.start_date`.
    field_errors: Vec<FieldError>,
    /// The way it would go, with people and reasons.
    route: Vec<RouteNode>,
    /// What it means for leave; null for other kinds of requests and while the dates are incomplete.
    leave: Option<LeavePreview>,
    /// Whether it would be taken.
    can_submit: bool,
}

impl ApprovalPreview {
    pub(super) fn new(preview: service::Preview, locale: Locale) -> Self {
        Self {
            computed: Json(Value::Object(preview.computed)),
            field_errors: preview
                .errors
                .iter()
                .map(|error| FieldError::new(error, locale))
                .collect(),
            route: preview.route.iter().map(|step| RouteNode::new(step, locale)).collect(),
            leave: preview
                .leave
                .map(|(assessment, team)| LeavePreview::new(&assessment, team, locale)),
            can_submit: preview.can_submit,
        }
    }
}

/// What the viewer has typed and not submitted.
#[derive(SimpleObject)]
pub struct ApprovalDraft {
    /// Key of the template.
    template_key: String,
    /// Values by field key. What stands under `$` is the client's own.
    form: Json<Value>,
    /// When saved.
    updated_at: DateTime<Utc>,
}

impl From<service::Draft> for ApprovalDraft {
    fn from(draft: service::Draft) -> Self {
        Self {
            template_key: draft.template_key,
            form: Json(Value::Object(draft.form)),
            updated_at: draft.updated_at,
        }
    }
}
