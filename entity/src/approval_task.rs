//! One seat of a node: one person asked.

use sea_orm::entity::prelude::*;

use crate::{ApprovalId, MemberId, NodeRunId, TaskId, TaskStatus};

/// One seat of a node: one person asked.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_task")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskId,
    /// Request.
    pub case_id: ApprovalId,
    /// Visit of the node.
    pub node_run_id: NodeRunId,
    /// Round.
    pub round: i32,
    /// Key of the node.
    #[sea_orm(column_type = "Text")]
    pub node_key: String,
    /// Order within the node.
    pub seat: i32,
    /// Who is asked.
    pub assignee_id: MemberId,
    /// For whom, when a substitute.
    pub on_behalf_of_id: Option<MemberId>,
    /// Where it stands.
    pub status: TaskStatus,
    /// Why skipped or cancelled, as a stable word.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// Opinion given with the decision.
    #[sea_orm(column_type = "Text", nullable)]
    pub comment: Option<String>,
    /// Ids of files given with the decision.
    #[sea_orm(column_type = "JsonBinary")]
    pub attachments: Json,
    /// Grows by one with each change.
    pub version: i32,
    /// When the seat was made.
    pub created_at: DateTimeUtc,
    /// Since when it waits for the person.
    pub opened_at: Option<DateTimeUtc>,
    /// When it should be decided.
    pub due_at: Option<DateTimeUtc>,
    /// When the applicant last urged.
    pub urged_at: Option<DateTimeUtc>,
    /// When decided or closed.
    pub decided_at: Option<DateTimeUtc>,
    /// Who decided, where that closed this seat for others too.
    pub decided_by_id: Option<MemberId>,
}

impl ActiveModelBehavior for ActiveModel {}
