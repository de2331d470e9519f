//! What people of the demo company asked for over the past year: a plan, made in memory, that the services then live through.

use std::collections::HashSet;

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, TimeDelta, Utc};
use entity::{DayPart, MemberId};
use rand::Rng;
use rand::seq::IndexedRandom;

use super::random::Seeded;
use super::words::reasons;
use crate::calendar::Calendar;
use crate::cx::company_offset;
use crate::leave::model::Span;

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Everyone agrees.
    Approved,
    /// Sent back once, corrected, then agreed.
    ReturnedOnce,
    /// Refused for good: sent back and given up.
    GivenUp,
    /// Taken back by the applicant.
    Withdrawn,
    /// Nobody decides any more after so many approvals: it waits today.
    Waiting(u8),
    /// Sent back, and not corrected yet.
    SentBack,
    /// Forgotten by who is asked; the applicant urges.
    Urged,
}

/// A member whose requests are planned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Worker {
    pub(super) member: MemberId,
    /// First day with the company.
    pub(super) hired_on: NaiveDate,
    /// Last day with the company, for those who left.
    pub(super) left_on: Option<NaiveDate>,
}

impl Worker {
    /// Whether the member was there from the question to the end of the leave, with some days on both sides.
    fn was_there(&self, intent: &Intent) -> bool {
        const SETTLED: Days = Days::new(10);
        let asked = intent.at.with_timezone(&company_offset()).date_naive();
        let begun = self.hired_on.checked_add_days(SETTLED);
        let ends = intent.span.end_date.checked_add_days(SETTLED);
        begun.is_some_and(|begun| begun <= asked)
            && self.left_on.is_none_or(|left| ends.is_some_and(|ends| ends <= left))
    }
}

/// One request of the plan.
#[derive(Clone, Debug)]
pub(super) struct Intent {
    pub(super) member: MemberId,
    pub(super) type_key: &'static str,
    pub(super) span: Span,
    pub(super) reason: &'static str,
    pub(super) at: DateTime<Utc>,
    pub(super) fate: Fate,
}

/// Kinds with their share in a hundred and the usual lengths in half days.
const KINDS: &[(&str, u32, &[u32])] = &[
    ("annual", 46, &[1, 2, 2, 2, 3, 4, 4, 6, 8, 10]),
    ("sick", 18, &[1, 1, 2, 2, 2, 3, 4, 6]),
    ("personal", 14, &[1, 1, 2, 2]),
    ("lieu", 20, &[1, 1, 2, 2]),
    ("bereavement", 2, &[6]),
];
/// Requests a person makes in a year.
const A_YEAR: std::ops::Range<usize> = 4..11;

/// Plans the requests of `workers` for so many years up to `now` and for the weeks ahead, oldest first.
pub(super) fn plan(
    seed: &mut Seeded,
    calendar: &Calendar,
    now: DateTime<Utc>,
    years: u32,
    workers: &[Worker],
) -> Vec<Intent> {
    let mut intents: Vec<Intent> = workers
        .iter()
        .flat_map(|worker| of_worker(seed, calendar, now, years, worker))
        .collect();
    intents.sort_by_key(|intent| (intent.at, intent.member));
    intents
}

fn of_worker(seed: &mut Seeded, calendar: &Calendar, now: DateTime<Utc>, years: u32, worker: &Worker) -> Vec<Intent> {
    let today = now.with_timezone(&company_offset()).date_naive();
    let member = worker.member;
    let mut taken = HashSet::new();
    let mut own: Vec<Intent> = Vec::new();
    for year in 0..u64::from(years) {
        for _ in 0..seed.rng.random_range(A_YEAR) {
            // Back from three weeks ahead: some of it is still on its way today.
            let ahead = year * 365 + seed.rng.random_range(0..if year == 0 { 380 } else { 365 });
            let first = today + Days::new(21) - Days::new(ahead);
            own.extend(intent(seed, calendar, now, first, member, &mut taken));
        }
    }
    // Every second has asked for something within the last hour, so that there is something to decide.
    if seed.rng.random_bool(0.5) {
        let first = today + Days::new(seed.rng.random_range(3..25));
        let asked = now - TimeDelta::minutes(seed.rng.random_range(4..70));
        let fresh = intent(seed, calendar, now + Days::new(60), first, member, &mut taken);
        own.extend(fresh.filter(|fresh| fresh.type_key != "sick").map(|fresh| Intent {
            at: asked,
            fate: Fate::Approved,
            ..fresh
        }));
    }
    own.retain(|intent| worker.was_there(intent));
    own
}

fn intent(
    seed: &mut Seeded,
    calendar: &Calendar,
    latest: DateTime<Utc>,
    first: NaiveDate,
    member: MemberId,
    taken: &mut HashSet<NaiveDate>,
) -> Option<Intent> {
    let rng = &mut seed.rng;
    let (type_key, _, lengths) = KINDS.choose_weighted(rng, |(_, share, _)| *share).ok()?;
    let halves = *lengths.choose(rng)?;
    let start_date = workday_from(calendar, first)?;
    let afternoon = halves % 2 == 1 && rng.random_bool(0.5);
    let span = stretch(calendar, start_date, afternoon, halves)?;
    let days: Vec<NaiveDate> = crate::calendar::model::dates(span.start_date, span.end_date).collect();
    if days.iter().any(|day| taken.contains(day)) {
        return None;
    }
    let ahead = if *type_key == "sick" {
        rng.random_range(0..2)
    } else {
        rng.random_range(2..16)
    };
    let asked_on = span.start_date.checked_sub_days(Days::new(ahead))?;
    let at = moment(asked_on, rng.random_range(8 * 60 + 40..18 * 60 + 30))?;
    if at >= latest {
        return None;
    }
    taken.extend(days);
    let fate = match rng.random_range(0..100) {
        0..2 => Fate::Withdrawn,
        2..5 => Fate::GivenUp,
        5..14 => Fate::ReturnedOnce,
        _ => Fate::Approved,
    };
    let reason = reasons(type_key).choose(rng).copied().unwrap_or("按规定休假");
    Some(Intent {
        member,
        type_key,
        span,
        reason,
        at,
        fate,
    })
}

pub(super) fn workday_from(calendar: &Calendar, first: NaiveDate) -> Option<NaiveDate> {
    first.iter_days().take(14).find(|date| calendar.day(*date).works())
}

/// The span of so many working half days from a start.
pub(super) fn stretch(calendar: &Calendar, start: NaiveDate, afternoon: bool, halves: u32) -> Option<Span> {
    let mut left = halves + u32::from(afternoon);
    let mut end_date = start;
    for date in start.iter_days().take(40).filter(|date| calendar.day(*date).works()) {
        end_date = date;
        if left <= 2 {
            break;
        }
        left -= 2;
    }
    let start_part = if afternoon { DayPart::Pm } else { DayPart::Am };
    let end_part = if left == 1 { DayPart::Am } else { DayPart::Pm };
    let span = Span {
        start_date: start,
        start_part,
        end_date,
        end_part,
    };
    span.check().ok().map(|()| span)
}

/// A moment of a civil date of the company, in minutes after midnight.
pub(super) fn moment(date: NaiveDate, minutes: u32) -> Option<DateTime<Utc>> {
    let time = NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 17)?;
    date.and_time(time)
        .and_local_timezone(company_offset())
        .single()
        .map(|at| at.to_utc())
}

/// When somebody gets to a request that reached them at `at`: median three and a half working hours, one in ten over a day.
pub(super) fn answered_at(seed: &mut Seeded, calendar: &Calendar, at: DateTime<Utc>) -> DateTime<Utc> {
    // Log-normal, by the sum of uniform variates: median 3.5 h, ninth decile 26 h.
    let normal: f64 = (0..12).map(|_| seed.rng.random::<f64>()).sum::<f64>() - 6.0;
    let hours = (3.5_f64.ln() + 1.565 * normal).exp().clamp(0.05, 60.0);
    #[expect(clippy::cast_possible_truncation, reason = "at most 3,600 minutes")]
    let minutes = (hours * 60.0) as i64;
    after_working(calendar, at, minutes)
}

/// The moment so many working minutes after `at`, working from nine to six on working days.
fn after_working(calendar: &Calendar, at: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
    const OPEN: i64 = 9 * 60;
    const CLOSE: i64 = 18 * 60;
    let local = at.with_timezone(&company_offset());
    let midnight = local.date_naive().and_time(NaiveTime::MIN);
    let mut date = local.date_naive();
    let mut minute = (local.naive_local() - midnight).num_minutes().max(OPEN);
    let mut left = minutes;
    for _ in 0..60 {
        if calendar.day(date).works() && minute < CLOSE {
            let room = CLOSE - minute;
            if left <= room {
                let at_minute = u32::try_from(minute + left).unwrap_or_default();
                return moment(date, at_minute).map_or(at, |found| found.max(at + TimeDelta::seconds(40)));
            }
            left -= room;
        }
        date = date.checked_add_days(Days::new(1)).unwrap_or(date);
        minute = OPEN;
    }
    at + Duration::minutes(minutes)
}

/// Words of an approver who must give a reason.
pub(super) fn reason(seed: &mut Seeded, from: &'static [&'static str]) -> Option<&'static str> {
    from.choose(&mut seed.rng).copied()
}

/// Words of an approver who agrees; most people just press the button.
pub(super) fn opinion(seed: &mut Seeded, from: &'static [&'static str]) -> Option<&'static str> {
    if seed.rng.random_bool(0.35) {
        reason(seed, from)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::model::Pattern;
    use entity::Id;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    fn calendar() -> Calendar {
        Calendar::new(Pattern::standard(), [], BTreeMap::new())
    }

    fn now() -> DateTime<Utc> {
        "2026-11-23T02:00:00Z".parse().expect("a moment")
    }

    fn workers() -> Vec<Worker> {
        let worker = |n| Worker {
            member: MemberId::from_uuid(Uuid::from_u128(n)),
            hired_on: "2015-01-05".parse().expect("a date"),
            left_on: None,
        };
        (1..60).map(worker).collect()
    }

    #[test]
    fn more_years_mean_more_history_and_none_before_or_after_the_job() {
        let one = plan(&mut Seeded::new(3), &calendar(), now(), 1, &workers()).len();
        let mut some = workers();
        let first = some.first_mut().expect("a worker");
        first.hired_on = "2023-03-01".parse().expect("a date");
        first.left_on = "2025-05-30".parse().ok();
        let (member, hired, left) = (first.member, first.hired_on, first.left_on.expect("a date"));
        let three = plan(&mut Seeded::new(3), &calendar(), now(), 3, &some);
        assert!(three.len() > 2 * one, "{} in three years, {one} in one", three.len());
        let own: Vec<_> = three.iter().filter(|intent| intent.member == member).collect();
        assert!(!own.is_empty());
        for intent in own {
            assert!(
                intent.at.date_naive() > hired && intent.span.end_date < left,
                "{intent:?}"
            );
        }
    }

    #[test]
    fn the_plan_is_in_order_free_of_overlaps_and_partly_ahead() {
        let intents = plan(&mut Seeded::new(3), &calendar(), now(), 1, &workers());
        assert!(intents.len() > 250, "{}", intents.len());
        assert!(intents.is_sorted_by_key(|intent| intent.at));
        assert!(intents.iter().all(|intent| intent.at < now()));
        assert!(intents.iter().any(|intent| intent.span.start_date > now().date_naive()));
        let mut seen = HashSet::new();
        for intent in &intents {
            for date in crate::calendar::model::dates(intent.span.start_date, intent.span.end_date) {
                assert!(seen.insert((intent.member, date)), "{intent:?}");
            }
        }
    }

    #[test]
    fn answers_come_in_working_hours() {
        let friday_evening = "2026-11-20T12:00:00Z".parse().expect("20:00 in China");
        let answer = after_working(&calendar(), friday_evening, 30).with_timezone(&company_offset());
        assert_eq!(answer.naive_local().to_string(), "2026-11-23 09:30:17");
    }
}
