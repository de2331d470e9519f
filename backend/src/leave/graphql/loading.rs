//! What other slices' objects show of leave, loaded for many of them together.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, SimpleObject};
use entity::{ApprovalId, DepartmentId, MemberId};

use super::plan::LeaveDetail;
use super::types::DayPart;
use crate::cx::{Actor, Cx};
use crate::error::{Error, Result};
use crate::graphql::loading::loader;
use crate::graphql::scalar::Date;
use crate::graphql::{actor, cx, locale};
use crate::leave::service::{self, Detail};

/// An absence of today, by an approved leave.
#[derive(SimpleObject)]
pub struct AwayToday {
    /// Last day of the leave.
    until: Date,
    /// To its morning or afternoon, inclusive.
    until_part: DayPart,
    /// Kind of leave; null where the viewer may not know it.
    type_name: Option<String>,
}

/// Whether and until when a member is away today, as `viewer` may know it: the one who asks, or who has just signed in.
///
/// # Errors
/// Only those of the database.
pub async fn away_today(ctx: &Context<'_>, viewer: &Actor, member: MemberId) -> Result<Option<AwayToday>> {
    let locale = locale(ctx);
    let found = if actor(ctx).is_ok_and(|actor| actor.member == viewer.member) {
        loader(ctx, |cx, actor| Absences { cx, actor })?
            .load_one(member)
            .await?
    } else {
        let cx = cx(ctx)?;
        service::away_on(cx, viewer, &[member], cx.today())
            .await?
            .remove(&member)
    };
    Ok(found.map(|away| AwayToday {
        until: away.until.into(),
        until_part: away.until_part.into(),
        type_name: away.kind.map(|kind| kind.get(locale).to_owned()),
    }))
}

/// What a request that was made for a department means for leave; none for requests without leave. Whoever sees the request may
/// see it.
///
/// # Errors
/// Only those of the database.
pub async fn leave_detail(
    ctx: &Context<'_>,
    approval: ApprovalId,
    department: DepartmentId,
) -> Result<Option<LeaveDetail>> {
    let found = loader(ctx, |cx, actor| Details { cx, actor })?
        .load_one(approval)
        .await?;
    Ok(found.map(|detail| LeaveDetail::new(detail, department, locale(ctx))))
}

struct Absences {
    cx: Cx,
    actor: Actor,
}

impl Loader<MemberId> for Absences {
    type Value = service::AwayToday;
    type Error = Error;

    async fn load(&self, members: &[MemberId]) -> Result<HashMap<MemberId, service::AwayToday>> {
        service::away_on(&self.cx, &self.actor, members, self.cx.today()).await
    }
}

struct Details {
    cx: Cx,
    actor: Actor,
}

impl Loader<ApprovalId> for Details {
    type Value = Detail;
    type Error = Error;

    async fn load(&self, approvals: &[ApprovalId]) -> Result<HashMap<ApprovalId, Detail>> {
        service::details(&self.cx, &self.actor, approvals).await
    }
}
