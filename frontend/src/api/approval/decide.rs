//! Decisions on a task, and taking one back.

use super::{ApprovalStatus, ApprovalTaskStatus, ViewerAction};
use crate::api::schema;

/// A decision.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct DecideTaskInput {
    /// On which task.
    pub task_id: cynic::Id,
    /// Why; a rejection needs it.
    pub comment: Option<String>,
    /// Values the step lets the decider change, by key.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub form: Option<serde_json::Value>,
    /// Files uploaded before.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub attachment_ids: Option<Vec<cynic::Id>>,
    /// One per intent; see [`crate::api::fresh_key`].
    pub idempotency_key: Option<String>,
}

/// Variables of [`ApproveTask`] and [`RejectTask`].
#[derive(cynic::QueryVariables, Clone)]
pub struct DecideVars {
    /// The decision.
    pub input: DecideTaskInput,
}

/// Agrees.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DecideVars")]
pub struct ApproveTask {
    /// The outcome.
    #[arguments(input: $input)]
    pub approve_task: Decided,
}

/// Refuses.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DecideVars")]
pub struct RejectTask {
    /// The outcome.
    #[arguments(input: $input)]
    pub reject_task: Decided,
}

/// A return for correction.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ReturnTaskInput {
    /// On which task.
    pub task_id: cynic::Id,
    /// `START`, `PREVIOUS`, or the key of a node passed.
    pub to: String,
    /// What has to be corrected.
    pub comment: String,
    /// Files uploaded before.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub attachment_ids: Option<Vec<cynic::Id>>,
    /// One per intent.
    pub idempotency_key: Option<String>,
}

/// Variables of [`ReturnTask`].
#[derive(cynic::QueryVariables, Clone)]
pub struct ReturnVars {
    /// The return.
    pub input: ReturnTaskInput,
}

/// Sends it back for correction.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ReturnVars")]
pub struct ReturnTask {
    /// The outcome.
    #[arguments(input: $input)]
    pub return_task: Decided,
}

/// Which decision to take back.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct WithdrawDecisionInput {
    /// On which task.
    pub task_id: cynic::Id,
    /// One per intent.
    pub idempotency_key: Option<String>,
}

/// Variables of [`WithdrawDecision`].
#[derive(cynic::QueryVariables, Clone)]
pub struct WithdrawDecisionVars {
    /// Which decision.
    pub input: WithdrawDecisionInput,
}

/// Takes the own decision back, while the next step is undecided.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "WithdrawDecisionVars")]
pub struct WithdrawDecision {
    /// The outcome.
    #[arguments(input: $input)]
    pub withdraw_decision: Decided,
}

/// What a decision led to.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "DecideTaskPayload")]
pub struct Decided {
    /// The task.
    pub task: DecidedTask,
    /// The request.
    pub approval: DecidedApproval,
}

/// The task after a decision.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "ApprovalTask")]
pub struct DecidedTask {
    /// Which.
    pub id: cynic::Id,
    /// Where it stands.
    pub status: ApprovalTaskStatus,
    /// Whether the decision may be taken back.
    pub viewer_actions: Vec<ViewerAction>,
}

/// The request after a decision.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Approval")]
pub struct DecidedApproval {
    /// Which.
    pub id: cynic::Id,
    /// Where it stands.
    pub status: ApprovalStatus,
    /// Grows with every change.
    pub version: i32,
}

impl Decided {
    /// Whether the decision may still be taken back.
    pub fn can_undo(&self) -> bool {
        let undoable = |action: &ViewerAction| action.name == "WITHDRAW_DECISION" && action.enabled;
        self.task.viewer_actions.iter().any(undoable)
    }
}
