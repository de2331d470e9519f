//! Holiday notices as data: `{"year", "notice", "days": [{"date", "name", "isOffDay", "statutory"}]}`, the format of the
//! public data set NateScarlet/holiday-cn with two additions: the number of the notice, and which days off are holidays by
//! law (overtime pay differs by it).

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};
use entity::DayType;
use serde::Deserialize;

use super::model::Special;

/// Notices that come with the server, oldest first. Set-up imports them like any other.
pub const BUILT_IN: [&str; 2] = [include_str!("holidays/2025.json"), include_str!("holidays/2026.json")];

/// Longest text read, in bytes. A year takes about 4 KB.
pub const MAX_BYTES: usize = 256 * 1024;

/// A notice that was read without an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Year it arranges.
    pub year: i32,
    /// Its number: 国办发明电〔2025〕7号.
    pub number: String,
    /// Days it arranges, by date.
    pub days: Vec<Special>,
    /// What the importer should look at, though it is no error.
    pub warnings: Vec<Problem>,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Place in the text: `year`, `days.3.date`.
    pub path: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Problem {
    fn new(path: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            zh: zh.into(),
            en: en.into(),
        }
    }
}

#[derive(Deserialize)]
struct File {
    year: i32,
    #[serde(default)]
    notice: String,
    days: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    date: String,
    name: String,
    is_off_day: bool,
    #[serde(default)]
    statutory: bool,
}

/// Reads a notice.
///
/// # Errors
/// Everything that is wrong with the text at once, each with its place.
pub fn parse(text: &str) -> Result<Notice, Vec<Problem>> {
    if text.len() > MAX_BYTES {
        return Err(vec![Problem::new(
            "",
            "文件超过 256 KB",
            "The file is larger than 256 KB",
        )]);
    }
    let file: File = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        let place = format!("{}:{}", error.line(), error.column());
        vec![Problem::new(
            place,
            format!("无法读取：{error}"),
            format!("Cannot be read: {error}"),
        )]
    })?;
    let mut problems = Vec::new();
    if !(2000..=2100).contains(&file.year) {
        problems.push(Problem::new(
            "year",
            "年份应在 2000 到 2100 之间",
            "The year must be between 2000 and 2100",
        ));
    }
    if file.notice.trim().is_empty() {
        problems.push(Problem::new(
            "notice",
            "缺少通知文号，例如 国办发明电〔2025〕7号",
            "The number of the notice is missing, for example 国办发明电〔2025〕7号",
        ));
    }
    if file.days.is_empty() {
        problems.push(Problem::new("days", "没有任何日期", "There are no days"));
    }
    let mut seen = BTreeSet::new();
    let mut days = Vec::with_capacity(file.days.len());
    let mut warnings = Vec::new();
    for (index, row) in file.days.iter().enumerate() {
        match special(file.year, index, row, &mut warnings) {
            Ok(day) if seen.insert(day.date) => days.push(day),
            Ok(day) => problems.push(Problem::new(
                format!("days.{index}.date"),
                format!("日期 {} 重复", day.date),
                format!("The date {} stands twice", day.date),
            )),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    if !days.iter().any(|day| day.day_type == DayType::StatutoryHoliday) {
        warnings.push(Problem::new(
            "days",
            "没有标注法定节假日（statutory），放假日都按休息日处理",
            "No day is marked statutory; all days off are taken as rest days",
        ));
    }
    days.sort_by_key(|day| day.date);
    Ok(Notice {
        year: file.year,
        number: file.notice.trim().to_owned(),
        days,
        warnings,
    })
}

fn special(year: i32, index: usize, row: &Row, warnings: &mut Vec<Problem>) -> Result<Special, Problem> {
    let path = format!("days.{index}.date");
    let date: NaiveDate = row.date.trim().parse().map_err(|_| {
        Problem::new(
            path.clone(),
            format!("“{}”不是日期，应写成 2026-10-01", row.date),
            format!("“{}” is not a date like 2026-10-01", row.date),
        )
    })?;
    if date.year() != year {
        return Err(Problem::new(
            path,
            format!("{date} 不在 {year} 年内"),
            format!("{date} is not in the year {year}"),
        ));
    }
    if row.name.trim().is_empty() {
        return Err(Problem::new(
            format!("days.{index}.name"),
            "缺少节日名称",
            "The name of the holiday is missing",
        ));
    }
    if row.statutory && !row.is_off_day {
        return Err(Problem::new(
            format!("days.{index}.statutory"),
            format!("{date} 是上班日，不能是法定节假日"),
            format!("{date} is worked and cannot be a statutory holiday"),
        ));
    }
    if !row.is_off_day && !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
        warnings.push(Problem::new(
            path,
            format!("{date} 本来就是工作日，无需调班"),
            format!("{date} is no weekend day; working on it is no exchange"),
        ));
    }
    let day_type = match (row.is_off_day, row.statutory) {
        (false, _) => DayType::Workday,
        (true, true) => DayType::StatutoryHoliday,
        (true, false) => DayType::RestDay,
    };
    Ok(Special {
        date,
        day_type,
        name: row.name.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_comes_with_the_server() {
        for (text, year, off, statutory, worked) in [(BUILT_IN[0], 2025, 28, 13, 5), (BUILT_IN[1], 2026, 33, 13, 6)] {
            let notice = parse(text).unwrap();
            let count = |kind| notice.days.iter().filter(|day| day.day_type == kind).count();
            assert_eq!(notice.year, year);
            assert_eq!(count(DayType::StatutoryHoliday), statutory);
            assert_eq!(count(DayType::StatutoryHoliday) + count(DayType::RestDay), off);
            assert_eq!(count(DayType::Workday), worked);
            assert!(notice.warnings.is_empty());
        }
    }

    #[test]
    fn names_each_error_with_its_place() {
        fn check(days: &str, paths: &[&str]) {
            let text = format!(r#"{{"year": 2026, "notice": "国办发明电〔2025〕7号", "days": [{days}]}}"#);
            let found: Vec<_> = parse(&text)
                .unwrap_err()
                .into_iter()
                .map(|problem| problem.path)
                .collect();
            assert_eq!(found, paths, "{days}");
        }
        check("", &["days"]);
        check(
            r#"{"date": "2026-13-01", "name": "x", "isOffDay": true}"#,
            &["days.0.date"],
        );
        check(
            r#"{"date": "2025-12-31", "name": "x", "isOffDay": true}"#,
            &["days.0.date"],
        );
        check(
            r#"{"date": "2026-01-01", "name": " ", "isOffDay": true}"#,
            &["days.0.name"],
        );
        check(
            r#"{"date": "2026-01-04", "name": "x", "isOffDay": false, "statutory": true}"#,
            &["days.0.statutory"],
        );
        check(
            r#"{"date": "2026-01-01", "name": "x", "isOffDay": true}, {"date": "2026-01-01", "name": "x", "isOffDay": true}, {"date": "?", "name": "x", "isOffDay": true}"#,
            &["days.1.date", "days.2.date"],
        );
        assert_eq!(parse(r#"{"year": 26, "days": []}"#).unwrap_err().len(), 3);
        assert_eq!(parse("{\n  nonsense").unwrap_err()[0].path, "2:3");
        assert_eq!(parse(&" ".repeat(MAX_BYTES + 1)).unwrap_err().len(), 1);
    }

    #[test]
    fn warns_of_what_is_doubtful() {
        let text = r#"{"year": 2026, "notice": "n", "days": [{"date": "2026-01-05", "name": "x", "isOffDay": false}]}"#;
        let paths: Vec<_> = parse(text)
            .unwrap()
            .warnings
            .into_iter()
            .map(|warning| warning.path)
            .collect();
        assert_eq!(paths, ["days.0.date", "days"]);
    }
}
