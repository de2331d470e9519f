//! The kinds of leave a company starts with, the rules a kind sets, and the annual leave the law gives.

use chrono::{Datelike, Months, NaiveDate};
use entity::{CountBasis, Gender};

use super::span::Problem;
use crate::calendar::{DAY, HALF_DAY, model::dates};

/// What a kind of leave asks of a request. Lengths in working minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which days count.
    pub basis: CountBasis,
    /// Whether a balance limits it.
    pub limited: bool,
    /// How far below zero the balance may go.
    pub overdraft_minutes: i32,
    /// Smallest unit.
    pub step_minutes: i32,
    /// Least per request.
    pub minimum_minutes: i32,
    /// Most per request.
    pub maximum_minutes: Option<i32>,
    /// Working days ahead it must be asked; 0 for none.
    pub notice_days: i32,
    /// Length from which proof is required.
    pub proof_from_minutes: Option<i32>,
    /// Only for members recorded so.
    pub gender: Option<Gender>,
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// Working minutes asked for.
    pub minutes: i32,
    /// Working days from today to the day before the first day; `None` where notice no longer matters.
    pub workdays_ahead: Option<i32>,
    /// Whether proof is attached.
    pub has_proof: bool,
    /// Gender on record.
    pub gender: Option<Gender>,
}

impl Rule {
    /// Everything the rule has against the request.
    pub fn check(&self, ask: &Ask) -> Vec<Problem> {
        let mut problems = Vec::new();
        let minutes = ask.minutes;
        if let Some(gender) = self.gender.filter(|gender| ask.gender != Some(*gender)) {
            problems.push(Problem::OnlyFor { gender });
        }
        if minutes <= 0 {
            problems.push(Problem::NothingCounts);
            return problems;
        }
        if minutes < self.minimum_minutes {
            problems.push(Problem::BelowMinimum {
                minimum: self.minimum_minutes,
            });
        } else if self.step_minutes > 0 && minutes % self.step_minutes != 0 {
            problems.push(Problem::OffStep {
                step: self.step_minutes,
            });
        }
        if let Some(maximum) = self.maximum_minutes.filter(|maximum| minutes > *maximum) {
            problems.push(Problem::AboveMaximum { maximum });
        }
        if ask.workdays_ahead.is_some_and(|ahead| ahead < self.notice_days) {
            problems.push(Problem::ShortNotice { days: self.notice_days });
        }
        if let Some(from) = self
            .proof_from_minutes
            .filter(|from| minutes >= *from && !ask.has_proof)
        {
            problems.push(Problem::ProofMissing { from });
        }
        problems
    }
}

/// A kind of leave of the first set-up.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Stable key.
    pub key: &'static str,
    /// Name in Chinese.
    pub name: &'static str,
    /// Name in English.
    pub name_en: &'static str,
    /// Share of pay that goes on, 0 to 100.
    pub paid_percent: i32,
    /// What it asks of a request.
    pub rule: Rule,
}

/// By working days, no balance, half days, nothing else asked.
const PLAIN: Rule = Rule {
    basis: CountBasis::WorkingDays,
    limited: false,
    overdraft_minutes: 0,
    step_minutes: HALF_DAY,
    minimum_minutes: HALF_DAY,
    maximum_minutes: None,
    notice_days: 0,
    proof_from_minutes: None,
    gender: None,
};

/// The kinds a company starts with, in the order of lists. Lengths follow the national rules of 2025 where there are any and
/// are common practice else; regions differ, so every number can be changed.
pub const SEED: [Kind; 12] = [
    kind("annual", "年假", "Annual leave", 100, Rule { limited: true, ..PLAIN }),
    kind(
        "personal",
        "事假",
        "Personal leave",
        0,
        Rule {
            maximum_minutes: Some(30 * DAY),
            ..PLAIN
        },
    ),
    kind(
        "sick",
        "病假",
        "Sick leave",
        80,
        Rule {
            proof_from_minutes: Some(2 * DAY),
            ..PLAIN
        },
    ),
    kind("lieu", "调休", "Time in lieu", 100, Rule { limited: true, ..PLAIN }),
    kind(
        "marriage",
        "婚假",
        "Marriage leave",
        100,
        long(3, CountBasis::WorkingDays, None),
    ),
    kind(
        "maternity",
        "产假",
        "Maternity leave",
        100,
        long(188, CountBasis::CalendarDays, Some(Gender::Female)),
    ),
    kind(
        "paternity",
        "陪产假",
        "Paternity leave",
        100,
        long(15, CountBasis::CalendarDays, Some(Gender::Male)),
    ),
    kind(
        "parental",
        "育儿假",
        "Parental leave",
        100,
        Rule {
            maximum_minutes: Some(10 * DAY),
            ..PLAIN
        },
    ),
    kind(
        "bereavement",
        "丧假",
        "Bereavement leave",
        100,
        Rule {
            maximum_minutes: Some(3 * DAY),
            ..PLAIN
        },
    ),
    kind(
        "injury",
        "工伤假",
        "Work injury leave",
        100,
        long(365, CountBasis::CalendarDays, None),
    ),
    kind(
        "nursing",
        "哺乳假",
        "Nursing leave",
        100,
        Rule {
            maximum_minutes: Some(20 * DAY),
            gender: Some(Gender::Female),
            ..PLAIN
        },
    ),
    kind(
        "elder_care",
        "独生子女护理假",
        "Elder care leave",
        100,
        Rule {
            maximum_minutes: Some(15 * DAY),
            ..PLAIN
        },
    ),
];

const fn kind(key: &'static str, name: &'static str, name_en: &'static str, paid_percent: i32, rule: Rule) -> Kind {
    Kind {
        key,
        name,
        name_en,
        paid_percent,
        rule,
    }
}

/// At most so many days, whole days only, always with proof.
const fn long(days: i32, basis: CountBasis, gender: Option<Gender>) -> Rule {
    Rule {
        basis,
        step_minutes: DAY,
        minimum_minutes: DAY,
        maximum_minutes: Some(days * DAY),
        proof_from_minutes: Some(DAY),
        gender,
        ..PLAIN
    }
}

/// Annual leave the law gives a member for a year, in minutes: 5, 10 or 15 days a year from 1, 10 or 20 whole years of *any*
/// employment (《职工带薪年休假条例》, article 3). Every calendar day of service in the year earns its share at the tier that
/// holds on that day, so a year of entry and a year in which a tier is reached are pro rata. The sum is rounded down to half
/// days; this is more generous than the law, which drops parts of a whole day.
///
/// Without a start of career, the day of hiring counts; without either there is no entitlement.
pub fn annual_entitlement(career_started_on: Option<NaiveDate>, hired_on: Option<NaiveDate>, year: i32) -> i32 {
    let (Some(first), Some(last)) = (
        NaiveDate::from_ymd_opt(year, 1, 1),
        NaiveDate::from_ymd_opt(year, 12, 31),
    ) else {
        return 0;
    };
    let Some(career) = career_started_on.or(hired_on) else {
        return 0;
    };
    let from = hired_on.map_or(first, |hired| hired.max(first));
    let reached = |years: u32| career.checked_add_months(Months::new(12 * years));
    let tiers = [(reached(20), 15), (reached(10), 10), (reached(1), 5)];
    let earned: i64 = dates(from, last)
        .map(|date| {
            tiers
                .iter()
                .find(|(on, _)| on.is_some_and(|on| date >= on))
                .map_or(0, |(_, days)| i64::from(*days))
        })
        .sum();
    let half_days = earned * 2 / i64::from(last.ordinal());
    i32::try_from(half_days).unwrap_or(0) * HALF_DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASK: Ask = Ask {
        minutes: DAY,
        workdays_ahead: Some(0),
        has_proof: false,
        gender: None,
    };

    fn rule(key: &str) -> Rule {
        SEED.iter().find(|kind| kind.key == key).unwrap().rule
    }

    #[test]
    fn applies_the_rule_of_the_kind() {
        let check =
            |key: &str, ask: Ask, problems: &[Problem]| assert_eq!(rule(key).check(&ask), problems, "{key} {ask:?}");
        check("annual", ASK, &[]);
        check("annual", Ask { minutes: 0, ..ASK }, &[Problem::NothingCounts]);
        check("sick", ASK, &[]);
        check(
            "sick",
            Ask {
                minutes: 2 * DAY,
                ..ASK
            },
            &[Problem::ProofMissing { from: 960 }],
        );
        check(
            "sick",
            Ask {
                minutes: 2 * DAY,
                has_proof: true,
                ..ASK
            },
            &[],
        );
        check(
            "bereavement",
            Ask {
                minutes: 3 * DAY + HALF_DAY,
                ..ASK
            },
            &[Problem::AboveMaximum { maximum: 1440 }],
        );
        let proven = Ask { has_proof: true, ..ASK };
        check(
            "marriage",
            Ask {
                minutes: HALF_DAY,
                ..proven
            },
            &[Problem::BelowMinimum { minimum: 480 }],
        );
        check(
            "marriage",
            Ask {
                minutes: DAY + HALF_DAY,
                ..proven
            },
            &[Problem::OffStep { step: 480 }],
        );
        check(
            "maternity",
            Ask {
                gender: Some(Gender::Female),
                ..proven
            },
            &[],
        );
        check(
            "maternity",
            Ask {
                gender: Some(Gender::Male),
                ..proven
            },
            &[Problem::OnlyFor { gender: Gender::Female }],
        );
        check("paternity", proven, &[Problem::OnlyFor { gender: Gender::Male }]);
    }

    #[test]
    fn asks_for_notice_once() {
        let rule = Rule {
            notice_days: 3,
            ..PLAIN
        };
        let check = |workdays_ahead, problems: &[Problem]| {
            assert_eq!(rule.check(&Ask { workdays_ahead, ..ASK }), problems);
        };
        check(Some(2), &[Problem::ShortNotice { days: 3 }]);
        check(Some(3), &[]);
        check(None, &[]);
    }

    #[test]
    fn has_twelve_kinds_with_their_own_keys() {
        let keys: std::collections::BTreeSet<_> = SEED.iter().map(|kind| kind.key).collect();
        assert_eq!(keys.len(), 12);
        assert!(
            SEED.iter()
                .all(|kind| !kind.name.is_empty() && !kind.name_en.is_empty())
        );
    }

    #[test]
    fn gives_annual_leave_by_years_of_work() {
        let check = |career: &str, hired: &str, year: i32, half_days: i32| {
            let date = |text: &str| text.parse::<NaiveDate>().ok();
            assert_eq!(
                annual_entitlement(date(career), date(hired), year),
                half_days * HALF_DAY,
                "{career} {hired} {year}"
            );
        };
        check("2020-07-01", "2022-03-01", 2026, 10);
        check("2010-07-01", "2022-03-01", 2026, 20);
        check("2000-07-01", "2022-03-01", 2026, 30);
        // The first year of work is complete on 1 July: 184 of 365 days at 5 days.
        check("2025-07-01", "2025-07-01", 2026, 5);
        check("2026-03-01", "2026-03-01", 2026, 0);
        // Ten years on 1 July: 181 days at 5 and 184 at 10 days.
        check("2016-07-01", "2016-07-01", 2026, 15);
        // Hired on 1 October with five years of work: 92 of 365 days at 5 days, 1.26 days.
        check("2021-01-01", "2026-10-01", 2026, 2);
        check("2021-01-01", "2027-01-01", 2026, 0);
        check("", "2020-01-01", 2026, 10);
        check("", "", 2026, 0);
        check("2020-02-29", "2020-02-29", 2021, 8);
    }
}
