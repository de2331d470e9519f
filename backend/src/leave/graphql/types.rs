//! Types of leave.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};
use entity::CountBasis;

use crate::error::Locale;
use crate::graphql::id;
use crate::graphql::scalar::Date;
use crate::leave::service::{EntryView, KindBalance, KindView, LotView};

/// Half of a day.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "DayPart", remote = "entity::DayPart")]
pub enum DayPart {
    /// Morning.
    Am,
    /// Afternoon.
    Pm,
}

/// Why a line of the leave ledger was posted.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "EntryKind", remote = "entity::EntryKind")]
pub enum EntryKind {
    /// Leave given.
    Grant,
    /// Reserved by a request on its way.
    Hold,
    /// Taken by an approved request.
    Use,
    /// A hold let go.
    Release,
    /// The window of the lot ended.
    Expire,
    /// Moved to the next year.
    Carry,
    /// Corrected by hand.
    Adjust,
    /// Given for overtime.
    ConvertOt,
    /// A use undone.
    Reverse,
}

/// Where a leave stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "LeaveStatus", remote = "entity::LeaveStatus")]
pub enum LeaveStatus {
    /// Asked for; balance and days are reserved.
    Held,
    /// Approved; the days are taken.
    Approved,
    /// Let go: returned, withdrawn or refused.
    Released,
    /// Approved and later revoked.
    Reversed,
}

/// A kind of leave.
#[derive(SimpleObject)]
pub struct LeaveType {
    /// Stable key: `annual`.
    key: String,
    /// Name in the language of the viewer.
    name: String,
    /// Whether a balance limits it.
    limited: bool,
    /// Smallest unit: 240 is half a day.
    step_minutes: i32,
    /// Length from which proof is required.
    proof_from_minutes: Option<i32>,
    /// Whether all days count, rest days and holidays included.
    calendar_days: bool,
    /// Share of pay that goes on, 0 to 100.
    paid_percent: i32,
    /// What the viewer can still ask for; null for kinds without balance.
    remaining_minutes: Option<i32>,
    /// One short line: what is left, or what it asks.
    hint: Option<String>,
}

impl LeaveType {
    pub(super) fn new(kind: &KindView, locale: Locale) -> Self {
        Self {
            key: kind.row.key.clone(),
            name: kind.name().get(locale).to_owned(),
            limited: kind.row.limited,
            step_minutes: kind.row.step_minutes,
            proof_from_minutes: kind.row.proof_from_minutes,
            calendar_days: kind.row.basis == CountBasis::CalendarDays,
            paid_percent: kind.row.paid_percent,
            remaining_minutes: kind.remaining,
            hint: kind.hint().map(|hint| hint.get(locale).to_owned()),
        }
    }
}

/// What a member has of a kind of leave.
#[derive(SimpleObject)]
pub struct LeaveBalance {
    /// The kind.
    #[graphql(name = "type")]
    kind: LeaveType,
    /// What can be asked for today; null for kinds without balance.
    remaining_minutes: Option<i32>,
    /// Taken in this calendar year.
    used_this_year_minutes: i32,
    /// Reserved by requests on their way.
    held_minutes: i32,
    /// Lots that are not expired, the soonest-expiring first.
    lots: Vec<LeaveLot>,
}

impl LeaveBalance {
    pub(super) fn new(balance: &KindBalance, locale: Locale) -> Self {
        Self {
            kind: LeaveType::new(&balance.kind, locale),
            remaining_minutes: balance.remaining,
            used_this_year_minutes: balance.used_this_year,
            held_minutes: balance.held,
            lots: balance.lots.iter().map(|lot| LeaveLot::new(lot, locale)).collect(),
        }
    }
}

/// A grant of leave with a window in which it may be taken.
#[derive(SimpleObject)]
pub struct LeaveLot {
    /// Its id.
    id: ID,
    /// What it is called.
    label: String,
    /// First day it may be taken.
    valid_from: Date,
    /// Last day it may be taken.
    valid_to: Date,
    /// Minutes given.
    granted_minutes: i32,
    /// Minutes left.
    remaining_minutes: i32,
}

impl LeaveLot {
    fn new(
        LotView {
            row,
            granted,
            remaining,
        }: &LotView,
        locale: Locale,
    ) -> Self {
        let label = match locale {
            Locale::Zh => &row.label,
            Locale::En => &row.label_en,
        };
        Self {
            id: id::encode(row.id),
            label: label.clone(),
            valid_from: row.valid_from.into(),
            valid_to: row.valid_to.into(),
            granted_minutes: *granted,
            remaining_minutes: *remaining,
        }
    }
}

/// A line of the leave ledger.
#[derive(SimpleObject)]
pub struct LeaveEntry {
    /// Its id.
    pub(super) id: ID,
    /// Of which kind of leave.
    #[graphql(name = "type")]
    leave_type: LeaveType,
    /// Why it was posted.
    kind: EntryKind,
    /// Change of the balance in working minutes; negative takes away.
    minutes: i32,
    /// Lot it changes.
    lot_label: Option<String>,
    /// When it was posted.
    at: DateTime<Utc>,
    /// Day from which it counts.
    effective_on: Date,
    /// Request it comes from.
    approval_id: Option<ID>,
    /// What it is, in words.
    text: String,
    /// Reason of a correction.
    note: Option<String>,
}

impl LeaveEntry {
    pub(super) fn new(entry: EntryView, locale: Locale) -> Self {
        Self {
            id: id::encode(entry.row.id),
            leave_type: LeaveType::new(&entry.kind, locale),
            kind: entry.row.kind.into(),
            minutes: entry.row.minutes,
            lot_label: entry.lot.map(|lot| lot.get(locale).to_owned()),
            at: entry.row.at,
            effective_on: entry.row.effective_on.into(),
            approval_id: entry.row.case_id.map(id::encode),
            text: entry.text.get(locale).to_owned(),
            note: entry.row.note,
        }
    }
}
