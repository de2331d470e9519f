//! A line of the append-only leave ledger. The balance of a lot is the sum of its lines.

use sea_orm::entity::prelude::*;

use crate::{ApprovalId, EntryKind, LeaveEntryId, LeaveLotId, LeaveTypeId, MemberId};

/// A line of the append-only leave ledger. The balance of a lot is the sum of its lines.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "leave_entry")]
pub struct Model {
    /// Its id; order of posting.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LeaveEntryId,
    /// Whose.
    pub member_id: MemberId,
    /// Of which kind.
    pub type_id: LeaveTypeId,
    /// Lot it changes; none for kinds without balance.
    pub lot_id: Option<LeaveLotId>,
    /// Why.
    pub kind: EntryKind,
    /// Change of the balance in working minutes; negative takes away.
    pub minutes: i32,
    /// Request it comes from.
    pub case_id: Option<ApprovalId>,
    /// Round of that request; 0 without one.
    pub round: i32,
    /// Day from which it counts.
    pub effective_on: Date,
    /// When posted.
    pub at: DateTimeUtc,
    /// Who caused it.
    pub actor_id: Option<MemberId>,
    /// Reason of an adjustment.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
