//! Passwords: change by the holder, reset by an administrator or on the command line.

use entity::{MemberId, identity_credential, org_member};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::authenticate::forget;
use super::hash::{hash_password, one_time_password, verify};
use super::session::end_sessions;
use super::state::State;
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::event::{self, Draft, topic};
use crate::identity::model::{LEAST_PASSWORD, MOST_PASSWORD, PasswordFault, check_password, could_be_password};
use crate::identity::throttle::Attempt;
use crate::org::service as org;

/// Changes one's own password and ends one's other sessions.
///
/// # Errors
/// [`Error::Invalid`] naming `current` or `new`; [`Error::Throttled`] after too many wrong ones.
pub async fn change_password(cx: &Cx, actor: &Actor, current: &str, new: &str) -> Result<()> {
    let state = State::of(cx);
    let credential = identity_credential::Entity::find_by_id(actor.member)
        .one(cx.db.read())
        .await?;
    let credential = credential.ok_or(Error::NotFound)?;
    let member = org_member::Entity::find_by_id(actor.member)
        .one(cx.db.read())
        .await?
        .ok_or(Error::NotFound)?;
    let place = format!("change:{}", actor.member);
    let attempt = Attempt {
        account: &place,
        address: &place,
        known_address: true,
    };
    state
        .throttle()
        .attempt(&attempt, cx.now())
        .map_err(|retry_after| Error::Throttled { retry_after })?;
    let right = could_be_password(current) && verify(cx, current, Some(&credential.password_hash)).await?.right;
    if !right {
        return Err(Error::invalid(
            "current",
            "当前密码不正确",
            "This is not your current password",
        ));
    }
    state.throttle().right(&attempt);
    check_password(new, &member.account).map_err(refuse)?;
    if new == current {
        return Err(Error::invalid(
            "new",
            "新密码不能与当前密码相同",
            "Choose another password than the current one",
        ));
    }
    let hash = hash_password(cx, new).await?;
    let tx = cx.begin().await?;
    store_password(cx, &tx, actor.member, &hash, false).await?;
    end_sessions(cx, &tx, &[actor.member], actor.session).await?;
    let draft = Draft::new("identity.password_changed", actor.member).topic(topic::session(actor.member));
    event::append(cx, &tx, actor, draft).await?;
    tx.commit().await?;
    forget(cx, actor.member);
    Ok(())
}

fn refuse(fault: PasswordFault) -> Error {
    match fault {
        PasswordFault::TooShort => Error::invalid(
            "new",
            format!("至少 {LEAST_PASSWORD} 个字符"),
            format!("At least {LEAST_PASSWORD} characters"),
        ),
        PasswordFault::TooLong => Error::invalid(
            "new",
            format!("最多 {MOST_PASSWORD} 个字符"),
            format!("At most {MOST_PASSWORD} characters"),
        ),
        PasswordFault::Nul => Error::invalid("new", "含有不能使用的字符", "Contains a character that cannot be used"),
        PasswordFault::Guessable => Error::invalid(
            "new",
            "这个密码太容易被猜到，请换一个",
            "This password is too easy to guess; choose another",
        ),
    }
}

/// Gives a member a one-time password and ends their sessions.
///
/// # Errors
/// [`Error::NotFound`], no right over the member, one's own password.
pub async fn reset_password(cx: &Cx, actor: &Actor, member: MemberId) -> Result<String> {
    org::may_reset_password(cx, actor, member).await?;
    let password = one_time_password(cx).await?;
    let tx = cx.begin().await?;
    store_password(cx, &tx, member, &password.hash, true).await?;
    end_sessions(cx, &tx, &[member], None).await?;
    let draft = reset_event(member);
    event::append(cx, &tx, actor, draft).await?;
    tx.commit().await?;
    forget(cx, member);
    Ok(password.plain)
}

/// The same on the command line, by account; none for an unknown one.
pub async fn reset_password_by_command(cx: &Cx, account: &str) -> Result<Option<String>> {
    let account = account.trim().to_lowercase();
    let member = org_member::Entity::find()
        .filter(org_member::Column::Account.eq(account))
        .one(cx.db.read())
        .await?;
    let Some(member) = member else { return Ok(None) };
    let password = one_time_password(cx).await?;
    let tx = cx.begin().await?;
    store_password(cx, &tx, member.id, &password.hash, true).await?;
    end_sessions(cx, &tx, &[member.id], None).await?;
    event::append_as(cx, &tx, None, entity::Via::Cli, reset_event(member.id)).await?;
    tx.commit().await?;
    forget(cx, member.id);
    Ok(Some(password.plain))
}

fn reset_event(member: MemberId) -> Draft {
    Draft::new("identity.password_reset", member).topic(topic::session(member))
}

/// Stores a hashed password in the transaction of another change.
pub async fn store_password(cx: &Cx, tx: &Tx, member: MemberId, hash: &str, must_change: bool) -> Result<()> {
    let row = identity_credential::ActiveModel {
        member_id: Set(member),
        password_hash: Set(hash.to_owned()),
        changed_at: Set(cx.now()),
        must_change: Set(must_change),
        failed_count: Set(0),
        retry_after: Set(None),
    };
    identity_credential::Entity::delete_by_id(member).exec(&**tx).await?;
    identity_credential::Entity::insert(row)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Whether whoever asks is to choose a new password.
pub async fn must_change_password(cx: &Cx, member: MemberId) -> Result<bool> {
    let credential = identity_credential::Entity::find_by_id(member)
        .one(cx.db.read())
        .await?;
    Ok(credential.is_some_and(|credential| credential.must_change))
}
