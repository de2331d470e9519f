//! The first minute of an empty database: the organisation, its top department and its first administrator.

use entity::{
    DataScope, DepartmentId, MemberId, MemberStatus, OrganisationId, Role, Via, org_department, org_member,
    org_membership, org_organisation, org_role_grant,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use crate::cx::Cx;
use crate::error::Result;
use crate::event::{self, Draft, topic};
use crate::identity::service as identity;
use crate::org::fault::Fault;
use crate::org::model::{clean_name, normal, path_below};
use crate::org::pinyin;

/// What an empty database is filled with.
#[derive(Clone, Copy, Debug)]
pub struct SetUp<'a> {
    /// Name of the organisation and of its top department.
    pub organisation: &'a str,
    /// Account of the first administrator.
    pub account: &'a str,
    /// Name of the first administrator.
    pub name: &'a str,
}

/// Sets up an organisation in an empty database and tells the administrator's one-time password; none when there is one already.
///
/// # Errors
/// Names or accounts that cannot be used.
pub async fn set_up(cx: &Cx, with: SetUp<'_>) -> Result<Option<String>> {
    if org_member::Entity::find().count(cx.db.read()).await? > 0 {
        return Ok(None);
    }
    let refuse = |path: &'static str| move |fault: Fault| fault.refuse(path);
    let organisation = clean_name(with.organisation).map_err(refuse("organisation"))?;
    let account = normal::account(with.account).map_err(refuse("account"))?;
    let name = normal::name(with.name).map_err(refuse("name"))?;
    let password = identity::one_time_password(cx).await?;
    let reading = pinyin::read(&name);
    let (company, root, member): (OrganisationId, DepartmentId, MemberId) = (cx.id(), cx.id(), cx.id());
    let now = cx.now();
    let tx = cx.begin().await?;
    if org_member::Entity::find().count(&*tx).await? > 0 {
        return Ok(None);
    }
    if org_organisation::Entity::find().one(&*tx).await?.is_none() {
        org_organisation::Entity::insert(org_organisation::ActiveModel {
            id: Set(company),
            name: Set(organisation.clone()),
            name_en: Set(None),
            time_zone: Set("Asia/Shanghai".to_owned()),
            created_at: Set(now),
        })
        .exec_without_returning(&*tx)
        .await?;
    }
    org_department::Entity::insert(org_department::ActiveModel {
        id: Set(root),
        parent_id: Set(None),
        name: Set(organisation),
        name_en: Set(None),
        path: Set(path_below(None, root)),
        depth: Set(0),
        sort_order: Set(0),
        version: Set(1),
        created_at: Set(now),
        disabled_at: Set(None),
    })
    .exec_without_returning(&*tx)
    .await?;
    org_member::Entity::insert(org_member::ActiveModel {
        id: Set(member),
        account: Set(account),
        name: Set(name),
        status: Set(MemberStatus::Active),
        pinyin: Set(reading.pinyin),
        initials: Set(reading.initials),
        extension: Set(json!({})),
        version: Set(1),
        created_at: Set(now),
        ..Default::default()
    })
    .exec_without_returning(&*tx)
    .await?;
    org_membership::Entity::insert(org_membership::ActiveModel {
        member_id: Set(member),
        department_id: Set(root),
        is_primary: Set(true),
        is_leader: Set(false),
        sort_order: Set(0),
    })
    .exec_without_returning(&*tx)
    .await?;
    org_role_grant::Entity::insert(org_role_grant::ActiveModel {
        id: Set(cx.id()),
        member_id: Set(member),
        role: Set(Role::Administrator),
        scope: Set(DataScope::All),
        created_at: Set(now),
        granted_by: Set(None),
    })
    .exec_without_returning(&*tx)
    .await?;
    identity::store_password(cx, &tx, member, &password.hash, true).await?;
    let draft = Draft::new("org.set_up", company).topic(topic::ORGANISATION);
    event::append_as(cx, &tx, None, Via::System, draft).await?;
    tx.commit().await?;
    Ok(Some(password.plain))
}
