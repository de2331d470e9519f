//! Changes of requests.

use async_graphql::{Context, Object};

use super::answer::{
    CommentApprovalPayload, CopyApprovalPayload, DecideTaskPayload, DeleteApprovalDraftPayload, MarkCopyReadPayload,
    SaveApprovalDraftPayload, SubmitApprovalPayload, UrgeApprovalPayload, WithdrawApprovalPayload,
};
use super::input::{
    CommentApprovalInput, CopyApprovalInput, DecideTaskInput, DeleteApprovalDraftInput, MarkCopyReadInput,
    ResubmitApprovalInput, ReturnTaskInput, SaveApprovalDraftInput, SubmitApprovalInput, UrgeApprovalInput,
    WithdrawApprovalInput, WithdrawDecisionInput, attachments, form,
};
use super::load::request;
use super::prefetch::{Wanted, prefetch};
use super::{Approval, Comment};
use crate::approval::service::{self, Correction, Done, NewComment};
use crate::error::{Error, Result};
use crate::graphql::loading::forget;
use crate::graphql::{actor, cx, id};

/// Changes of requests.
#[derive(Default)]
pub struct ApprovalMutation;

#[Object]
impl ApprovalMutation {
    /// Submits a request.
    async fn submit_approval(
        &self,
        ctx: &Context<'_>,
        mut input: SubmitApprovalInput,
    ) -> Result<SubmitApprovalPayload> {
        let key = input.idempotency_key.take();
        let done = service::submit(cx(ctx)?, actor(ctx)?, input.read()?, key.as_deref()).await?;
        Ok(SubmitApprovalPayload {
            approval: changed(ctx, done).await?,
        })
    }

    /// Submits a corrected request again.
    async fn resubmit_approval(
        &self,
        ctx: &Context<'_>,
        input: ResubmitApprovalInput,
    ) -> Result<SubmitApprovalPayload> {
        let correction = Correction {
            approval: id::decode(&input.approval_id)?,
            form: form("form", input.form)?,
            expected_version: input.expected_version,
        };
        let key = input.idempotency_key.as_deref();
        let done = service::resubmit(cx(ctx)?, actor(ctx)?, correction, key).await?;
        Ok(SubmitApprovalPayload {
            approval: changed(ctx, done).await?,
        })
    }

    /// Takes the own request back.
    async fn withdraw_approval(
        &self,
        ctx: &Context<'_>,
        input: WithdrawApprovalInput,
    ) -> Result<WithdrawApprovalPayload> {
        let id = id::decode(&input.approval_id)?;
        let key = input.idempotency_key.as_deref();
        let done = service::withdraw(cx(ctx)?, actor(ctx)?, id, input.reason, key).await?;
        Ok(WithdrawApprovalPayload {
            approval: changed(ctx, done).await?,
        })
    }

    /// Approves a task; at a handle node: done.
    async fn approve_task(&self, ctx: &Context<'_>, mut input: DecideTaskInput) -> Result<DecideTaskPayload> {
        let key = input.idempotency_key.take();
        let done = service::approve(cx(ctx)?, actor(ctx)?, input.read()?, key.as_deref()).await?;
        decided(ctx, done).await
    }

    /// Refuses a task.
    async fn reject_task(&self, ctx: &Context<'_>, mut input: DecideTaskInput) -> Result<DecideTaskPayload> {
        let key = input.idempotency_key.take();
        let done = service::reject(cx(ctx)?, actor(ctx)?, input.read()?, key.as_deref()).await?;
        decided(ctx, done).await
    }

    /// Sends a request back for correction.
    async fn return_task(&self, ctx: &Context<'_>, mut input: ReturnTaskInput) -> Result<DecideTaskPayload> {
        let key = input.idempotency_key.take();
        let to = std::mem::take(&mut input.to);
        let done = service::send_back(cx(ctx)?, actor(ctx)?, input.read()?, &to, key.as_deref()).await?;
        decided(ctx, done).await
    }

    /// Takes the own decision back, while nobody decided after it.
    async fn withdraw_decision(&self, ctx: &Context<'_>, input: WithdrawDecisionInput) -> Result<DecideTaskPayload> {
        let task = id::decode(&input.task_id)?;
        let key = input.idempotency_key.as_deref();
        let done = service::withdraw_decision(cx(ctx)?, actor(ctx)?, task, key).await?;
        decided(ctx, done).await
    }

    /// Writes a comment. Who is mentioned and may not read the request gets a copy.
    async fn comment_approval(&self, ctx: &Context<'_>, input: CommentApprovalInput) -> Result<CommentApprovalPayload> {
        let new = NewComment {
            approval: id::decode(&input.approval_id)?,
            body: input.body,
            attachments: attachments(input.attachment_ids)?,
        };
        let key = input.idempotency_key.as_deref();
        let done = service::comment(cx(ctx)?, actor(ctx)?, new, key).await?;
        let comment = done.comment.ok_or(Error::NotFound)?;
        let comment = Comment::new(service::comment_by_id(cx(ctx)?, comment).await?);
        Ok(CommentApprovalPayload {
            comment,
            approval: changed(ctx, done).await?,
        })
    }

    /// Sends copies.
    async fn copy_approval(&self, ctx: &Context<'_>, input: CopyApprovalInput) -> Result<CopyApprovalPayload> {
        let members = id::decode_all("memberIds", &input.member_ids)?;
        let done = service::copy(cx(ctx)?, actor(ctx)?, id::decode(&input.approval_id)?, members).await?;
        Ok(CopyApprovalPayload {
            approval: changed(ctx, done).await?,
        })
    }

    /// Asks those who are asked to hurry, once in four hours each.
    async fn urge_approval(&self, ctx: &Context<'_>, input: UrgeApprovalInput) -> Result<UrgeApprovalPayload> {
        let done = service::urge(cx(ctx)?, actor(ctx)?, id::decode(&input.approval_id)?).await?;
        let urged = i32::try_from(done.urged).unwrap_or(i32::MAX);
        Ok(UrgeApprovalPayload {
            approval: changed(ctx, done).await?,
            urged,
        })
    }

    /// Marks the own copy as opened.
    async fn mark_copy_read(&self, ctx: &Context<'_>, input: MarkCopyReadInput) -> Result<MarkCopyReadPayload> {
        let id = id::decode(&input.approval_id)?;
        service::mark_copy_read(cx(ctx)?, actor(ctx)?, id).await?;
        forget(ctx);
        Ok(MarkCopyReadPayload {
            approval: request(ctx, id).await?,
        })
    }

    /// Keeps what the viewer has typed.
    async fn save_approval_draft(
        &self,
        ctx: &Context<'_>,
        input: SaveApprovalDraftInput,
    ) -> Result<SaveApprovalDraftPayload> {
        let form = form("form", input.form)?;
        let draft = service::save_draft(cx(ctx)?, actor(ctx)?, &input.template_key, form).await?;
        Ok(SaveApprovalDraftPayload { draft: draft.into() })
    }

    /// Forgets what the viewer has typed.
    async fn delete_approval_draft(
        &self,
        ctx: &Context<'_>,
        input: DeleteApprovalDraftInput,
    ) -> Result<DeleteApprovalDraftPayload> {
        service::delete_draft(cx(ctx)?, actor(ctx)?, &input.template_key).await?;
        Ok(DeleteApprovalDraftPayload { ok: true })
    }
}

/// The request as it stands after a change, with what the answer shows of it.
async fn changed(ctx: &Context<'_>, done: Done) -> Result<Approval> {
    forget(ctx);
    let found = match done.row {
        Some(row) => Approval::new(row),
        None => request(ctx, done.approval).await?,
    };
    let look = ctx.look_ahead();
    let wanted = Wanted::of(&[look.field("approval"), look.field("task").field("approval")]);
    prefetch(ctx, std::slice::from_ref(found.row()), wanted).await?;
    Ok(found)
}

async fn decided(ctx: &Context<'_>, done: Done) -> Result<DecideTaskPayload> {
    let task = done.task.ok_or(Error::NotFound)?;
    let approval = changed(ctx, done).await?;
    Ok(DecideTaskPayload { task, approval })
}
