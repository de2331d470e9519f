//! What the leave page knows and works out. PURE.

use crate::api::leave::{AttendanceDay, AttendanceStatus, LeaveBalance, LeaveLot};
use crate::i18n::Date;

/// Minutes of a working day in the ledger.
const DAY: i32 = 480;
/// A lot that ends in fewer days is marked.
const SOON: i64 = 60;

/// What the right side shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum View {
    /// The team by weeks.
    #[default]
    Month,
    /// The team by people.
    People,
    /// The attendance record.
    Attendance,
}

impl View {
    /// In the order of the tabs.
    pub(super) const ALL: [Self; 3] = [Self::Month, Self::People, Self::Attendance];

    /// Its name in the address.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::People => "people",
            Self::Attendance => "attendance",
        }
    }

    /// The view of a name.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// What the address says is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Whose leave; none: one's own.
    pub(super) member: Option<String>,
    /// Whose team; none: the primary department.
    pub(super) department: Option<String>,
    /// The first day of the month; none: this month.
    pub(super) month: Option<Date>,
    /// What the right side shows; none: as fits.
    pub(super) view: Option<View>,
    /// Only this kind in the ledger.
    pub(super) kind: Option<String>,
}

impl Place {
    /// From the parameters of the address.
    pub(super) fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let filled = |key| get(key).filter(|value| !value.is_empty());
        Self {
            member: filled("member"),
            department: filled("department"),
            month: filled("month").and_then(|month| Date::parse(&format!("{month}-01"))),
            view: filled("view").and_then(|word| View::of(&word)),
            kind: filled("kind"),
        }
    }

    /// The address that shows this.
    pub(super) fn href(&self) -> String {
        let mut pairs = Vec::new();
        if let Some(member) = &self.member {
            pairs.push(format!("member={member}"));
        }
        if let Some(department) = &self.department {
            pairs.push(format!("department={department}"));
        }
        if let Some(month) = self.month {
            pairs.push(format!("month={:04}-{:02}", month.year, month.month));
        }
        if let Some(view) = self.view {
            pairs.push(format!("view={}", view.word()));
        }
        if let Some(kind) = &self.kind {
            pairs.push(format!("kind={kind}"));
        }
        if pairs.is_empty() {
            "/leave".to_owned()
        } else {
            format!("/leave?{}", pairs.join("&"))
        }
    }

    /// The view, which for others is the record.
    pub(super) fn shown(&self) -> View {
        self.view.unwrap_or(if self.member.is_some() {
            View::Attendance
        } else {
            View::Month
        })
    }
}

/// Whether a lot with something left ends soon.
pub(super) fn ends_soon(lot: &LeaveLot, today: Date) -> bool {
    lot.remaining_minutes > 0 && lot.valid_to.days() - today.days() < SOON
}

/// The part of a lot that is left, 0 to 1.
pub(super) fn share(lot: &LeaveLot) -> f64 {
    if lot.granted_minutes <= 0 {
        return 0.0;
    }
    f64::from(lot.remaining_minutes.max(0)) / f64::from(lot.granted_minutes)
}

/// The kinds that show their lots, and those that are one line.
pub(super) fn split(balances: &[LeaveBalance]) -> (Vec<LeaveBalance>, Vec<LeaveBalance>) {
    balances
        .iter()
        .cloned()
        .partition(|balance| balance.kind.limited && !balance.lots.is_empty())
}

/// Days as typed (`1.5`, `-2`, `０.５`) in minutes; half days are the smallest part.
pub(super) fn parse_days(text: &str) -> Option<i32> {
    let plain: String = text
        .trim()
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
            '．' | '。' => '.',
            '－' | '−' => '-',
            '＋' => '+',
            other => other,
        })
        .collect();
    let (sign, size) = match plain.strip_prefix('-') {
        Some(size) => (-1, size),
        None => (1, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let (whole, part) = size.split_once('.').unwrap_or((size, ""));
    let half = match part.trim_end_matches('0') {
        "" => 0,
        "5" => 1,
        _ => return None,
    };
    let whole: i32 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let halves = whole.checked_mul(2)?.checked_add(half)?;
    (1..=732).contains(&halves).then_some(sign * halves * (DAY / 2))
}

/// Minutes worked, minutes of leave, and days with leave of a record up to a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// To be worked.
    pub(super) scheduled: i32,
    /// Of it leave.
    pub(super) leave: i32,
}

/// The sums of a record.
pub(super) fn sum(days: &[AttendanceDay]) -> Sum {
    days.iter().fold(Sum::default(), |sum, day| Sum {
        scheduled: sum.scheduled + day.scheduled_minutes,
        leave: sum.leave + day.leave_minutes,
    })
}

/// Days of rest are quiet lines.
pub(super) fn is_quiet(day: &AttendanceDay) -> bool {
    day.status == AttendanceStatus::Rest && day.items.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lot(granted: i32, left: i32, to: &str) -> LeaveLot {
        LeaveLot {
            id: cynic::Id::new("l"),
            label: "2026".into(),
            valid_from: Date::parse("2026-01-01").unwrap(),
            valid_to: Date::parse(to).unwrap(),
            granted_minutes: granted,
            remaining_minutes: left,
        }
    }

    #[test]
    fn the_address_keeps_the_place() {
        let place = Place {
            member: Some("m".into()),
            department: Some("d".into()),
            month: Date::parse("2026-09-01"),
            view: Some(View::People),
            kind: Some("annual".into()),
        };
        assert_eq!(
            place.href(),
            "/leave?member=m&department=d&month=2026-09&view=people&kind=annual"
        );
        let read = Place::read(|key| {
            Some(match key {
                "member" => "m".into(),
                "department" => "d".into(),
                "month" => "2026-09".into(),
                "view" => "people".into(),
                _ => "annual".into(),
            })
        });
        assert_eq!(read, place);
        assert_eq!(Place::default().href(), "/leave");
        assert_eq!(Place::default().shown(), View::Month);
        let other = Place { view: None, ..place };
        assert_eq!(other.shown(), View::Attendance);
        assert_eq!(Place::read(|_| Some("x".into())).month, None);
    }

    #[test]
    fn marks_what_ends_soon() {
        let today = Date::parse("2026-09-23").unwrap();
        let check = |left, to, expected| assert_eq!(ends_soon(&lot(480, left, to), today), expected, "{to}");
        check(480, "2026-11-21", true);
        check(480, "2026-11-22", false);
        check(0, "2026-11-21", false);
        assert!((share(&lot(960, 480, "2026-12-31")) - 0.5).abs() < 1e-9);
        assert!(share(&lot(0, 0, "2026-12-31")).abs() < 1e-9);
    }

    #[test]
    fn reads_days() {
        let check = |text, expected| assert_eq!(parse_days(text), expected, "{text}");
        check("1", Some(480));
        check(" 1.5 ", Some(720));
        check("-0.5", Some(-240));
        check("２．５", Some(1200));
        check("0", None);
        check("0.3", None);
        check("400", None);
        check("两天", None);
        check("", None);
        check("inf", None);
    }
}
