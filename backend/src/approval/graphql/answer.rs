//! What mutations answer.

use async_graphql::{Context, Object, SimpleObject};
use entity::TaskId;

use super::load::find_task;
use super::preview::ApprovalDraft;
use super::{Approval, ApprovalTask, Comment};
use crate::error::{Error, Result};

/// A request that was submitted.
#[derive(SimpleObject)]
pub struct SubmitApprovalPayload {
    /// The request.
    pub(super) approval: Approval,
}

/// A request that was taken back.
#[derive(SimpleObject)]
pub struct WithdrawApprovalPayload {
    /// The request.
    pub(super) approval: Approval,
}

/// A task that was decided, or whose decision was taken back.
pub struct DecideTaskPayload {
    pub(super) task: TaskId,
    pub(super) approval: Approval,
}

/// A task that was decided, or whose decision was taken back.
#[Object]
impl DecideTaskPayload {
    /// The task.
    async fn task(&self, ctx: &Context<'_>) -> Result<ApprovalTask> {
        find_task(ctx, self.task).await?.ok_or(Error::NotFound)
    }

    /// Its request.
    async fn approval(&self) -> &Approval {
        &self.approval
    }
}

/// A comment that was written.
#[derive(SimpleObject)]
pub struct CommentApprovalPayload {
    /// The comment.
    pub(super) comment: Comment,
    /// Its request.
    pub(super) approval: Approval,
}

/// Copies that were sent.
#[derive(SimpleObject)]
pub struct CopyApprovalPayload {
    /// The request.
    pub(super) approval: Approval,
}

/// People who were asked to hurry.
#[derive(SimpleObject)]
pub struct UrgeApprovalPayload {
    /// The request.
    pub(super) approval: Approval,
    /// How many people were asked.
    pub(super) urged: i32,
}

/// A copy that was opened.
#[derive(SimpleObject)]
pub struct MarkCopyReadPayload {
    /// The request.
    pub(super) approval: Approval,
}

/// A draft that was kept.
#[derive(SimpleObject)]
pub struct SaveApprovalDraftPayload {
    /// The draft.
    pub(super) draft: ApprovalDraft,
}

/// A draft that was forgotten.
#[derive(SimpleObject)]
pub struct DeleteApprovalDraftPayload {
    /// Always true.
    pub(super) ok: bool,
}
