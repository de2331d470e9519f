//! Tasks: one person asked.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{FileId, approval_task};

use super::load::{self, definition};
use super::request::offered;
use super::{Approval, ApprovalTaskStatus};
use crate::approval::service;
use crate::error::Result;
use crate::file::graphql::File;
use crate::graphql::scalar::ViewerAction;
use crate::graphql::{actor, id, locale};
use crate::org::graphql::{Member, member};

/// One person asked by a step of a request.
pub struct ApprovalTask {
    row: Arc<approval_task::Model>,
}

impl ApprovalTask {
    pub(super) fn new(row: Arc<approval_task::Model>) -> Self {
        Self { row }
    }

    /// Place in lists.
    pub(super) fn cursor(&self) -> String {
        id::encode(self.row.id).to_string()
    }
}

/// One person asked by a step of a request.
#[Object]
impl ApprovalTask {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        id::encode(self.row.id)
    }

    /// The request.
    async fn approval(&self, ctx: &Context<'_>) -> Result<Approval> {
        load::request(ctx, self.row.case_id).await
    }

    /// Key of the node.
    async fn node_key(&self) -> &str {
        &self.row.node_key
    }

    /// Name of the node in the language of the viewer.
    async fn node_name(&self, ctx: &Context<'_>) -> Result<String> {
        let request = load::request(ctx, self.row.case_id).await?;
        let definition = load::definition(ctx, request.row()).await?;
        let name = service::node_name(&definition, &self.row.node_key);
        Ok(name.map_or_else(|| self.row.node_key.clone(), |name| name.get(locale(ctx)).to_owned()))
    }

    /// Who is asked.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Member> {
        member(ctx, self.row.assignee_id).await
    }

    /// For whom, when a substitute.
    async fn on_behalf_of(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.row.on_behalf_of_id {
            Some(id) => Ok(Some(member(ctx, id).await?)),
            None => Ok(None),
        }
    }

    /// Where it stands.
    async fn status(&self) -> ApprovalTaskStatus {
        self.row.status.into()
    }

    /// Round of the request.
    async fn round(&self) -> i32 {
        self.row.round
    }

    /// Opinion given with the decision.
    async fn comment(&self) -> Option<&str> {
        self.row.comment.as_deref()
    }

    /// Files given with the decision.
    async fn files(&self, ctx: &Context<'_>) -> Result<Vec<File>> {
        let ids: Vec<FileId> = serde_json::from_value(self.row.attachments.clone())?;
        load::files(ctx, &ids).await
    }

    /// When the task was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// Since when it waits for the person.
    async fn opened_at(&self) -> Option<DateTime<Utc>> {
        self.row.opened_at
    }

    /// When it should be decided.
    async fn due_at(&self) -> Option<DateTime<Utc>> {
        self.row.due_at
    }

    /// When decided or closed.
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.row.decided_at
    }

    /// When the applicant last urged.
    async fn urged_at(&self) -> Option<DateTime<Utc>> {
        self.row.urged_at
    }

    /// What the viewer may do with it: APPROVE REJECT RETURN WITHDRAW_DECISION.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Result<Vec<ViewerAction>> {
        let viewer = actor(ctx)?;
        if self.row.assignee_id != viewer.member {
            return Ok(Vec::new());
        }
        let request = load::request(ctx, self.row.case_id).await?;
        let definition = definition(ctx, request.row()).await?;
        let actions = service::task_actions(viewer, request.row(), &definition, self.row.id)?;
        Ok(offered(&actions, locale(ctx)))
    }
}
