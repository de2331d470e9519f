//! The first start of a server: an organisation, its top department and an administrator, where there are none.

use entity::{
    DataScope, DepartmentId, MemberId, MemberStatus, OrganisationId, Role, Via, org_department, org_member,
    org_membership, org_organisation, org_role_grant,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::write::{administrators, lock};
use crate::cx::Cx;
use crate::db::Tx;
use crate::error::{Error, FieldError, Result, Text};
use crate::event::{self, Draft, topic};
use crate::identity::service as identity;
use crate::org::model::{normal, path_below};
use crate::org::pinyin;

/// Longest name of a company or an administrator, in characters.
const NAME: usize = 64;

/// Names of what is made.
#[derive(Clone, Copy, Debug)]
pub struct SetUp<'a> {
    /// Name of the organisation and of its top department, where there is none.
    pub organisation: &'a str,
    /// Account of the administrator; a number is added when it is taken.
    pub account: &'a str,
    /// Name of the administrator.
    pub name: &'a str,
    /// Hash of the password the administrator has chosen.
    pub password_hash: &'a str,
}

/// Checks the names of the first company and its administrator. Gives the account in its normal form.
///
/// # Errors
/// [`Error::Invalid`] naming `organisation`, `account` or `name`.
pub fn check_first(organisation: &str, account: &str, name: &str) -> Result<String> {
    let mut wrong = Vec::new();
    for (path, text) in [("organisation", organisation), ("name", name)] {
        let length = text.trim().chars().count();
        if !(1..=NAME).contains(&length) || text.chars().any(char::is_control) {
            let text = Text::new(
                format!("须为 1 到 {NAME} 个字符"),
                format!("Must have 1 to {NAME} characters"),
            );
            wrong.push(FieldError::new(path, text));
        }
    }
    match normal::account(account) {
        Ok(account) if wrong.is_empty() => return Ok(account),
        Ok(_) => {}
        Err(fault) => wrong.push(FieldError::new("account", fault.text())),
    }
    Err(Error::Invalid(wrong))
}

/// Whether nobody can administer this server yet.
pub async fn needs_set_up(cx: &Cx) -> Result<bool> {
    Ok(administrators(cx.db.read()).await?.is_empty())
}

/// Makes an administrator, with an organisation and a top department around them where there are none. Tells the account; none when
/// someone else was faster.
pub async fn set_up(cx: &Cx, tx: &Tx, with: SetUp<'_>) -> Result<Option<String>> {
    lock(tx).await?;
    if !administrators(&**tx).await?.is_empty() {
        return Ok(None);
    }
    let organisation = organisation(cx, tx, with.organisation).await?;
    let root = root(cx, tx, with.organisation).await?;
    let account = free_account(&**tx, with.account).await?;
    let reading = pinyin::read(with.name);
    let member: MemberId = cx.id();
    org_member::Entity::insert(org_member::ActiveModel {
        id: Set(member),
        account: Set(account.clone()),
        name: Set(with.name.to_owned()),
        status: Set(MemberStatus::Active),
        pinyin: Set(reading.pinyin),
        initials: Set(reading.initials),
        extension: Set(json!({})),
        version: Set(1),
        created_at: Set(cx.now()),
        ..Default::default()
    })
    .exec_without_returning(&**tx)
    .await?;
    org_membership::Entity::insert(org_membership::ActiveModel {
        member_id: Set(member),
        department_id: Set(root),
        is_primary: Set(true),
        is_leader: Set(false),
        sort_order: Set(0),
    })
    .exec_without_returning(&**tx)
    .await?;
    org_role_grant::Entity::insert(org_role_grant::ActiveModel {
        id: Set(cx.id()),
        member_id: Set(member),
        role: Set(Role::Administrator),
        scope: Set(DataScope::All),
        created_at: Set(cx.now()),
        granted_by: Set(None),
    })
    .exec_without_returning(&**tx)
    .await?;
    identity::store_password(cx, tx, member, with.password_hash, false).await?;
    let draft = Draft::new("org.set_up", organisation).topic(topic::ORGANISATION);
    event::append_as(cx, tx, None, Via::System, draft).await?;
    Ok(Some(account))
}

/// The organisation, made when there is none.
pub(super) async fn organisation(cx: &Cx, tx: &Tx, name: &str) -> Result<OrganisationId> {
    if let Some(known) = org_organisation::Entity::find().one(&**tx).await? {
        return Ok(known.id);
    }
    let id = cx.id();
    org_organisation::Entity::insert(org_organisation::ActiveModel {
        id: Set(id),
        name: Set(name.to_owned()),
        name_en: Set(None),
        time_zone: Set("Asia/Shanghai".to_owned()),
        created_at: Set(cx.now()),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(id)
}

async fn root(cx: &Cx, tx: &Tx, name: &str) -> Result<DepartmentId> {
    let known = org_department::Entity::find()
        .filter(org_department::Column::ParentId.is_null())
        .one(&**tx)
        .await?;
    if let Some(known) = known {
        return Ok(known.id);
    }
    let id: DepartmentId = cx.id();
    org_department::Entity::insert(org_department::ActiveModel {
        id: Set(id),
        parent_id: Set(None),
        name: Set(name.to_owned()),
        name_en: Set(None),
        path: Set(path_below(None, id)),
        depth: Set(0),
        sort_order: Set(0),
        version: Set(1),
        created_at: Set(cx.now()),
        disabled_at: Set(None),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(id)
}

async fn free_account(db: &impl ConnectionTrait, wanted: &str) -> Result<String> {
    let mut account = wanted.to_owned();
    let mut number = 1;
    loop {
        let taken = org_member::Entity::find()
            .filter(org_member::Column::Account.eq(&account))
            .one(db)
            .await?;
        if taken.is_none() {
            return Ok(account);
        }
        number += 1;
        account = format!("{wanted}{number}");
    }
}
