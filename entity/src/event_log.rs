//! What happened: audit trail, outbox and live feed at once. Appended in the transaction of the change, never edited.

use sea_orm::entity::prelude::*;

use crate::{EventId, MemberId, Via};

/// What happened: audit trail, outbox and live feed at once. Appended in the transaction of the change, never edited.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_log")]
pub struct Model {
    /// Its id; also the order of writing within one process.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventId,
    /// Number in the one order readers follow; given after commit by the relay.
    #[sea_orm(unique)]
    pub seq: Option<i64>,
    /// When it happened.
    pub at: DateTimeUtc,
    /// Past tense with its slice: `approval.submitted`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// Who did it; none for the system.
    pub actor_id: Option<MemberId>,
    /// Through which door.
    pub via: Via,
    /// TypeID prefix of the subject: `approval`.
    #[sea_orm(column_type = "Text")]
    pub subject_type: String,
    /// Id of the subject.
    pub subject_id: Uuid,
    /// Version of the subject after the change.
    pub subject_version: i32,
    /// Topics touched, as an array of strings: `inbox:<member id>`, `approval:<id>`.
    #[sea_orm(column_type = "JsonBinary")]
    pub topics: Json,
    /// What a reader of the history needs: node, task, comment, changed fields.
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
}

impl ActiveModelBehavior for ActiveModel {}
