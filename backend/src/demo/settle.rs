//! What people have seen by now: the services leave every notice and copy unread, and nobody's badge would be true.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    ApprovalId, ApprovalStatus, Id, MemberId, NotificationKind, TaskStatus, approval_case, approval_copy,
    approval_task, notification_item,
};
use rand::Rng;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::load::insert_all;
use super::random::Seeded;
use crate::cx::Cx;
use crate::error::Result;

/// What still asks for somebody's attention.
struct Open {
    /// Requests that wait for a member.
    asked: HashSet<(Uuid, MemberId)>,
    /// Requests that are with their applicant.
    returned: HashSet<Uuid>,
}

/// Marks as read what people have had the time to read.
pub(super) async fn settle(cx: &Cx, seed: &mut Seeded, now: DateTime<Utc>) -> Result<()> {
    let tx = cx.begin().await?;
    let asked: Vec<(ApprovalId, MemberId)> = approval_task::Entity::find()
        .select_only()
        .columns([approval_task::Column::CaseId, approval_task::Column::AssigneeId])
        .filter(approval_task::Column::Status.eq(TaskStatus::Pending))
        .into_tuple()
        .all(&*tx)
        .await?;
    let returned: Vec<ApprovalId> = approval_case::Entity::find()
        .select_only()
        .column(approval_case::Column::Id)
        .filter(approval_case::Column::Status.eq(ApprovalStatus::Returned))
        .into_tuple()
        .all(&*tx)
        .await?;
    let open = Open {
        asked: asked.into_iter().map(|(case, member)| (case.uuid(), member)).collect(),
        returned: returned.into_iter().map(Id::uuid).collect(),
    };

    let mut notices = notification_item::Entity::find()
        .order_by_asc(notification_item::Column::Id)
        .all(&*tx)
        .await?;
    let mut read: HashMap<(Uuid, MemberId), DateTime<Utc>> = HashMap::new();
    for notice in &mut notices {
        notice.read_at = seen(seed, &open, notice, now);
        if let Some(at) = notice
            .read_at
            .filter(|_| notice.kind == NotificationKind::ApprovalCopied)
        {
            read.insert((notice.subject_id, notice.member_id), at);
        }
    }
    notification_item::Entity::delete_many().exec(&*tx).await?;
    insert_all::<notification_item::Entity>(&*tx, notices).await?;

    // Who opened the notice of a copy opened the copy.
    let mut copies = approval_copy::Entity::find()
        .order_by_asc(approval_copy::Column::CaseId)
        .order_by_asc(approval_copy::Column::MemberId)
        .all(&*tx)
        .await?;
    for copy in &mut copies {
        let old = now - copy.created_at > TimeDelta::days(2);
        let noticed = read.get(&(copy.case_id.uuid(), copy.member_id)).copied();
        copy.read_at = noticed.or_else(|| old.then(|| copy.created_at + TimeDelta::hours(3)));
    }
    approval_copy::Entity::delete_many().exec(&*tx).await?;
    insert_all::<approval_copy::Entity>(&*tx, copies).await?;
    tx.commit().await
}

/// When a notice was read: not before what it asks for was done, and within a day otherwise.
fn seen(
    seed: &mut Seeded,
    open: &Open,
    notice: &notification_item::Model,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    use NotificationKind::{ApprovalCopied, ApprovalReturned, ApprovalUrged, TaskAssigned};
    let waits = match notice.kind {
        TaskAssigned | ApprovalUrged => open.asked.contains(&(notice.subject_id, notice.member_id)),
        ApprovalReturned => open.returned.contains(&notice.subject_id),
        _ => false,
    };
    let rest = match notice.kind {
        // Looked through several times a day.
        ApprovalCopied => seed.rng.random_range(5..150),
        _ => seed.rng.random_range(3..900),
    };
    let at = notice.created_at + TimeDelta::minutes(rest);
    (!waits && at < now).then_some(at)
}
