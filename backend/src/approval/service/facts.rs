//! What the engine must know of the organisation, in a bounded number of statements however long the process is.

use std::collections::{BTreeMap, BTreeSet};

use entity::{DepartmentId, MemberId, MemberStatus, Role, org_department, org_member, org_membership, org_role_grant};
use sea_orm::sea_query::{CommonTableExpression, Expr, ExprTrait, Order, Query, UnionType, WithClause};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::approval::engine::{DepartmentFacts, MemberFacts, Needs, OrgFacts};
use crate::cx::Cx;
use crate::error::Result;
use crate::org::service as org;

/// Loads what is needed: at most five statements, three for most processes.
pub(super) async fn load(conn: &impl ConnectionTrait, needs: &Needs) -> Result<OrgFacts> {
    let mut facts = OrgFacts {
        departments: departments(conn, &needs.departments).await?,
        roles: roles(conn, &needs.roles).await?,
        ..OrgFacts::default()
    };
    if !needs.department_members.is_empty() {
        fill_members(conn, &needs.department_members, &mut facts.departments).await?;
    }
    if !needs.positions.is_empty() {
        let holders: Vec<org_member::Model> = org_member::Entity::find()
            .filter(org_member::Column::PositionId.is_in(needs.positions.iter().copied()))
            .filter(org_member::Column::Status.eq(MemberStatus::Active))
            .order_by_asc(org_member::Column::Id)
            .all(conn)
            .await?;
        for holder in holders {
            if let Some(position) = holder.position_id {
                facts.positions.entry(position).or_default().push(holder.id);
            }
        }
    }
    let mut people = needs.members.clone();
    people.extend(
        facts
            .departments
            .values()
            .flat_map(|one| one.leaders.iter().chain(&one.members))
            .copied(),
    );
    people.extend(facts.roles.values().flatten().copied());
    people.extend(facts.positions.values().flatten().copied());
    facts.members = members(conn, &people).await?;
    Ok(facts)
}

/// The same from what is remembered of the organisation, for routes that are only shown. Nothing is asked of the database where
/// all of it is remembered.
pub(super) async fn recall(cx: &Cx, needs: &Needs) -> Result<OrgFacts> {
    if !needs.department_members.is_empty() || !needs.positions.is_empty() {
        return load(cx.db.read(), needs).await;
    }
    let structure = org::structure(cx).await?;
    let mut facts = OrgFacts::default();
    for wanted in &needs.departments {
        let mut at = Some(*wanted);
        while let Some(row) = at
            .filter(|id| !facts.departments.contains_key(id))
            .and_then(|id| structure.departments.get(&id))
        {
            let leaders = structure.leaders.get(&row.id).cloned().unwrap_or_default();
            let department = DepartmentFacts {
                parent: row.parent_id,
                leaders,
                ..DepartmentFacts::default()
            };
            facts.departments.insert(row.id, department);
            at = row.parent_id;
        }
    }
    for role in &needs.roles {
        let holders = match role {
            Role::DepartmentLeader => {
                let leaders: BTreeSet<MemberId> = structure.leaders.values().flatten().copied().collect();
                leaders.into_iter().collect()
            }
            role => structure.roles.get(role).cloned().unwrap_or_default(),
        };
        if !holders.is_empty() {
            facts.roles.insert(*role, holders);
        }
    }
    let leaders = facts.departments.values().flat_map(|one| &one.leaders);
    let holders = facts.roles.values().flatten();
    let people: BTreeSet<MemberId> = needs.members.iter().chain(leaders).chain(holders).copied().collect();
    let people: Vec<MemberId> = people.into_iter().collect();
    facts.members = org::with_managers(cx, &people)
        .await?
        .into_iter()
        .map(|(id, person)| (id, member_facts(person.row.status, person.row.manager_id)))
        .collect();
    Ok(facts)
}

fn member_facts(status: MemberStatus, manager: Option<MemberId>) -> MemberFacts {
    MemberFacts {
        active: status == MemberStatus::Active,
        manager,
        handover: None,
        substitute: None,
    }
}

/// Departments with all above them, and their leaders, in one statement.
async fn departments(
    conn: &impl ConnectionTrait,
    wanted: &BTreeSet<DepartmentId>,
) -> Result<BTreeMap<DepartmentId, DepartmentFacts>> {
    use org_membership::Column;
    let parent = org_department::Column::ParentId;
    let id = org_department::Column::Id;
    let line = line(
        org_department::Entity,
        [id, parent],
        &[id, parent],
        wanted.iter().copied(),
    );
    let of_seat = |column: Column| Expr::col((org_membership::Entity, column));
    let leads = of_seat(Column::DepartmentId)
        .equals((LINE, id))
        .and(of_seat(Column::IsLeader).eq(true));
    let leaders = Query::select()
        .columns([(LINE, id), (LINE, parent)])
        .expr(of_seat(Column::MemberId))
        .from(LINE)
        .left_join(org_membership::Entity, leads)
        .order_by((org_membership::Entity, Column::SortOrder), Order::Asc)
        .order_by((org_membership::Entity, Column::MemberId), Order::Asc)
        .to_owned();
    let mut found: BTreeMap<DepartmentId, DepartmentFacts> = BTreeMap::new();
    for row in conn.query_all(&line.query(leaders)).await? {
        let department = found.entry(row.try_get("", "id")?).or_default();
        department.parent = row.try_get("", "parent_id")?;
        let leader: Option<MemberId> = row.try_get("", "member_id")?;
        department.leaders.extend(leader);
    }
    Ok(found)
}

/// Name of the rows of [`line`].
const LINE: &str = "line";

/// Rows of a tree with all above them, as `line`; `above` names the row above one. A cycle ends it, as a row comes only once.
fn line<E: EntityTrait>(
    table: E,
    [id, above]: [E::Column; 2],
    columns: &[E::Column],
    wanted: impl Iterator<Item = impl Into<sea_orm::Value>>,
) -> WithClause {
    let of_row = |column: E::Column| Expr::col((table, column));
    let mut first = Query::select()
        .exprs(columns.iter().copied().map(of_row))
        .from(table.table_ref())
        .and_where(of_row(id).is_in(wanted.map(Into::into)))
        .to_owned();
    let rest = Query::select()
        .exprs(columns.iter().copied().map(of_row))
        .from(LINE)
        .inner_join(table.table_ref(), of_row(id).equals((LINE, above)))
        .to_owned();
    let line = CommonTableExpression::new()
        .table_name(LINE)
        .columns(columns.iter().copied())
        .query(first.union(UnionType::Distinct, rest).to_owned())
        .to_owned();
    WithClause::new().recursive(true).cte(line).to_owned()
}

async fn fill_members(
    conn: &impl ConnectionTrait,
    wanted: &BTreeSet<DepartmentId>,
    departments: &mut BTreeMap<DepartmentId, DepartmentFacts>,
) -> Result<()> {
    let rows: Vec<org_membership::Model> = org_membership::Entity::find()
        .filter(org_membership::Column::DepartmentId.is_in(wanted.iter().copied()))
        .order_by_asc(org_membership::Column::SortOrder)
        .order_by_asc(org_membership::Column::MemberId)
        .all(conn)
        .await?;
    for row in rows {
        departments
            .entry(row.department_id)
            .or_default()
            .members
            .push(row.member_id);
    }
    Ok(())
}

/// Holders of roles, the longest-serving first. Department leaders hold their role by leading.
async fn roles(conn: &impl ConnectionTrait, wanted: &BTreeSet<Role>) -> Result<BTreeMap<Role, Vec<MemberId>>> {
    let grants: Vec<org_role_grant::Model> = org_role_grant::Entity::find()
        .filter(org_role_grant::Column::Role.is_in(wanted.iter().copied()))
        .order_by_asc(org_role_grant::Column::Id)
        .all(conn)
        .await?;
    let mut holders: BTreeMap<Role, Vec<MemberId>> = BTreeMap::new();
    for grant in grants {
        let of_role = holders.entry(grant.role).or_default();
        if !of_role.contains(&grant.member_id) {
            of_role.push(grant.member_id);
        }
    }
    if wanted.contains(&Role::DepartmentLeader) {
        let leaders: Vec<MemberId> = org_membership::Entity::find()
            .select_only()
            .column(org_membership::Column::MemberId)
            .distinct()
            .filter(org_membership::Column::IsLeader.eq(true))
            .order_by_asc(org_membership::Column::MemberId)
            .into_tuple()
            .all(conn)
            .await?;
        holders.insert(Role::DepartmentLeader, leaders);
    }
    Ok(holders)
}

/// Members with everyone above them, in one statement.
async fn members(conn: &impl ConnectionTrait, wanted: &BTreeSet<MemberId>) -> Result<BTreeMap<MemberId, MemberFacts>> {
    use org_member::Column;
    let columns = [Column::Id, Column::ManagerId, Column::Status];
    let line = line(
        org_member::Entity,
        [Column::Id, Column::ManagerId],
        &columns,
        wanted.iter().copied(),
    );
    let everyone = Query::select().columns(columns).from(LINE).to_owned();
    let mut found = BTreeMap::new();
    for row in conn.query_all(&line.query(everyone)).await? {
        let facts = member_facts(row.try_get("", "status")?, row.try_get("", "manager_id")?);
        found.insert(row.try_get("", "id")?, facts);
    }
    Ok(found)
}
