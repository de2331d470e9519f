//! What several commands share: the lock on the structure, the tree, seats, positions, who remains administrator.

use std::collections::HashMap;

use entity::{
    DepartmentId, MemberId, MemberStatus, PositionId, Role, org_department, org_member, org_membership,
    org_organisation, org_position, org_role_grant,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::cx::Cx;
use crate::db::Tx;
use crate::error::Result;
use crate::org::fault::Fault;
use crate::org::model::{Membership, Node, Tree, normal};

/// Makes changes of the structure wait for each other: rules over many rows (circles, the last administrator) are checked and then kept.
pub async fn lock(tx: &Tx) -> Result<()> {
    org_organisation::Entity::find().lock_exclusive().one(&**tx).await?;
    Ok(())
}

/// A department as the rules see it.
pub(super) fn tree_node(row: &org_department::Model) -> Node {
    Node {
        id: row.id,
        parent: row.parent_id,
        name: row.name.clone(),
        sort_order: row.sort_order,
        path: row.path.clone(),
        depth: row.depth,
        open: row.disabled_at.is_none(),
    }
}

/// The whole tree.
pub(super) async fn load_tree(db: &impl ConnectionTrait) -> Result<Tree> {
    let rows = org_department::Entity::find().all(db).await?;
    Ok(Tree::new(rows.iter().map(tree_node)))
}

/// The direct managers of everyone who has one.
pub(super) async fn load_managers(db: &impl ConnectionTrait) -> Result<HashMap<MemberId, MemberId>> {
    let pairs: Vec<(MemberId, MemberId)> = org_member::Entity::find()
        .select_only()
        .column(org_member::Column::Id)
        .column(org_member::Column::ManagerId)
        .filter(org_member::Column::ManagerId.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(pairs.into_iter().collect())
}

/// The position of this name, made when there is none.
///
/// # Errors
/// A name that is too long.
pub(super) async fn position(cx: &Cx, tx: &Tx, name: &str) -> Result<Option<PositionId>> {
    let Some(name) = normal::text(name, normal::MOST_NAME).map_err(|fault| fault.refuse("positionName"))? else {
        return Ok(None);
    };
    let known = org_position::Entity::find()
        .filter(org_position::Column::Name.eq(&name))
        .one(&**tx)
        .await?;
    if let Some(known) = known {
        return Ok(Some(known.id));
    }
    let id = cx.id();
    org_position::Entity::insert(org_position::ActiveModel {
        id: Set(id),
        name: Set(name),
        name_en: Set(None),
        created_at: Set(cx.now()),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(Some(id))
}

/// Puts a member into exactly these departments. Seats that stay keep their place in the list of the department.
pub(super) async fn replace_seats(tx: &Tx, member: MemberId, seats: &[Membership]) -> Result<()> {
    let present: HashMap<DepartmentId, i32> = org_membership::Entity::find()
        .filter(org_membership::Column::MemberId.eq(member))
        .all(&**tx)
        .await?
        .into_iter()
        .map(|seat| (seat.department_id, seat.sort_order))
        .collect();
    org_membership::Entity::delete_many()
        .filter(org_membership::Column::MemberId.eq(member))
        .exec(&**tx)
        .await?;
    let last: HashMap<DepartmentId, i32> = org_membership::Entity::find()
        .select_only()
        .column(org_membership::Column::DepartmentId)
        .column_as(org_membership::Column::SortOrder.max(), "last")
        .filter(org_membership::Column::DepartmentId.is_in(seats.iter().map(|seat| seat.department)))
        .group_by(org_membership::Column::DepartmentId)
        .into_tuple()
        .all(&**tx)
        .await?
        .into_iter()
        .collect();
    let rows = seats.iter().map(|seat| org_membership::ActiveModel {
        member_id: Set(member),
        department_id: Set(seat.department),
        is_primary: Set(seat.primary),
        is_leader: Set(seat.leader),
        sort_order: Set(present
            .get(&seat.department)
            .copied()
            .unwrap_or_else(|| last.get(&seat.department).map_or(0, |last| last + 1))),
    });
    org_membership::Entity::insert_many(rows)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Active members who are administrators.
pub(super) async fn administrators(db: &impl ConnectionTrait) -> Result<Vec<MemberId>> {
    let active = Query::select()
        .column(org_member::Column::Id)
        .from(org_member::Entity)
        .and_where(org_member::Column::Status.eq(MemberStatus::Active))
        .to_owned();
    let grants = org_role_grant::Entity::find()
        .filter(org_role_grant::Column::Role.eq(Role::Administrator))
        .filter(org_role_grant::Column::MemberId.in_subquery(active))
        .all(db)
        .await?;
    Ok(grants.into_iter().map(|grant| grant.member_id).collect())
}

/// Refuses when `leaving` is the only administrator.
pub(super) async fn keep_an_administrator(tx: &Tx, leaving: MemberId) -> Result<()> {
    if administrators(&**tx).await? == [leaving] {
        let text = Fault::LastAdministrator.text();
        return Err(crate::error::Error::NotAllowedNow(text));
    }
    Ok(())
}
