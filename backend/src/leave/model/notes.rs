//! What a person should be told about how their days were counted. In both languages, Chinese first.

use chrono::{Datelike, NaiveDate};
use entity::{CountBasis, DayPart, DayType, EntryKind};

use super::span::{Span, days_text, english_days};
use crate::calendar::{Calendar, Day};

/// Weekends named one by one; more are counted together.
const WEEKENDS: usize = 2;

/// A sentence in both languages: Chinese, English.
pub type Note = (String, String);

/// Explains which days of a span are worked in exchange, off, or counted by guesswork.
pub fn explain(span: &Span, calendar: &Calendar, basis: CountBasis) -> Vec<Note> {
    let mut notes = Vec::new();
    for year in calendar.unknown_years(span.start_date, span.end_date) {
        notes.push((
            format!("{year} 年放假安排尚未导入，暂按每周工作日计算"),
            format!("The holidays of {year} are not imported; the weekly pattern is used for now"),
        ));
    }
    let days: Vec<Day> = calendar.days(span.start_date, span.end_date).collect();
    if basis == CountBasis::CalendarDays {
        if days.iter().any(|day| !day.works()) {
            notes.push((
                "按自然日计算，含休息日和节假日".into(),
                "Counted by calendar days, rest days and holidays included".into(),
            ));
        }
        return notes;
    }
    let runs: Vec<&[Day]> = days.chunk_by(|a, b| sort(a) == sort(b)).collect();
    let weekends = runs
        .iter()
        .filter(|run| run.first().is_some_and(|day| sort(day) == Sort::Rest));
    let many = weekends.clone().count() > WEEKENDS;
    for run in &runs {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        let (zh, en) = dates(first.date, last.date);
        let holiday = first.holiday.clone().unwrap_or_default();
        match sort(first) {
            Sort::Plain => {}
            Sort::Rest if many => {}
            Sort::Rest => notes.push((format!("{zh}休息，不计"), format!("{en}: rest, does not count"))),
            Sort::MakeUp => notes.push((
                format!("{zh}{holiday}调休上班，计入请假"),
                format!("{en}: worked in exchange for {holiday}, counts as leave"),
            )),
            Sort::Holiday(_) => notes.push((
                format!("{zh}{holiday}放假，不计"),
                format!("{en}: {holiday}, does not count"),
            )),
        }
    }
    if many {
        let sum: usize = weekends.map(|run| run.len()).sum();
        notes.push((
            format!("其间休息日共 {sum} 天，不计"),
            format!("{sum} rest days do not count"),
        ));
    }
    notes
}

#[derive(PartialEq, Eq)]
enum Sort {
    Plain,
    MakeUp,
    Rest,
    Holiday(Option<String>),
}

fn sort(day: &Day) -> Sort {
    match (day.day_type, &day.holiday) {
        (DayType::Workday, _) if day.make_up => Sort::MakeUp,
        (DayType::Workday, _) => Sort::Plain,
        (_, None) => Sort::Rest,
        (_, name) => Sort::Holiday(name.clone()),
    }
}

/// `10月1日`, `10月1日至7日`, `9月28日至10月2日`; `1 Oct`, `1 to 7 Oct`, `28 Sep to 2 Oct`.
pub fn dates(from: NaiveDate, to: NaiveDate) -> Note {
    let (zh, en) = (
        format!("{}月{}日", from.month(), from.day()),
        from.format("%-d %b").to_string(),
    );
    if from == to {
        (zh, en)
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        (
            format!("{zh}至{}日", to.day()),
            format!("{} to {}", from.day(), to.format("%-d %b")),
        )
    } else {
        (
            format!("{zh}至{}月{}日", to.month(), to.day()),
            format!("{en} to {}", to.format("%-d %b")),
        )
    }
}

/// From when to when: `10月8日下午至12日`, `8 to 12 Oct`. Halves of days stand only where it is half a day, the year
/// where it is not `this_year`.
pub fn period(span: &Span, this_year: i32) -> Note {
    let (from, to) = (span.start_date, span.end_date);
    let two_years = from.year() != to.year();
    let years = two_years || from.year() != this_year;
    let same_month = !two_years && from.month() == to.month();
    let (from_noon, to_noon) = (span.start_part == DayPart::Pm, span.end_part == DayPart::Am);
    let add_half = |zh: &mut String, en: &mut String, part| {
        let (zh_part, en_part) = half(part);
        zh.push_str(zh_part);
        en.push_str(", ");
        en.push_str(en_part);
    };
    let mut zh = match years {
        true => format!("{}年{}月{}日", from.year(), from.month(), from.day()),
        false => format!("{}月{}日", from.month(), from.day()),
    };
    let pattern = |year: bool| if year { "%-d %b %Y" } else { "%-d %b" };
    if from == to {
        let mut en = from.format(pattern(years)).to_string();
        if from_noon || to_noon {
            add_half(&mut zh, &mut en, span.start_part);
        }
        return (zh, en);
    }
    let mut en = match same_month && !from_noon {
        true => from.day().to_string(),
        false => from.format(pattern(two_years)).to_string(),
    };
    if from_noon {
        add_half(&mut zh, &mut en, DayPart::Pm);
    }
    zh.push_str(&match (two_years, same_month) {
        (true, _) => format!("至{}年{}月{}日", to.year(), to.month(), to.day()),
        (false, true) => format!("至{}日", to.day()),
        (false, false) => format!("至{}月{}日", to.month(), to.day()),
    });
    en.push_str(" to ");
    en.push_str(&to.format(pattern(years)).to_string());
    if to_noon {
        add_half(&mut zh, &mut en, DayPart::Am);
    }
    (zh, en)
}

/// Half of a day.
pub fn half(part: DayPart) -> (&'static str, &'static str) {
    match part {
        DayPart::Am => ("上午", "morning"),
        DayPart::Pm => ("下午", "afternoon"),
    }
}

/// Says what a line of the ledger is, with the lot it belongs to.
pub fn entry(kind: EntryKind, lot: Option<&str>, lot_en: Option<&str>) -> Note {
    let (zh, en) = match kind {
        EntryKind::Grant => ("发放", "Granted"),
        EntryKind::Hold => ("申请请假，预留", "Reserved by a request"),
        EntryKind::Use => ("请假", "Taken"),
        EntryKind::Release => ("释放预留", "Reservation released"),
        EntryKind::Expire => ("到期清零", "Expired"),
        EntryKind::Carry => ("结转", "Carried over"),
        EntryKind::Adjust => ("人工调整", "Corrected"),
        EntryKind::ConvertOt => ("加班转调休", "Overtime turned into leave"),
        EntryKind::Reverse => ("撤销请假，退回", "Leave revoked, given back"),
    };
    let with = |text: &str, lot: Option<&str>, joint: &str| match lot {
        Some(lot) => format!("{text}{joint}{lot}"),
        None => text.to_owned(),
    };
    (with(zh, lot, "，"), with(en, lot_en, ", "))
}

/// A short line under the name of a kind: what is left, or what it asks.
pub fn hint(remaining: Option<i32>, proof_from: Option<i32>, paid_percent: i32) -> Option<Note> {
    match (remaining, proof_from) {
        (Some(minutes), _) => Some((
            format!("剩 {} 天", days_text(minutes)),
            format!("{} left", english_days(minutes)),
        )),
        (None, Some(from)) => Some((
            format!("{} 天起需证明", days_text(from)),
            format!("Proof from {} on", english_days(from)),
        )),
        (None, None) if paid_percent == 0 => Some(("不计薪".into(), "Unpaid".into())),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::span::tests::{calendar, span};
    use super::*;

    #[test]
    fn explains_what_does_not_count() {
        let calendar = calendar();
        let check = |start: &str, end: &str, basis, expected: &[&str]| {
            let notes: Vec<_> = explain(&span(start, end), &calendar, basis)
                .into_iter()
                .map(|note| note.0)
                .collect();
            assert_eq!(notes, expected, "{start} {end}");
        };
        check("2026-11-23 AM", "2026-11-24 PM", CountBasis::WorkingDays, &[]);
        check(
            "2026-10-08 AM",
            "2026-10-12 AM",
            CountBasis::WorkingDays,
            &["10月10日国庆节调休上班，计入请假", "10月11日休息，不计"],
        );
        check(
            "2026-09-30 AM",
            "2026-10-08 PM",
            CountBasis::WorkingDays,
            &["10月1日至7日国庆节放假，不计"],
        );
        check(
            "2026-09-30 AM",
            "2026-10-08 PM",
            CountBasis::CalendarDays,
            &["按自然日计算，含休息日和节假日"],
        );
        check(
            "2026-11-02 AM",
            "2026-11-23 PM",
            CountBasis::WorkingDays,
            &["其间休息日共 6 天，不计"],
        );
        check(
            "2026-12-31 AM",
            "2027-01-03 PM",
            CountBasis::WorkingDays,
            &["2027 年放假安排尚未导入，暂按每周工作日计算", "1月2日至3日休息，不计"],
        );
    }

    #[test]
    fn writes_spans_of_dates() {
        let check = |from: &str, to: &str, zh: &str, en: &str| {
            assert_eq!(
                dates(from.parse().unwrap(), to.parse().unwrap()),
                (zh.into(), en.into())
            );
        };
        check("2026-10-01", "2026-10-01", "10月1日", "1 Oct");
        check("2026-10-01", "2026-10-07", "10月1日至7日", "1 to 7 Oct");
        check("2026-09-28", "2026-10-02", "9月28日至10月2日", "28 Sep to 2 Oct");
    }

    #[test]
    fn writes_periods() {
        let check = |start: &str, end: &str, zh: &str, en: &str| {
            assert_eq!(period(&span(start, end), 2026), (zh.into(), en.into()));
        };
        check("2026-10-08 AM", "2026-10-08 PM", "10月8日", "8 Oct");
        check("2026-10-08 AM", "2026-10-08 AM", "10月8日上午", "8 Oct, morning");
        check(
            "2025-10-08 PM",
            "2025-10-08 PM",
            "2025年10月8日下午",
            "8 Oct 2025, afternoon",
        );
        check("2026-10-08 AM", "2026-10-12 PM", "10月8日至12日", "8 to 12 Oct");
        check(
            "2026-10-08 PM",
            "2026-10-12 PM",
            "10月8日下午至12日",
            "8 Oct, afternoon to 12 Oct",
        );
        check(
            "2025-10-08 AM",
            "2025-10-12 PM",
            "2025年10月8日至12日",
            "8 to 12 Oct 2025",
        );
        check(
            "2026-09-30 AM",
            "2026-10-08 AM",
            "9月30日至10月8日上午",
            "30 Sep to 8 Oct, morning",
        );
        check(
            "2026-12-30 AM",
            "2027-01-02 PM",
            "2026年12月30日至2027年1月2日",
            "30 Dec 2026 to 2 Jan 2027",
        );
    }

    #[test]
    fn hints_at_what_matters_most() {
        let zh = |note: Option<Note>| note.map(|note| note.0);
        assert_eq!(
            zh(hint(Some(8 * 480 + 240), Some(960), 100)).as_deref(),
            Some("剩 8.5 天")
        );
        assert_eq!(zh(hint(None, Some(960), 80)).as_deref(), Some("2 天起需证明"));
        assert_eq!(zh(hint(None, None, 0)).as_deref(), Some("不计薪"));
        assert_eq!(hint(None, None, 100), None);
    }
}
