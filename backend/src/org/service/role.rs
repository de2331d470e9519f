//! Roles: who holds which over whose data.

use std::collections::HashMap;

use entity::{
    DataScope, DepartmentId, MemberId, MemberStatus, Role, RoleGrantId, org_role_grant, org_role_grant_department,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::batch::departments_by_ids;
use super::right::subject;
use super::write::{keep_an_administrator, lock};
use crate::access::Permission;
use crate::cx::{Actor, Cx};
use crate::error::{Error, Result};
use crate::event::{self, Draft, topic};
use crate::identity::service as identity;
use crate::org::fault::Fault;
use crate::org::policy::MemberAction;

/// A role for someone.
#[derive(Clone, Debug)]
pub struct GrantRole {
    /// Who.
    pub member: MemberId,
    /// Which.
    pub role: Role,
    /// Over whose data.
    pub scope: DataScope,
    /// The departments of a CUSTOM scope.
    pub departments: Vec<DepartmentId>,
}

/// A grant with its departments.
#[derive(Clone, Debug)]
pub struct GrantView {
    /// The grant.
    pub grant: org_role_grant::Model,
    /// The departments of a CUSTOM scope.
    pub departments: Vec<DepartmentId>,
}

/// All grants, oldest first.
///
/// # Errors
/// [`Error::Forbidden`] for who may not grant roles.
pub async fn role_grants(cx: &Cx, actor: &Actor) -> Result<Vec<GrantView>> {
    actor.require(Permission::GrantRoles)?;
    let grants = org_role_grant::Entity::find()
        .order_by_asc(org_role_grant::Column::CreatedAt)
        .order_by_asc(org_role_grant::Column::Id)
        .all(cx.db.read())
        .await?;
    with_departments(cx.db.read(), grants).await
}

/// Adds the departments to grants.
pub(super) async fn with_departments(
    db: &impl ConnectionTrait,
    grants: Vec<org_role_grant::Model>,
) -> Result<Vec<GrantView>> {
    let mut departments: HashMap<RoleGrantId, Vec<DepartmentId>> = HashMap::new();
    let custom: Vec<RoleGrantId> = grants
        .iter()
        .filter(|grant| grant.scope == DataScope::Custom)
        .map(|grant| grant.id)
        .collect();
    if !custom.is_empty() {
        let rows = org_role_grant_department::Entity::find()
            .filter(org_role_grant_department::Column::GrantId.is_in(custom))
            .all(db)
            .await?;
        for row in rows {
            departments.entry(row.grant_id).or_default().push(row.department_id);
        }
    }
    Ok(grants
        .into_iter()
        .map(|grant| GrantView {
            departments: departments.remove(&grant.id).unwrap_or_default(),
            grant,
        })
        .collect())
}

/// Gives a member a role; one they hold already gets the new reach.
///
/// # Errors
/// Roles that follow from the organisation, an incomplete scope, no right.
pub async fn grant_role(cx: &Cx, actor: &Actor, grant: GrantRole) -> Result<GrantView> {
    actor.require(Permission::GrantRoles)?;
    if matches!(grant.role, Role::DepartmentLeader | Role::Member) {
        return Err(Error::invalid(
            "role",
            "部门负责人和普通成员由组织架构决定，不能单独授予",
            "Department leader and member follow from the organisation and cannot be granted",
        ));
    }
    if grant.role == Role::Administrator && grant.scope != DataScope::All {
        return Err(Error::invalid(
            "scope",
            "管理员的范围只能是全公司",
            "An administrator's scope is everyone",
        ));
    }
    if (grant.scope == DataScope::Custom) == grant.departments.is_empty() {
        return Err(Error::invalid(
            "departmentIds",
            "只有“指定部门”的范围要选部门，且至少选一个",
            "Choose departments for the scope CUSTOM, and only then",
        ));
    }
    let tx = cx.begin().await?;
    lock(&tx).await?;
    let member = subject(&tx, actor, MemberAction::GrantRole, grant.member, None).await?;
    if member.status == MemberStatus::Disabled {
        return Err(Error::not_now(
            "已停用的成员不能获得角色",
            "A disabled member cannot be given a role",
        ));
    }
    let mut departments = grant.departments.clone();
    departments.sort_unstable();
    departments.dedup();
    if departments_by_ids(&*tx, &departments).await?.len() != departments.len() {
        return Err(Fault::NoDepartment.refuse("departmentIds"));
    }
    let known = org_role_grant::Entity::find()
        .filter(org_role_grant::Column::MemberId.eq(grant.member))
        .filter(org_role_grant::Column::Role.eq(grant.role))
        .one(&*tx)
        .await?;
    let row = match known {
        Some(known) => {
            org_role_grant_department::Entity::delete_many()
                .filter(org_role_grant_department::Column::GrantId.eq(known.id))
                .exec(&*tx)
                .await?;
            org_role_grant::ActiveModel {
                id: Set(known.id),
                scope: Set(grant.scope),
                granted_by: Set(Some(actor.member)),
                ..Default::default()
            }
            .update(&*tx)
            .await?
        }
        None => {
            let row = org_role_grant::Model {
                id: cx.id(),
                member_id: grant.member,
                role: grant.role,
                scope: grant.scope,
                created_at: cx.now(),
                granted_by: Some(actor.member),
            };
            let insert = org_role_grant::ActiveModel::from(row.clone());
            org_role_grant::Entity::insert(insert)
                .exec_without_returning(&*tx)
                .await?;
            row
        }
    };
    let rows = departments
        .iter()
        .map(|department| org_role_grant_department::ActiveModel {
            grant_id: Set(row.id),
            department_id: Set(*department),
        });
    if !departments.is_empty() {
        org_role_grant_department::Entity::insert_many(rows)
            .exec_without_returning(&*tx)
            .await?;
    }
    let draft = role_event("org.role_granted", grant.member)
        .payload(json!({ "role": grant.role, "scope": grant.scope, "departments": departments }));
    event::append(cx, &tx, actor, draft).await?;
    tx.commit().await?;
    identity::forget(cx, grant.member);
    Ok(GrantView {
        grant: row,
        departments,
    })
}

/// Takes a role away; tells from whom.
///
/// # Errors
/// [`Error::NotFound`]; the last administrator keeps the role.
pub async fn revoke_role(cx: &Cx, actor: &Actor, id: RoleGrantId) -> Result<MemberId> {
    actor.require(Permission::GrantRoles)?;
    let tx = cx.begin().await?;
    lock(&tx).await?;
    let grant = org_role_grant::Entity::find_by_id(id)
        .one(&*tx)
        .await?
        .ok_or(Error::NotFound)?;
    subject(&tx, actor, MemberAction::GrantRole, grant.member_id, None).await?;
    if grant.role == Role::Administrator {
        keep_an_administrator(&tx, grant.member_id).await?;
    }
    org_role_grant_department::Entity::delete_many()
        .filter(org_role_grant_department::Column::GrantId.eq(id))
        .exec(&*tx)
        .await?;
    org_role_grant::Entity::delete_by_id(id).exec(&*tx).await?;
    let draft =
        role_event("org.role_revoked", grant.member_id).payload(json!({ "role": grant.role, "scope": grant.scope }));
    event::append(cx, &tx, actor, draft).await?;
    tx.commit().await?;
    identity::forget(cx, grant.member_id);
    Ok(grant.member_id)
}

fn role_event(kind: &'static str, member: MemberId) -> Draft {
    Draft::new(kind, member)
        .topic(topic::ORGANISATION)
        .topic(topic::object(member))
        .topic(topic::session(member))
}
