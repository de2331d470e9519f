//! Who sees which requests, as a part of the query; lists and single requests.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use entity::{
    ApprovalId, ApprovalStatus, DataScope, DepartmentId, MemberId, Role, TaskId, TaskStatus, approval_case as case_row,
    approval_copy as copy_row, approval_task as task_row, approval_template as template_row, org_department,
    org_role_grant,
};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
};

use super::seek::sought;
use crate::access::{Permission, Reach};
use crate::cx::{Actor, Cx, company_offset};
use crate::error::{Error, Result};
use crate::graphql::connection::{Page, Slice};

/// A pile of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pile {
    /// Started by the viewer.
    Started,
    /// The viewer acted on them.
    Done,
    /// Copied to the viewer.
    Copied,
    /// All the viewer may read.
    All,
}

/// Which requests of a pile.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of these kinds; none for all.
    pub template_keys: Option<Vec<String>>,
    /// That stand so; none for all.
    pub statuses: Option<Vec<ApprovalStatus>>,
    /// Of a department and those below it.
    pub department: Option<DepartmentId>,
    /// Of an applicant.
    pub applicant: Option<MemberId>,
    /// Words of which each fits the number, the applicant (also in pinyin) or the kind.
    pub search: Option<String>,
    /// Submitted on this day or later.
    pub from: Option<NaiveDate>,
    /// Submitted on this day or before.
    pub to: Option<NaiveDate>,
    /// Copies the viewer has not opened.
    pub unread_only: bool,
}

/// One request.
///
/// # Errors
/// [`Error::NotFound`] for an absent one and for one the actor may not read.
pub async fn find(cx: &Cx, actor: &Actor, id: ApprovalId) -> Result<case_row::Model> {
    find_many(cx, actor, &[id]).await?.remove(&id).ok_or(Error::NotFound)
}

/// Requests by id, those the actor may not read left out.
///
/// # Errors
/// Only those of the database.
pub async fn find_many(cx: &Cx, actor: &Actor, ids: &[ApprovalId]) -> Result<HashMap<ApprovalId, case_row::Model>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = case_row::Entity::find()
        .filter(case_row::Column::Id.is_in(ids.iter().copied()))
        .filter(readable(actor))
        .all(cx.db.read())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Tasks by id, those of requests the actor may not read left out.
///
/// # Errors
/// Only those of the database.
pub async fn find_tasks(cx: &Cx, actor: &Actor, ids: &[TaskId]) -> Result<HashMap<TaskId, task_row::Model>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = task_row::Entity::find()
        .join(JoinType::InnerJoin, request_of_task())
        .filter(task_row::Column::Id.is_in(ids.iter().copied()))
        .filter(readable(actor))
        .all(cx.db.read())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The rule of [`crate::approval::policy::may_read`] in SQL, for requests that are named.
fn readable(actor: &Actor) -> Condition {
    let own = |table: SelectStatement| Expr::exists(table);
    let asked = Query::select()
        .expr(Expr::val(1))
        .from_as(task_row::Entity, "asked")
        .and_where(Expr::col(("asked", task_row::Column::CaseId)).equals((case_row::Entity, case_row::Column::Id)))
        .and_where(Expr::col(("asked", task_row::Column::AssigneeId)).eq(actor.member))
        .to_owned();
    let copied = Query::select()
        .expr(Expr::val(1))
        .from(copy_row::Entity)
        .and_where(
            Expr::col((copy_row::Entity, copy_row::Column::CaseId)).equals((case_row::Entity, case_row::Column::Id)),
        )
        .and_where(Expr::col((copy_row::Entity, copy_row::Column::MemberId)).eq(actor.member))
        .to_owned();
    in_reach(actor)
        .add(case_row::Column::ApplicantId.eq(actor.member))
        .add(own(asked))
        .add(own(copied))
}

/// The same rule, for lists: the piles of the actor come from their indexes.
fn listed(actor: &Actor) -> Condition {
    in_reach(actor)
        .add(case_row::Column::ApplicantId.eq(actor.member))
        .add(case_row::Column::Id.in_subquery(asked(actor.member)))
        .add(case_row::Column::Id.in_subquery(copied(actor.member, false)))
}

/// Requests over whose departments the actor holds the right to read.
fn in_reach(actor: &Actor) -> Condition {
    let mut any = Condition::any();
    for reach in actor.reaches(Permission::ReadApprovals) {
        any = match reach {
            Reach::Own => any,
            Reach::All => any.add(Expr::val(1).eq(1)),
            Reach::Departments(departments) => {
                any.add(case_row::Column::DepartmentId.is_in(departments.iter().copied()))
            }
            Reach::Trees(paths) => {
                let mut below = Condition::any();
                for path in paths {
                    below = below.add(org_department::Column::Path.starts_with(path));
                }
                let departments = Query::select()
                    .column(org_department::Column::Id)
                    .from(org_department::Entity)
                    .cond_where(below)
                    .to_owned();
                if paths.is_empty() {
                    any
                } else {
                    any.add(case_row::Column::DepartmentId.in_subquery(departments))
                }
            }
        };
    }
    any
}

fn asked(member: MemberId) -> SelectStatement {
    Query::select()
        .column(task_row::Column::CaseId)
        .from(task_row::Entity)
        .and_where(task_row::Column::AssigneeId.eq(member))
        .to_owned()
}

fn acted(member: MemberId) -> SelectStatement {
    let decided = [
        TaskStatus::Approved,
        TaskStatus::Rejected,
        TaskStatus::Handled,
        TaskStatus::Returned,
        TaskStatus::Transferred,
    ];
    asked(member)
        .and_where(task_row::Column::Status.is_in(decided))
        .to_owned()
}

fn copied(member: MemberId, unread: bool) -> SelectStatement {
    let mut copies = Query::select();
    copies
        .column(copy_row::Column::CaseId)
        .from(copy_row::Entity)
        .and_where(copy_row::Column::MemberId.eq(member));
    if unread {
        copies.and_where(copy_row::Column::ReadAt.is_null());
    }
    copies.to_owned()
}

/// Requests of a pile, the newest first.
///
/// # Errors
/// Only those of the database.
pub async fn list(
    cx: &Cx,
    actor: &Actor,
    pile: Pile,
    filter: &Filter,
    page: Page<ApprovalId>,
) -> Result<Slice<case_row::Model>> {
    let mut query = piled(cx, actor, pile, filter).await?;
    // The same ids: the pile is walked in the order of the index it stands in, however many requests it holds.
    let id = match pile {
        Pile::Copied => Expr::col((copy_row::Entity, copy_row::Column::CaseId)),
        Pile::Started | Pile::Done | Pile::All => Expr::col((case_row::Entity, case_row::Column::Id)),
    };
    if let Some(from) = page.from {
        query = query.filter(id.clone().lt(from));
    }
    let rows = query
        .order_by(id, Order::Desc)
        .limit(page.size + 1)
        .all(cx.db.read())
        .await?;
    Ok(Slice::cut(rows, &page))
}

/// How many requests a pile has.
///
/// # Errors
/// Only those of the database.
pub async fn count(cx: &Cx, actor: &Actor, pile: Pile, filter: &Filter) -> Result<u64> {
    Ok(piled(cx, actor, pile, filter).await?.count(cx.db.read()).await?)
}

async fn piled(cx: &Cx, actor: &Actor, pile: Pile, filter: &Filter) -> Result<Select<case_row::Entity>> {
    use case_row::Column;
    let mut query = case_row::Entity::find();
    if pile == Pile::Copied {
        let copy = copy_row::Entity::belongs_to(case_row::Entity)
            .from(copy_row::Column::CaseId)
            .to(Column::Id);
        query = query.join_rev(JoinType::InnerJoin, copy.into());
    }
    query = query.filter(match pile {
        Pile::Started => Condition::all().add(Column::ApplicantId.eq(actor.member)),
        // The correction of an own request is no decision.
        Pile::Done => Condition::all()
            .add(Column::ApplicantId.ne(actor.member))
            .add(Column::Id.in_subquery(acted(actor.member))),
        Pile::Copied => Condition::all()
            .add(copy_row::Column::MemberId.eq(actor.member))
            .add_option(filter.unread_only.then(|| copy_row::Column::ReadAt.is_null())),
        Pile::All => listed(actor),
    });
    // The pile of copies itself holds only those not opened.
    let unread = filter.unread_only && pile != Pile::Copied;
    Ok(query.filter(matching(cx, actor, filter, unread).await?))
}

/// What of [`Filter`] a request has to meet, whichever pile it lies in.
async fn matching(cx: &Cx, actor: &Actor, filter: &Filter, unread: bool) -> Result<Condition> {
    use case_row::Column;
    let mut all = Condition::all();
    if unread {
        all = all.add(Column::Id.in_subquery(copied(actor.member, true)));
    }
    if let Some(keys) = &filter.template_keys {
        let templates = Query::select()
            .column(template_row::Column::Id)
            .from(template_row::Entity)
            .and_where(template_row::Column::Key.is_in(keys.iter().take(100)))
            .to_owned();
        all = all.add(Column::TemplateId.in_subquery(templates));
    }
    if let Some(statuses) = &filter.statuses {
        all = all.add(Column::Status.is_in(statuses.iter().copied()));
    }
    if let Some(department) = filter.department {
        all = all.add(Column::DepartmentId.in_subquery(with_below(department)));
    }
    if let Some(applicant) = filter.applicant {
        all = all.add(Column::ApplicantId.eq(applicant));
    }
    if let Some(from) = filter.from.and_then(start_of) {
        all = all.add(Column::SubmittedAt.gte(from));
    }
    if let Some(to) = filter.to.and_then(|day| start_of(day.checked_add_days(Days::new(1))?)) {
        all = all.add(Column::SubmittedAt.lt(to));
    }
    if let Some(text) = &filter.search
        && let Some(fits) = sought(cx, text).await?
    {
        all = all.add(fits);
    }
    Ok(all)
}

/// A department and all below it.
fn with_below(department: DepartmentId) -> SelectStatement {
    Query::select()
        .column(org_department::Column::Id)
        .from(org_department::Entity)
        .and_where(org_department::Column::Path.contains(format!("/{department}/")))
        .to_owned()
}

/// When a civil day of the company begins.
fn start_of(day: NaiveDate) -> Option<DateTime<Utc>> {
    let local = company_offset()
        .from_local_datetime(&day.and_time(NaiveTime::MIN))
        .single()?;
    Some(local.with_timezone(&Utc))
}

/// Tasks that wait for the actor with their requests, the oldest first: in one statement. The filter is about the requests.
///
/// # Errors
/// Only those of the database.
pub async fn inbox(
    cx: &Cx,
    actor: &Actor,
    filter: &Filter,
    page: Page<TaskId>,
) -> Result<Slice<(task_row::Model, Option<case_row::Model>)>> {
    let mut query = waiting(actor)
        .join(JoinType::InnerJoin, request_of_task())
        .filter(matching(cx, actor, filter, filter.unread_only).await?)
        .select_also(case_row::Entity);
    if let Some(from) = page.from {
        query = query.filter(task_row::Column::Id.gt(from));
    }
    let rows = query
        .order_by_asc(task_row::Column::Id)
        .limit(page.size + 1)
        .all(cx.db.read())
        .await?;
    Ok(Slice::cut(rows, &page))
}

/// How many tasks wait for the actor, of requests that meet the filter.
///
/// # Errors
/// Only those of the database.
pub async fn inbox_count(cx: &Cx, actor: &Actor, filter: &Filter) -> Result<u64> {
    let wanted = matching(cx, actor, filter, filter.unread_only).await?;
    let mut query = waiting(actor);
    if !wanted.is_empty() {
        query = query.join(JoinType::InnerJoin, request_of_task()).filter(wanted);
    }
    Ok(query.count(cx.db.read()).await?)
}

fn waiting(actor: &Actor) -> Select<task_row::Entity> {
    task_row::Entity::find()
        .filter(task_row::Column::AssigneeId.eq(actor.member))
        .filter(task_row::Column::Status.eq(TaskStatus::Pending))
}

fn request_of_task() -> RelationDef {
    task_row::Entity::belongs_to(case_row::Entity)
        .from(task_row::Column::CaseId)
        .to(case_row::Column::Id)
        .into()
}

/// Who of these members may read requests of a department by right over everyone: one statement.
pub(super) async fn readers_among(conn: &impl ConnectionTrait, members: &[MemberId]) -> Result<HashSet<MemberId>> {
    if members.is_empty() {
        return Ok(HashSet::new());
    }
    let roles = [Role::Administrator, Role::ProcessAdministrator];
    let rows: Vec<MemberId> = org_role_grant::Entity::find()
        .select_only()
        .column(org_role_grant::Column::MemberId)
        .filter(org_role_grant::Column::MemberId.is_in(members.iter().copied()))
        .filter(org_role_grant::Column::Role.is_in(roles))
        .filter(org_role_grant::Column::Scope.eq(DataScope::All))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}
