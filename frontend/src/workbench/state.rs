//! What the workbench works out for itself. PURE.

use crate::api::leave::{CalendarDay, DayType};
use crate::i18n::Date;

/// How to greet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Greeting {
    Morning,
    Noon,
    Afternoon,
    Evening,
}

/// The greeting of an hour of the day.
pub(super) fn greeting(hour: u32) -> Greeting {
    match hour {
        5..=10 => Greeting::Morning,
        11..=12 => Greeting::Noon,
        13..=17 => Greeting::Afternoon,
        _ => Greeting::Evening,
    }
}

/// The next holiday: its first day off, how many days off in a row, its name. Weekends before it count.
pub(super) fn next_days_off(days: &[CalendarDay]) -> Option<(Date, usize, String)> {
    let named = days
        .iter()
        .position(|day| day.day_type == DayType::StatutoryHoliday && day.name.is_some())?;
    let is_off = |day: &CalendarDay| day.day_type != DayType::Workday;
    let before = days.iter().take(named).rev().take_while(|day| is_off(day)).count();
    let after = days.iter().skip(named).take_while(|day| is_off(day)).count();
    let first = days.get(named - before)?;
    let name = days.get(named)?.name.clone()?;
    Some((first.date, before + after, name))
}

/// How urgent a waiting task is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wait {
    /// Overdue by so many minutes.
    Overdue(i64),
    /// Due at this time, which is near.
    DueAt(f64),
    /// It has waited for so many minutes, which is long.
    Long(i64),
    /// It has waited for so many minutes.
    Short(i64),
}

/// Judges a task by when it came and when it is due; times in milliseconds.
pub(super) fn wait(now: f64, created: f64, due: Option<f64>) -> Wait {
    const MINUTE: f64 = 60_000.0;
    const DAY: f64 = 1_440.0 * MINUTE;
    let waited = ((now - created) / MINUTE).max(0.0) as i64;
    match due {
        Some(due) if now > due => Wait::Overdue(((now - due) / MINUTE) as i64),
        Some(due) if due - now < DAY => Wait::DueAt(due),
        _ if now - created > DAY => Wait::Long(waited),
        _ => Wait::Short(waited),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(date: &str, day_type: DayType, name: Option<&str>) -> CalendarDay {
        CalendarDay {
            date: Date::parse(date).unwrap(),
            day_type,
            name: name.map(str::to_owned),
            known: true,
            make_up: false,
        }
    }

    #[test]
    fn finds_the_next_holiday_with_its_weekend() {
        use DayType::{RestDay, StatutoryHoliday, Workday};
        let days = [
            day("2026-09-24", Workday, None),
            day("2026-09-25", StatutoryHoliday, Some("中秋节")),
            day("2026-09-26", RestDay, None),
            day("2026-09-27", RestDay, None),
            day("2026-09-28", Workday, None),
        ];
        let check = |days: &[CalendarDay], expected: Option<(&str, usize)>| {
            let found = next_days_off(days).map(|(first, count, _)| (first.to_string(), count));
            assert_eq!(found, expected.map(|(first, count)| (first.to_owned(), count)));
        };
        check(&days, Some(("2026-09-25", 3)));
        check(&days[2..], None);
        check(&[], None);
    }

    #[test]
    fn judges_waiting() {
        const HOUR: f64 = 3_600_000.0;
        let check = |created, due, expected| assert_eq!(wait(100.0 * HOUR, created, due), expected);
        check(99.0 * HOUR, None, Wait::Short(60));
        check(70.0 * HOUR, None, Wait::Long(1_800));
        check(70.0 * HOUR, Some(98.0 * HOUR), Wait::Overdue(120));
        check(70.0 * HOUR, Some(104.0 * HOUR), Wait::DueAt(104.0 * HOUR));
        check(99.0 * HOUR, Some(200.0 * HOUR), Wait::Short(60));
        check(101.0 * HOUR, None, Wait::Short(0));
    }

    #[test]
    fn greets_by_the_hour() {
        let check = |hour, expected| assert_eq!(greeting(hour), expected, "{hour}");
        check(4, Greeting::Evening);
        check(5, Greeting::Morning);
        check(12, Greeting::Noon);
        check(13, Greeting::Afternoon);
        check(18, Greeting::Evening);
    }
}
