//! What this process remembers of the organisation: people that screens showed, departments, positions, roles.
//!
//! Every page shows names; asking for them each time would be most of its statements. What is remembered is let go when an
//! event says that it changed: at once for changes of this process, as soon as the relay reads the event for those of others.
//! It serves display and the rights of display. Commands ask the database, in their transaction. See
//! `docs/decisions/0004-the-organisation-in-memory.md`.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entity::{
    DepartmentId, MemberId, MemberStatus, PositionId, Role, org_department, org_member, org_membership, org_position,
    org_role_grant,
};
use sea_orm::sea_query::{CommonTableExpression, Expr, ExprTrait, Query, UnionType, WithClause};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::batch::Seats;
use super::flight::Flight;
use super::read::department_sizes;
use crate::cx::{Cx, Memory};
use crate::error::Result;
use crate::org::policy::MemberFacts;

/// People remembered before all are let go.
const MOST: usize = 50_000;
/// Most managers above a member that are looked at.
const MOST_LINE: usize = 30;

/// A member with their departments.
#[derive(Clone, Debug)]
pub struct Person {
    /// The member.
    pub row: Arc<org_member::Model>,
    /// Their departments, the primary one first.
    pub seats: Arc<Seats>,
}

/// What is few and needed everywhere.
#[derive(Debug, Default)]
pub struct Structure {
    /// All departments, closed ones too.
    pub departments: HashMap<DepartmentId, Arc<org_department::Model>>,
    /// Who leads each department, in order; those who left, too.
    pub leaders: HashMap<DepartmentId, Vec<MemberId>>,
    /// Who was granted each role, the longest-serving first.
    pub roles: HashMap<Role, Vec<MemberId>>,
    /// All positions.
    pub positions: HashMap<PositionId, Arc<org_position::Model>>,
}

/// Members of a department: its own, and with all below.
pub type Sizes = HashMap<DepartmentId, (i32, i32)>;

/// Kept in [`Memory`].
#[derive(Default)]
struct Directory {
    state: Mutex<State>,
    structures: Flight<Structure>,
    sizes: Flight<Sizes>,
}

#[derive(Default)]
struct State {
    /// Grows with each change. What was read before a change is not kept after it.
    generation: u64,
    people: HashMap<MemberId, Arc<Person>>,
    structure: Option<Arc<Structure>>,
    sizes: Option<Arc<Sizes>>,
}

impl Directory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, generation: u64, keep: impl FnOnce(&mut State)) {
        let mut state = self.state();
        if state.generation == generation {
            keep(&mut state);
        }
    }
}

/// A member changed.
pub fn forget_member(memory: &Memory, member: Uuid) {
    let directory = memory.get::<Directory>();
    let mut state = directory.state();
    state.generation += 1;
    state.people.remove(&MemberId(member));
    state.structure = None;
    state.sizes = None;
}

/// Departments, their leaders, or many members at once changed.
pub fn forget_all(memory: &Memory, _: Uuid) {
    let directory = memory.get::<Directory>();
    let mut state = directory.state();
    *state = State {
        generation: state.generation + 1,
        ..State::default()
    };
}

/// A member, when remembered.
pub fn known(cx: &Cx, id: MemberId) -> Option<Arc<Person>> {
    cx.memory.get::<Directory>().state().people.get(&id).cloned()
}

/// Members by id, active or not; absent ones are left out. At most one statement, none when all are remembered. Asked by the
/// server itself to show what the caller may see.
///
/// # Errors
/// Only those of the database.
pub async fn people(cx: &Cx, ids: &[MemberId]) -> Result<HashMap<MemberId, Arc<Person>>> {
    let (mut found, missing, generation) = look(cx, ids);
    if !missing.is_empty() {
        let loaded = load(cx, &missing).await?;
        keep(cx, generation, &loaded);
        let wanted: HashSet<MemberId> = missing.into_iter().collect();
        found.extend(loaded.into_iter().filter(|(id, _)| wanted.contains(id)));
    }
    Ok(found)
}

/// Members with everyone above them. At most one statement, unless a line was broken by a change.
///
/// # Errors
/// Only those of the database.
pub async fn with_managers(cx: &Cx, ids: &[MemberId]) -> Result<HashMap<MemberId, Arc<Person>>> {
    let mut found: HashMap<MemberId, Arc<Person>> = HashMap::new();
    let mut asked: HashSet<MemberId> = HashSet::new();
    let mut next: Vec<MemberId> = ids.to_vec();
    while !next.is_empty() {
        asked.extend(next.iter().copied());
        let (here, missing, generation) = look(cx, &next);
        found.extend(here);
        if !missing.is_empty() {
            let loaded = load(cx, &missing).await?;
            keep(cx, generation, &loaded);
            found.extend(loaded);
        }
        let managers = found.values().filter_map(|person| person.row.manager_id);
        let above: HashSet<MemberId> = managers
            .filter(|id| !found.contains_key(id) && !asked.contains(id))
            .collect();
        next = above.into_iter().collect();
    }
    Ok(found)
}

fn look(cx: &Cx, ids: &[MemberId]) -> (HashMap<MemberId, Arc<Person>>, Vec<MemberId>, u64) {
    let directory = cx.memory.get::<Directory>();
    let state = directory.state();
    let mut found = HashMap::with_capacity(ids.len());
    let mut missing = Vec::new();
    for id in ids {
        match state.people.get(id) {
            Some(person) => {
                found.insert(*id, person.clone());
            }
            None => missing.push(*id),
        }
    }
    missing.sort_unstable();
    missing.dedup();
    (found, missing, state.generation)
}

fn keep(cx: &Cx, generation: u64, loaded: &HashMap<MemberId, Arc<Person>>) {
    cx.memory.get::<Directory>().keep(generation, |state| {
        if state.people.len() > MOST {
            state.people.clear();
        }
        state
            .people
            .extend(loaded.iter().map(|(id, person)| (*id, person.clone())));
    });
}

/// Members, everyone above them, and the departments of all, in one statement.
async fn load(cx: &Cx, ids: &[MemberId]) -> Result<HashMap<MemberId, Arc<Person>>> {
    use org_member::Column;
    let of_member = |column: Column| Expr::col((org_member::Entity, column));
    let mut first = Query::select()
        .expr(of_member(Column::Id))
        .from(org_member::Entity)
        .and_where(of_member(Column::Id).is_in(ids.iter().copied()))
        .to_owned();
    let above = Query::select()
        .expr(of_member(Column::ManagerId))
        .from("line")
        .inner_join(org_member::Entity, of_member(Column::Id).equals(("line", "id")))
        .and_where(of_member(Column::ManagerId).is_not_null())
        .to_owned();
    let line = CommonTableExpression::new()
        .table_name("line")
        .columns(["id"])
        .query(first.union(UnionType::Distinct, above).to_owned())
        .to_owned();
    let line = Query::select()
        .column("id")
        .from("line")
        .with_cte(WithClause::new().recursive(true).cte(line).to_owned())
        .to_owned();
    let seats = org_member::Entity::belongs_to(org_membership::Entity)
        .from(Column::Id)
        .to(org_membership::Column::MemberId);
    let rows = org_member::Entity::find()
        .join(JoinType::LeftJoin, seats.into())
        .filter(Column::Id.in_subquery(line))
        .order_by_asc(Column::Id)
        .order_by_desc(org_membership::Column::IsPrimary)
        .order_by_asc(org_membership::Column::SortOrder)
        .order_by_asc(org_membership::Column::DepartmentId)
        .select_also(org_membership::Entity)
        .all(cx.db.read())
        .await?;
    let mut found: HashMap<MemberId, (org_member::Model, Seats)> = HashMap::new();
    for (member, seat) in rows {
        let (_, seats) = found.entry(member.id).or_insert_with(|| (member, Seats::new()));
        seats.extend(seat);
    }
    let person = |(row, seats)| {
        Arc::new(Person {
            row: Arc::new(row),
            seats: Arc::new(seats),
        })
    };
    Ok(found.into_iter().map(|(id, found)| (id, person(found))).collect())
}

/// Departments, leaders, roles and positions.
///
/// # Errors
/// Only those of the database.
pub async fn structure(cx: &Cx) -> Result<Arc<Structure>> {
    let directory = cx.memory.get::<Directory>();
    if let Some(structure) = &directory.state().structure {
        return Ok(structure.clone());
    }
    let read = async || {
        let generation = directory.state().generation;
        let loaded = Arc::new(load_structure(cx).await?);
        directory.keep(generation, |state| state.structure = Some(loaded.clone()));
        Ok(loaded)
    };
    directory.structures.join(read).await
}

async fn load_structure(cx: &Cx) -> Result<Structure> {
    let db = cx.db.read();
    let departments = org_department::Entity::find().all(db).await?;
    let positions = org_position::Entity::find().all(db).await?;
    let mut structure = Structure {
        departments: departments.into_iter().map(|row| (row.id, Arc::new(row))).collect(),
        positions: positions.into_iter().map(|row| (row.id, Arc::new(row))).collect(),
        ..Structure::default()
    };
    let leaders = org_membership::Entity::find()
        .filter(org_membership::Column::IsLeader.eq(true))
        .order_by_asc(org_membership::Column::SortOrder)
        .order_by_asc(org_membership::Column::MemberId)
        .all(db)
        .await?;
    for seat in leaders {
        structure
            .leaders
            .entry(seat.department_id)
            .or_default()
            .push(seat.member_id);
    }
    let grants = org_role_grant::Entity::find()
        .order_by_asc(org_role_grant::Column::Id)
        .all(db)
        .await?;
    for grant in grants {
        let holders = structure.roles.entry(grant.role).or_default();
        if !holders.contains(&grant.member_id) {
            holders.push(grant.member_id);
        }
    }
    Ok(structure)
}

/// How many active members departments have.
///
/// # Errors
/// Only those of the database.
pub async fn sizes(cx: &Cx) -> Result<Arc<Sizes>> {
    let directory = cx.memory.get::<Directory>();
    if let Some(sizes) = &directory.state().sizes {
        return Ok(sizes.clone());
    }
    let read = async || {
        let generation = directory.state().generation;
        let loaded = Arc::new(department_sizes(cx).await?);
        directory.keep(generation, |state| state.sizes = Some(loaded.clone()));
        Ok(loaded)
    };
    directory.sizes.join(read).await
}

/// Active leaders of a department, in order.
///
/// # Errors
/// Only those of the database.
pub async fn leaders(cx: &Cx, department: DepartmentId) -> Result<Vec<Arc<Person>>> {
    let structure = structure(cx).await?;
    let ids = structure
        .leaders
        .get(&department)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut found = people(cx, ids).await?;
    let leaders = ids.iter().filter_map(|id| found.remove(id));
    Ok(leaders
        .filter(|leader| leader.row.status == MemberStatus::Active)
        .collect())
}

/// The managers above a member among `people`, nearest first.
pub fn line(people: &HashMap<MemberId, Arc<Person>>, member: MemberId) -> Vec<MemberId> {
    let mut line = Vec::new();
    let mut at = people.get(&member).and_then(|person| person.row.manager_id);
    while let Some(id) = at.filter(|id| *id != member && !line.contains(id) && line.len() < MOST_LINE) {
        line.push(id);
        at = people.get(&id).and_then(|person| person.row.manager_id);
    }
    line
}

/// What the policy looks at, for each of these members; absent ones are left out.
///
/// # Errors
/// Only those of the database.
pub async fn facts(cx: &Cx, ids: &[MemberId]) -> Result<HashMap<MemberId, MemberFacts>> {
    let people = with_managers(cx, ids).await?;
    let structure = structure(cx).await?;
    let administrators = structure
        .roles
        .get(&Role::Administrator)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let place = |seat: &org_membership::Model| {
        let department = structure.departments.get(&seat.department_id)?;
        Some((department.id, department.path.clone()))
    };
    let facts = |id: &MemberId| {
        let person = people.get(id)?;
        let facts = MemberFacts {
            id: *id,
            active: person.row.status == MemberStatus::Active,
            administrator: administrators.contains(id),
            departments: person.seats.iter().filter_map(place).collect(),
            line: line(&people, *id),
        };
        Some((*id, facts))
    };
    Ok(ids.iter().filter_map(facts).collect())
}
