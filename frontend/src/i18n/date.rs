//! Civil dates: what a calendar shows, without time and zone. PURE.

use std::fmt;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year, 1 to 9999.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
}

impl Date {
    /// The date, or `None` where the calendar has no such day.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        let ok = (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= month_len(year, month);
        ok.then_some(Self { year, month, day })
    }

    /// Reads `2026-10-08`, also `2026-10-08T…`, `2026/10/8` and `20261008`, as people type them.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().split(['T', ' ']).next()?;
        if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            return Self::new(
                text.get(..4)?.parse().ok()?,
                text.get(4..6)?.parse().ok()?,
                text.get(6..)?.parse().ok()?,
            );
        }
        let mut parts = text
            .split(['-', '/', '.', '年', '月', '日'])
            .filter(|part| !part.is_empty());
        let date = Self::new(
            parts.next()?.parse().ok()?,
            parts.next()?.parse().ok()?,
            parts.next()?.parse().ok()?,
        );
        if parts.next().is_some() { None } else { date }
    }

    /// Days since 1970-01-01. Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    pub fn days(self) -> i64 {
        let y = i64::from(self.year) - i64::from(self.month <= 2);
        let era = y.div_euclid(400);
        let year_of_era = y.rem_euclid(400);
        let shifted = i64::from((self.month + 9) % 12);
        let day_of_year = (153 * shifted + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// The inverse of [`Date::days`].
    pub fn from_days(days: i64) -> Self {
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = u32::try_from(doy - (153 * mp + 2) / 5 + 1).unwrap_or(1);
        let month = u32::try_from(if mp < 10 { mp + 3 } else { mp - 9 }).unwrap_or(1);
        let year = i32::try_from(yoe + era * 400 + i64::from(month <= 2)).unwrap_or(9999);
        Self { year, month, day }
    }

    /// The day `count` days later (or earlier).
    #[must_use]
    pub fn plus_days(self, count: i64) -> Self {
        Self::from_days(self.days() + count)
    }

    /// The same day `count` months later, or the month's last day where it is shorter.
    #[must_use]
    pub fn plus_months(self, count: i32) -> Self {
        let index = self.year * 12 + i32::try_from(self.month).unwrap_or(1) - 1 + count;
        let (year, month) = (
            index.div_euclid(12),
            u32::try_from(index.rem_euclid(12)).unwrap_or(0) + 1,
        );
        Self {
            year,
            month,
            day: self.day.min(month_len(year, month)),
        }
    }

    /// The first day of this month.
    #[must_use]
    pub fn first_of_month(self) -> Self {
        Self { day: 1, ..self }
    }

    /// Day of the week, Monday 1 to Sunday 7 (ISO 8601).
    pub fn weekday(self) -> u32 {
        u32::try_from((self.days() + 3).rem_euclid(7)).unwrap_or(0) + 1
    }

    /// Saturday or Sunday.
    pub fn is_weekend(self) -> bool {
        self.weekday() >= 6
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// How many days a month has.
fn month_len(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The weeks, Monday first, that show the month of `date`: its first and last week reach into the neighbours.
pub fn weeks_of_month(date: Date) -> Vec<[Date; 7]> {
    let first = date.first_of_month();
    let start = first.plus_days(1 - i64::from(first.weekday()));
    let next = first.plus_months(1);
    (0..6)
        .map(|week| std::array::from_fn(|day| start.plus_days(week * 7 + i64::try_from(day).unwrap_or(0))))
        .filter(|week: &[Date; 7]| week.first().is_some_and(|monday| *monday < next))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_round_trip() {
        for days in -200_000..200_000 {
            assert_eq!(Date::from_days(days).days(), days);
        }
        assert_eq!(Date::parse("1970-01-01").unwrap().days(), 0);
        assert_eq!(Date::parse("2026-10-08").unwrap().weekday(), 4);
    }

    #[test]
    fn parses_what_people_type() {
        let check = |text, expected: Option<&str>| {
            assert_eq!(Date::parse(text).map(|d| d.to_string()).as_deref(), expected, "{text}");
        };
        check("2026-10-08", Some("2026-10-08"));
        check("2026/10/8", Some("2026-10-08"));
        check("20261008", Some("2026-10-08"));
        check("2026年10月8日", Some("2026-10-08"));
        check("2026-10-08T09:12:00Z", Some("2026-10-08"));
        check("2026-02-29", None);
        check("2028-02-29", Some("2028-02-29"));
        check("2026-13-01", None);
        check("10-08", None);
        check("", None);
    }

    #[test]
    fn months() {
        let d = Date::parse("2026-01-31").unwrap();
        assert_eq!(d.plus_months(1).to_string(), "2026-02-28");
        assert_eq!(d.plus_months(-2).to_string(), "2025-11-30");
        let weeks = weeks_of_month(Date::parse("2026-10-08").unwrap());
        assert_eq!(weeks.len(), 5);
        assert_eq!(weeks[0][0].to_string(), "2026-09-28");
        assert_eq!(weeks[4][6].to_string(), "2026-11-01");
    }
}
