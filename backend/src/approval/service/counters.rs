//! What the shell counts.

use entity::{
    ApprovalStatus, TaskStatus, approval_case as case_row, approval_copy as copy_row, approval_task as task_row,
};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait};

use crate::cx::{Actor, Cx};
use crate::error::{Error, Result};

/// What waits for a member, for the shell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Tasks that wait for the member.
    pub inbox: u64,
    /// Own requests on their way.
    pub started: u64,
    /// Copies not opened.
    pub copied_unread: u64,
}

/// Counts what waits for the actor, in one statement.
///
/// # Errors
/// Only those of the database.
pub async fn counters(cx: &Cx, actor: &Actor) -> Result<Counters> {
    let under_way = [
        ApprovalStatus::Running,
        ApprovalStatus::Returned,
        ApprovalStatus::Blocked,
    ];
    let started = Query::select()
        .expr(Expr::col(case_row::Column::Id).count())
        .from(case_row::Entity)
        .and_where(case_row::Column::ApplicantId.eq(actor.member))
        .and_where(case_row::Column::Status.is_in(under_way))
        .to_owned();
    let copied = Query::select()
        .expr(Expr::col(copy_row::Column::CaseId).count())
        .from(copy_row::Entity)
        .and_where(copy_row::Column::MemberId.eq(actor.member))
        .and_where(copy_row::Column::ReadAt.is_null())
        .to_owned();
    let inbox = Query::select()
        .expr(Expr::col(task_row::Column::Id).count())
        .from(task_row::Entity)
        .and_where(task_row::Column::AssigneeId.eq(actor.member))
        .and_where(task_row::Column::Status.eq(TaskStatus::Pending))
        .to_owned();
    let all = Query::select()
        .expr_as(SimpleExpr::from(inbox), "inbox")
        .expr_as(SimpleExpr::from(started), "started")
        .expr_as(SimpleExpr::from(copied), "copied")
        .to_owned();
    let row = cx.db.read().query_one(&all).await?;
    let row = row.ok_or_else(|| Error::internal("a count without a row"))?;
    let count = |column: &str| -> Result<u64> { Ok(row.try_get::<i64>("", column)?.unsigned_abs()) };
    Ok(Counters {
        inbox: count("inbox")?,
        started: count("started")?,
        copied_unread: count("copied")?,
    })
}
