//! Signing in and out, passwords, sessions, language.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::Viewer;
use crate::error::Result;
use crate::graphql::{actor, caller, cookie, cx, holder, id};
use crate::identity::service::{self, SignIn, SignedIn};
use crate::org::service as org;

/// Account and password.
#[derive(InputObject)]
pub struct SignInInput {
    /// Sign-in name.
    account: String,
    /// Password.
    #[graphql(secret)]
    password: String,
}

/// A session begun. Browsers get the refresh token in a cookie of its own.
#[derive(SimpleObject)]
pub struct SignInPayload {
    /// For `Authorization: Bearer`.
    access_token: String,
    /// When the token ends.
    expires_at: DateTime<Utc>,
    /// Who has signed in.
    viewer: Viewer,
}

/// A session ended.
#[derive(SimpleObject)]
pub struct SignOutPayload {
    /// Always true.
    ok: bool,
}

/// The old password and the new one.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The present one.
    #[graphql(secret)]
    current: String,
    /// The one from now on: 8 to 128 characters.
    #[graphql(secret)]
    new: String,
}

/// A password changed. All other sessions have ended.
#[derive(SimpleObject)]
pub struct ChangePasswordPayload {
    /// Always true.
    ok: bool,
}

/// Whose password to reset.
#[derive(InputObject)]
pub struct ResetPasswordInput {
    /// Who.
    member_id: ID,
}

/// A password reset. All sessions of the member have ended.
#[derive(SimpleObject)]
pub struct ResetPasswordPayload {
    /// To be handed over, shown once; the member changes it at the first sign-in.
    one_time_password: String,
}

/// Which session to end.
#[derive(InputObject)]
pub struct RevokeSessionInput {
    /// One of the viewer's own.
    session_id: ID,
}

/// A session ended.
#[derive(SimpleObject)]
pub struct RevokeSessionPayload {
    /// Always true.
    ok: bool,
}

/// Sessions ended.
#[derive(SimpleObject)]
pub struct RevokeOtherSessionsPayload {
    /// How many.
    ended: i32,
}

/// Which language to speak.
#[derive(InputObject)]
pub struct SetLocaleInput {
    /// `zh-CN` or `en`.
    locale: String,
}

/// A language chosen.
#[derive(SimpleObject)]
pub struct SetLocalePayload {
    /// The viewer.
    viewer: Viewer,
}

/// Gives a new session to a browser: the access token in the answer, the refresh token in the cookie.
pub(crate) async fn enter(ctx: &Context<'_>, signed_in: SignedIn) -> Result<SignInPayload> {
    let cx = cx(ctx)?;
    let actor = service::authenticate(cx, &signed_in.access).await?;
    let seconds = (signed_in.refresh_expires_at - cx.now()).num_seconds();
    ctx.insert_http_header(
        "set-cookie",
        cookie::set(&signed_in.refresh, seconds, cx.config.secure_cookies),
    );
    Ok(SignInPayload {
        access_token: signed_in.access,
        expires_at: signed_in.expires_at,
        viewer: Viewer::new(actor),
    })
}

/// Signing in and out, passwords, sessions, language.
#[derive(Default)]
pub struct IdentityMutation;

#[Object]
impl IdentityMutation {
    /// Begins a session.
    async fn sign_in(&self, ctx: &Context<'_>, input: SignInInput) -> Result<SignInPayload> {
        let (cx, caller) = (cx(ctx)?, caller(ctx)?);
        let signed_in = service::sign_in(
            cx,
            SignIn {
                account: &input.account,
                password: &input.password,
                user_agent: &caller.user_agent,
                address: &caller.address,
            },
        )
        .await?;
        enter(ctx, signed_in).await
    }

    /// Ends the session that asks.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload> {
        let cx = cx(ctx)?;
        service::sign_out(cx, holder(ctx)?).await?;
        ctx.insert_http_header("set-cookie", cookie::clear(cx.config.secure_cookies));
        Ok(SignOutPayload { ok: true })
    }

    /// Changes the viewer's own password and ends all other sessions.
    async fn change_password(&self, ctx: &Context<'_>, input: ChangePasswordInput) -> Result<ChangePasswordPayload> {
        service::change_password(cx(ctx)?, holder(ctx)?, &input.current, &input.new).await?;
        Ok(ChangePasswordPayload { ok: true })
    }

    /// Gives someone a one-time password; for administrators.
    async fn reset_password(&self, ctx: &Context<'_>, input: ResetPasswordInput) -> Result<ResetPasswordPayload> {
        let member = id::decode(&input.member_id)?;
        let one_time_password = service::reset_password(cx(ctx)?, actor(ctx)?, member).await?;
        Ok(ResetPasswordPayload { one_time_password })
    }

    /// Ends one of the viewer's own sessions.
    async fn revoke_session(&self, ctx: &Context<'_>, input: RevokeSessionInput) -> Result<RevokeSessionPayload> {
        service::revoke_session(cx(ctx)?, actor(ctx)?, id::decode(&input.session_id)?).await?;
        Ok(RevokeSessionPayload { ok: true })
    }

    /// Ends all sessions of the viewer but the one that asks.
    async fn revoke_other_sessions(&self, ctx: &Context<'_>) -> Result<RevokeOtherSessionsPayload> {
        let ended = service::revoke_other_sessions(cx(ctx)?, actor(ctx)?).await?;
        Ok(RevokeOtherSessionsPayload {
            ended: i32::try_from(ended).unwrap_or(i32::MAX),
        })
    }

    /// Chooses the language of messages to the viewer.
    async fn set_locale(&self, ctx: &Context<'_>, input: SetLocaleInput) -> Result<SetLocalePayload> {
        let actor = actor(ctx)?;
        org::set_locale(cx(ctx)?, actor, &input.locale).await?;
        Ok(SetLocalePayload {
            viewer: Viewer::new(actor.clone()),
        })
    }
}
