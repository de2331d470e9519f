//! Signing in with account and password.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use entity::{MemberId, MemberStatus, SessionId, identity_credential, identity_session, org_member};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use super::hash::verify;
use super::session::{IDLE, end};
use super::state::State;
use crate::cx::Cx;
use crate::db::Tx;
use crate::error::{Error, Result, Text};
use crate::event::{self, Draft, topic};
use crate::identity::model::could_be_password;
use crate::identity::throttle::{Attempt, MOST_OF_ACCOUNT, PAUSE, Wait};
use crate::identity::token::Refresh;

/// Most sessions of one member; the oldest end when there are more.
const MOST_SESSIONS: usize = 48;
/// Wrong passwords in a row after which only addresses the holder is known from are answered.
const WARY: i32 = 90;
/// Wrong passwords in a row after which only a reset helps: NIST SP 800-63B section 5.2.2.
const CEILING: i32 = 100;
/// How long an address the holder signed in from counts as known.
const KNOWN: Duration = Duration::days(30);

/// How often and how long an attempt waits for others: five seconds in all.
const TRIES: usize = 250;
/// See [`TRIES`].
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(20);

/// How long after the answer a wrong password is written down, so that the writing does not slow the answer.
const AFTERWARDS: std::time::Duration = std::time::Duration::from_millis(100);

/// Who wants to sign in.
#[derive(Clone, Copy, Debug)]
pub struct SignIn<'a> {
    /// As typed.
    pub account: &'a str,
    /// As typed.
    pub password: &'a str,
    /// Browser, as it names itself.
    pub user_agent: &'a str,
    /// Network address.
    pub address: &'a str,
}

/// Someone signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// Access token for `Authorization: Bearer`.
    pub access: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// Refresh token, for the cookie.
    pub refresh: String,
    /// When the cookie ends without use.
    pub refresh_expires_at: DateTime<Utc>,
    /// The session.
    pub session: SessionId,
    /// The member.
    pub member: MemberId,
}

/// Signs someone in.
///
/// # Errors
/// [`Error::Unauthenticated`] in the same words and the same time for an unknown account and a wrong password;
/// [`Error::Throttled`] after too many of them; [`Error::Forbidden`] for the right password of a disabled member.
pub async fn sign_in(cx: &Cx, sign_in: SignIn<'_>) -> Result<SignedIn> {
    let done = try_sign_in(cx, sign_in).await;
    match &done {
        Err(Error::Unauthenticated(_)) => cx.metrics.sign_in_refused("wrong"),
        Err(Error::Throttled { .. }) => cx.metrics.sign_in_refused("throttled"),
        Err(Error::Forbidden(_)) => cx.metrics.sign_in_refused("disabled"),
        Ok(_) | Err(_) => {}
    }
    done
}

async fn try_sign_in(cx: &Cx, sign_in: SignIn<'_>) -> Result<SignedIn> {
    let account: String = sign_in.account.trim().to_lowercase().chars().take(64).collect();
    let account = account.replace('\0', "");
    let known = find(cx, &account, sign_in.address).await?;
    let attempt = Attempt {
        account: &account,
        address: sign_in.address,
        known_address: known.as_ref().is_some_and(|known| known.address),
    };
    if let Some(wait) = known.as_ref().and_then(|known| known.pause(cx.now())) {
        return Err(Error::Throttled { retry_after: wait });
    }
    let turn = Turn::take(cx, attempt).await?;
    let possible = could_be_password(sign_in.password);
    let stored = known
        .as_ref()
        .filter(|_| possible)
        .map(|known| known.credential.password_hash.as_str());
    let password = if possible { sign_in.password } else { "not a password" };
    let verdict = verify(cx, password, stored).await?;
    let Some(known) = known.filter(|_| verdict.right) else {
        tracing::info!(account, address = sign_in.address, "wrong account or password");
        note_wrong(cx, &account).await;
        return Err(Error::Unauthenticated(Text::new(
            "账号或密码不正确",
            "Wrong account or password",
        )));
    };
    turn.right();
    if known.member.status == MemberStatus::Disabled {
        return Err(Error::forbidden(
            "这个账号已停用，请联系管理员",
            "This account is disabled; ask an administrator",
        ));
    }
    open_session(cx, &known, verdict.rehashed, sign_in).await
}

/// A code that is guessed like a password.
#[derive(Clone, Copy, Debug)]
pub enum Code {
    /// That of the first start.
    SetUp,
}

/// Compares a code, so many times for each address and in all.
///
/// # Errors
/// [`Error::Throttled`] after too many wrong ones.
pub async fn try_code(cx: &Cx, code: Code, address: &str, compare: impl FnOnce() -> bool) -> Result<bool> {
    let attempt = Attempt {
        // No account has a space in its name.
        account: match code {
            Code::SetUp => "set up",
        },
        address,
        known_address: false,
    };
    let turn = Turn::take(cx, attempt).await?;
    let right = compare();
    if right {
        turn.right();
    }
    Ok(right)
}

/// One attempt under way. Dropped, it was a mistake.
pub(super) struct Turn<'a> {
    state: Arc<State>,
    attempt: Attempt<'a>,
    right: bool,
}

impl<'a> Turn<'a> {
    /// Takes a turn, after others whose outcome decides whether there is one.
    ///
    /// # Errors
    /// [`Error::Throttled`] after too many mistakes.
    pub(super) async fn take(cx: &Cx, attempt: Attempt<'a>) -> Result<Self> {
        let state = State::of(cx);
        for _ in 0..TRIES {
            let found = state.throttle().attempt(&attempt, cx.now());
            match found {
                Ok(()) => {
                    return Ok(Self {
                        state,
                        attempt,
                        right: false,
                    });
                }
                Err(Wait::Seconds(retry_after)) => return Err(Error::Throttled { retry_after }),
                Err(Wait::Others) => tokio::time::sleep(PATIENCE).await,
            }
        }
        Err(Error::Throttled { retry_after: 1 })
    }

    /// The password was right.
    pub(super) fn right(mut self) {
        self.right = true;
        self.state.throttle().right(&self.attempt);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.right {
            self.state.throttle().wrong(&self.attempt);
        }
    }
}

struct Known {
    member: org_member::Model,
    credential: identity_credential::Model,
    /// Whether the holder signed in from this address lately.
    address: bool,
}

impl Known {
    /// Seconds to wait because of what the database remembers, over restarts and processes.
    fn pause(&self, now: DateTime<Utc>) -> Option<u64> {
        let failed = self.credential.failed_count;
        if failed >= CEILING || (failed >= WARY && !self.address) {
            return Some(PAUSE.num_seconds().unsigned_abs());
        }
        let until = self
            .credential
            .retry_after
            .filter(|until| *until > now && !self.address)?;
        Some(Ord::max((until - now).num_seconds().unsigned_abs(), 1))
    }
}

async fn find(cx: &Cx, account: &str, address: &str) -> Result<Option<Known>> {
    let db = cx.db.read();
    let member = org_member::Entity::find()
        .filter(org_member::Column::Account.eq(account))
        .one(db)
        .await?;
    // The same questions whether the account exists or not: the time they take must not tell.
    let id = member.as_ref().map_or(MemberId(uuid::Uuid::nil()), |member| member.id);
    let credential = identity_credential::Entity::find_by_id(id).one(db).await?;
    let earlier = identity_session::Entity::find()
        .filter(identity_session::Column::MemberId.eq(id))
        .filter(identity_session::Column::Address.eq(address))
        .filter(identity_session::Column::CreatedAt.gt(cx.now() - KNOWN))
        .one(db)
        .await?;
    let (Some(member), Some(credential)) = (member, credential) else {
        return Ok(None);
    };
    Ok(Some(Known {
        member,
        credential,
        address: earlier.is_some(),
    }))
}

/// Counts a wrong password for good, after the answer: the time of the answer must not tell whether the account exists.
async fn note_wrong(cx: &Cx, account: &str) {
    use identity_credential::Column;
    let (cx, account) = (cx.clone(), account.to_owned());
    tokio::spawn(async move {
        tokio::time::sleep(AFTERWARDS).await;
        let done: Result<()> = async {
            let member = org_member::Entity::find()
                .filter(org_member::Column::Account.eq(account))
                .one(cx.db.read())
                .await?;
            let Some(member) = member else { return Ok(()) };
            let tx = cx.begin().await?;
            identity_credential::Entity::update_many()
                .col_expr(Column::FailedCount, Expr::col(Column::FailedCount).add(1))
                .filter(Column::MemberId.eq(member.id))
                .exec(&*tx)
                .await?;
            let many = i32::try_from(MOST_OF_ACCOUNT).unwrap_or(i32::MAX);
            identity_credential::Entity::update_many()
                .col_expr(Column::RetryAfter, Expr::value(cx.now() + PAUSE))
                .filter(Column::MemberId.eq(member.id))
                .filter(Expr::col(Column::FailedCount).modulo(many).eq(0))
                .exec(&*tx)
                .await?;
            tx.commit().await
        }
        .await;
        if let Err(error) = done {
            tracing::warn!(%error, "a wrong password could not be counted");
        }
    });
}

async fn open_session(cx: &Cx, known: &Known, rehashed: Option<String>, sign_in: SignIn<'_>) -> Result<SignedIn> {
    let state = State::of(cx);
    let (session, member): (SessionId, MemberId) = (cx.id(), known.member.id);
    let now = cx.now();
    let refresh = Refresh::first(session);
    let (access, expires_at) = state.access(cx, member, session)?;
    let tx = cx.begin().await?;
    if known.credential.failed_count > 0 || rehashed.is_some() {
        identity_credential::ActiveModel {
            member_id: Set(member),
            failed_count: Set(0),
            retry_after: Set(None),
            password_hash: rehashed.map_or(sea_orm::ActiveValue::NotSet, Set),
            ..Default::default()
        }
        .update(&*tx)
        .await?;
    }
    end_oldest(cx, &tx, member).await?;
    identity_session::Entity::insert(identity_session::ActiveModel {
        id: Set(session),
        member_id: Set(member),
        refresh_hash: Set(refresh.hash()),
        previous_hash: Set(None),
        rotated_at: Set(now),
        user_agent: Set(sign_in
            .user_agent
            .chars()
            .filter(|c| !c.is_control())
            .take(256)
            .collect()),
        address: Set(sign_in.address.to_owned()),
        created_at: Set(now),
        expires_at: Set(now + IDLE),
        revoked_at: Set(None),
    })
    .exec_without_returning(&*tx)
    .await?;
    let draft = Draft::new("identity.signed_in", session).topic(topic::session(member));
    event::append_as(cx, &tx, Some(member), entity::Via::Web, draft).await?;
    tx.commit().await?;
    Ok(SignedIn {
        access,
        expires_at,
        refresh: refresh.text(),
        refresh_expires_at: now + IDLE,
        session,
        member,
    })
}

async fn end_oldest(cx: &Cx, tx: &Tx, member: MemberId) -> Result<()> {
    let live = identity_session::Entity::find()
        .filter(identity_session::Column::MemberId.eq(member))
        .filter(identity_session::Column::RevokedAt.is_null())
        .filter(identity_session::Column::ExpiresAt.gt(cx.now()))
        .order_by_desc(identity_session::Column::CreatedAt)
        .all(&**tx)
        .await?;
    let oldest: Vec<SessionId> = live.iter().skip(MOST_SESSIONS - 1).map(|session| session.id).collect();
    end(cx, tx, &oldest).await
}
