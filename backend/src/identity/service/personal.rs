//! Personal access tokens: made, listed and ended by their owner, and only by a person who has signed in.

use chrono::Duration;
use entity::{MemberId, TokenId, identity_token as row, org_member};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::authenticate::forget_pass;
use crate::access::Scopes;
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, FieldError, Result, Text};
use crate::event::{self, Draft, topic};
use crate::identity::personal::{LONGEST, MOST, NAME, Personal};

/// Most tokens listed.
const MOST_LISTED: u64 = 100;

/// Refuses programs: what decides who may sign in is for people.
pub(super) fn require_person(actor: &Actor) -> Result<()> {
    match actor.token {
        None => Ok(()),
        Some(_) => Err(Error::forbidden(
            "访问令牌不能管理密码、登录和令牌",
            "An access token cannot manage passwords, sessions or tokens",
        )),
    }
}

/// Makes a token. Its text is told once and kept nowhere.
///
/// # Errors
/// [`Error::Invalid`] naming `name`, `scopes` or `expiresInDays`; [`Error::NotAllowedNow`] for one too many.
pub async fn create_token(
    cx: &Cx,
    actor: &Actor,
    name: &str,
    scopes: Scopes,
    days: i32,
) -> Result<(row::Model, String)> {
    require_person(actor)?;
    let name = name.trim();
    check(name, scopes, days)?;
    let id: TokenId = cx.id();
    let token = Personal::new(id);
    let now = cx.now();
    let made = row::Model {
        id,
        member_id: actor.member,
        name: name.to_owned(),
        hash: token.hash(),
        scopes: json!(scopes.names().collect::<Vec<_>>()),
        created_at: now,
        expires_at: now + Duration::days(days.into()),
        last_used_at: None,
        revoked_at: None,
    };
    let tx = cx.begin().await?;
    // The row of the member is the lock: of two tokens made at once the second sees the first.
    org_member::Entity::find_by_id(actor.member)
        .lock_exclusive()
        .one(&*tx)
        .await?
        .ok_or(Error::NotFound)?;
    if live(cx, actor.member).count(&*tx).await? >= MOST {
        return Err(Error::not_now(
            format!("最多 {MOST} 个访问令牌，请先撤销不用的"),
            format!("At most {MOST} access tokens; revoke those no longer needed"),
        ));
    }
    row::Entity::insert(row::ActiveModel::from(made.clone()))
        .exec_without_returning(&*tx)
        .await?;
    let draft = Draft::new("identity.token_created", id)
        .topic(topic::session(actor.member))
        .payload(json!({ "name": name, "scopes": made.scopes }));
    event::append(cx, &tx, actor, draft).await?;
    tx.commit().await?;
    Ok((made, token.text()))
}

fn check(name: &str, scopes: Scopes, days: i32) -> Result<()> {
    let mut wrong = Vec::new();
    let mut tell = |path: &str, zh: String, en: String| wrong.push(FieldError::new(path, Text::new(zh, en)));
    if name.is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
        tell(
            "name",
            format!("须为 1 到 {NAME} 个字符"),
            format!("Must have 1 to {NAME} characters"),
        );
    }
    if scopes.is_empty() {
        tell("scopes", "至少选择一项".into(), "Choose at least one".into());
    }
    if !(1..=LONGEST).contains(&days) {
        tell(
            "expiresInDays",
            format!("须在 1 到 {LONGEST} 天之间"),
            format!("Must be between 1 and {LONGEST} days"),
        );
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(wrong))
    }
}

fn live(cx: &Cx, member: MemberId) -> sea_orm::Select<row::Entity> {
    row::Entity::find()
        .filter(row::Column::MemberId.eq(member))
        .filter(row::Column::RevokedAt.is_null())
        .filter(row::Column::ExpiresAt.gt(cx.now()))
}

/// The live tokens of whoever asks, newest first.
pub async fn tokens(cx: &Cx, actor: &Actor) -> Result<Vec<row::Model>> {
    require_person(actor)?;
    Ok(live(cx, actor.member)
        .order_by_desc(row::Column::CreatedAt)
        .order_by_desc(row::Column::Id)
        .limit(MOST_LISTED)
        .all(cx.db.read())
        .await?)
}

/// Ends one of one's own tokens.
///
/// # Errors
/// [`Error::NotFound`] for anyone else's.
pub async fn revoke_token(cx: &Cx, actor: &Actor, id: TokenId) -> Result<()> {
    require_person(actor)?;
    let tx = cx.begin().await?;
    let done = row::Entity::update_many()
        .set(row::ActiveModel {
            revoked_at: Set(Some(cx.now())),
            ..Default::default()
        })
        .filter(row::Column::Id.eq(id))
        .filter(row::Column::MemberId.eq(actor.member))
        .filter(row::Column::RevokedAt.is_null())
        .exec(&*tx)
        .await?;
    if done.rows_affected == 0 {
        return Err(Error::NotFound);
    }
    let draft = Draft::new("identity.token_revoked", id).topic(topic::session(actor.member));
    event::append(cx, &tx, actor, draft).await?;
    tx.commit().await?;
    forget_pass(cx, entity::Id::uuid(id));
    Ok(())
}

/// Ends all tokens of a member in the transaction of another change. After commit the caller forgets the member.
pub(super) async fn revoke_all(cx: &Cx, tx: &Tx, member: MemberId) -> Result<()> {
    row::Entity::update_many()
        .set(row::ActiveModel {
            revoked_at: Set(Some(cx.now())),
            ..Default::default()
        })
        .filter(row::Column::MemberId.eq(member))
        .filter(row::Column::RevokedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}
