//! Loads for many at once: what lists and the API's nested fields need, one statement a kind.

use std::collections::{HashMap, HashSet};

use entity::{DepartmentId, MemberId, MemberStatus, Role, org_department, org_member, org_membership, org_role_grant};
use sea_orm::sea_query::{CommonTableExpression, ExprTrait, JoinType, Query, UnionType, WithClause};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::error::Result;
use crate::org::policy::MemberFacts;

/// Most managers above a member that are looked at.
const MOST_LINE: i32 = 30;

/// Departments of a member, the primary one first.
pub type Seats = Vec<org_membership::Model>;

/// Members by id; absent ones are left out.
pub(super) async fn members_by_ids(
    db: &impl ConnectionTrait,
    ids: &[MemberId],
) -> Result<HashMap<MemberId, org_member::Model>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let members = org_member::Entity::find()
        .filter(org_member::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    Ok(members.into_iter().map(|member| (member.id, member)).collect())
}

/// Departments by id; absent ones are left out.
pub(super) async fn departments_by_ids(
    db: &impl ConnectionTrait,
    ids: &[DepartmentId],
) -> Result<HashMap<DepartmentId, org_department::Model>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let departments = org_department::Entity::find()
        .filter(org_department::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    Ok(departments
        .into_iter()
        .map(|department| (department.id, department))
        .collect())
}

/// Departments of members, the primary one first.
pub(super) async fn seats_of(db: &impl ConnectionTrait, members: &[MemberId]) -> Result<HashMap<MemberId, Seats>> {
    let mut seats: HashMap<MemberId, Seats> = HashMap::new();
    if members.is_empty() {
        return Ok(seats);
    }
    let rows = org_membership::Entity::find()
        .filter(org_membership::Column::MemberId.is_in(members.iter().copied()))
        .order_by_desc(org_membership::Column::IsPrimary)
        .order_by_asc(org_membership::Column::SortOrder)
        .order_by_asc(org_membership::Column::DepartmentId)
        .all(db)
        .await?;
    for row in rows {
        seats.entry(row.member_id).or_default().push(row);
    }
    Ok(seats)
}

/// The managers above each member, nearest first, in one recursive query.
pub(super) async fn lines_of(
    db: &impl ConnectionTrait,
    members: &[MemberId],
) -> Result<HashMap<MemberId, Vec<MemberId>>> {
    let mut lines: HashMap<MemberId, Vec<MemberId>> = HashMap::new();
    if members.is_empty() {
        return Ok(lines);
    }
    let table = org_member::Entity;
    let mut first = Query::select()
        .expr(Expr::col((table, org_member::Column::Id)))
        .expr(Expr::col((table, org_member::Column::ManagerId)))
        .expr(Expr::cust("1"))
        .from(table)
        .and_where(org_member::Column::Id.is_in(members.iter().copied()))
        .and_where(org_member::Column::ManagerId.is_not_null())
        .to_owned();
    let next = Query::select()
        .expr(Expr::col(("line", "of")))
        .expr(Expr::col((table, org_member::Column::ManagerId)))
        .expr(Expr::col(("line", "step")).add(1))
        .from("line")
        .join(
            JoinType::InnerJoin,
            table,
            Expr::col((table, org_member::Column::Id)).equals(("line", "above")),
        )
        .and_where(org_member::Column::ManagerId.is_not_null())
        .and_where(Expr::col(("line", "step")).lt(MOST_LINE))
        .to_owned();
    let cte = CommonTableExpression::new()
        .query(first.union(UnionType::All, next).to_owned())
        .columns(["of", "above", "step"])
        .table_name("line")
        .to_owned();
    let query = Query::select()
        .columns(["of", "above"])
        .from("line")
        .order_by("step", sea_orm::Order::Asc)
        .to_owned()
        .with(WithClause::new().recursive(true).cte(cte).to_owned());
    for row in db.query_all(&query).await? {
        let member: MemberId = row.try_get("", "of")?;
        let above: MemberId = row.try_get("", "above")?;
        let line = lines.entry(member).or_default();
        if above != member && !line.contains(&above) {
            line.push(above);
        }
    }
    Ok(lines)
}

/// Which of these members are administrators.
pub(super) async fn administrators_of(db: &impl ConnectionTrait, members: &[MemberId]) -> Result<HashSet<MemberId>> {
    let grants = org_role_grant::Entity::find()
        .filter(org_role_grant::Column::MemberId.is_in(members.iter().copied()))
        .filter(org_role_grant::Column::Role.eq(Role::Administrator))
        .all(db)
        .await?;
    Ok(grants.into_iter().map(|grant| grant.member_id).collect())
}

/// What the policy looks at, for each of these members.
pub(super) async fn facts_of(
    db: &impl ConnectionTrait,
    members: &[org_member::Model],
) -> Result<HashMap<MemberId, MemberFacts>> {
    let ids: Vec<MemberId> = members.iter().map(|member| member.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut lines = lines_of(db, &ids).await?;
    let administrators = administrators_of(db, &ids).await?;
    let seats = seats_of(db, &ids).await?;
    let mut departments: Vec<DepartmentId> = seats.values().flatten().map(|seat| seat.department_id).collect();
    departments.sort_unstable();
    departments.dedup();
    let departments = departments_by_ids(db, &departments).await?;
    Ok(members
        .iter()
        .map(|member| {
            let own = seats.get(&member.id).map(Vec::as_slice).unwrap_or_default();
            let facts = MemberFacts {
                id: member.id,
                active: member.status == MemberStatus::Active,
                administrator: administrators.contains(&member.id),
                departments: own
                    .iter()
                    .filter_map(|seat| Some((seat.department_id, departments.get(&seat.department_id)?.path.clone())))
                    .collect(),
                line: lines.remove(&member.id).unwrap_or_default(),
            };
            (member.id, facts)
        })
        .collect())
}
