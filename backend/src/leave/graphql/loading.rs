//! What other slices' objects show of leave, loaded for many of them together.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, SimpleObject};
use entity::MemberId;

use super::types::DayPart;
use crate::cx::{Actor, Cx};
use crate::error::{Error, Result};
use crate::graphql::loading::loader;
use crate::graphql::scalar::Date;
use crate::graphql::{actor, cx, locale};
use crate::leave::service;

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
            .flatten()
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

/// Looks up for all members of a page at once whether they are away today.
///
/// # Errors
/// Only those of the database.
pub async fn prefetch_away_today(ctx: &Context<'_>, members: &[MemberId]) -> Result<()> {
    let loader = loader(ctx, |cx, actor| Absences { cx, actor })?;
    let found = loader.loader().load(members).await?;
    loader.feed_many(found).await;
    Ok(())
}

struct Absences {
    cx: Cx,
    actor: Actor,
}

/// Absent members too, so that whoever is here is not looked up again.
impl Loader<MemberId> for Absences {
    type Value = Option<service::AwayToday>;
    type Error = Error;

    async fn load(&self, members: &[MemberId]) -> Result<HashMap<MemberId, Self::Value>> {
        let mut away = service::away_on(&self.cx, &self.actor, members, self.cx.today()).await?;
        Ok(members.iter().map(|member| (*member, away.remove(member))).collect())
    }
}
