//! What a member stands for when they act: roles with their reach, departments with their paths.

use std::collections::HashMap;

use entity::{DataScope, DepartmentId, MemberId, Role, org_member, org_role_grant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::batch::{departments_by_ids, seats_of};
use super::role::with_departments;
use crate::access::{Grant, Reach};
use crate::cx::Cx;
use crate::error::Result;

/// A member with all that policies need to know of them.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The member.
    pub member: org_member::Model,
    /// Roles held, the derived ones included.
    pub grants: Vec<Grant>,
    /// Departments, the primary one first, with their paths.
    pub departments: Vec<(DepartmentId, String)>,
}

/// The standing of a member, active or not; none for an unknown one. Asked by the server itself, for no actor.
pub async fn standing(cx: &Cx, id: MemberId) -> Result<Option<Standing>> {
    let db = cx.db.read();
    let Some(member) = org_member::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    let seats = seats_of(db, &[id]).await?.remove(&id).unwrap_or_default();
    let granted = org_role_grant::Entity::find()
        .filter(org_role_grant::Column::MemberId.eq(id))
        .all(db)
        .await?;
    let granted = with_departments(db, granted).await?;
    let mut ids: Vec<DepartmentId> = seats.iter().map(|seat| seat.department_id).collect();
    ids.extend(granted.iter().flat_map(|view| view.departments.iter().copied()));
    let paths: HashMap<DepartmentId, String> = departments_by_ids(db, &ids)
        .await?
        .into_iter()
        .map(|(id, department)| (id, department.path))
        .collect();
    let path = |id: &DepartmentId| paths.get(id).cloned();
    let departments: Vec<(DepartmentId, String)> = seats
        .iter()
        .filter_map(|seat| Some((seat.department_id, path(&seat.department_id)?)))
        .collect();
    let mut grants = vec![Grant {
        role: Role::Member,
        reach: Reach::Own,
    }];
    let led: Vec<String> = seats
        .iter()
        .filter(|seat| seat.is_leader)
        .filter_map(|seat| path(&seat.department_id))
        .collect();
    if !led.is_empty() {
        grants.push(Grant {
            role: Role::DepartmentLeader,
            reach: Reach::Trees(led),
        });
    }
    grants.extend(granted.iter().map(|view| {
        let custom = match view.grant.scope {
            DataScope::Custom => view.departments.iter().filter_map(path).collect(),
            _ => Vec::new(),
        };
        Grant {
            role: view.grant.role,
            reach: Reach::resolve(view.grant.scope, &departments, custom),
        }
    }));
    Ok(Some(Standing {
        member,
        grants,
        departments,
    }))
}
