//! The ledger: lots with windows, and the lines a request posts. Nothing here is recomputed from dates when reading: what a
//! balance says is the sum of what was posted.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::{EntryKind, LeaveLotId};

use super::span::DayRow;

/// A grant with the days it may be taken on, and what its lines add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LotWindow {
    /// Which.
    pub id: LeaveLotId,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day, inclusive.
    pub valid_to: NaiveDate,
    /// Sum of its lines, in minutes.
    pub remaining: i32,
}

impl LotWindow {
    /// Whether a day may be taken from it.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.valid_from <= date && date <= self.valid_to
    }
}

/// Minutes of consecutive days that come out of one lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Lot; none for a kind without balance.
    pub lot: Option<LeaveLotId>,
    /// First of the days.
    pub from: NaiveDate,
    /// Last of the days.
    pub to: NaiveDate,
    /// Minutes, above zero.
    pub minutes: i32,
}

/// The balance does not reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// First day it does not reach for.
    pub date: NaiveDate,
    /// Minutes that lack over the whole request.
    pub missing: i32,
}

/// Takes each day from the lot that is valid on that day and expires first; so a request that crosses an expiry splits. What
/// no lot gives is owed, up to `overdraft` less what is owed already, by the lot valid longest on that day.
///
/// Taking days in order from the soonest-expiring lot finds an allocation whenever there is one.
///
/// # Errors
/// A [`Shortage`] when even the overdraft does not reach.
pub fn allocate(lots: &[LotWindow], overdraft: i32, rows: &[DayRow]) -> Result<Vec<Piece>, Shortage> {
    let owed: i32 = lots.iter().map(|lot| (-lot.remaining).max(0)).sum();
    let mut credit = (overdraft - owed).max(0);
    let mut lots = lots.to_vec();
    lots.sort_by_key(|lot| (lot.valid_to, lot.valid_from, lot.id));
    let mut pieces: Vec<Piece> = Vec::new();
    let mut shortage: Option<Shortage> = None;
    for row in rows.iter().filter(|row| row.minutes > 0) {
        let mut wanted = row.minutes;
        for lot in lots.iter_mut().filter(|lot| lot.remaining > 0 && lot.covers(row.date)) {
            let taken = wanted.min(lot.remaining);
            lot.remaining -= taken;
            wanted -= taken;
            take(&mut pieces, Some(lot.id), row.date, taken);
            if wanted == 0 {
                break;
            }
        }
        if let Some(debtor) = lots.iter().rev().find(|lot| lot.covers(row.date)).map(|lot| lot.id) {
            let lent = wanted.min(credit);
            credit -= lent;
            wanted -= lent;
            if lent > 0 {
                take(&mut pieces, Some(debtor), row.date, lent);
            }
        }
        if wanted > 0 {
            shortage
                .get_or_insert(Shortage {
                    date: row.date,
                    missing: 0,
                })
                .missing += wanted;
        }
    }
    shortage.map_or(Ok(pieces), Err)
}

/// The pieces of a kind without balance: one, of no lot.
pub fn unlimited(rows: &[DayRow]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for row in rows.iter().filter(|row| row.minutes > 0) {
        take(&mut pieces, None, row.date, row.minutes);
    }
    pieces
}

fn take(pieces: &mut Vec<Piece>, lot: Option<LeaveLotId>, date: NaiveDate, minutes: i32) {
    match pieces.last_mut() {
        Some(last) if last.lot == lot => {
            last.to = date;
            last.minutes += minutes;
        }
        _ => pieces.push(Piece {
            lot,
            from: date,
            to: date,
            minutes,
        }),
    }
}

/// A line to post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Lot it changes.
    pub lot: Option<LeaveLotId>,
    /// Why.
    pub kind: EntryKind,
    /// Change of the balance; negative takes away.
    pub minutes: i32,
    /// Day from which it counts: the first day of its piece.
    pub effective_on: NaiveDate,
}

/// A line that was posted for a request and round.
pub type Posted = Draft;

/// Reserves the pieces.
pub fn plan_hold(pieces: &[Piece]) -> Vec<Draft> {
    pieces
        .iter()
        .map(|piece| Draft {
            lot: piece.lot,
            kind: EntryKind::Hold,
            minutes: -piece.minutes,
            effective_on: piece.from,
        })
        .collect()
}

/// Turns what is still reserved into use. Posted a second time it does nothing: nothing is reserved any more.
pub fn plan_consume(posted: &[Posted]) -> Vec<Draft> {
    outstanding(posted, EntryKind::Hold, EntryKind::Release)
        .flat_map(|((effective_on, lot), minutes)| {
            [(EntryKind::Release, -minutes), (EntryKind::Use, minutes)].map(|(kind, minutes)| Draft {
                lot,
                kind,
                minutes,
                effective_on,
            })
        })
        .collect()
}

/// Lets go what is still reserved.
pub fn plan_release(posted: &[Posted]) -> Vec<Draft> {
    outstanding(posted, EntryKind::Hold, EntryKind::Release)
        .map(|((effective_on, lot), minutes)| Draft {
            lot,
            kind: EntryKind::Release,
            minutes: -minutes,
            effective_on,
        })
        .collect()
}

type Place = (NaiveDate, Option<LeaveLotId>);

/// What `taken` lines took and `given` lines have not given back, below zero, by piece.
fn outstanding(posted: &[Posted], taken: EntryKind, given: EntryKind) -> impl Iterator<Item = (Place, i32)> {
    let mut sums: BTreeMap<Place, i32> = BTreeMap::new();
    for line in posted.iter().filter(|line| line.kind == taken || line.kind == given) {
        *sums.entry((line.effective_on, line.lot)).or_default() += line.minutes;
    }
    sums.into_iter().filter(|(_, minutes)| *minutes < 0)
}

/// What a ledger says, in minutes. `remaining` is the sum of all lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Given: grants, carried over, for overtime, corrections.
    pub granted: i32,
    /// Reserved by requests on their way.
    pub held: i32,
    /// Taken.
    pub used: i32,
    /// Lost when a window ended.
    pub expired: i32,
    /// What can still be asked for.
    pub remaining: i32,
}

impl std::ops::AddAssign for Balance {
    fn add_assign(&mut self, other: Self) {
        self.granted += other.granted;
        self.held += other.held;
        self.used += other.used;
        self.expired += other.expired;
        self.remaining += other.remaining;
    }
}

/// Adds up lines, given as their kind and minutes (or as sums by kind).
pub fn balance_of(lines: impl IntoIterator<Item = (EntryKind, i32)>) -> Balance {
    let mut balance = Balance::default();
    for (kind, minutes) in lines {
        balance.remaining += minutes;
        match kind {
            EntryKind::Grant | EntryKind::Carry | EntryKind::Adjust | EntryKind::ConvertOt => {
                balance.granted += minutes;
            }
            EntryKind::Hold | EntryKind::Release => balance.held -= minutes,
            EntryKind::Use | EntryKind::Reverse => balance.used -= minutes,
            EntryKind::Expire => balance.expired -= minutes,
        }
    }
    balance
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
