//! Queries of leave.

use async_graphql::{Context, ID, InputObject, Object};
use entity::{LeaveEntryId, MemberId};

use super::plan::{LeavePreview, TeamCalendar, know};
use super::types::{DayPart, LeaveBalance, LeaveEntry, LeaveType};
use crate::cx::Actor;
use crate::error::Result;
use crate::graphql::connection::{List, PageArgs, list};
use crate::graphql::scalar::Date;
use crate::graphql::{actor, cx, id, locale};
use crate::leave::model::Span;
use crate::leave::service::{self, LeaveForm};

/// Leave to preview.
#[derive(InputObject)]
pub struct LeavePreviewInput {
    /// Key of the kind: `annual`.
    leave_type: String,
    /// First day.
    start_date: Date,
    /// From its morning or afternoon.
    start_part: DayPart,
    /// Last day.
    end_date: Date,
    /// To its morning or afternoon, inclusive.
    end_part: DayPart,
    /// For whom; by default the viewer.
    member_id: Option<ID>,
    /// Request being corrected; its own days do not collide.
    approval_id: Option<ID>,
}

/// Queries of leave.
#[derive(Default)]
pub struct LeaveQuery;

#[Object]
impl LeaveQuery {
    /// Kinds of leave the viewer may ask for.
    async fn leave_types(&self, ctx: &Context<'_>) -> Result<Vec<LeaveType>> {
        let locale = locale(ctx);
        let kinds = service::kinds(cx(ctx)?, actor(ctx)?).await?;
        Ok(kinds.iter().map(|kind| LeaveType::new(kind, locale)).collect())
    }

    /// Balances of a member, by default of the viewer.
    async fn leave_balances(&self, ctx: &Context<'_>, member_id: Option<ID>) -> Result<Vec<LeaveBalance>> {
        let (cx, actor, locale) = (cx(ctx)?, actor(ctx)?, locale(ctx));
        let balances = service::balances(cx, actor, whom(actor, member_id)?, cx.today()).await?;
        Ok(balances
            .iter()
            .map(|balance| LeaveBalance::new(balance, locale))
            .collect())
    }

    /// Ledger of a member, by default of the viewer; the newest line first.
    async fn leave_entries(
        &self,
        ctx: &Context<'_>,
        member_id: Option<ID>,
        type_key: Option<String>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<List<LeaveEntry>> {
        let (cx, actor, locale) = (cx(ctx)?, actor(ctx)?, locale(ctx));
        let page = PageArgs::forward(first, after).page::<LeaveEntryId>()?;
        let member = whom(actor, member_id)?;
        let found = service::entries(cx, actor, member, type_key.as_deref(), &page).await?;
        let entries = found.map(|entry| LeaveEntry::new(entry, locale));
        Ok(list(entries, page.backward, Default::default(), |entry| {
            entry.id.to_string()
        }))
    }

    /// What a request would mean: days, lots, balance after, who else is away. The same code posts it.
    async fn leave_preview(&self, ctx: &Context<'_>, input: LeavePreviewInput) -> Result<LeavePreview> {
        let (cx, actor) = (cx(ctx)?, actor(ctx)?);
        let correcting = input.approval_id.map(|approval| id::decode(&approval)).transpose()?;
        let member = whom(actor, input.member_id)?;
        let span = Span {
            start_date: input.start_date.into(),
            start_part: input.start_part.into(),
            end_date: input.end_date.into(),
            end_part: input.end_part.into(),
        };
        let form = LeaveForm {
            leave_type: input.leave_type,
            span,
            proof: None,
        };
        let found = service::preview(cx, actor, member, &form, correcting).await?;
        let team = service::team_of(cx, actor, member, None, &span, &found.rows).await?;
        know(ctx, &team.away).await?;
        Ok(LeavePreview::new(&found, team, locale(ctx)))
    }

    /// Who of a department is away, by default of the viewer's primary department; at most 62 days.
    async fn team_calendar(
        &self,
        ctx: &Context<'_>,
        department_id: Option<ID>,
        from: Date,
        to: Date,
    ) -> Result<TeamCalendar> {
        let department = department_id.map(|department| id::decode(&department)).transpose()?;
        let team = service::team_calendar(cx(ctx)?, actor(ctx)?, department, from.into(), to.into()).await?;
        TeamCalendar::new(ctx, team).await
    }
}

fn whom(actor: &Actor, member: Option<ID>) -> Result<MemberId> {
    member.map_or(Ok(actor.member), |member| id::decode(&member))
}
