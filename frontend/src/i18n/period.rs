//! From when to when, as short as people say it. PURE.

use super::format::month_name;
use super::{Date, Locale};

/// From a day to a day, both included, in halves of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// It begins at noon.
    pub from_noon: bool,
    /// Last day.
    pub to: Date,
    /// It ends at noon.
    pub to_noon: bool,
}

impl Period {
    /// Reads what the server sends as the value of a `PERIOD`.
    pub fn read(value: &serde_json::Value) -> Option<Self> {
        let text = |key: &str| value.get(key)?.as_str();
        Some(Self {
            from: Date::parse(text("start_date")?)?,
            from_noon: text("start_part") == Some("PM"),
            to: Date::parse(text("end_date")?)?,
            to_noon: text("end_part") == Some("AM"),
        })
    }

    /// In words: `12月23日`, `12月23日上午`, `12月23日–25日`, `23–25 Dec`, `23 Dec, afternoon – 2 Jan 2027`. The year
    /// stands only where it is not `this_year`, the month only once where it is the same.
    pub(super) fn words(self, this_year: i32, locale: Locale) -> String {
        let Self { from, to, .. } = self;
        let years = from.year != to.year || from.year != this_year;
        if from == to {
            let day = day(from, years, locale);
            return match (self.from_noon, self.to_noon) {
                (true, false) => with_half(day, true, locale),
                (false, true) => with_half(day, false, locale),
                _ => day,
            };
        }
        let same_month = (from.year, from.month) == (to.year, to.month);
        let (first, last) = match locale {
            Locale::ZhCn if same_month => (day(from, years, locale), format!("{}日", to.day)),
            Locale::ZhCn => (day(from, years, locale), day(to, from.year != to.year, locale)),
            Locale::En if same_month && !self.from_noon => (from.day.to_string(), day(to, years, locale)),
            Locale::En => (day(from, from.year != to.year, locale), day(to, years, locale)),
        };
        let first = if self.from_noon {
            with_half(first, true, locale)
        } else {
            first
        };
        let close = locale == Locale::ZhCn || (same_month && !self.from_noon);
        let joint = if close { "–" } else { " – " };
        let last = if self.to_noon {
            with_half(last, false, locale)
        } else {
            last
        };
        format!("{first}{joint}{last}")
    }
}

fn day(date: Date, year: bool, locale: Locale) -> String {
    match (locale, year) {
        (Locale::ZhCn, false) => format!("{}月{}日", date.month, date.day),
        (Locale::ZhCn, true) => format!("{}年{}月{}日", date.year, date.month, date.day),
        (Locale::En, false) => format!("{} {}", date.day, month_name(date.month)),
        (Locale::En, true) => format!("{} {} {}", date.day, month_name(date.month), date.year),
    }
}

fn with_half(day: String, afternoon: bool, locale: Locale) -> String {
    match (locale, afternoon) {
        (Locale::ZhCn, false) => format!("{day}上午"),
        (Locale::ZhCn, true) => format!("{day}下午"),
        (Locale::En, false) => format!("{day}, morning"),
        (Locale::En, true) => format!("{day}, afternoon"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> (Date, &str) {
        let (date, part) = text.split_once(' ').unwrap();
        (Date::parse(date).unwrap(), part)
    }

    #[test]
    fn periods_read_short() {
        let check = |from: &str, to: &str, zh: &str, en: &str| {
            let ((from, from_part), (to, to_part)) = (at(from), at(to));
            let period = Period {
                from,
                from_noon: from_part == "PM",
                to,
                to_noon: to_part == "AM",
            };
            assert_eq!(period.words(2026, Locale::ZhCn), zh);
            assert_eq!(period.words(2026, Locale::En), en);
        };
        check("2026-12-23 AM", "2026-12-23 PM", "12月23日", "23 Dec");
        check("2026-12-23 AM", "2026-12-23 AM", "12月23日上午", "23 Dec, morning");
        check("2026-12-23 PM", "2026-12-23 PM", "12月23日下午", "23 Dec, afternoon");
        check("2026-12-23 AM", "2026-12-25 PM", "12月23日–25日", "23–25 Dec");
        check(
            "2026-12-23 AM",
            "2026-12-25 AM",
            "12月23日–25日上午",
            "23–25 Dec, morning",
        );
        check(
            "2026-12-23 PM",
            "2026-12-25 PM",
            "12月23日下午–25日",
            "23 Dec, afternoon – 25 Dec",
        );
        check("2026-09-28 AM", "2026-10-02 PM", "9月28日–10月2日", "28 Sep – 2 Oct");
        check("2025-12-23 AM", "2025-12-23 PM", "2025年12月23日", "23 Dec 2025");
        check(
            "2025-12-23 AM",
            "2025-12-25 PM",
            "2025年12月23日–25日",
            "23–25 Dec 2025",
        );
        check(
            "2025-09-28 PM",
            "2025-10-02 PM",
            "2025年9月28日下午–10月2日",
            "28 Sep, afternoon – 2 Oct 2025",
        );
        check(
            "2026-12-30 AM",
            "2027-01-02 PM",
            "2026年12月30日–2027年1月2日",
            "30 Dec 2026 – 2 Jan 2027",
        );
    }

    #[test]
    fn reads_what_the_server_sends() {
        let sent = serde_json::json!({
            "start_date": "2026-12-23", "start_part": "AM", "end_date": "2026-12-24", "end_part": "AM",
        });
        let period = Period::read(&sent).unwrap();
        assert_eq!(period.words(2026, Locale::ZhCn), "12月23日–24日上午");
        assert_eq!(Period::read(&serde_json::Value::Null), None);
    }
}
