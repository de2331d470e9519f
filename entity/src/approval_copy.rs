//! A copy (抄送) of a request to a member.

use sea_orm::entity::prelude::*;

use crate::{ApprovalId, MemberId};

/// A copy (抄送) of a request to a member.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_copy")]
pub struct Model {
    /// Request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: ApprovalId,
    /// Receiver.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
    /// Node that sent it; none when a person did.
    #[sea_orm(column_type = "Text", nullable)]
    pub node_key: Option<String>,
    /// Person who sent it.
    pub sent_by_id: Option<MemberId>,
    /// When.
    pub created_at: DateTimeUtc,
    /// When opened.
    pub read_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
