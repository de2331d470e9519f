//! From when to when a leave lasts, and what each half day of it costs.

use chrono::NaiveDate;
use entity::{CountBasis, DayPart, DayType, Gender};

use crate::calendar::{Calendar, DAY, HALF_DAY};

/// Longest span of one request, in calendar days.
pub const MAX_DAYS: i64 = 366;

/// From the start of a half day to the end of another, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub start_date: NaiveDate,
    /// From its morning or its afternoon.
    pub start_part: DayPart,
    /// Last day.
    pub end_date: NaiveDate,
    /// To its morning or its afternoon, inclusive.
    pub end_part: DayPart,
}

/// Half a day of a leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRow {
    /// Civil date.
    pub date: NaiveDate,
    /// Which half.
    pub part: DayPart,
    /// Working minutes it costs: 240, or 0 on a day that does not count.
    pub minutes: i32,
    /// What the day is.
    pub day_type: DayType,
}

/// What is wrong with a request for leave. The first five belong to the span, the others to the rule of the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The end lies before the start.
    TurnedRound,
    /// It lasts longer than [`MAX_DAYS`].
    TooLong,
    /// It lies outside the years a calendar can be kept for.
    OutOfRange,
    /// No day of it counts.
    NothingCounts,
    /// Shorter than the kind allows.
    BelowMinimum {
        /// Least, in minutes.
        minimum: i32,
    },
    /// Not a multiple of the unit of the kind.
    OffStep {
        /// Unit, in minutes.
        step: i32,
    },
    /// Longer than the kind allows.
    AboveMaximum {
        /// Most, in minutes.
        maximum: i32,
    },
    /// Asked too late.
    ShortNotice {
        /// Working days it must be asked ahead.
        days: i32,
    },
    /// The kind is only for members recorded so.
    OnlyFor {
        /// Whom it is for.
        gender: Gender,
    },
    /// Proof is needed from this length on.
    ProofMissing {
        /// Length, in minutes.
        from: i32,
    },
}

impl Problem {
    /// Field of the form it belongs to.
    pub fn field(&self) -> &'static str {
        match self {
            Self::TurnedRound | Self::TooLong | Self::NothingCounts => "end_date",
            Self::BelowMinimum { .. } | Self::OffStep { .. } | Self::AboveMaximum { .. } => "end_date",
            Self::OutOfRange | Self::ShortNotice { .. } => "start_date",
            Self::OnlyFor { .. } => "leave_type",
            Self::ProofMissing { .. } => "proof",
        }
    }

    /// The message in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::TurnedRound => "结束时间早于开始时间".into(),
            Self::TooLong => format!("一次请假最长 {MAX_DAYS} 天"),
            Self::OutOfRange => "日期超出可请假的范围".into(),
            Self::NothingCounts => "所选日期都是休息日或节假日，无需请假".into(),
            Self::BelowMinimum { minimum } => format!("此假最少请 {} 天", days_text(*minimum)),
            Self::OffStep { step } => format!("此假须以 {} 天为单位", days_text(*step)),
            Self::AboveMaximum { maximum } => format!("此假一次最多请 {} 天", days_text(*maximum)),
            Self::ShortNotice { days } => format!("此假须提前 {days} 个工作日申请"),
            Self::OnlyFor { gender: Gender::Female } => "此假仅限女员工申请".into(),
            Self::OnlyFor { gender: Gender::Male } => "此假仅限男员工申请".into(),
            Self::ProofMissing { from } => format!("请假满 {} 天须上传证明", days_text(*from)),
        }
    }

    /// The message in English.
    pub fn en(&self) -> String {
        match self {
            Self::TurnedRound => "The leave ends before it starts".into(),
            Self::TooLong => format!("One request lasts at most {MAX_DAYS} days"),
            Self::OutOfRange => "The dates are outside the range leave can be asked for".into(),
            Self::NothingCounts => "All of these days are rest days or holidays; no leave is needed".into(),
            Self::BelowMinimum { minimum } => format!("This leave takes at least {}", english_days(*minimum)),
            Self::OffStep { step } => format!("This leave is taken in units of {}", english_days(*step)),
            Self::AboveMaximum { maximum } => {
                format!("This leave takes at most {} a request", english_days(*maximum))
            }
            Self::ShortNotice { days } => format!("This leave must be asked for {days} working days ahead"),
            Self::OnlyFor { gender: Gender::Female } => "This leave is for women".into(),
            Self::OnlyFor { gender: Gender::Male } => "This leave is for men".into(),
            Self::ProofMissing { from } => format!("From {} on, proof is required", english_days(*from)),
        }
    }
}

impl Span {
    /// Whether the span is one a calendar can answer for, before any rule of a kind is asked.
    ///
    /// # Errors
    /// Turned round, too long, or outside the years 2000 to 2100.
    pub fn check(&self) -> Result<(), Problem> {
        use chrono::Datelike;
        if !(2000..=2100).contains(&self.start_date.year()) || !(2000..=2100).contains(&self.end_date.year()) {
            return Err(Problem::OutOfRange);
        }
        if (self.end_date, self.end_part) < (self.start_date, self.start_part) {
            return Err(Problem::TurnedRound);
        }
        if (self.end_date - self.start_date).num_days() >= MAX_DAYS {
            return Err(Problem::TooLong);
        }
        Ok(())
    }

    /// Every half day of it, in order.
    pub fn halves(&self) -> impl Iterator<Item = (NaiveDate, DayPart)> {
        let Self {
            start_date,
            start_part,
            end_date,
            end_part,
        } = *self;
        crate::calendar::model::dates(start_date, end_date)
            .flat_map(|date| [(date, DayPart::Am), (date, DayPart::Pm)])
            .filter(move |half| *half >= (start_date, start_part) && *half <= (end_date, end_part))
    }

    /// What each half day costs. Days that do not count by `basis` are kept with 0 minutes: the member is away all the same.
    pub fn rows(&self, calendar: &Calendar, basis: CountBasis) -> Vec<DayRow> {
        self.halves()
            .map(|(date, part)| {
                let day = calendar.day(date);
                let counts = basis == CountBasis::CalendarDays || day.works();
                DayRow {
                    date,
                    part,
                    minutes: if counts { HALF_DAY } else { 0 },
                    day_type: day.day_type,
                }
            })
            .collect()
    }
}

/// Working minutes of all rows.
pub fn counted(rows: &[DayRow]) -> i32 {
    rows.iter().map(|row| row.minutes).sum()
}

/// Minutes as days, exact to the tenth: `0.5`, `3`, `-1.5`.
pub fn days_text(minutes: i32) -> String {
    let tenths = (i64::from(minutes) * 10 + i64::from(minutes.signum()) * i64::from(DAY / 2)) / i64::from(DAY);
    let sign = if tenths < 0 { "-" } else { "" };
    match (tenths.abs() / 10, tenths.abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    }
}

/// The same with its English noun: `1 day`, `0.5 days`.
pub(super) fn english_days(minutes: i32) -> String {
    let text = days_text(minutes);
    let noun = if text == "1" { "day" } else { "days" };
    format!("{text} {noun}")
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::calendar::{
        model::Pattern,
        notice::{self, BUILT_IN},
    };

    pub(in super::super) fn calendar() -> Calendar {
        let notices: Vec<_> = BUILT_IN.iter().map(|text| notice::parse(text).unwrap()).collect();
        let revisions: BTreeMap<_, _> = notices.iter().map(|notice| (notice.year, 1)).collect();
        Calendar::new(
            Pattern::standard(),
            notices.into_iter().flat_map(|notice| notice.days),
            revisions,
        )
    }

    /// `2026-11-23 AM`
    pub(in super::super) fn half(text: &str) -> (NaiveDate, DayPart) {
        let (date, part) = text.split_once(' ').unwrap();
        (
            date.parse().unwrap(),
            if part == "AM" { DayPart::Am } else { DayPart::Pm },
        )
    }

    pub(in super::super) fn span(start: &str, end: &str) -> Span {
        let ((start_date, start_part), (end_date, end_part)) = (half(start), half(end));
        Span {
            start_date,
            start_part,
            end_date,
            end_part,
        }
    }

    #[test]
    fn counts_working_time() {
        use CountBasis::{CalendarDays, WorkingDays};
        let calendar = calendar();
        let check = |start: &str, end: &str, basis: CountBasis, rows: usize, minutes: i32| {
            let span = span(start, end);
            assert_eq!(span.check(), Ok(()), "{start} to {end}");
            let found = span.rows(&calendar, basis);
            assert_eq!((found.len(), counted(&found)), (rows, minutes), "{start} to {end}");
        };
        check("2026-11-23 AM", "2026-11-23 AM", WorkingDays, 1, 240);
        check("2026-11-23 AM", "2026-11-23 PM", WorkingDays, 2, 480);
        check("2026-11-23 PM", "2026-11-25 AM", WorkingDays, 4, 4 * 240);
        // Over a weekend: two days of four.
        check("2026-11-20 AM", "2026-11-23 PM", WorkingDays, 8, 960);
        check("2026-11-20 AM", "2026-11-23 PM", CalendarDays, 8, 4 * 480);
        // Over the Spring Festival: the make-up Saturday before it and the first working day after it.
        check("2026-02-14 AM", "2026-02-24 PM", WorkingDays, 22, 960);
        // National Day alone costs nothing.
        check("2026-10-01 AM", "2026-10-07 PM", WorkingDays, 14, 0);
        // Across the year end: 30 and 31 December, then 4 January, a make-up Sunday; 1 to 3 are off.
        check("2025-12-30 AM", "2026-01-04 PM", WorkingDays, 12, 3 * 480);
        check("2026-01-01 AM", "2026-12-31 PM", WorkingDays, 730, 248 * 480);
    }

    #[test]
    fn refuses_impossible_spans() {
        let check = |start: &str, end: &str, problem: Problem| assert_eq!(span(start, end).check(), Err(problem));
        check("2026-11-24 AM", "2026-11-23 PM", Problem::TurnedRound);
        check("2026-11-23 PM", "2026-11-23 AM", Problem::TurnedRound);
        check("2026-01-01 AM", "2027-01-02 AM", Problem::TooLong);
        check("0001-01-01 AM", "2026-01-01 AM", Problem::OutOfRange);
        assert_eq!(
            span("2028-01-01 AM", "2028-12-31 PM").check(),
            Ok(()),
            "a leap year fits"
        );
    }

    #[test]
    fn writes_days() {
        for (minutes, text) in [
            (0, "0"),
            (240, "0.5"),
            (480, "1"),
            (720, "1.5"),
            (-240, "-0.5"),
            (48, "0.1"),
        ] {
            assert_eq!(days_text(minutes), text);
        }
    }

    proptest! {
        #[test]
        fn halves_neither_repeat_nor_leave_a_gap(start in 0_i64..700, length in 0_i64..366, from_pm: bool, to_pm: bool) {
            let part = |pm| if pm { DayPart::Pm } else { DayPart::Am };
            let start_date = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + chrono::TimeDelta::days(start);
            let end_date = start_date + chrono::TimeDelta::days(length);
            let span = Span { start_date, start_part: part(from_pm), end_date, end_part: part(to_pm) };
            let halves: Vec<_> = span.halves().collect();
            match span.check() {
                Ok(()) => {
                    let expected = 2 * (length + 1) - i64::from(from_pm) - i64::from(!to_pm);
                    prop_assert_eq!(halves.len() as i64, expected);
                    prop_assert!(halves.windows(2).all(|pair| pair[0] < pair[1]));
                }
                Err(problem) => {
                    prop_assert_eq!(problem, Problem::TurnedRound);
                    prop_assert!(halves.is_empty());
                }
            }
        }

        #[test]
        fn splitting_a_span_changes_no_sum(first in 0_i64..300, second in 0_i64..300) {
            let calendar = calendar();
            let day = |n| NaiveDate::from_ymd_opt(2025, 6, 1).unwrap() + chrono::TimeDelta::days(n);
            let cost = |from, from_part, to, to_part| {
                let span = Span { start_date: from, start_part: from_part, end_date: to, end_part: to_part };
                counted(&span.rows(&calendar, CountBasis::WorkingDays))
            };
            let (middle, end) = (day(first), day(first + second));
            let whole = cost(day(0), DayPart::Am, end, DayPart::Pm);
            let parts = cost(day(0), DayPart::Am, middle, DayPart::Am) + cost(middle, DayPart::Pm, end, DayPart::Pm);
            prop_assert_eq!(whole, parts);
        }
    }
}
