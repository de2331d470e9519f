//! What the engine must know of the organisation, in a bounded number of statements however long the process is.

use std::collections::{BTreeMap, BTreeSet};

use entity::{DepartmentId, MemberId, MemberStatus, Role, org_department, org_member, org_membership, org_role_grant};
use sea_orm::sea_query::{
    CommonTableExpression, Expr, ExprTrait, Order, Query, SelectStatement, UnionType, WithClause,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::approval::engine::{DepartmentFacts, MemberFacts, Needs, OrgFacts};
use crate::cx::Cx;
use crate::error::Result;
use crate::org::model::MOST_DEPTH;
use crate::org::service as org;

/// Loads what is needed: one statement for most processes, however long they are.
pub(super) async fn load(conn: &impl ConnectionTrait, needs: &Needs) -> Result<OrgFacts> {
    let mut facts = around(conn, needs).await?;
    let mut others: BTreeSet<MemberId> = BTreeSet::new();
    if needs.roles.contains(&Role::DepartmentLeader) {
        let leaders = all_leaders(conn).await?;
        others.extend(&leaders);
        facts.roles.insert(Role::DepartmentLeader, leaders);
    }
    if !needs.department_members.is_empty() {
        fill_members(conn, &needs.department_members, &mut facts.departments).await?;
        others.extend(facts.departments.values().flat_map(|one| &one.members));
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
                others.insert(holder.id);
            }
        }
    }
    others.retain(|member| !facts.members.contains_key(member));
    if !others.is_empty() {
        let wanted = Query::select().columns(PERSON).from(PEOPLE).to_owned();
        let everyone = WithClause::new().recursive(true).cte(people(named(others))).to_owned();
        for row in conn.query_all(&everyone.query(wanted)).await? {
            let person = member_facts(row.try_get("", "status")?, row.try_get("", "manager_id")?);
            facts.members.insert(row.try_get("", "id")?, person);
        }
    }
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

/// Name of the departments asked for, with all above them.
const LINE: &str = "line";
/// Name of the leaders of these departments, and of the holders of roles.
const FOUND: &str = "found";
/// Name of the people concerned, with all above them.
const PEOPLE: &str = "people";
/// What is asked of a person.
const PERSON: [org_member::Column; 3] = [
    org_member::Column::Id,
    org_member::Column::ManagerId,
    org_member::Column::Status,
];

/// Departments with all above them and their leaders, holders of roles, and all of these people and those named with everyone
/// above them: in one statement, whose rows say by what they leave empty which of the three they are.
async fn around(conn: &impl ConnectionTrait, needs: &Needs) -> Result<OrgFacts> {
    use org_membership::Column as Seat;
    use org_role_grant::Column as Grant;
    let (id, parent) = (org_department::Column::Id, org_department::Column::ParentId);
    let nothing = || Expr::cust("NULL");
    let of_seat = |column: Seat| Expr::col((org_membership::Entity, column));
    // Not a value to be bound: PostgreSQL knows how many lead only of what it sees, and would plan anew each time.
    let leads = of_seat(Seat::DepartmentId)
        .equals((LINE, id))
        .and(of_seat(Seat::IsLeader));
    let holders = Query::select()
        .expr_as(nothing(), "id")
        .expr_as(nothing(), "above")
        .column(Grant::MemberId)
        .column(Grant::Role)
        .expr_as(Expr::val(0), "rank")
        .expr_as(Expr::col(Grant::Id), "place")
        .from(org_role_grant::Entity)
        .and_where(Grant::Role.is_in(needs.roles.iter().copied()))
        .to_owned();
    let found = Query::select()
        .column((LINE, id))
        .expr_as(Expr::col((LINE, parent)), "above")
        .expr(of_seat(Seat::MemberId))
        .expr_as(nothing(), "role")
        .expr_as(of_seat(Seat::SortOrder), "rank")
        .expr_as(of_seat(Seat::MemberId), "place")
        .from_subquery(known_few(needs.departments.len()), LINE)
        .left_join(org_membership::Entity, leads)
        .union(UnionType::All, holders)
        .to_owned();
    let found = CommonTableExpression::new()
        .table_name(FOUND)
        .columns(["id", "above", "member_id", "role", "rank", "place"])
        .query(found)
        .to_owned();
    let of_found = Query::select()
        .expr_as(Expr::col("member_id"), "id")
        .from(FOUND)
        .and_where(Expr::col("member_id").is_not_null())
        .union(UnionType::Distinct, named(needs.members.iter().copied()))
        .to_owned();
    let persons = Query::select()
        .column("id")
        .expr_as(Expr::col("manager_id"), "above")
        .expr_as(nothing(), "member_id")
        .expr_as(nothing(), "role")
        .expr_as(Expr::val(0), "rank")
        .expr_as(nothing(), "place")
        .column("status")
        .from(PEOPLE)
        .to_owned();
    let all = Query::select()
        .columns(["id", "above", "member_id", "role", "rank", "place"])
        .expr_as(nothing(), "status")
        .from(FOUND)
        .union(UnionType::All, persons)
        .order_by("rank", Order::Asc)
        .order_by("place", Order::Asc)
        .to_owned();
    let query = WithClause::new()
        .recursive(true)
        .cte(line(&needs.departments))
        .cte(found)
        .cte(people(of_found))
        .to_owned()
        .query(all);
    let mut facts = OrgFacts::default();
    for row in conn.query_all(&query).await? {
        let (role, status): (Option<Role>, Option<MemberStatus>) =
            (row.try_get("", "role")?, row.try_get("", "status")?);
        let member: Option<MemberId> = row.try_get("", "member_id")?;
        match (role, status) {
            (Some(role), _) => {
                let holders: &mut Vec<MemberId> = facts.roles.entry(role).or_default();
                holders.extend(member.filter(|member| !holders.contains(member)));
            }
            (None, Some(status)) => {
                let person = member_facts(status, row.try_get("", "above")?);
                facts.members.insert(row.try_get("", "id")?, person);
            }
            (None, None) => {
                let department = facts.departments.entry(row.try_get("", "id")?).or_default();
                department.parent = row.try_get("", "above")?;
                department.leaders.extend(member);
            }
        }
    }
    Ok(facts)
}

/// Departments with all above them. A cycle ends it, as a row comes only once.
fn line(wanted: &BTreeSet<DepartmentId>) -> CommonTableExpression {
    let columns = [org_department::Column::Id, org_department::Column::ParentId];
    let of_row = |column: org_department::Column| Expr::col((org_department::Entity, column));
    let rest = Query::select()
        .exprs(columns.map(of_row))
        .from(LINE)
        .inner_join(org_department::Entity, of_row(columns[0]).equals((LINE, columns[1])))
        .to_owned();
    let all = Query::select()
        .exprs(columns.map(of_row))
        .from(org_department::Entity)
        .and_where(of_row(columns[0]).is_in(wanted.iter().copied()))
        .union(UnionType::Distinct, rest)
        .to_owned();
    CommonTableExpression::new()
        .table_name(LINE)
        .columns(columns)
        .query(all)
        .to_owned()
}

/// All of [`LINE`]. PostgreSQL takes a recursion for a hundred times as long as ours are and would read every seat of the company;
/// that so many departments cannot have more above them it is told by a limit.
fn known_few(departments: usize) -> SelectStatement {
    let most = departments.saturating_mul(MOST_DEPTH.unsigned_abs() as usize + 1);
    Query::select()
        .columns([org_department::Column::Id, org_department::Column::ParentId])
        .from(LINE)
        .limit(most as u64)
        .to_owned()
}

/// Those of these members that exist.
fn named(members: impl IntoIterator<Item = MemberId>) -> SelectStatement {
    Query::select()
        .column(org_member::Column::Id)
        .from(org_member::Entity)
        .and_where(org_member::Column::Id.is_in(members))
        .to_owned()
}

/// Members by a selection of their ids, with everyone above them. They are looked up one by one: a join makes PostgreSQL read
/// everybody, as it takes a recursion for much longer than ours are.
fn people(wanted: SelectStatement) -> CommonTableExpression {
    let [id, manager, _] = PERSON;
    let with_person = |found: Expr, from: &mut SelectStatement| {
        let look_up = |column: org_member::Column| {
            let one = Query::select()
                .expr(Expr::col((org_member::Entity, column)))
                .from(org_member::Entity)
                .and_where(Expr::col((org_member::Entity, id)).eq(found.clone()))
                .to_owned();
            Expr::from(one)
        };
        from.expr(found.clone())
            .exprs(PERSON[1..].iter().copied().map(look_up))
            .to_owned()
    };
    let above = with_person(
        Expr::col((PEOPLE, manager)),
        Query::select()
            .from(PEOPLE)
            .and_where(Expr::col((PEOPLE, manager)).is_not_null()),
    );
    let first = with_person(Expr::col(("asked", id)), Query::select().from_subquery(wanted, "asked"));
    CommonTableExpression::new()
        .table_name(PEOPLE)
        .columns(PERSON)
        .query(first.clone().union(UnionType::Distinct, above).to_owned())
        .to_owned()
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

/// All who lead a department: they hold a role by that.
async fn all_leaders(conn: &impl ConnectionTrait) -> Result<Vec<MemberId>> {
    Ok(org_membership::Entity::find()
        .select_only()
        .column(org_membership::Column::MemberId)
        .distinct()
        .filter(org_membership::Column::IsLeader.eq(true))
        .order_by_asc(org_membership::Column::MemberId)
        .into_tuple()
        .all(conn)
        .await?)
}
