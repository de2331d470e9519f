//! Numbers and titles of requests.

use chrono::NaiveDate;

use crate::error::Text;

/// What serials are counted under: `QJ-20261123`.
pub fn counter(prefix: &str, day: NaiveDate) -> String {
    format!("{prefix}-{}", day.format("%Y%m%d"))
}

/// The number people quote: `QJ-20261123-0007`. Serials above 9999 simply grow longer.
pub fn number(counter: &str, serial: i32) -> String {
    format!("{counter}-{serial:04}")
}

/// Title of a request, fixed at submission.
pub fn title(template: &Text, applicant: &str) -> Text {
    Text::new(
        format!("{applicant}的{}申请", template.zh),
        format!("{} · {applicant}", template.en),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_the_day_and_four_digits_or_more() {
        let check = |serial, expected: &str| {
            let day = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date");
            assert_eq!(number(&counter("QJ", day), serial), expected);
        };
        check(7, "QJ-20261123-0007");
        check(9999, "QJ-20261123-9999");
        check(12345, "QJ-20261123-12345");
    }

    #[test]
    fn titles_name_applicant_and_kind() {
        let title = title(&Text::new("请假", "Leave"), "张伟");
        assert_eq!(title, Text::new("张伟的请假申请", "Leave · 张伟"));
    }
}
