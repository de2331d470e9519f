//! What the viewer was told.

use super::org::MemberRef;
use super::paging::PageInfo;
use super::schema;
use crate::i18n::Stamp;

/// Variables of [`NotificationsQuery`].
#[derive(cynic::QueryVariables, Clone)]
pub struct NotificationsVars {
    /// Only those not read yet.
    pub unread_only: bool,
    /// How many; at most 100.
    pub first: Option<i32>,
    /// After this cursor.
    pub after: Option<String>,
}

/// Notifications, newest first.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "NotificationsVars")]
pub struct NotificationsQuery {
    /// How new this is.
    pub as_of: String,
    /// One page of them.
    #[arguments(unreadOnly: $unread_only, first: $first, after: $after)]
    pub notifications: NotificationConnection,
}

/// A page of notifications.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct NotificationConnection {
    /// Whether there is more.
    pub page_info: PageInfo,
    /// The notifications.
    pub nodes: Vec<Notification>,
}

/// One notification.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct Notification {
    /// Which.
    pub id: cynic::Id,
    /// What about.
    pub kind: NotificationKind,
    /// One sentence in the viewer's language.
    pub text: String,
    /// A second line: a comment, a summary.
    pub detail: Option<String>,
    /// Who caused it.
    pub actor: Option<MemberRef>,
    /// The request it is about.
    pub subject: cynic::Id,
    /// When.
    pub created_at: Stamp,
    /// When the viewer read it.
    pub read_at: Option<Stamp>,
}

/// What a notification is about.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE", non_exhaustive)]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum NotificationKind {
    TaskAssigned,
    ApprovalApproved,
    ApprovalRejected,
    ApprovalReturned,
    ApprovalCopied,
    ApprovalWithdrawn,
    ApprovalUrged,
    Commented,
    Mentioned,
    ApprovalBlocked,
    #[cynic(fallback)]
    Other,
}

/// Which notifications have been read.
#[derive(cynic::InputObject, Clone)]
pub struct MarkNotificationsReadInput {
    /// These; none: all.
    pub ids: Option<Vec<cynic::Id>>,
}

/// Variables of [`MarkNotificationsRead`].
#[derive(cynic::QueryVariables, Clone)]
pub struct MarkNotificationsReadVars {
    /// Which.
    pub input: MarkNotificationsReadInput,
}

/// Marks notifications as read.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "MarkNotificationsReadVars")]
pub struct MarkNotificationsRead {
    /// The outcome.
    #[arguments(input: $input)]
    pub mark_notifications_read: MarkNotificationsReadPayload,
}

/// The outcome of [`MarkNotificationsRead`].
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct MarkNotificationsReadPayload {
    /// How many are left.
    pub unread: i32,
}
