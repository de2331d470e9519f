//! The working calendar: a weekly pattern under the national holidays of the years that are known.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use entity::DayType;

/// Minutes a whole working day counts, whatever the clock periods say.
pub const DAY: i32 = 480;
/// Minutes half a working day counts.
pub const HALF_DAY: i32 = 240;

/// The weekly pattern of an office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Bit 0 Monday to bit 6 Sunday.
    pub weekdays: i32,
    /// First period, start and end.
    pub morning: (NaiveTime, NaiveTime),
    /// Second period, start and end.
    pub afternoon: (NaiveTime, NaiveTime),
    /// Whether make-up workdays of the national calendar are worked. Some finance firms keep their weekends.
    pub observes_make_up: bool,
}

impl Pattern {
    /// Monday to Friday, 09:00-12:00 and 13:30-18:00, with make-up workdays: the usual office week.
    pub fn standard() -> Self {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
        Self {
            weekdays: 0b001_1111,
            morning: (at(9, 0), at(12, 0)),
            afternoon: (at(13, 30), at(18, 0)),
            observes_make_up: true,
        }
    }

    fn works_on(&self, date: NaiveDate) -> bool {
        (self.weekdays >> date.weekday().num_days_from_monday()) & 1 == 1
    }
}

/// A day a national notice arranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Special {
    /// Civil date.
    pub date: NaiveDate,
    /// What the notice makes of it.
    pub day_type: DayType,
    /// Holiday it belongs to: 春节.
    pub name: String,
}

/// What a date is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Civil date.
    pub date: NaiveDate,
    /// Workday, rest day or holiday.
    pub day_type: DayType,
    /// Holiday it belongs to, make-up workdays included.
    pub holiday: Option<String>,
    /// Whether it is a weekend day that is worked in exchange for a holiday.
    pub make_up: bool,
    /// False where the holidays of the year are not imported and the weekly pattern alone answered.
    pub known: bool,
}

impl Day {
    /// Whether work is done.
    pub fn works(&self) -> bool {
        self.day_type == DayType::Workday
    }

    /// Minutes of work planned: 480 or 0.
    pub fn minutes(&self) -> i32 {
        if self.works() { DAY } else { 0 }
    }
}

/// The calendar of an office over a span of dates. Later layers win: weekly pattern, then national days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    pattern: Pattern,
    days: BTreeMap<NaiveDate, Special>,
    revisions: BTreeMap<i32, i32>,
}

impl Calendar {
    /// Puts the layers together. `revisions` maps each imported year to the revision of its notice; for a date that
    /// stands twice in `days` the later one wins.
    pub fn new(pattern: Pattern, days: impl IntoIterator<Item = Special>, revisions: BTreeMap<i32, i32>) -> Self {
        Self {
            pattern,
            days: days.into_iter().map(|day| (day.date, day)).collect(),
            revisions,
        }
    }

    /// The weekly pattern underneath.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// What `date` is.
    pub fn day(&self, date: NaiveDate) -> Day {
        let known = self.revisions.contains_key(&date.year());
        let weekly = if self.pattern.works_on(date) {
            DayType::Workday
        } else {
            DayType::RestDay
        };
        let Some(special) = self.days.get(&date) else {
            return Day {
                date,
                day_type: weekly,
                holiday: None,
                make_up: false,
                known,
            };
        };
        let make_up = special.day_type == DayType::Workday;
        let day_type = if make_up && !self.pattern.observes_make_up {
            weekly
        } else {
            special.day_type
        };
        Day {
            date,
            day_type,
            holiday: Some(special.name.clone()),
            make_up: make_up && day_type == DayType::Workday,
            known,
        }
    }

    /// Every day from `from` to `to`, both inclusive.
    pub fn days(&self, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = Day> + '_ {
        dates(from, to).map(|date| self.day(date))
    }

    /// Working days from `from` to `to`, both inclusive.
    pub fn workdays(&self, from: NaiveDate, to: NaiveDate) -> i32 {
        self.days(from, to).map(|day| i32::from(day.works())).sum()
    }

    /// Years between the dates whose holidays are not imported. For them the weekly pattern counts, and people must be told.
    pub fn unknown_years(&self, from: NaiveDate, to: NaiveDate) -> Vec<i32> {
        (from.year()..=to.year())
            .filter(|year| !self.revisions.contains_key(year))
            .collect()
    }

    /// Revisions of the years between the dates: `2026.1`, `2026.1 2027.0`; revision 0 says the year is not imported.
    pub fn revision(&self, from: NaiveDate, to: NaiveDate) -> String {
        (from.year()..=to.year())
            .map(|year| format!("{year}.{}", self.revisions.get(&year).copied().unwrap_or_default()))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Every date from `from` to `to`, both inclusive; none when turned round.
pub fn dates(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    from.iter_days().take_while(move |date| *date <= to)
}

/// First and last day of the month a date is in.
pub fn month_of(date: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = date.with_day(1).unwrap_or(date);
    let next = first
        .checked_add_months(chrono::Months::new(1))
        .unwrap_or(NaiveDate::MAX);
    (first, next.checked_sub_days(Days::new(1)).unwrap_or(first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::notice::{self, BUILT_IN};

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn calendar(pattern: Pattern) -> Calendar {
        let notices: Vec<_> = BUILT_IN.iter().map(|text| notice::parse(text).unwrap()).collect();
        let revisions = notices.iter().map(|notice| (notice.year, 1)).collect();
        Calendar::new(pattern, notices.into_iter().flat_map(|notice| notice.days), revisions)
    }

    #[test]
    fn knows_the_days_of_2025_and_2026() {
        use DayType::{RestDay, StatutoryHoliday, Workday};
        let calendar = calendar(Pattern::standard());
        let check = |text: &str, day_type: DayType, make_up: bool| {
            let day = calendar.day(date(text));
            assert_eq!((day.day_type, day.make_up), (day_type, make_up), "{text}");
        };
        check("2025-01-01", StatutoryHoliday, false);
        check("2025-01-26", Workday, true);
        check("2025-01-28", StatutoryHoliday, false);
        check("2025-02-01", RestDay, false);
        check("2025-02-03", RestDay, false);
        check("2025-02-05", Workday, false);
        check("2025-10-06", StatutoryHoliday, false);
        check("2025-10-11", Workday, true);
        check("2026-01-02", RestDay, false);
        check("2026-01-04", Workday, true);
        check("2026-02-14", Workday, true);
        check("2026-02-16", StatutoryHoliday, false);
        check("2026-02-20", RestDay, false);
        check("2026-02-24", Workday, false);
        check("2026-02-28", Workday, true);
        check("2026-09-20", Workday, true);
        check("2026-10-04", RestDay, false);
        check("2026-10-10", Workday, true);
        check("2026-11-23", Workday, false);
        check("2026-11-22", RestDay, false);
    }

    #[test]
    fn counts_the_working_days_of_a_year() {
        let calendar = calendar(Pattern::standard());
        // 365 days less 104 weekend days less 13 statutory days, each moved to a working day: 248 in both years.
        assert_eq!(calendar.workdays(date("2025-01-01"), date("2025-12-31")), 248);
        assert_eq!(calendar.workdays(date("2026-01-01"), date("2026-12-31")), 248);
    }

    #[test]
    fn leaves_make_up_days_out_where_they_are_not_observed() {
        let calendar = calendar(Pattern {
            observes_make_up: false,
            ..Pattern::standard()
        });
        assert_eq!(calendar.day(date("2026-02-14")).day_type, DayType::RestDay);
        assert!(!calendar.day(date("2026-02-14")).make_up);
        assert_eq!(calendar.day(date("2026-02-17")).day_type, DayType::StatutoryHoliday);
    }

    #[test]
    fn says_when_a_year_is_unknown() {
        let calendar = calendar(Pattern::standard());
        assert!(!calendar.day(date("2027-01-01")).known);
        assert_eq!(
            calendar.day(date("2027-01-01")).day_type,
            DayType::Workday,
            "a Friday by the weekly pattern"
        );
        assert_eq!(calendar.unknown_years(date("2026-12-01"), date("2027-01-31")), [2027]);
        assert_eq!(
            calendar.revision(date("2026-12-01"), date("2027-01-31")),
            "2026.1 2027.0"
        );
    }

    #[test]
    fn finds_the_ends_of_a_month() {
        assert_eq!(month_of(date("2026-02-14")), (date("2026-02-01"), date("2026-02-28")));
        assert_eq!(month_of(date("2026-12-31")), (date("2026-12-01"), date("2026-12-31")));
    }
}
