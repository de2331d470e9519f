//! Queries about oneself.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::Viewer;
use crate::error::Result;
use crate::graphql::{actor, cx, holder, id};
use crate::identity::service;

/// A signed-in browser or device.
#[derive(SimpleObject)]
pub struct Session {
    /// Opaque id.
    id: ID,
    /// As the browser named itself.
    user_agent: String,
    /// Network address at sign-in.
    address: String,
    /// When signed in.
    created_at: DateTime<Utc>,
    /// When last renewed; up to ten minutes before the last request.
    last_used_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    current: bool,
}

/// Queries about oneself.
#[derive(Default)]
pub struct IdentityQuery;

#[Object]
impl IdentityQuery {
    /// Who is signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Viewer> {
        Ok(Viewer::new(holder(ctx)?.clone()))
    }

    /// The viewer's own sessions, newest first.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        let actor = actor(ctx)?;
        let rows = service::sessions(cx(ctx)?, actor).await?;
        let session = |row: entity::identity_session::Model| Session {
            id: id::encode(row.id),
            current: actor.session == Some(row.id),
            user_agent: row.user_agent,
            address: row.address,
            created_at: row.created_at,
            last_used_at: row.rotated_at,
        };
        Ok(rows.into_iter().map(session).collect())
    }
}
