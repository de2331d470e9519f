//! Notices in the public schema.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{MemberId, notification_item as row};

use super::{model, service};
use crate::error::Result;
use crate::graphql::connection::{List, PageArgs, list};
use crate::graphql::{actor, cx, id, locale};
use crate::org::graphql::{Member, member};

/// What a notice tells.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "entity::NotificationKind")]
pub enum NotificationKind {
    /// A request waits for the viewer.
    TaskAssigned,
    /// A request of the viewer passed.
    ApprovalApproved,
    /// A request of the viewer was refused.
    ApprovalRejected,
    /// A request of the viewer came back for correction.
    ApprovalReturned,
    /// A request was copied to the viewer.
    ApprovalCopied,
    /// A request that waited for the viewer was withdrawn.
    ApprovalWithdrawn,
    /// The viewer is asked to hurry.
    ApprovalUrged,
    /// Someone commented on a request of the viewer.
    Commented,
    /// Someone mentioned the viewer.
    Mentioned,
    /// A request needs an administrator.
    ApprovalBlocked,
}

/// A notice to the viewer.
pub struct Notification(pub row::Model);

#[Object]
impl Notification {
    /// Its id.
    pub async fn id(&self) -> ID {
        id::encode(self.0.id)
    }

    /// What it tells.
    async fn kind(&self) -> NotificationKind {
        self.0.kind.into()
    }

    /// What it says, in the language of the viewer.
    async fn text(&self, ctx: &Context<'_>) -> String {
        model::text(self.0.kind, &self.0.payload).get(locale(ctx)).to_owned()
    }

    /// The words of the other person, or what it is about.
    async fn detail(&self, ctx: &Context<'_>) -> Option<String> {
        model::detail(&self.0.payload, locale(ctx))
    }

    /// Whose act caused it; none for the system.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.0.actor_id {
            Some(id) => member(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// What it is about.
    async fn subject(&self) -> ID {
        ID(id::encode_parts(&self.0.subject_type, self.0.subject_id))
    }

    /// When it came.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When the viewer read it.
    async fn read_at(&self) -> Option<DateTime<Utc>> {
        self.0.read_at
    }
}

/// Queries of notices.
#[derive(Default)]
pub struct NotificationQuery;

#[Object]
impl NotificationQuery {
    /// Notices to the viewer, newest first.
    async fn notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = false)] unread_only: bool,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<List<Notification>> {
        let page = PageArgs::forward(first, after).page()?;
        let found = service::list(cx(ctx)?, actor(ctx)?, unread_only, page).await?;
        let people: Vec<MemberId> = found.items.iter().filter_map(|row| row.actor_id).collect();
        crate::org::service::people(cx(ctx)?, &people).await?;
        Ok(list(
            found.map(Notification),
            page.backward,
            async_graphql::connection::EmptyFields,
            |notice| id::encode(notice.0.id).0,
        ))
    }
}

/// Which notices were read.
#[derive(InputObject)]
pub struct MarkNotificationsReadInput {
    /// These; all when absent.
    ids: Option<Vec<ID>>,
}

/// What is left.
#[derive(SimpleObject)]
pub struct MarkNotificationsReadPayload {
    /// Notices not read.
    unread: i32,
}

/// Changes of notices.
#[derive(Default)]
pub struct NotificationMutation;

#[Object]
impl NotificationMutation {
    /// Marks notices of the viewer as read.
    async fn mark_notifications_read(
        &self,
        ctx: &Context<'_>,
        input: MarkNotificationsReadInput,
    ) -> Result<MarkNotificationsReadPayload> {
        let ids = input.ids.map(|ids| id::decode_all("ids", &ids)).transpose()?;
        let unread = service::mark_read(cx(ctx)?, actor(ctx)?, ids).await?;
        Ok(MarkNotificationsReadPayload {
            unread: i32::try_from(unread).unwrap_or(i32::MAX),
        })
    }
}
