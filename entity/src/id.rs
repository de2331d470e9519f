//! Id newtypes: UUIDv7 in the database, TypeIDs in the API. The prefix of the TypeID is part of the type.

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An id of one kind of object.
pub trait Id: Copy + Eq + std::hash::Hash + Send + Sync + 'static {
    /// Prefix of the TypeID: `approval` in `approval_01h455vb4pex5vsknk084sn02q`.
    const PREFIX: &'static str;
    /// Wraps a UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The UUID inside.
    fn uuid(self) -> Uuid;
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl std::fmt::Display for $name {
            /// 32 hex digits, the form ids take inside topics and paths.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", self.0.simple())
            }
        }
    )*};
}

ids! {
    /// Id of a organisation.
    OrganisationId = "organisation";
    /// Id of a department.
    DepartmentId = "department";
    /// Id of a position.
    PositionId = "position";
    /// Id of a member.
    MemberId = "member";
    /// Id of a grant.
    RoleGrantId = "grant";
    /// Id of a session.
    SessionId = "session";
    /// Id of a token.
    TokenId = "token";
    /// Id of a event.
    EventId = "event";
    /// Id of a file.
    FileId = "file";
    /// Id of a notification.
    NotificationId = "notification";
    /// Id of a calendar.
    CalendarSourceId = "calendar";
    /// Id of a pattern.
    CalendarPatternId = "pattern";
    /// Id of a template.
    TemplateId = "template";
    /// Id of a version.
    TemplateVersionId = "version";
    /// Id of a approval.
    ApprovalId = "approval";
    /// Id of a node.
    NodeRunId = "node";
    /// Id of a task.
    TaskId = "task";
    /// Id of a comment.
    CommentId = "comment";
    /// Id of a leavetype.
    LeaveTypeId = "leavetype";
    /// Id of a lot.
    LeaveLotId = "lot";
    /// Id of a entry.
    LeaveEntryId = "entry";
}
