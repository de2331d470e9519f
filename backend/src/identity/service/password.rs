//! Passwords: change by the holder, reset by an administrator or on the command line.

use entity::{MemberId, identity_credential, org_member};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::authenticate::forget;
use super::hash::{hash_password, one_time_password, verify};
use super::personal::{require_person, revoke_all};
use super::session::{end_all, end_sessions};
use super::sign_in::Turn;
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
    require_person(actor)?;
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
    let turn = Turn::take(cx, attempt).await?;
    let right = could_be_password(current) && verify(cx, current, Some(&credential.password_hash)).await?.right;
    if !right {
        return Err(Error::invalid(
            "current",
            "当前密码不正确",
            "This is not your current password",
        ));
    }
    turn.right();
    check_new_password("new", new, &member.account)?;
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

/// Whether a password may be chosen by the holder of an account.
///
/// # Errors
/// [`Error::Invalid`] naming `path`.
pub fn check_new_password(path: &str, password: &str, account: &str) -> Result<()> {
    check_password(password, account).map_err(|fault| refuse(path, fault))
}

fn refuse(path: &str, fault: PasswordFault) -> Error {
    match fault {
        PasswordFault::TooShort => Error::invalid(
            path,
            format!("至少 {LEAST_PASSWORD} 个字符"),
            format!("At least {LEAST_PASSWORD} characters"),
        ),
        PasswordFault::TooLong => Error::invalid(
            path,
            format!("最多 {MOST_PASSWORD} 个字符"),
            format!("At most {MOST_PASSWORD} characters"),
        ),
        PasswordFault::Nul => Error::invalid(path, "含有不能使用的字符", "Contains a character that cannot be used"),
        PasswordFault::Guessable => Error::invalid(
            path,
            "这个密码太容易被猜到，请换一个",
            "This password is too easy to guess; choose another",
        ),
    }
}

/// Gives a member a one-time password and ends their sessions and access tokens.
///
/// # Errors
/// [`Error::NotFound`], no right over the member, one's own password.
pub async fn reset_password(cx: &Cx, actor: &Actor, member: MemberId) -> Result<String> {
    require_person(actor)?;
    org::may_reset_password(cx, actor, member).await?;
    let password = one_time_password(cx).await?;
    let tx = cx.begin().await?;
    store_password(cx, &tx, member, &password.hash, true).await?;
    end_sessions(cx, &tx, &[member], None).await?;
    revoke_all(cx, &tx, member).await?;
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
    revoke_all(cx, &tx, member.id).await?;
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

/// Gives every account one password and ends all sessions: the demo company before anybody uses it.
pub async fn replace_all_passwords(cx: &Cx, hash: &str) -> Result<()> {
    let tx = cx.begin().await?;
    identity_credential::Entity::update_many()
        .set(identity_credential::ActiveModel {
            password_hash: Set(hash.to_owned()),
            ..Default::default()
        })
        .exec(&*tx)
        .await?;
    end_all(cx, &tx).await?;
    event::append_as(
        cx,
        &tx,
        None,
        entity::Via::System,
        Draft::new("identity.passwords_set", cx.id::<entity::OrganisationId>()),
    )
    .await?;
    tx.commit().await?;
    super::authenticate::forget_all(cx);
    Ok(())
}
