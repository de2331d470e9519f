//! Sessions: refresh with rotation, sign-out, the list of one's own.

use chrono::Duration;
use entity::{MemberId, MemberStatus, SessionId, Via, identity_session, org_member};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::authenticate::{forget, forget_session};
use super::personal::require_person;
use super::sign_in::SignedIn;
use super::state::{State, token_time};
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::event::{self, Draft, topic};
use crate::identity::token::Refresh;

/// How long a session lives without use.
pub(super) const IDLE: Duration = Duration::days(14);
/// How long a session lives at all.
const LONGEST: Duration = Duration::days(90);
/// How long a spent refresh token is answered with the same successor: the answer may have been lost.
const GRACE: Duration = Duration::seconds(10);
/// Most sessions listed.
const MOST_LISTED: u64 = 100;

/// Exchanges a refresh token for its successor and a new access token.
///
/// # Errors
/// [`Error::Unauthenticated`] for a token that does not count. A token spent before ends its whole session.
pub async fn refresh(cx: &Cx, token: &str) -> Result<SignedIn> {
    let state = State::of(cx);
    let keys = state.keys()?;
    let token = Refresh::read(token).ok_or_else(Error::unauthenticated)?;
    let hash = token.hash();
    let next = keys
        .successor(&token, token_time(cx))
        .ok_or_else(|| Error::internal("cannot derive a token"))?;
    let now = cx.now();
    let tx = cx.begin().await?;
    let rotated = identity_session::Entity::update_many()
        .set(identity_session::ActiveModel {
            refresh_hash: Set(next.hash()),
            previous_hash: Set(Some(hash.clone())),
            rotated_at: Set(now),
            ..Default::default()
        })
        .filter(identity_session::Column::Id.eq(token.session()))
        .filter(identity_session::Column::RefreshHash.eq(hash.clone()))
        .filter(identity_session::Column::RevokedAt.is_null())
        .filter(identity_session::Column::ExpiresAt.gt(now))
        .exec(&*tx)
        .await?;
    let session = identity_session::Entity::find_by_id(token.session())
        .one(&*tx)
        .await?
        .filter(|session| session.revoked_at.is_none())
        .ok_or_else(Error::unauthenticated)?;
    let current = session.refresh_hash == hash || session.previous_hash.as_ref() == Some(&hash);
    if session.expires_at <= now {
        // For good: a clock that is set back afterwards does not begin it again.
        if current {
            end_for_good(cx, tx, &session).await?;
        }
        return Err(Error::unauthenticated());
    }
    let member = org_member::Entity::find_by_id(session.member_id).one(&*tx).await?;
    if member.is_none_or(|member| member.status == MemberStatus::Disabled) {
        return Err(Error::unauthenticated());
    }
    // In both directions: a clock that was set back must not make a token good again that was spent long ago.
    let again = session.previous_hash.as_deref() == Some(hash.as_slice()) && (now - session.rotated_at).abs() <= GRACE;
    if rotated.rows_affected == 0 && !again {
        tracing::warn!(session = %session.id, "a spent refresh token was used again: the session ends");
        end_for_good(cx, tx, &session).await?;
        return Err(Error::unauthenticated());
    }
    // The answer that was lost may have been derived with a key since rotated: it is the one whose hash is stored.
    let mut given = keys
        .successors(&token)
        .filter(|given| given.hash() == session.refresh_hash);
    let next = given.next().unwrap_or(next);
    let expires_at = (now + IDLE).min(session.created_at + LONGEST);
    identity_session::Entity::update_many()
        .set(identity_session::ActiveModel {
            expires_at: Set(expires_at),
            ..Default::default()
        })
        .filter(identity_session::Column::Id.eq(session.id))
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    let (access, ends) = state.access(cx, session.member_id, session.id)?;
    Ok(SignedIn {
        access,
        expires_at: ends,
        refresh: next.text(),
        refresh_expires_at: expires_at,
        session: session.id,
        member: session.member_id,
    })
}

/// Ends a session that nobody asked to end, at once and everywhere.
async fn end_for_good(cx: &Cx, tx: Tx, session: &identity_session::Model) -> Result<()> {
    end(cx, &tx, &[session.id]).await?;
    let draft = Draft::new("identity.session_revoked", session.id).topic(topic::session(session.member_id));
    event::append_as(cx, &tx, None, Via::System, draft).await?;
    tx.commit().await?;
    forget_session(cx, session.id);
    Ok(())
}

/// Ends the session of whoever asks.
pub async fn sign_out(cx: &Cx, actor: &Actor) -> Result<()> {
    let Some(session) = actor.session else { return Ok(()) };
    end_one(cx, session, actor.member, actor.via).await
}

/// Ends the session of a refresh token, the live one or the one before. Anything else changes nothing.
pub async fn sign_out_by_token(cx: &Cx, token: &str) -> Result<()> {
    let Some(token) = Refresh::read(token) else {
        return Ok(());
    };
    let hash = token.hash();
    let session = identity_session::Entity::find_by_id(token.session())
        .one(cx.db.read())
        .await?;
    match session {
        Some(session) if session.refresh_hash == hash || session.previous_hash.as_ref() == Some(&hash) => {
            end_one(cx, session.id, session.member_id, Via::Web).await
        }
        _ => Ok(()),
    }
}

/// Ends all sessions of whoever asks but the one that asks. Says how many.
///
/// # Errors
/// [`Error::Forbidden`] for programs.
pub async fn revoke_other_sessions(cx: &Cx, actor: &Actor) -> Result<usize> {
    require_person(actor)?;
    let tx = cx.begin().await?;
    let others: Vec<SessionId> = live(cx, actor.member)
        .all(&*tx)
        .await?
        .into_iter()
        .map(|session| session.id)
        .filter(|id| actor.session != Some(*id))
        .collect();
    end(cx, &tx, &others).await?;
    for id in &others {
        let draft = Draft::new("identity.session_revoked", *id).topic(topic::session(actor.member));
        event::append(cx, &tx, actor, draft).await?;
    }
    tx.commit().await?;
    forget(cx, actor.member);
    Ok(others.len())
}

fn live(cx: &Cx, member: MemberId) -> sea_orm::Select<identity_session::Entity> {
    identity_session::Entity::find()
        .filter(identity_session::Column::MemberId.eq(member))
        .filter(identity_session::Column::RevokedAt.is_null())
        .filter(identity_session::Column::ExpiresAt.gt(cx.now()))
}

/// The live sessions of whoever asks, newest first.
pub async fn sessions(cx: &Cx, actor: &Actor) -> Result<Vec<identity_session::Model>> {
    require_person(actor)?;
    Ok(live(cx, actor.member)
        .order_by_desc(identity_session::Column::CreatedAt)
        .order_by_desc(identity_session::Column::Id)
        .limit(MOST_LISTED)
        .all(cx.db.read())
        .await?)
}

/// Ends one of one's own sessions.
///
/// # Errors
/// [`Error::NotFound`] for anyone else's.
pub async fn revoke_session(cx: &Cx, actor: &Actor, id: SessionId) -> Result<()> {
    require_person(actor)?;
    let session = identity_session::Entity::find_by_id(id).one(cx.db.read()).await?;
    if session.is_none_or(|session| session.member_id != actor.member) {
        return Err(Error::NotFound);
    }
    end_one(cx, id, actor.member, actor.via).await
}

async fn end_one(cx: &Cx, session: SessionId, member: MemberId, via: Via) -> Result<()> {
    let tx = cx.begin().await?;
    end(cx, &tx, &[session]).await?;
    let draft = Draft::new("identity.session_revoked", session).topic(topic::session(member));
    event::append_as(cx, &tx, Some(member), via, draft).await?;
    tx.commit().await?;
    forget_session(cx, session);
    Ok(())
}

/// Ends all sessions of members in the transaction of another change, one aside. After commit the caller forgets the members.
pub async fn end_sessions(cx: &Cx, tx: &Tx, members: &[MemberId], except: Option<SessionId>) -> Result<()> {
    if members.is_empty() {
        return Ok(());
    }
    let mut ended = identity_session::Entity::update_many()
        .set(identity_session::ActiveModel {
            revoked_at: Set(Some(cx.now())),
            ..Default::default()
        })
        .filter(identity_session::Column::MemberId.is_in(members.iter().copied()))
        .filter(identity_session::Column::RevokedAt.is_null());
    if let Some(except) = except {
        ended = ended.filter(identity_session::Column::Id.ne(except));
    }
    ended.exec(&**tx).await?;
    Ok(())
}

/// Ends every session there is.
pub(super) async fn end_all(cx: &Cx, tx: &Tx) -> Result<()> {
    identity_session::Entity::update_many()
        .set(identity_session::ActiveModel {
            revoked_at: Set(Some(cx.now())),
            ..Default::default()
        })
        .filter(identity_session::Column::RevokedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Ends these sessions.
pub(super) async fn end(cx: &Cx, tx: &Tx, sessions: &[SessionId]) -> Result<()> {
    if sessions.is_empty() {
        return Ok(());
    }
    identity_session::Entity::update_many()
        .set(identity_session::ActiveModel {
            revoked_at: Set(Some(cx.now())),
            ..Default::default()
        })
        .filter(identity_session::Column::Id.is_in(sessions.iter().copied()))
        .filter(identity_session::Column::RevokedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}
