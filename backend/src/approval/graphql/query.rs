//! Queries of requests.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{ApprovalId, MemberId, TaskId};

use super::input::{ApprovalFilter, SubmitApprovalInput};
use super::prefetch::{Wanted, prefetch};
use super::preview::{ApprovalDraft, ApprovalPreview};
use super::{Approval, ApprovalBox, ApprovalTask, ApprovalTemplate};
use crate::approval::service::{self, Filter, Pile};
use crate::error::{Error, Result};
use crate::graphql::connection::{List, PageArgs, list};
use crate::graphql::{actor, cx, id, locale};
use crate::org::service as org;

/// Queries of requests.
#[derive(Default)]
pub struct ApprovalQuery;

#[Object]
impl ApprovalQuery {
    /// Templates the viewer may start, in the order of the gallery.
    async fn approval_templates(&self, ctx: &Context<'_>, search: Option<String>) -> Result<Vec<ApprovalTemplate>> {
        let found = service::templates(cx(ctx)?, actor(ctx)?, search.as_deref()).await?;
        Ok(found
            .into_iter()
            .map(|row| ApprovalTemplate::new(Arc::new(row)))
            .collect())
    }

    /// A template the viewer may start.
    async fn approval_template(&self, ctx: &Context<'_>, key: String) -> Result<Option<ApprovalTemplate>> {
        match service::template(cx(ctx)?, actor(ctx)?, &key).await {
            Ok(row) => Ok(Some(ApprovalTemplate::new(Arc::new(row)))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Tasks that wait for the viewer, the oldest first. The filter is about their requests.
    async fn approval_inbox(
        &self,
        ctx: &Context<'_>,
        filter: Option<ApprovalFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<List<ApprovalTask, InboxTotal>> {
        let page = PageArgs::forward(first, after).page::<TaskId>()?;
        let filter = filter.unwrap_or_default().read()?;
        let found = service::inbox(cx(ctx)?, actor(ctx)?, &filter, page).await?;
        let total = (page.from.is_none() && !found.more).then_some(found.items.len());
        let mut requests = Vec::with_capacity(found.items.len());
        let tasks = found.map(|(task, request)| {
            requests.extend(request.map(Arc::new));
            ApprovalTask::new(Arc::new(task))
        });
        prefetch(ctx, &requests, Wanted::in_list(ctx, Some("approval"))).await?;
        Ok(list(
            tasks,
            false,
            InboxTotal { known: total, filter },
            ApprovalTask::cursor,
        ))
    }

    /// Requests of a pile, the newest first.
    async fn approvals(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "box")] which: ApprovalBox,
        filter: Option<ApprovalFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<List<Approval, PileTotal>> {
        let page = PageArgs::forward(first, after).page::<ApprovalId>()?;
        let filter = filter.unwrap_or_default().read()?;
        let pile = Pile::from(which);
        let found = service::list(cx(ctx)?, actor(ctx)?, pile, &filter, page).await?;
        let rows = found.map(Arc::new);
        prefetch(ctx, &rows.items, Wanted::in_list(ctx, None)).await?;
        let requests = rows.map(Approval::new);
        Ok(list(requests, false, PileTotal { pile, filter }, Approval::cursor))
    }

    /// A request the viewer may read.
    async fn approval(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Approval>> {
        let Ok(id) = id::decode(&id) else { return Ok(None) };
        let Some(row) = service::find_many(cx(ctx)?, actor(ctx)?, &[id]).await?.remove(&id) else {
            return Ok(None);
        };
        let row = Arc::new(row);
        prefetch(ctx, std::slice::from_ref(&row), Wanted::of(&[ctx.look_ahead()])).await?;
        Ok(Some(Approval::new(row)))
    }

    /// What a submission would mean: computed values, field errors, the route with people and reasons.
    async fn approval_preview(&self, ctx: &Context<'_>, input: SubmitApprovalInput) -> Result<ApprovalPreview> {
        let preview = service::preview(cx(ctx)?, actor(ctx)?, &input.read()?).await?;
        let on_route = preview
            .route
            .iter()
            .flat_map(|step| step.seats.iter().map(|seat| seat.member));
        let away = preview
            .leave
            .iter()
            .flat_map(|(_, team)| team.away.iter().map(|away| away.member));
        let people: Vec<MemberId> = on_route.chain(away).collect();
        org::people(cx(ctx)?, &people).await?;
        Ok(ApprovalPreview::new(preview, locale(ctx)))
    }

    /// What the viewer has typed for a template and not submitted.
    async fn approval_draft(&self, ctx: &Context<'_>, template_key: String) -> Result<Option<ApprovalDraft>> {
        let draft = service::draft(cx(ctx)?, actor(ctx)?, &template_key).await?;
        Ok(draft.map(ApprovalDraft::from))
    }
}

/// How many tasks wait, counted only when asked for and not plain from the page.
pub struct InboxTotal {
    known: Option<usize>,
    filter: Filter,
}

/// How many tasks wait.
#[Object]
impl InboxTotal {
    /// Number of tasks in the whole list.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        if let Some(known) = self.known {
            return Ok(i32::try_from(known).unwrap_or(i32::MAX));
        }
        let count = service::inbox_count(cx(ctx)?, actor(ctx)?, &self.filter).await?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}

/// How many requests a pile has, counted only when asked for.
pub struct PileTotal {
    pile: Pile,
    filter: Filter,
}

/// How many requests a pile has.
#[Object]
impl PileTotal {
    /// Number of requests in the whole list.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = service::count(cx(ctx)?, actor(ctx)?, self.pile, &self.filter).await?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}
