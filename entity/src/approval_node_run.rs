//! One visit of a request to a node of its process, with the trace of how its people were found.

use sea_orm::entity::prelude::*;

use crate::{ApprovalId, NodeKind, NodeOutcome, NodeRunId, SignMode};

/// One visit of a request to a node of its process, with the trace of how its people were found.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_node_run")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NodeRunId,
    /// Request.
    pub case_id: ApprovalId,
    /// Round.
    pub round: i32,
    /// Order of visits within the request.
    pub ordinal: i32,
    /// Stable key of the node.
    #[sea_orm(column_type = "Text")]
    pub node_key: String,
    /// Name in Chinese.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Name in English.
    #[sea_orm(column_type = "Text")]
    pub name_en: String,
    /// Kind of node.
    pub kind: NodeKind,
    /// How votes count, for approve and handle nodes.
    pub mode: Option<SignMode>,
    /// Approvals that pass it.
    pub approve_threshold: i32,
    /// Rejections that fail it.
    pub reject_threshold: i32,
    /// How it closed; none while open.
    pub outcome: Option<NodeOutcome>,
    /// Steps of the assignee resolver.
    #[sea_orm(column_type = "JsonBinary")]
    pub trace: Json,
    /// When entered.
    pub opened_at: DateTimeUtc,
    /// When left.
    pub closed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
