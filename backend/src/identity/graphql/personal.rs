//! Personal access tokens in the public schema.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};

use crate::access::Scope;
use crate::error::Result;
use crate::graphql::{actor, cx, id};
use crate::identity::service;

/// What a personal access token may be used for. Writing includes reading.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::access::Scope")]
pub enum TokenScope {
    /// Read members, departments, positions and roles.
    OrgRead,
    /// Change them, as far as the owner may.
    OrgWrite,
    /// Read requests, tasks and templates.
    ApprovalRead,
    /// Submit, decide, comment.
    ApprovalWrite,
    /// Read leave balances and who is away.
    LeaveRead,
    /// Adjust balances, as far as the owner may.
    LeaveWrite,
    /// Read the working calendar.
    CalendarRead,
    /// Import notices of holidays, as far as the owner may.
    CalendarWrite,
    /// Read attendance.
    AttendanceRead,
    /// Read notices.
    NotificationRead,
    /// Mark notices as read.
    NotificationWrite,
    /// Download files.
    FileRead,
    /// Upload files.
    FileWrite,
}

/// A personal access token: what a program of the viewer signs in with.
#[derive(SimpleObject)]
pub struct AccessToken {
    /// Opaque id.
    id: ID,
    /// What the owner calls it.
    name: String,
    /// What it may be used for.
    scopes: Vec<TokenScope>,
    /// When made.
    created_at: DateTime<Utc>,
    /// When it ends.
    expires_at: DateTime<Utc>,
    /// When last used, to within five minutes; null when it never was.
    last_used_at: Option<DateTime<Utc>>,
}

impl From<entity::identity_token::Model> for AccessToken {
    fn from(row: entity::identity_token::Model) -> Self {
        Self {
            id: id::encode(row.id),
            scopes: service::scopes_of(&row).iter().map(TokenScope::from).collect(),
            name: row.name,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// A token to be made. It has no idempotency key: its text is kept nowhere and cannot be told again.
#[derive(InputObject)]
pub struct CreateAccessTokenInput {
    /// What it is for, 1 to 64 characters.
    name: String,
    /// What it may be used for.
    scopes: Vec<TokenScope>,
    /// Days until it ends, 1 to 366.
    expires_in_days: i32,
}

/// A token made.
#[derive(SimpleObject)]
pub struct CreateAccessTokenPayload {
    /// For `Authorization: Bearer`. Shown once.
    token: String,
    /// As it is listed.
    access_token: AccessToken,
}

/// Which token to end.
#[derive(InputObject)]
pub struct RevokeAccessTokenInput {
    /// One of the viewer's own.
    access_token_id: ID,
}

/// A token ended.
#[derive(SimpleObject)]
pub struct RevokeAccessTokenPayload {
    /// Always true.
    ok: bool,
}

/// Queries about one's own tokens.
#[derive(Default)]
pub struct AccessTokenQuery;

#[Object]
impl AccessTokenQuery {
    /// The viewer's live personal access tokens, newest first; for those who have signed in, not for tokens.
    async fn access_tokens(&self, ctx: &Context<'_>) -> Result<Vec<AccessToken>> {
        let rows = service::tokens(cx(ctx)?, actor(ctx)?).await?;
        Ok(rows.into_iter().map(AccessToken::from).collect())
    }
}

/// Changes of one's own tokens.
#[derive(Default)]
pub struct AccessTokenMutation;

#[Object]
impl AccessTokenMutation {
    /// Makes a personal access token for a program.
    async fn create_access_token(
        &self,
        ctx: &Context<'_>,
        input: CreateAccessTokenInput,
    ) -> Result<CreateAccessTokenPayload> {
        let scopes = input.scopes.into_iter().map(Scope::from).collect();
        let (row, token) =
            service::create_token(cx(ctx)?, actor(ctx)?, &input.name, scopes, input.expires_in_days).await?;
        Ok(CreateAccessTokenPayload {
            token,
            access_token: row.into(),
        })
    }

    /// Ends a personal access token at once.
    async fn revoke_access_token(
        &self,
        ctx: &Context<'_>,
        input: RevokeAccessTokenInput,
    ) -> Result<RevokeAccessTokenPayload> {
        service::revoke_token(cx(ctx)?, actor(ctx)?, id::decode(&input.access_token_id)?).await?;
        Ok(RevokeAccessTokenPayload { ok: true })
    }
}
