//! From a token to the one who asks, once per request: the signature is checked each time, the session looked up every few seconds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use entity::{MemberId, MemberStatus, SessionId, Via, identity_session};
use sea_orm::EntityTrait;

use super::state::{Seen, State};
use crate::cx::{Actor, Cx};
use crate::error::{Error, Locale, Result, Text};
use crate::identity::token::Access;
use crate::org::service as org;

/// How long a look-up counts. What another process revokes is known here after that at the latest.
const FRESH: Duration = Duration::from_secs(3);
/// Look-ups kept before stale ones are cleared away.
const MANY: usize = 10_000;

/// Whom an access token names and when it ends, without looking at the session.
///
/// # Errors
/// [`Error::Unauthenticated`].
pub fn access(cx: &Cx, bearer: &str) -> Result<Access> {
    State::of(cx).keys()?.check(bearer, cx.now()).ok_or_else(ended)
}

/// Who asks.
///
/// # Errors
/// [`Error::Unauthenticated`] for a token that does not count, a session that has ended or a member who left.
pub async fn authenticate(cx: &Cx, bearer: &str) -> Result<Actor> {
    let state = State::of(cx);
    let access = access(cx, bearer)?;
    let fresh = state
        .seen()
        .get(&access.session)
        .filter(|seen| seen.at.elapsed() < FRESH)
        .cloned();
    let seen = match fresh {
        Some(seen) => seen,
        None => {
            let seen = Seen {
                at: Instant::now(),
                actor: look_up(cx, access).await?.map(Arc::new),
            };
            let mut all = state.seen();
            if all.len() > MANY {
                all.retain(|_, seen| seen.at.elapsed() < FRESH);
            }
            all.insert(access.session, seen.clone());
            seen
        }
    };
    let actor = seen
        .actor
        .filter(|actor| actor.member == access.member)
        .ok_or_else(ended)?;
    Ok(Actor::clone(&actor))
}

async fn look_up(cx: &Cx, access: Access) -> Result<Option<Actor>> {
    let session = identity_session::Entity::find_by_id(access.session)
        .one(cx.db.read())
        .await?;
    let good = session.is_some_and(|session| {
        session.member_id == access.member && session.revoked_at.is_none() && session.expires_at > cx.now()
    });
    if !good {
        return Ok(None);
    }
    let standing = org::standing(cx, access.member).await?;
    Ok(standing
        .filter(|standing| standing.member.status == MemberStatus::Active)
        .map(|standing| Actor {
            member: access.member,
            name: standing.member.name,
            session: Some(access.session),
            grants: Arc::from(standing.grants),
            departments: Arc::from(standing.departments),
            locale: standing
                .member
                .locale
                .as_deref()
                .map(Locale::from_tag)
                .unwrap_or_default(),
            via: Via::Web,
        }))
}

fn ended() -> Error {
    Error::Unauthenticated(Text::new(
        "登录已失效，请重新登录",
        "Your session has ended; please sign in again",
    ))
}

/// Looks a member up anew at the next request: rights or sessions have changed.
pub fn forget(cx: &Cx, member: MemberId) {
    let of_member = |seen: &Seen| seen.actor.as_ref().is_some_and(|actor| actor.member == member);
    State::of(cx).seen().retain(|_, seen| !of_member(seen));
}

/// Looks a session up anew at the next request.
pub fn forget_session(cx: &Cx, session: SessionId) {
    State::of(cx).seen().remove(&session);
}

/// Looks everyone up anew.
pub fn forget_all(cx: &Cx) {
    State::of(cx).seen().clear();
}
