//! Starting a request: templates, preview, draft, submission.

use super::{FormField, LeavePreview, RouteNode};
use crate::api::schema;
use crate::i18n::Stamp;

/// Variables of [`TemplatesQuery`].
#[derive(cynic::QueryVariables, Clone)]
pub struct TemplatesVars {
    /// In name or description, also pinyin; none: all.
    pub search: Option<String>,
}

/// The templates the viewer may start from. Topic `started:me` for when they were last used.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "TemplatesVars")]
pub struct TemplatesQuery {
    /// How new this is.
    pub as_of: String,
    /// The templates.
    #[arguments(search: $search)]
    pub approval_templates: Vec<TemplateCard>,
}

/// A template as the gallery shows it.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "ApprovalTemplate")]
pub struct TemplateCard {
    /// The stable key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The icon of the sprite.
    pub icon: String,
    /// Its group.
    pub category: String,
    /// When the viewer last used it.
    pub last_started_at: Option<Stamp>,
}

/// Variables of [`TemplateQuery`].
#[derive(cynic::QueryVariables, Clone)]
pub struct TemplateVars {
    /// The stable key.
    pub key: String,
}

/// One template with its form, and the draft kept for it.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "TemplateVars")]
pub struct TemplateQuery {
    /// How new this is.
    pub as_of: String,
    /// The template; none where there is none the viewer may start from.
    #[arguments(key: $key)]
    pub approval_template: Option<Template>,
    /// The viewer's draft.
    #[arguments(templateKey: $key)]
    pub approval_draft: Option<Draft>,
}

/// A template with its form.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "ApprovalTemplate")]
pub struct Template {
    /// The stable key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it asks, in order.
    pub fields: Vec<FieldSpec>,
}

/// A field to fill in.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "FormFieldSpec")]
pub struct FieldSpec {
    /// The stable key.
    pub key: String,
    /// The label in the viewer's language.
    pub label: String,
    /// `TEXT_AREA`, `DATE` ...
    pub kind: String,
    /// Takes several: then the value is a list.
    pub multiple: bool,
    /// Must be filled in, whatever the other values say.
    pub required: bool,
    /// What can be chosen.
    pub options: Vec<FieldOption>,
    /// Most characters.
    pub max_length: Option<i32>,
    /// Shown while empty.
    pub placeholder: Option<String>,
}

/// One of the values of a choice.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "FormOption")]
pub struct FieldOption {
    /// What is kept.
    pub value: String,
    /// What is shown.
    pub label: String,
}

/// Values kept for later.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "ApprovalDraft")]
pub struct Draft {
    /// The values by key.
    pub form: serde_json::Value,
    /// When they were kept.
    pub updated_at: Stamp,
}

/// A request to be.
#[derive(cynic::InputObject, Clone, Debug, PartialEq)]
pub struct SubmitApprovalInput {
    /// From which template.
    pub template_key: Option<String>,
    /// For which department; none: the primary one.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub department_id: Option<cynic::Id>,
    /// The values by key.
    pub form: serde_json::Value,
    /// Who gets a copy besides.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub copy_to: Option<Vec<cynic::Id>>,
    /// One per intent.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
}

/// Variables of [`PreviewQuery`] and [`SubmitApproval`].
#[derive(cynic::QueryVariables, Clone)]
pub struct SubmitVars {
    /// The request.
    pub input: SubmitApprovalInput,
}

/// What would become of a request. Asked once per change.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "SubmitVars")]
pub struct PreviewQuery {
    /// The preview.
    #[arguments(input: $input)]
    pub approval_preview: Preview,
}

/// What would become of a request.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "ApprovalPreview")]
pub struct Preview {
    /// What is wrong with the values.
    pub field_errors: Vec<FieldError>,
    /// The expected route.
    pub route: Vec<RouteNode>,
    /// What it would mean for leave.
    pub leave: Option<LeavePreview>,
    /// Nothing is wrong.
    pub can_submit: bool,
}

/// Something wrong with a value.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where: `start_date`, `proof.2`.
    pub path: String,
    /// In the viewer's language.
    pub message: String,
}

/// Submits a request.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SubmitVars")]
pub struct SubmitApproval {
    /// The outcome.
    #[arguments(input: $input)]
    pub submit_approval: Submitted,
}

/// A submitted request.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "SubmitApprovalPayload")]
pub struct Submitted {
    /// The request.
    pub approval: SubmittedApproval,
}

/// A request just submitted.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Approval")]
pub struct SubmittedApproval {
    /// Which.
    pub id: cynic::Id,
    /// The number people say.
    pub number: String,
}

/// A corrected request.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ResubmitApprovalInput {
    /// Which request.
    pub approval_id: cynic::Id,
    /// All values by key.
    pub form: serde_json::Value,
    /// The version that was corrected.
    pub expected_version: Option<i32>,
    /// One per intent.
    pub idempotency_key: Option<String>,
}

/// Variables of [`ResubmitApproval`].
#[derive(cynic::QueryVariables, Clone)]
pub struct ResubmitVars {
    /// The request.
    pub input: ResubmitApprovalInput,
}

/// Submits a returned request again.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ResubmitVars")]
pub struct ResubmitApproval {
    /// The outcome.
    #[arguments(input: $input)]
    pub resubmit_approval: Submitted,
}

/// A draft to keep.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct SaveApprovalDraftInput {
    /// For which template.
    pub template_key: String,
    /// The values by key.
    pub form: serde_json::Value,
}

/// Variables of [`SaveDraft`].
#[derive(cynic::QueryVariables, Clone)]
pub struct SaveDraftVars {
    /// The draft.
    pub input: SaveApprovalDraftInput,
}

/// Keeps a draft on the server.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SaveDraftVars")]
pub struct SaveDraft {
    /// The outcome.
    #[arguments(input: $input)]
    pub save_approval_draft: SavedDraft,
}

/// A kept draft.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "SaveApprovalDraftPayload")]
pub struct SavedDraft {
    /// As it was kept.
    pub draft: Draft,
}

/// A draft to forget.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct DeleteApprovalDraftInput {
    /// For which template.
    pub template_key: String,
}

/// Variables of [`DeleteDraft`].
#[derive(cynic::QueryVariables, Clone)]
pub struct DeleteDraftVars {
    /// Which.
    pub input: DeleteApprovalDraftInput,
}

/// Forgets a draft.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DeleteDraftVars")]
pub struct DeleteDraft {
    /// The outcome.
    #[arguments(input: $input)]
    pub delete_approval_draft: DeletedDraft,
}

/// A forgotten draft.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "DeleteApprovalDraftPayload")]
pub struct DeletedDraft {
    /// It is gone.
    pub ok: bool,
}

/// What a new request like an old one starts from.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "super::DetailVars")]
pub struct ModelQuery {
    /// The old request.
    #[arguments(id: $id)]
    pub approval: Option<ModelApproval>,
}

/// An old request as a model.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Approval", variables = "super::DetailVars")]
pub struct ModelApproval {
    /// Which.
    pub id: cynic::Id,
    /// Its version, to correct it.
    pub version: i32,
    /// For which department.
    pub department: crate::api::org::DepartmentRef,
    /// The values by key.
    pub form: serde_json::Value,
    /// With their files and the names of people.
    pub fields: Vec<FormField>,
    /// For what was said when it was returned.
    pub timeline: Vec<super::TimelineEntry>,
}
