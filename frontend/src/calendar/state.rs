//! A year of the working calendar. PURE.

use std::collections::HashMap;

use crate::api::leave::{CalendarDay, DayType};
use crate::i18n::{Date, weeks_of_month};

/// What a day is, as the year shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Worked, as most days.
    Work,
    /// A weekend.
    Rest,
    /// Off by a notice, or by the company.
    Holiday,
    /// A holiday by law.
    Statutory,
    /// A weekend day that is worked.
    MakeUp,
}

impl Mark {
    /// Its class in the style.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Work => "",
            Self::Rest => "rest",
            Self::Holiday => "holiday",
            Self::Statutory => "holiday law",
            Self::MakeUp => "work",
        }
    }
}

/// What a day is.
pub(super) fn mark(day: &CalendarDay) -> Mark {
    match day.day_type {
        DayType::Workday if day.make_up => Mark::MakeUp,
        DayType::Workday => Mark::Work,
        DayType::StatutoryHoliday => Mark::Statutory,
        DayType::CompanyOff => Mark::Holiday,
        DayType::RestDay if day.name.is_some() => Mark::Holiday,
        DayType::RestDay => Mark::Rest,
    }
}

/// A holiday with its days and the days worked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holiday {
    /// Its name.
    pub(super) name: String,
    /// First and last day off.
    pub(super) off: (Date, Date),
    /// How many days off.
    pub(super) count: usize,
    /// Days worked for it.
    pub(super) worked: Vec<Date>,
}

/// The holidays of a year in their order.
pub(super) fn holidays(days: &[CalendarDay]) -> Vec<Holiday> {
    let mut found: Vec<Holiday> = Vec::new();
    for day in days {
        let off = matches!(mark(day), Mark::Holiday | Mark::Statutory);
        let Some(name) = day.name.as_ref().filter(|_| off) else {
            continue;
        };
        match found
            .iter_mut()
            .find(|one| one.name == *name && day.date.days() - one.off.1.days() <= 1)
        {
            Some(one) => {
                one.off.1 = day.date;
                one.count += 1;
            }
            None => found.push(Holiday {
                name: name.clone(),
                off: (day.date, day.date),
                count: 1,
                worked: Vec::new(),
            }),
        }
    }
    for day in days.iter().filter(|day| mark(day) == Mark::MakeUp) {
        let of_name = |one: &&mut Holiday| day.name.as_ref().is_none_or(|name| *name == one.name);
        let distance = |one: &Holiday| (day.date.days() - one.off.0.days()).abs();
        if let Some(one) = found.iter_mut().filter(of_name).min_by_key(|one| distance(one)) {
            one.worked.push(day.date);
        }
    }
    found
}

/// Whether a year has no notice yet.
pub(super) fn is_unknown(days: &[CalendarDay]) -> bool {
    days.iter().any(|day| !day.known)
}

/// The weeks of a month with the days of the year by date; other months' days are none.
pub(super) fn month(year: i32, month: u32, days: &HashMap<Date, CalendarDay>) -> Vec<[Option<(Date, Mark)>; 7]> {
    let Some(first) = Date::new(year, month, 1) else {
        return Vec::new();
    };
    weeks_of_month(first)
        .into_iter()
        .map(|week| {
            week.map(|date| {
                let plain = if date.is_weekend() { Mark::Rest } else { Mark::Work };
                (date.month == month).then(|| (date, days.get(&date).map_or(plain, mark)))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(date: &str, day_type: DayType, name: Option<&str>, make_up: bool) -> CalendarDay {
        CalendarDay {
            date: Date::parse(date).unwrap(),
            day_type,
            name: name.map(str::to_owned),
            known: true,
            make_up,
        }
    }

    #[test]
    fn gathers_holidays() {
        let days = [
            day("2026-09-20", DayType::Workday, Some("国庆节"), true),
            day("2026-09-25", DayType::StatutoryHoliday, Some("中秋节"), false),
            day("2026-09-26", DayType::RestDay, Some("中秋节"), false),
            day("2026-09-27", DayType::RestDay, Some("中秋节"), false),
            day("2026-10-01", DayType::StatutoryHoliday, Some("国庆节"), false),
            day("2026-10-02", DayType::StatutoryHoliday, Some("国庆节"), false),
            day("2026-10-10", DayType::Workday, None, true),
            day("2026-10-11", DayType::RestDay, None, false),
        ];
        let text: Vec<String> = holidays(&days)
            .iter()
            .map(|one| format!("{} {} {} {}", one.name, one.off.0.day, one.count, one.worked.len()))
            .collect();
        assert_eq!(text, ["中秋节 25 3 0", "国庆节 1 2 2"]);
        assert_eq!(mark(&days[0]), Mark::MakeUp);
        assert_eq!(mark(&days[7]), Mark::Rest);
        assert!(!is_unknown(&days));
    }

    #[test]
    fn months_hold_their_own_days() {
        let weeks = month(2026, 9, &HashMap::new());
        let own = weeks.iter().flatten().flatten().count();
        assert_eq!((weeks.len(), own), (5, 30));
        assert_eq!(weeks[0][0], None);
    }
}
