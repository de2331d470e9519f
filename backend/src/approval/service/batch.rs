//! Parts of many requests at once, for callers who have asked the policy for each request.

use std::collections::{BTreeSet, HashMap};

use entity::{
    ApprovalId, CommentId, Id, approval_case as case_row, approval_comment as comment_row, approval_copy as copy_row,
    approval_node_run as run_row, approval_round as round_row, approval_task as task_row, event_log, file_object,
};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, UnionType, WindowStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, Order, QueryFilter, QueryOrder, QuerySelect};

use crate::approval::model::history::Deed;
use crate::cx::Cx;
use crate::error::Result;
use crate::graphql::connection::{Page, Slice};

/// A visit of a node with the people asked.
#[derive(Clone, Debug)]
pub struct Step {
    /// The visit.
    pub run: run_row::Model,
    /// Its seats in order.
    pub tasks: Vec<task_row::Model>,
}

/// Visits and tasks of requests, in order, in one statement.
///
/// # Errors
/// Only those of the database.
pub async fn steps(cx: &Cx, ids: &[ApprovalId]) -> Result<HashMap<ApprovalId, Vec<Step>>> {
    let tasks = run_row::Entity::belongs_to(task_row::Entity)
        .from(run_row::Column::Id)
        .to(task_row::Column::NodeRunId);
    let rows = run_row::Entity::find()
        .join(JoinType::LeftJoin, tasks.into())
        .filter(run_row::Column::CaseId.is_in(ids.iter().copied()))
        .order_by_asc(run_row::Column::CaseId)
        .order_by_asc(run_row::Column::Ordinal)
        .order_by_asc(task_row::Column::Seat)
        .select_also(task_row::Entity)
        .all(cx.db.read())
        .await?;
    let mut found: HashMap<ApprovalId, Vec<Step>> = HashMap::new();
    for (run, task) in rows {
        let steps = found.entry(run.case_id).or_default();
        match steps.last_mut() {
            Some(last) if last.run.id == run.id => last.tasks.extend(task),
            _ => steps.push(Step {
                run,
                tasks: task.into_iter().collect(),
            }),
        }
    }
    Ok(found)
}

/// Copies of requests, the oldest first.
///
/// # Errors
/// Only those of the database.
pub async fn copies(cx: &Cx, ids: &[ApprovalId]) -> Result<HashMap<ApprovalId, Vec<copy_row::Model>>> {
    let rows = copy_row::Entity::find()
        .filter(copy_row::Column::CaseId.is_in(ids.iter().copied()))
        .order_by_asc(copy_row::Column::CreatedAt)
        .order_by_asc(copy_row::Column::MemberId)
        .all(cx.db.read())
        .await?;
    Ok(grouped(rows, |row| row.case_id))
}

/// What was submitted in each round of requests, first round first.
///
/// # Errors
/// Only those of the database.
pub async fn rounds(cx: &Cx, ids: &[ApprovalId]) -> Result<HashMap<ApprovalId, Vec<round_row::Model>>> {
    let rows = round_row::Entity::find()
        .filter(round_row::Column::CaseId.is_in(ids.iter().copied()))
        .order_by_asc(round_row::Column::Round)
        .all(cx.db.read())
        .await?;
    Ok(grouped(rows, |row| row.case_id))
}

/// The history of requests, the oldest event first.
///
/// # Errors
/// Only those of the database.
pub async fn history(cx: &Cx, ids: &[ApprovalId]) -> Result<HashMap<ApprovalId, Vec<(Deed, event_log::Model)>>> {
    let rows = event_log::Entity::find()
        .filter(event_log::Column::SubjectType.eq(ApprovalId::PREFIX))
        .filter(event_log::Column::SubjectId.is_in(ids.iter().map(|id| id.uuid())))
        .order_by_asc(event_log::Column::Id)
        .all(cx.db.read())
        .await?;
    let told = rows
        .into_iter()
        .filter_map(|row| Some((Deed::of(&row.kind)?, row)))
        .collect();
    Ok(grouped(told, |(_, row)| ApprovalId::from_uuid(row.subject_id)))
}

/// What lists count of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Comments.
    pub comments: i64,
    /// Files that belong to it.
    pub files: i64,
    /// Whether a member has a copy and has not opened it.
    pub unread: bool,
}

/// Counts of requests, in one statement; requests without any are left out.
///
/// # Errors
/// Only those of the database.
pub async fn tallies(cx: &Cx, member: entity::MemberId, ids: &[ApprovalId]) -> Result<HashMap<ApprovalId, Tally>> {
    const COMMENT: i32 = 1;
    const FILE: i32 = 2;
    const UNREAD: i32 = 3;
    let counted = |what: i32| Query::select().expr_as(Expr::val(what), "what").to_owned();
    let files = counted(FILE)
        .expr_as(Expr::col(file_object::Column::SubjectId), "id")
        .expr_as(Expr::col(file_object::Column::Id).count(), "count")
        .from(file_object::Entity)
        .and_where(file_object::Column::SubjectId.is_in(ids.iter().map(|id| id.uuid())))
        .and_where(file_object::Column::SubjectType.eq(ApprovalId::PREFIX))
        .group_by_col(file_object::Column::SubjectId)
        .to_owned();
    let unread = counted(UNREAD)
        .expr_as(Expr::col(copy_row::Column::CaseId), "id")
        .expr_as(Expr::col(copy_row::Column::MemberId).count(), "count")
        .from(copy_row::Entity)
        .and_where(copy_row::Column::CaseId.is_in(ids.iter().copied()))
        .and_where(copy_row::Column::MemberId.eq(member))
        .and_where(copy_row::Column::ReadAt.is_null())
        .group_by_col(copy_row::Column::CaseId)
        .to_owned();
    let all = counted(COMMENT)
        .expr_as(Expr::col(comment_row::Column::CaseId), "id")
        .expr_as(Expr::col(comment_row::Column::Id).count(), "count")
        .from(comment_row::Entity)
        .and_where(comment_row::Column::CaseId.is_in(ids.iter().copied()))
        .group_by_col(comment_row::Column::CaseId)
        .union(UnionType::All, files)
        .union(UnionType::All, unread)
        .to_owned();
    let mut found: HashMap<ApprovalId, Tally> = HashMap::new();
    for row in cx.db.read().query_all(&all).await? {
        let what: i32 = row.try_get("", "what")?;
        let count: i64 = row.try_get("", "count")?;
        let tally = found.entry(ApprovalId::from_uuid(row.try_get("", "id")?)).or_default();
        match what {
            COMMENT => tally.comments = count,
            FILE => tally.files = count,
            _ => tally.unread = count > 0,
        }
    }
    Ok(found)
}

/// The first comments of requests, the oldest first: as many of each as a page holds and one more, in one statement.
///
/// # Errors
/// Only those of the database.
pub async fn first_comments(
    cx: &Cx,
    ids: &[ApprovalId],
    size: u64,
) -> Result<HashMap<ApprovalId, Vec<comment_row::Model>>> {
    let place = WindowStatement::partition_by(comment_row::Column::CaseId)
        .order_by(comment_row::Column::Id, Order::Asc)
        .to_owned();
    let numbered = Query::select()
        .column(comment_row::Column::Id)
        .expr_window_as(Func::cust("ROW_NUMBER"), place, "place")
        .from(comment_row::Entity)
        .and_where(comment_row::Column::CaseId.is_in(ids.iter().copied()))
        .to_owned();
    let first = Query::select()
        .column("id")
        .from_subquery(numbered, "numbered")
        .and_where(Expr::col("place").lte(i64::try_from(size + 1).unwrap_or(i64::MAX)))
        .to_owned();
    let rows = comment_row::Entity::find()
        .filter(comment_row::Column::Id.in_subquery(first))
        .order_by_asc(comment_row::Column::Id)
        .all(cx.db.read())
        .await?;
    Ok(grouped(rows, |row| row.case_id))
}

/// Comments of a request the caller may read, the oldest first.
///
/// # Errors
/// Only those of the database.
pub async fn comments(cx: &Cx, id: ApprovalId, page: Page<CommentId>) -> Result<Slice<comment_row::Model>> {
    let mut query = comment_row::Entity::find().filter(comment_row::Column::CaseId.eq(id));
    if let Some(from) = page.from {
        query = query.filter(comment_row::Column::Id.gt(from));
    }
    let rows = query
        .order_by_asc(comment_row::Column::Id)
        .limit(page.size + 1)
        .all(cx.db.read())
        .await?;
    Ok(Slice::cut(rows, &page))
}

/// One comment of a request the caller may read.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub async fn comment_by_id(cx: &Cx, id: CommentId) -> Result<comment_row::Model> {
    comment_row::Entity::find_by_id(id)
        .one(cx.db.read())
        .await?
        .ok_or(crate::error::Error::NotFound)
}

/// Ids of members a request waits for, in seat order, each once.
pub fn waiting_for(row: &case_row::Model) -> Vec<entity::MemberId> {
    let members: Vec<entity::MemberId> = row.waiting_for.parse().unwrap_or_default();
    let mut seen = BTreeSet::new();
    members.into_iter().filter(|member| seen.insert(*member)).collect()
}

fn grouped<T>(rows: Vec<T>, key: impl Fn(&T) -> ApprovalId) -> HashMap<ApprovalId, Vec<T>> {
    let mut found: HashMap<ApprovalId, Vec<T>> = HashMap::new();
    for row in rows {
        found.entry(key(&row)).or_default().push(row);
    }
    found
}
