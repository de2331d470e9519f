//! How an actor stands to members: the facts the policy asks for, gathered in batches.

use std::collections::HashSet;

use entity::{DepartmentId, MemberId, org_department, org_member, org_membership};
use sea_orm::sea_query::{CommonTableExpression, Expr, ExprTrait, Query, UnionType, WithClause};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};

use crate::access::Permission;
use crate::cx::{Actor, Cx};
use crate::error::{Error, Result};
use crate::leave::policy::{Action, Facts, may};
use crate::org::policy::MemberFacts;
use crate::org::service as org;

/// Steps of a chain of managers that count.
const CHAIN: u8 = 10;

/// Refuses what the actor may not do with a member, as if there were no such member.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn require(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    member: MemberId,
    action: Action,
    permission: Permission,
) -> Result<()> {
    if permitted(conn, actor, &[member], action, permission)
        .await?
        .contains(&member)
    {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// Which of the members the actor may see it of, by what is remembered of the organisation.
///
/// # Errors
/// Only those of the database.
pub async fn visible(
    cx: &Cx,
    actor: &Actor,
    members: &[MemberId],
    action: Action,
    permission: Permission,
) -> Result<HashSet<MemberId>> {
    let known = org::facts(cx, members).await?;
    let facts = |member: &MemberFacts| Facts {
        own: member.id == actor.member,
        manages: member
            .line
            .iter()
            .take(usize::from(CHAIN))
            .any(|above| *above == actor.member),
        in_reach: actor.can_over_all(permission)
            || member
                .departments
                .iter()
                .any(|(department, path)| actor.can_over(permission, *department, path)),
    };
    Ok(known
        .values()
        .filter(|member| may(action, facts(member)))
        .map(|member| member.id)
        .collect())
}

/// Which of the members the actor may do it with: at most two statements, whatever their number.
///
/// # Errors
/// Only those of the database.
pub async fn permitted(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    members: &[MemberId],
    action: Action,
    permission: Permission,
) -> Result<HashSet<MemberId>> {
    let everyone = actor.can_over_all(permission);
    let others: Vec<MemberId> = members
        .iter()
        .copied()
        .filter(|member| *member != actor.member)
        .collect();
    let mut in_reach = HashSet::new();
    let mut managed = HashSet::new();
    if !everyone && !others.is_empty() {
        if actor.can(permission) {
            in_reach = reached(conn, actor, &others, permission).await?;
        }
        let left: Vec<MemberId> = others
            .iter()
            .copied()
            .filter(|member| !in_reach.contains(member))
            .collect();
        if !left.is_empty() {
            managed = managed_by(conn, actor.member, &left).await?;
        }
    }
    let facts = |member: &MemberId| Facts {
        own: *member == actor.member,
        manages: managed.contains(member),
        in_reach: everyone || in_reach.contains(member),
    };
    Ok(members
        .iter()
        .copied()
        .filter(|member| may(action, facts(member)))
        .collect())
}

async fn reached(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    members: &[MemberId],
    permission: Permission,
) -> Result<HashSet<MemberId>> {
    let department = org_membership::Entity::belongs_to(org_department::Entity)
        .from(org_membership::Column::DepartmentId)
        .to(org_department::Column::Id);
    let rows: Vec<(MemberId, DepartmentId, String)> = org_membership::Entity::find()
        .select_only()
        .columns([org_membership::Column::MemberId, org_membership::Column::DepartmentId])
        .column(org_department::Column::Path)
        .join(JoinType::InnerJoin, department.into())
        .filter(org_membership::Column::MemberId.is_in(members.iter().copied()))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .filter(|(_, department, path)| actor.can_over(permission, *department, path))
        .map(|(member, ..)| member)
        .collect())
}

/// Members below `manager` among `members`: walks up from each of them in one recursive statement.
async fn managed_by(conn: &impl ConnectionTrait, manager: MemberId, members: &[MemberId]) -> Result<HashSet<MemberId>> {
    let first = Query::select()
        .expr_as(Expr::col(org_member::Column::Id), "subject")
        .expr_as(Expr::col(org_member::Column::ManagerId), "above")
        .expr_as(Expr::val(1), "steps")
        .from(org_member::Entity)
        .and_where(Expr::col(org_member::Column::Id).is_in(members.iter().copied()))
        .and_where(Expr::col(org_member::Column::ManagerId).is_not_null())
        .to_owned();
    let next = Query::select()
        .expr(Expr::col(("chain", "subject")))
        .expr(Expr::col((org_member::Entity, org_member::Column::ManagerId)))
        .expr(Expr::col(("chain", "steps")).add(1))
        .from("chain")
        .inner_join(
            org_member::Entity,
            Expr::col((org_member::Entity, org_member::Column::Id)).equals(("chain", "above")),
        )
        .and_where(Expr::col(("chain", "steps")).lt(i32::from(CHAIN)))
        .and_where(Expr::col((org_member::Entity, org_member::Column::ManagerId)).is_not_null())
        .to_owned();
    let chain = CommonTableExpression::new()
        .table_name("chain")
        .columns(["subject", "above", "steps"])
        .query(first.clone().union(UnionType::All, next).to_owned())
        .to_owned();
    let statement = WithClause::new().recursive(true).cte(chain).to_owned().query(
        Query::select()
            .distinct()
            .column("subject")
            .from("chain")
            .and_where(Expr::col("above").eq(manager))
            .to_owned(),
    );
    let rows = conn.query_all(&statement).await?;
    rows.into_iter().map(|row| Ok(row.try_get("", "subject")?)).collect()
}
