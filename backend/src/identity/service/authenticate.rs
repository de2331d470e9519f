//! From a token to the one who asks, once per request: the signature is checked each time, the session looked up every few seconds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{Id, MemberId, MemberStatus, SessionId, Via, identity_credential, identity_session, identity_token};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::state::{Seen, State, token_time};
use crate::access::{Scope, Scopes};
use crate::cx::{Actor, Cx, Token};
use crate::error::{Error, Locale, Result, Text};
use crate::identity::personal::Personal;
use crate::identity::token::Access;
use crate::org::service as org;

/// How long a look-up counts. What another process revokes is known here after that at the latest.
const FRESH: Duration = Duration::from_secs(3);
/// Look-ups kept before stale ones are cleared away.
const MANY: usize = 10_000;
/// How exactly the last use of a personal access token is noted.
const NOTED: TimeDelta = TimeDelta::minutes(5);

/// A caller who has shown a good token.
pub struct Admitted {
    /// Who asks.
    pub actor: Actor,
    /// When the token ends, by [`super::token_time`].
    pub expires_at: DateTime<Utc>,
    /// Names the session or the personal access token; see [`forget_pass`].
    pub pass: Uuid,
}

/// What a caller shows.
enum Shown {
    Session(Access),
    Personal(Personal),
}

/// Who asks.
///
/// # Errors
/// [`Error::Unauthenticated`] for a token that does not count, a session that has ended or a member who left.
pub async fn authenticate(cx: &Cx, bearer: &str) -> Result<Actor> {
    admit(cx, bearer).await.map(|admitted| admitted.actor)
}

/// Who asks, and how long the token lasts.
///
/// # Errors
/// As [`authenticate`].
pub async fn admit(cx: &Cx, bearer: &str) -> Result<Admitted> {
    let state = State::of(cx);
    let (shown, pass) = match Personal::read(bearer) {
        Some(token) => {
            let pass = token.id().uuid();
            (Shown::Personal(token), pass)
        }
        None => {
            let access = state.keys()?.check(bearer, token_time(cx)).ok_or_else(ended)?;
            (Shown::Session(access), access.session.uuid())
        }
    };
    let fresh = state
        .seen()
        .get(&pass)
        .filter(|seen| seen.at.elapsed() < FRESH)
        .cloned();
    let seen = match fresh {
        Some(seen) => seen,
        None => {
            let at = Instant::now();
            let seen = match &shown {
                Shown::Session(access) => of_session(cx, *access).await?,
                Shown::Personal(token) => of_token(cx, token.id()).await?,
            };
            let seen = Seen { at, ..seen };
            let mut all = state.seen();
            if all.len() > MANY {
                all.retain(|_, seen| seen.at.elapsed() < FRESH);
            }
            all.insert(pass, seen.clone());
            seen
        }
    };
    let (fits, expires_at) = match &shown {
        Shown::Session(access) => {
            let same = seen.actor.as_ref().is_some_and(|actor| actor.member == access.member);
            (same, access.expires_at)
        }
        Shown::Personal(token) => {
            let counts = token.fits(&seen.hash) && token_time(cx) < seen.expires_at;
            (counts, seen.expires_at)
        }
    };
    let actor = seen.actor.filter(|_| fits).ok_or_else(ended)?;
    Ok(Admitted {
        actor: Actor::clone(&actor),
        expires_at,
        pass,
    })
}

async fn of_session(cx: &Cx, access: Access) -> Result<Seen> {
    let credential = identity_session::Entity::belongs_to(identity_credential::Entity)
        .from(identity_session::Column::MemberId)
        .to(identity_credential::Column::MemberId);
    let found = identity_session::Entity::find_by_id(access.session)
        .join(JoinType::LeftJoin, credential.into())
        .select_also(identity_credential::Entity)
        .one(cx.db.read())
        .await?;
    let good = found.filter(|(session, _)| {
        session.member_id == access.member && session.revoked_at.is_none() && session.expires_at > cx.now()
    });
    let actor = match good {
        Some((_, credential)) => member(cx, access.member, credential).await?,
        None => None,
    };
    Ok(Seen::new(actor.map(|actor| Actor {
        session: Some(access.session),
        ..actor
    })))
}

async fn of_token(cx: &Cx, id: entity::TokenId) -> Result<Seen> {
    let row = identity_token::Entity::find_by_id(id).one(cx.db.read()).await?;
    let Some(row) = row.filter(|row| row.revoked_at.is_none() && row.expires_at > cx.now()) else {
        return Ok(Seen::new(None));
    };
    if row.last_used_at.is_none_or(|last| cx.now() - last >= NOTED) {
        note_use(cx, id);
    }
    let token = Token {
        id,
        scopes: scopes_of(&row),
    };
    let credential = identity_credential::Entity::find_by_id(row.member_id)
        .one(cx.db.read())
        .await?;
    let actor = member(cx, row.member_id, credential).await?.map(|actor| Actor {
        token: Some(token),
        via: Via::Api,
        ..actor
    });
    Ok(Seen {
        hash: row.hash,
        expires_at: row.expires_at,
        ..Seen::new(actor)
    })
}

/// What a stored token may be used for.
pub fn scopes_of(row: &identity_token::Model) -> Scopes {
    let names = row.scopes.as_array().into_iter().flatten();
    names.filter_map(|name| name.as_str().and_then(Scope::named)).collect()
}

/// Notes that a token is in use; the request does not wait for it.
fn note_use(cx: &Cx, id: entity::TokenId) {
    let cx = cx.clone();
    tokio::spawn(async move {
        let noted = identity_token::Entity::update_many()
            .set(identity_token::ActiveModel {
                last_used_at: Set(Some(cx.now())),
                ..Default::default()
            })
            .filter(identity_token::Column::Id.eq(id))
            .exec(cx.db.write())
            .await;
        if let Err(error) = noted {
            tracing::warn!(%error, "the use of a token could not be noted");
        }
    });
}

/// An active member with present rights.
async fn member(cx: &Cx, id: MemberId, credential: Option<identity_credential::Model>) -> Result<Option<Actor>> {
    let standing = org::standing(cx, id).await?;
    let must_change_password = credential.is_some_and(|credential| credential.must_change);
    Ok(standing
        .filter(|standing| standing.member.status == MemberStatus::Active)
        .map(|standing| Actor {
            member: id,
            name: standing.member.name,
            session: None,
            token: None,
            grants: Arc::from(standing.grants),
            departments: Arc::from(standing.departments),
            locale: standing
                .member
                .locale
                .as_deref()
                .map(Locale::from_tag)
                .unwrap_or_default(),
            via: Via::Web,
            must_change_password,
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
    forget_pass(cx, session.uuid());
}

/// Looks a session or personal access token up anew at the next request.
pub fn forget_pass(cx: &Cx, pass: Uuid) {
    State::of(cx).seen().remove(&pass);
}

/// Looks everyone up anew.
pub fn forget_all(cx: &Cx) {
    State::of(cx).seen().clear();
}
