//! Deeds on a request that are no decisions: comment, copy, urge, withdraw, read.

use super::{ApprovalStatus, Comment};
use crate::api::schema;

/// A comment.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct CommentApprovalInput {
    /// On which request.
    pub approval_id: cynic::Id,
    /// The text; people stand in it as `@[id]`.
    pub body: String,
    /// Files uploaded before.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub attachment_ids: Option<Vec<cynic::Id>>,
    /// One per intent.
    pub idempotency_key: Option<String>,
}

/// Variables of [`CommentApproval`].
#[derive(cynic::QueryVariables, Clone)]
pub struct CommentVars {
    /// The comment.
    pub input: CommentApprovalInput,
}

/// Comments.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "CommentVars")]
pub struct CommentApproval {
    /// The outcome.
    #[arguments(input: $input)]
    pub comment_approval: Commented,
}

/// A kept comment.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "CommentApprovalPayload")]
pub struct Commented {
    /// As it was kept.
    pub comment: Comment,
}

/// Who shall get a copy.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct CopyApprovalInput {
    /// Of which request.
    pub approval_id: cynic::Id,
    /// The people.
    pub member_ids: Vec<cynic::Id>,
}

/// Variables of [`CopyApproval`].
#[derive(cynic::QueryVariables, Clone)]
pub struct CopyVars {
    /// Who.
    pub input: CopyApprovalInput,
}

/// Sends copies.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "CopyVars")]
pub struct CopyApproval {
    /// The outcome.
    #[arguments(input: $input)]
    pub copy_approval: CopiedApproval,
}

/// A request of which copies were sent.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "CopyApprovalPayload")]
pub struct CopiedApproval {
    /// The request.
    pub approval: ActedOn,
}

/// Whom to urge.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct UrgeApprovalInput {
    /// Which request.
    pub approval_id: cynic::Id,
}

/// Variables of [`UrgeApproval`].
#[derive(cynic::QueryVariables, Clone)]
pub struct UrgeVars {
    /// Which.
    pub input: UrgeApprovalInput,
}

/// Reminds those who are waited for.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "UrgeVars")]
pub struct UrgeApproval {
    /// The outcome.
    #[arguments(input: $input)]
    pub urge_approval: Urged,
}

/// Who was reminded.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "UrgeApprovalPayload")]
pub struct Urged {
    /// How many.
    pub urged: i32,
}

/// What to withdraw.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct WithdrawApprovalInput {
    /// Which request.
    pub approval_id: cynic::Id,
    /// Why.
    pub reason: Option<String>,
    /// One per intent.
    pub idempotency_key: Option<String>,
}

/// Variables of [`WithdrawApproval`].
#[derive(cynic::QueryVariables, Clone)]
pub struct WithdrawVars {
    /// Which.
    pub input: WithdrawApprovalInput,
}

/// Takes the own request back.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "WithdrawVars")]
pub struct WithdrawApproval {
    /// The outcome.
    #[arguments(input: $input)]
    pub withdraw_approval: Withdrawn,
}

/// A withdrawn request.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "WithdrawApprovalPayload")]
pub struct Withdrawn {
    /// The request.
    pub approval: ActedOn,
}

/// Which copy was read.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct MarkCopyReadInput {
    /// Of which request.
    pub approval_id: cynic::Id,
}

/// Variables of [`MarkCopyRead`].
#[derive(cynic::QueryVariables, Clone)]
pub struct MarkCopyReadVars {
    /// Which.
    pub input: MarkCopyReadInput,
}

/// Tells that the viewer has read the copy.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "MarkCopyReadVars")]
pub struct MarkCopyRead {
    /// The outcome.
    #[arguments(input: $input)]
    pub mark_copy_read: CopyRead,
}

/// A copy that was read.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "MarkCopyReadPayload")]
pub struct CopyRead {
    /// The request.
    pub approval: ActedOn,
}

/// A request after a deed.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Approval")]
pub struct ActedOn {
    /// Which.
    pub id: cynic::Id,
    /// Where it stands.
    pub status: ApprovalStatus,
}
