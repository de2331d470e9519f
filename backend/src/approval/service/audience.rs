//! Who may know of events of requests.

use std::collections::HashMap;

use entity::{ApprovalId, DepartmentId, Id, MemberId, approval_case as case_row, approval_copy as copy_row};
use entity::{approval_task as task_row, org_department};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::access::Permission;
use crate::cx::Cx;
use crate::error::Result;
use crate::event::Audience;

/// Readers of requests, as [`crate::approval::policy::may_read`] says: three statements however many requests.
pub fn readers<'a>(cx: &'a Cx, requests: &'a [Uuid]) -> BoxFuture<'a, Result<HashMap<Uuid, Audience>>> {
    audiences(cx, requests).boxed()
}

async fn audiences(cx: &Cx, requests: &[Uuid]) -> Result<HashMap<Uuid, Audience>> {
    let ids = || requests.iter().copied().map(ApprovalId::from_uuid);
    let department = case_row::Entity::belongs_to(org_department::Entity)
        .from(case_row::Column::DepartmentId)
        .to(org_department::Column::Id);
    let cases: Vec<(ApprovalId, MemberId, DepartmentId, String)> = case_row::Entity::find()
        .select_only()
        .columns([
            case_row::Column::Id,
            case_row::Column::ApplicantId,
            case_row::Column::DepartmentId,
        ])
        .column(org_department::Column::Path)
        .join(JoinType::InnerJoin, department.into())
        .filter(case_row::Column::Id.is_in(ids()))
        .into_tuple()
        .all(cx.db.read())
        .await?;
    let asked: Vec<(ApprovalId, MemberId)> = task_row::Entity::find()
        .select_only()
        .columns([task_row::Column::CaseId, task_row::Column::AssigneeId])
        .filter(task_row::Column::CaseId.is_in(ids()))
        .into_tuple()
        .all(cx.db.read())
        .await?;
    let copied: Vec<(ApprovalId, MemberId)> = copy_row::Entity::find()
        .select_only()
        .columns([copy_row::Column::CaseId, copy_row::Column::MemberId])
        .filter(copy_row::Column::CaseId.is_in(ids()))
        .into_tuple()
        .all(cx.db.read())
        .await?;
    let mut found: HashMap<Uuid, Audience> = HashMap::new();
    for (id, applicant, department, path) in cases {
        let over = Some((Permission::ReadApprovals, vec![(department, path)]));
        found.insert(
            id.uuid(),
            Audience {
                members: [applicant].into(),
                over,
            },
        );
    }
    for (id, member) in asked.into_iter().chain(copied) {
        if let Some(audience) = found.get_mut(&id.uuid()) {
            audience.members.insert(member);
        }
    }
    Ok(found)
}
