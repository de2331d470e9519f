//! Tests of the ledger.

use entity::{DayPart, DayType};
use proptest::prelude::*;

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn lot(number: u128, from: &str, to: &str, remaining: i32) -> LotWindow {
    LotWindow {
        id: lot_id(number),
        valid_from: date(from),
        valid_to: date(to),
        remaining,
    }
}

fn lot_id(number: u128) -> LeaveLotId {
    LeaveLotId(uuid::Uuid::from_u128(number))
}

/// Whole days of 480 minutes, in two halves.
fn rows(dates: &[&str]) -> Vec<DayRow> {
    dates
        .iter()
        .flat_map(|text| {
            [DayPart::Am, DayPart::Pm].map(|part| DayRow {
                date: date(text),
                part,
                minutes: 240,
                day_type: DayType::Workday,
            })
        })
        .collect()
}

#[test]
fn takes_the_lot_that_expires_first() {
    let lots = [
        lot(1, "2026-01-01", "2027-03-31", 960),
        lot(2, "2025-01-01", "2026-12-31", 480),
    ];
    let check = |days: &[&str], expected: &[(u128, i32)]| {
        let pieces = allocate(&lots, 0, &rows(days)).unwrap();
        let found: Vec<_> = pieces
            .iter()
            .map(|piece| (piece.lot.unwrap().0.as_u128(), piece.minutes))
            .collect();
        assert_eq!(found, expected, "{days:?}");
    };
    check(&["2026-12-30"], &[(2, 480)]);
    check(&["2026-12-30", "2026-12-31"], &[(2, 480), (1, 480)]);
    // Across the expiry: the older lot ends with the year though it has time left for one day only.
    check(&["2026-12-31", "2027-01-04", "2027-01-05"], &[(2, 480), (1, 960)]);
    check(&["2027-01-04"], &[(1, 480)]);
}

#[test]
fn says_from_when_and_how_much_lacks() {
    let lots = [lot(1, "2026-01-01", "2026-12-31", 480)];
    let shortage = allocate(&lots, 0, &rows(&["2026-12-30", "2026-12-31", "2027-01-04"])).unwrap_err();
    assert_eq!(
        shortage,
        Shortage {
            date: date("2026-12-31"),
            missing: 960
        }
    );
    assert_eq!(allocate(&[], 0, &rows(&["2026-12-30"])).unwrap_err().missing, 480);
}

#[test]
fn owes_no_more_than_the_overdraft() {
    let check = |remaining: i32, overdraft: i32, reaches: bool| {
        let lots = [lot(1, "2026-01-01", "2026-12-31", remaining)];
        let found = allocate(&lots, overdraft, &rows(&["2026-12-30"]));
        assert_eq!(found.is_ok(), reaches, "{remaining} {overdraft} {found:?}");
    };
    check(480, 0, true);
    check(240, 0, false);
    check(240, 240, true);
    check(0, 480, true);
    check(-240, 480, false);
    check(-240, 720, true);
}

#[test]
fn adds_up_by_kind() {
    use EntryKind::{Adjust, Carry, Expire, Grant, Hold, Release, Reverse, Use};
    let balance = balance_of([
        (Grant, 2400),
        (Carry, 480),
        (Adjust, -240),
        (Hold, -960),
        (Release, 480),
        (Use, -480),
        (Reverse, 240),
        (Expire, -480),
    ]);
    assert_eq!(
        balance,
        Balance {
            granted: 2640,
            held: 480,
            used: 240,
            expired: 480,
            remaining: 1440
        }
    );
}

/// Three lots around the year end with any windows and balances, and any half days.
fn case() -> impl Strategy<Value = (Vec<LotWindow>, Vec<DayRow>, i32)> {
    let start = date("2026-12-01");
    let day = move |n: i64| start + chrono::TimeDelta::days(n);
    let lots = proptest::collection::vec((0_i64..60, 0_i64..60, -2_i32..12), 0..4).prop_map(move |lots| {
        lots.into_iter()
            .enumerate()
            .map(|(index, (from, length, halves))| LotWindow {
                id: lot_id(index as u128),
                valid_from: day(from),
                valid_to: day(from + length),
                remaining: halves * 240,
            })
            .collect::<Vec<_>>()
    });
    let rows = proptest::collection::btree_set((0_i64..70, proptest::bool::ANY), 1..20).prop_map(move |halves| {
        halves
            .into_iter()
            .map(|(n, pm)| DayRow {
                date: day(n),
                part: if pm { DayPart::Pm } else { DayPart::Am },
                minutes: 240,
                day_type: DayType::Workday,
            })
            .collect::<Vec<_>>()
    });
    (lots, rows, (0_i32..4).prop_map(|halves| halves * 240))
}

fn by_lot(lines: &[Draft]) -> BTreeMap<Option<LeaveLotId>, i32> {
    let mut sums = BTreeMap::new();
    for line in lines {
        *sums.entry(line.lot).or_default() += line.minutes;
    }
    sums
}

/// Seats a half day at one of the half days the lots can give, moving others if that helps: a matching by augmenting paths.
fn seat(rows: &[DayRow], places: &[LotWindow], row: usize, taken: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    (0..places.len()).any(|place| {
        if seen[place] || !places[place].covers(rows[row].date) {
            return false;
        }
        seen[place] = true;
        let free = taken[place].is_none_or(|other| seat(rows, places, other, taken, seen));
        if free {
            taken[place] = Some(row);
        }
        free
    })
}

proptest! {
    #[test]
    fn an_allocation_covers_every_minute_within_its_window_and_never_exceeds_a_lot((lots, rows, overdraft) in case()) {
        let wanted: i32 = rows.iter().map(|row| row.minutes).sum();
        match allocate(&lots, overdraft, &rows) {
            Ok(pieces) => {
                prop_assert_eq!(pieces.iter().map(|piece| piece.minutes).sum::<i32>(), wanted);
                let taken = by_lot(&plan_hold(&pieces));
                let owed_before: i32 = lots.iter().map(|lot| (-lot.remaining).max(0)).sum();
                prop_assert!(!taken.contains_key(&None));
                let owed: i32 = lots
                    .iter()
                    .map(|lot| -(lot.remaining + taken.get(&Some(lot.id)).copied().unwrap_or_default()).min(0))
                    .sum::<i32>();
                prop_assert!(owed <= overdraft.max(owed_before));
                for piece in &pieces {
                    if let Some(lot) = lots.iter().find(|lot| Some(lot.id) == piece.lot) {
                        prop_assert!(lot.covers(piece.from) && lot.covers(piece.to));
                    }
                }
            }
            Err(shortage) => prop_assert!(shortage.missing > 0 && shortage.missing <= wanted),
        }
    }

    #[test]
    fn a_shortage_is_real((lots, rows, _) in case()) {
        let places: Vec<_> = lots
            .iter()
            .flat_map(|lot| std::iter::repeat_n(*lot, usize::try_from(lot.remaining / 240).unwrap_or(0)))
            .collect();
        let mut taken = vec![None; places.len()];
        let all = (0..rows.len()).all(|row| seat(&rows, &places, row, &mut taken, &mut vec![false; places.len()]));
        prop_assert_eq!(allocate(&lots, 0, &rows).is_ok(), all);
    }

    #[test]
    fn holding_and_releasing_leaves_no_trace((lots, rows, overdraft) in case()) {
        if let Ok(pieces) = allocate(&lots, overdraft, &rows) {
            let mut posted = plan_hold(&pieces);
            posted.extend(plan_release(&posted));
            prop_assert!(by_lot(&posted).values().all(|minutes| *minutes == 0));
            prop_assert!(plan_release(&posted).is_empty());
            prop_assert!(plan_consume(&posted).is_empty());
        }
    }

    #[test]
    fn consuming_takes_what_was_held_once((lots, rows, overdraft) in case()) {
        if let Ok(pieces) = allocate(&lots, overdraft, &rows) {
            let mut posted = plan_hold(&pieces);
            let held = by_lot(&posted);
            posted.extend(plan_consume(&posted));
            prop_assert_eq!(&by_lot(&posted), &held);
            prop_assert!(plan_consume(&posted).is_empty());
            prop_assert!(plan_release(&posted).is_empty());
            let balance = balance_of(posted.iter().map(|line| (line.kind, line.minutes)));
            let wanted: i32 = rows.iter().map(|row| row.minutes).sum();
            prop_assert_eq!((balance.held, balance.used, balance.remaining), (0, wanted, -wanted));
        }
    }
}
