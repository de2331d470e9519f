//! What a member stands for when they act: roles with their reach, departments with their paths.

use std::collections::HashMap;

use entity::{DataScope, DepartmentId, MemberId, Role, org_department, org_member, org_membership, org_role_grant};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::batch::departments_by_ids;
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

/// The standing of a member, active or not; none for an unknown one. Asked by the server itself, for no actor. Two statements, and
/// a third where a role reaches over departments of its own.
pub async fn standing(cx: &Cx, id: MemberId) -> Result<Option<Standing>> {
    let db = cx.db.read();
    let Some((member, seats)) = seated(db, id).await? else {
        return Ok(None);
    };
    let granted = org_role_grant::Entity::find()
        .filter(org_role_grant::Column::MemberId.eq(id))
        .all(db)
        .await?;
    let granted = with_departments(db, granted).await?;
    let ids: Vec<DepartmentId> = granted
        .iter()
        .flat_map(|view| view.departments.iter().copied())
        .collect();
    let paths: HashMap<DepartmentId, String> = departments_by_ids(db, &ids)
        .await?
        .into_iter()
        .map(|(id, department)| (id, department.path))
        .collect();
    let path = |id: &DepartmentId| paths.get(id).cloned();
    let mut grants = vec![Grant {
        role: Role::Member,
        reach: Reach::Own,
    }];
    let led: Vec<String> = seats
        .iter()
        .filter(|seat| seat.leads)
        .map(|seat| seat.path.clone())
        .collect();
    if !led.is_empty() {
        grants.push(Grant {
            role: Role::DepartmentLeader,
            reach: Reach::Trees(led),
        });
    }
    let departments: Vec<(DepartmentId, String)> = seats.into_iter().map(|seat| (seat.department, seat.path)).collect();
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

/// A department of a member.
struct Seat {
    department: DepartmentId,
    path: String,
    leads: bool,
}

/// A member with their departments, the primary one first.
async fn seated(db: &impl ConnectionTrait, id: MemberId) -> Result<Option<(org_member::Model, Vec<Seat>)>> {
    use org_membership::Column;
    let seat = org_member::Entity::belongs_to(org_membership::Entity)
        .from(org_member::Column::Id)
        .to(Column::MemberId);
    let department = org_membership::Entity::belongs_to(org_department::Entity)
        .from(Column::DepartmentId)
        .to(org_department::Column::Id);
    let query = org_member::Entity::find_by_id(id)
        .join(JoinType::LeftJoin, seat.into())
        .join(JoinType::LeftJoin, department.into())
        .column_as(org_department::Column::Id, "seat_department")
        .column_as(org_department::Column::Path, "seat_path")
        .column_as(Column::IsLeader, "seat_leads")
        .order_by_desc(Column::IsPrimary)
        .order_by_asc(Column::SortOrder)
        .order_by_asc(Column::DepartmentId);
    let rows = db.query_all(&query.into_query()).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let member = org_member::Model::from_query_result(first, "")?;
    let mut seats = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(department) = row.try_get("", "seat_department")? {
            seats.push(Seat {
                department,
                path: row.try_get("", "seat_path")?,
                leads: row.try_get("", "seat_leads")?,
            });
        }
    }
    Ok(Some((member, seats)))
}
