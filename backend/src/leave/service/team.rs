//! Who is away: that someone is, colleagues may know; of which kind, and what is only asked for, the managers and the personnel
//! department.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use entity::{
    ApprovalId, DayPart, DepartmentId, LeaveStatus, LeaveTypeId, MemberId, MemberStatus, leave_day, leave_request,
    leave_type, org_department, org_member, org_membership,
};
use sea_orm::sea_query::{Condition, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::{kind_of, known_kinds, relation};
use crate::access::Permission;
use crate::calendar::{self, Day};
use crate::cx::{Actor, Cx};
use crate::error::{Error, Result, Text};
use crate::leave::model::{DayRow, Span};
use crate::leave::policy::{Action, TeamFacts, may_see_team};
use crate::org::service as org;

/// Longest span of [`team_calendar`], in days.
const MAX_SPAN: i64 = 62;
/// A department with more people below it shows only its own members.
const MAX_TEAM: i32 = 200;

/// A member who is away, with the half days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwayMember {
    /// Who.
    pub member: MemberId,
    /// When, in order.
    pub days: Vec<AwayHalf>,
}

/// Half a day someone is away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwayHalf {
    /// Civil date.
    pub date: NaiveDate,
    /// Which half.
    pub part: DayPart,
    /// Name of the kind; none where the actor may not know it.
    pub kind: Option<Text>,
    /// Asked for or approved.
    pub status: LeaveStatus,
    /// The request; none where the actor may not know the kind.
    pub request: Option<ApprovalId>,
}

/// How many of a team are there on a working day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staffing {
    /// Civil date.
    pub date: NaiveDate,
    /// Members who are there all day.
    pub present: i32,
    /// Members of the team.
    pub team: i32,
}

/// The team of a request on its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Team mates who are away on some of the days.
    pub away: Vec<AwayMember>,
    /// Per working day of the request, with its own absence counted.
    pub staffing: Vec<Staffing>,
}

/// A department in a span of dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamOf {
    /// Which.
    pub department: DepartmentId,
    /// What the days are.
    pub days: Vec<Day>,
    /// Members who are away at some time.
    pub members: Vec<AwayMember>,
}

/// Who of a department is away between two dates.
///
/// # Errors
/// [`Error::NotFound`] for an absent department, [`Error::Forbidden`] for one that is neither the actor's nor in reach,
/// [`Error::Invalid`] for a span over 62 days.
pub async fn team_calendar(
    cx: &Cx,
    actor: &Actor,
    department: Option<DepartmentId>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<TeamOf> {
    calendar::service::check_span(from, to, MAX_SPAN)?;
    let own = actor.departments.first().map(|(id, _)| *id);
    let id = department.or(own).ok_or(Error::NotFound)?;
    let structure = org::structure(cx).await?;
    let row = structure.departments.get(&id).ok_or(Error::NotFound)?;
    let facts = TeamFacts {
        member: actor.departments.iter().any(|(_, path)| row.path.starts_with(path)),
        in_reach: actor.can_over(Permission::ReadLeave, id, &row.path),
    };
    if !may_see_team(facts) {
        return Err(Error::forbidden(
            "你只能查看自己部门的休假安排",
            "You may only see who is away in your own department",
        ));
    }
    let tree = Condition::all().add(org_department::Column::Path.starts_with(row.path.as_str()));
    let (_, below) = org::sizes(cx).await?.get(&id).copied().unwrap_or_default();
    let scope = if below > MAX_TEAM {
        Condition::all().add(org_department::Column::Id.eq(id))
    } else {
        tree
    };
    let members = away(cx, actor, ids_of(&scope), from, to, None).await?;
    let calendar = calendar::service::load(cx.db.read(), from, to, None).await?;
    Ok(TeamOf {
        department: id,
        days: calendar.days(from, to).collect(),
        members,
    })
}

/// The team of a member on the days of a request: the members of the department given, else of the primary one. It asks no
/// policy of its own; whoever may see the request may see it.
///
/// # Errors
/// Only those of the database.
pub async fn team_of(
    cx: &Cx,
    actor: &Actor,
    member: MemberId,
    department: Option<DepartmentId>,
    span: &Span,
    rows: &[DayRow],
) -> Result<Team> {
    let nobody = Team {
        away: Vec::new(),
        staffing: Vec::new(),
    };
    if span.check().is_err() {
        return Ok(nobody);
    }
    let department = match department {
        Some(department) => department,
        None => match primary(cx, member).await? {
            Some(department) => department,
            None => return Ok(nobody),
        },
    };
    let scope = Condition::all().add(org_department::Column::Id.eq(department));
    let (size, _) = org::sizes(cx).await?.get(&department).copied().unwrap_or_default();
    let away = away(cx, actor, ids_of(&scope), span.start_date, span.end_date, Some(member)).await?;
    let mut absent: BTreeMap<NaiveDate, HashSet<MemberId>> = rows
        .iter()
        .filter(|row| row.minutes > 0)
        .map(|row| (row.date, HashSet::from([member])))
        .collect();
    for other in &away {
        for half in &other.days {
            if let Some(absent) = absent.get_mut(&half.date) {
                absent.insert(other.member);
            }
        }
    }
    let staffing = absent
        .into_iter()
        .map(|(date, absent)| {
            let absent = i32::try_from(absent.len()).unwrap_or(i32::MAX);
            Staffing {
                date,
                present: (size - absent).max(0),
                team: size,
            }
        })
        .collect();
    Ok(Team { away, staffing })
}

/// An absence today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwayToday {
    /// Last day of the leave.
    pub until: NaiveDate,
    /// To its morning or afternoon, inclusive.
    pub until_part: DayPart,
    /// Name of the kind; none where the actor may not know it.
    pub kind: Option<Text>,
}

/// Which of the members are away on a day by an approved leave, in one statement whatever their number.
///
/// # Errors
/// Only those of the database.
pub async fn away_on(
    cx: &Cx,
    actor: &Actor,
    members: &[MemberId],
    date: NaiveDate,
) -> Result<HashMap<MemberId, AwayToday>> {
    let conn = cx.db.read();
    let day = leave_request::Entity::belongs_to(leave_day::Entity)
        .from(leave_request::Column::Id)
        .to(leave_day::Column::RequestId);
    let requests = leave_request::Entity::find()
        .join(JoinType::InnerJoin, day.into())
        .filter(leave_day::Column::MemberId.is_in(members.iter().copied()))
        .filter(leave_day::Column::Date.eq(date))
        .filter(leave_request::Column::Status.eq(LeaveStatus::Approved))
        .order_by_asc(leave_request::Column::EndDate)
        .all(conn)
        .await?;
    if requests.is_empty() {
        return Ok(HashMap::new());
    }
    let people: Vec<MemberId> = requests.iter().map(|request| request.member_id).collect();
    let known = relation::visible(cx, actor, &people, Action::KnowKind, Permission::ReadLeave).await?;
    let kinds = known_kinds(cx).await?;
    Ok(requests
        .into_iter()
        .map(|request| {
            let kind = known
                .contains(&request.member_id)
                .then(|| name(&kinds, request.type_id))
                .flatten();
            (
                request.member_id,
                AwayToday {
                    until: request.end_date,
                    until_part: request.end_part,
                    kind,
                },
            )
        })
        .collect())
}

#[derive(FromQueryResult)]
struct HalfRow {
    member_id: MemberId,
    date: NaiveDate,
    part: DayPart,
    request_id: ApprovalId,
    type_id: LeaveTypeId,
    status: LeaveStatus,
}

async fn away(
    cx: &Cx,
    actor: &Actor,
    members: SelectStatement,
    from: NaiveDate,
    to: NaiveDate,
    without: Option<MemberId>,
) -> Result<Vec<AwayMember>> {
    let request = leave_day::Entity::belongs_to(leave_request::Entity)
        .from(leave_day::Column::RequestId)
        .to(leave_request::Column::Id);
    let mut query = leave_day::Entity::find()
        .select_only()
        .columns([
            leave_day::Column::MemberId,
            leave_day::Column::Date,
            leave_day::Column::Part,
            leave_day::Column::RequestId,
        ])
        .columns([leave_request::Column::TypeId, leave_request::Column::Status])
        .join(JoinType::InnerJoin, request.into())
        .filter(leave_day::Column::Date.between(from, to))
        .filter(leave_day::Column::MemberId.in_subquery(members));
    if let Some(without) = without {
        query = query.filter(leave_day::Column::MemberId.ne(without));
    }
    let rows: Vec<HalfRow> = query
        .order_by_asc(leave_day::Column::MemberId)
        .order_by_asc(leave_day::Column::Date)
        .order_by_asc(leave_day::Column::Part)
        .into_model()
        .all(cx.db.read())
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let people: HashSet<MemberId> = rows.iter().map(|row| row.member_id).collect();
    let people: Vec<MemberId> = people.into_iter().collect();
    let known = relation::visible(cx, actor, &people, Action::KnowKind, Permission::ReadLeave).await?;
    let kinds = known_kinds(cx).await?;
    let mut away: BTreeMap<MemberId, Vec<AwayHalf>> = BTreeMap::new();
    for row in rows {
        let known = known.contains(&row.member_id);
        if !known && row.status != LeaveStatus::Approved {
            continue;
        }
        away.entry(row.member_id).or_default().push(AwayHalf {
            date: row.date,
            part: row.part,
            kind: known.then(|| name(&kinds, row.type_id)).flatten(),
            status: row.status,
            request: known.then_some(row.request_id),
        });
    }
    Ok(away
        .into_iter()
        .map(|(member, days)| AwayMember { member, days })
        .collect())
}

fn name(kinds: &[leave_type::Model], id: LeaveTypeId) -> Option<Text> {
    kind_of(kinds, id).map(|kind| Text::new(kind.name.clone(), kind.name_en.clone()))
}

async fn primary(cx: &Cx, member: MemberId) -> Result<Option<DepartmentId>> {
    let found = org::people(cx, &[member]).await?;
    let seats = found
        .get(&member)
        .map(|person| person.seats.clone())
        .unwrap_or_default();
    Ok(seats.first().map(|seat| seat.department_id))
}

/// Active members of the departments a condition finds, each once.
fn members_of(departments: &Condition) -> sea_orm::Select<org_member::Entity> {
    org_member::Entity::find()
        .filter(org_member::Column::Status.eq(MemberStatus::Active))
        .filter(org_member::Column::Id.in_subquery(ids_of_memberships(departments)))
}

fn ids_of(departments: &Condition) -> SelectStatement {
    members_of(departments)
        .select_only()
        .column(org_member::Column::Id)
        .into_query()
}

fn ids_of_memberships(departments: &Condition) -> SelectStatement {
    use sea_orm::sea_query::{Expr, ExprTrait};
    Query::select()
        .column((org_membership::Entity, org_membership::Column::MemberId))
        .from(org_membership::Entity)
        .inner_join(
            org_department::Entity,
            Expr::col((org_department::Entity, org_department::Column::Id))
                .equals((org_membership::Entity, org_membership::Column::DepartmentId)),
        )
        .cond_where(departments.clone())
        .to_owned()
}
