//! Who is signed in.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use crate::access;
use crate::approval::service as approval;
use crate::cx::Actor;
use crate::error::Result;
use crate::graphql::cx;
use crate::notification::service as notification;
use crate::org::graphql::{Member, Permission, Role, member};
use crate::org::service as org;

/// Who is signed in, what they may do, and what waits for them.
pub struct Viewer {
    actor: Arc<Actor>,
}

impl Viewer {
    /// The viewer an actor is.
    pub fn new(actor: Actor) -> Self {
        Self { actor: Arc::new(actor) }
    }
}

/// What waits for the viewer.
#[derive(SimpleObject)]
pub struct Counters {
    /// Tasks that wait.
    inbox: i32,
    /// Own requests on their way.
    started: i32,
    /// Copies not opened.
    copied_unread: i32,
    /// Notices not read.
    notifications_unread: i32,
}

/// Who is signed in, what they may do, and what waits for them.
#[Object]
impl Viewer {
    /// As a member.
    async fn member(&self, ctx: &Context<'_>) -> Result<Member> {
        Ok(member(ctx, self.actor.member).await?.seen_by(self.actor.clone()))
    }

    /// Roles held, those that follow from the organisation included.
    async fn roles(&self) -> Vec<Role> {
        let mut roles: Vec<entity::Role> = self.actor.grants.iter().map(|grant| grant.role).collect();
        roles.sort_unstable();
        roles.dedup();
        roles.into_iter().map(Role::from).collect()
    }

    /// What the roles permit, over anyone at all.
    async fn permissions(&self) -> Vec<Permission> {
        let held = access::Permission::ALL
            .into_iter()
            .filter(|permission| self.actor.can(*permission));
        held.map(Permission::from).collect()
    }

    /// What waits for the viewer.
    async fn counters(&self, ctx: &Context<'_>) -> Result<Counters> {
        let cx = cx(ctx)?;
        let requests = approval::counters(cx, &self.actor).await?;
        let number = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
        Ok(Counters {
            inbox: number(requests.inbox),
            started: number(requests.started),
            copied_unread: number(requests.copied_unread),
            notifications_unread: number(notification::unread(cx, &self.actor).await?),
        })
    }

    /// Whether the password was given by someone else and is to be changed.
    async fn must_change_password(&self) -> bool {
        self.actor.must_change_password
    }

    /// Language chosen: `zh-CN` or `en`; null: as the browser.
    async fn locale(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let found = org::people(cx(ctx)?, &[self.actor.member]).await?;
        Ok(found
            .get(&self.actor.member)
            .and_then(|person| person.row.locale.clone()))
    }
}
