//! Absences laid out: bars in the weeks of a month, spans, halves of days. PURE.

use std::collections::BTreeMap;

use crate::api::leave::{AwayHalf, AwayMember, CalendarDay, DayPart, DayType, LeaveStatus};
use crate::i18n::Date;

/// How many bars of a week are drawn one below the other.
pub(super) const LANES: usize = 4;

/// What of a day is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Morning and afternoon.
    Whole,
    /// The morning.
    Am,
    /// The afternoon.
    Pm,
}

/// A bar in a week.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bar {
    /// Which of the members.
    pub(super) member: usize,
    /// First column, Monday 1 to Sunday 7.
    pub(super) from: u32,
    /// Last column.
    pub(super) to: u32,
    /// Half a day, or whole ones.
    pub(super) part: Part,
    /// Its line, from 0.
    pub(super) lane: usize,
    /// The kind, status and request.
    pub(super) what: What,
}

/// What an absence is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct What {
    /// The kind, where the viewer may know it.
    pub(super) kind: Option<String>,
    /// Not decided yet.
    pub(super) waits: bool,
    /// The request, where the viewer may know it.
    pub(super) approval: Option<String>,
}

impl What {
    fn of(half: &AwayHalf) -> Self {
        Self {
            kind: half.type_name.clone(),
            waits: half.status == LeaveStatus::Held,
            approval: half.approval_id.as_ref().map(|id| id.inner().to_owned()),
        }
    }
}

/// The absences of a member by day: one entry where both halves are the same, else one for each half.
fn by_day(member: &AwayMember) -> BTreeMap<i64, Vec<(Part, What)>> {
    let mut days: BTreeMap<i64, Vec<(Part, What)>> = BTreeMap::new();
    for half in &member.days {
        let entry = days.entry(half.date.days()).or_default();
        let what = What::of(half);
        match entry
            .iter_mut()
            .find(|(part, other)| *part != Part::Whole && *other == what)
        {
            Some(found) => found.0 = Part::Whole,
            None => entry.push((
                match half.part {
                    DayPart::Am => Part::Am,
                    DayPart::Pm => Part::Pm,
                },
                what,
            )),
        }
    }
    days
}

/// The bars of a week, laid into lanes from above: long ones first among those that begin together.
pub(super) fn bars(week: &[Date; 7], members: &[AwayMember]) -> Vec<Bar> {
    let Some(monday) = week.first().map(|date| date.days()) else {
        return Vec::new();
    };
    let mut found: Vec<Bar> = Vec::new();
    for (index, member) in members.iter().enumerate() {
        let mut open: Option<Bar> = None;
        for (day, parts) in by_day(member).range(monday..monday + 7) {
            let column = u32::try_from(day - monday).unwrap_or(0) + 1;
            for (part, what) in parts {
                match &mut open {
                    Some(bar)
                        if *part == Part::Whole
                            && bar.part == Part::Whole
                            && bar.to + 1 == column
                            && bar.what == *what =>
                    {
                        bar.to = column;
                    }
                    _ => {
                        found.extend(open.take());
                        open = Some(Bar {
                            member: index,
                            from: column,
                            to: column,
                            part: *part,
                            lane: 0,
                            what: what.clone(),
                        });
                    }
                }
            }
        }
        found.extend(open);
    }
    found.sort_by_key(|bar| (bar.from, std::cmp::Reverse(bar.to), bar.member));
    let mut taken: Vec<Vec<(u32, u32, Part)>> = Vec::new();
    for bar in &mut found {
        let fits = |lane: &Vec<(u32, u32, Part)>| {
            lane.iter().all(|(from, to, part)| {
                let halves = matches!((part, bar.part), (Part::Am, Part::Pm) | (Part::Pm, Part::Am));
                bar.from > *to || bar.to < *from || halves
            })
        };
        let lane = taken.iter().position(fits).unwrap_or(taken.len());
        if lane == taken.len() {
            taken.push(Vec::new());
        }
        if let Some(lane) = taken.get_mut(lane) {
            lane.push((bar.from, bar.to, bar.part));
        }
        bar.lane = lane;
    }
    found
}

/// How many bars of each column do not fit; the last lane then says so.
pub(super) fn hidden(bars: &[Bar]) -> [usize; 7] {
    let overflow = bars.iter().any(|bar| bar.lane >= LANES);
    let last = if overflow { LANES - 1 } else { LANES };
    let mut counts = [0; 7];
    for bar in bars.iter().filter(|bar| bar.lane >= last) {
        for column in bar.from..=bar.to {
            if let Some(count) = counts.get_mut(column as usize - 1) {
                *count += 1;
            }
        }
    }
    counts
}

/// The lanes that are drawn.
pub(super) fn drawn(bars: &[Bar]) -> usize {
    if bars.iter().any(|bar| bar.lane >= LANES) {
        LANES - 1
    } else {
        LANES
    }
}

/// How many members are away on a day.
pub(super) fn away_on(members: &[AwayMember], date: Date) -> usize {
    members
        .iter()
        .filter(|member| member.days.iter().any(|half| half.date == date))
        .count()
}

/// A continuous absence.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    /// First day, and whether it begins at noon.
    pub(super) from: (Date, bool),
    /// Last day, and whether it ends at noon.
    pub(super) to: (Date, bool),
    /// The kind, status and request.
    pub(super) what: What,
}

/// The absences of a member without the gaps that are days of rest.
pub(super) fn spans(member: &AwayMember, days: &[CalendarDay]) -> Vec<Span> {
    let rests = |day: i64| {
        let date = Date::from_days(day);
        days.iter()
            .find(|one| one.date == date)
            .map_or(date.is_weekend(), |one| one.day_type != DayType::Workday)
    };
    let mut halves: Vec<&AwayHalf> = member.days.iter().collect();
    halves.sort_by_key(|half| (half.date, half.part));
    let mut found: Vec<Span> = Vec::new();
    for half in halves {
        let what = What::of(half);
        let starts_noon = half.part == DayPart::Pm;
        let ends_noon = half.part == DayPart::Am;
        let joins = found.last().is_some_and(|last| {
            let (end, at_noon) = last.to;
            let next = if at_noon {
                half.date == end && starts_noon
            } else {
                !starts_noon && half.date > end && (end.days() + 1..half.date.days()).all(rests)
            };
            last.what == what && next
        });
        match found.last_mut() {
            Some(last) if joins => last.to = (half.date, ends_noon),
            _ => found.push(Span {
                from: (half.date, starts_noon),
                to: (half.date, ends_noon),
                what,
            }),
        }
    }
    found
}

/// The span of a member that covers a day.
pub(super) fn span_on(member: &AwayMember, days: &[CalendarDay], date: Date) -> Option<Span> {
    let all = spans(member, days);
    let exact = member.days.iter().any(|half| half.date == date);
    all.into_iter()
        .find(|span| exact && span.from.0 <= date && date <= span.to.0)
}

/// What of a day is away, for the view by people.
pub(super) fn halves_on(member: &AwayMember, date: Date) -> [Option<What>; 2] {
    let of = |part| {
        let half = member.days.iter().find(|half| half.date == date && half.part == part);
        half.map(What::of)
    };
    [of(DayPart::Am), of(DayPart::Pm)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::org::MemberRef;
    use crate::i18n::weeks_of_month;

    fn date(day: u32) -> Date {
        Date::new(2026, 9, day).unwrap()
    }

    /// `"7 8 9p"`: whole days, `a` a morning, `p` an afternoon, `?` not decided.
    fn member(id: &str, text: &str) -> AwayMember {
        let mut days = Vec::new();
        for word in text.split_whitespace() {
            let digits: String = word.chars().filter(char::is_ascii_digit).collect();
            let status = if word.contains('?') {
                LeaveStatus::Held
            } else {
                LeaveStatus::Approved
            };
            for part in [DayPart::Am, DayPart::Pm] {
                if (word.contains('a') && part == DayPart::Pm) || (word.contains('p') && part == DayPart::Am) {
                    continue;
                }
                days.push(AwayHalf {
                    date: date(digits.parse().unwrap()),
                    part,
                    type_name: None,
                    status,
                    approval_id: None,
                });
            }
        }
        AwayMember {
            member: MemberRef {
                id: cynic::Id::new(id),
                name: id.into(),
            },
            days,
        }
    }

    fn second_week() -> [Date; 7] {
        // 2026-09-07 is a Monday.
        weeks_of_month(date(1))[1]
    }

    #[test]
    fn lays_bars_into_lanes() {
        let check = |members: &[&str], expected: &str| {
            let members: Vec<_> = members.iter().map(|text| member("m", text)).collect();
            let text: Vec<String> = bars(&second_week(), &members)
                .iter()
                .map(|bar| {
                    format!(
                        "{}:{}-{}{}@{}",
                        bar.member,
                        bar.from,
                        bar.to,
                        ["", "a", "p"][bar.part as usize],
                        bar.lane
                    )
                })
                .collect();
            assert_eq!(text.join(" "), expected);
        };
        check(&["7 8 9"], "0:1-3@0");
        check(&["7 8 9p"], "0:1-2@0 0:3-3p@0");
        check(&["7 8", "8 9", "9 10"], "0:1-2@0 1:2-3@1 2:3-4@0");
        check(&["9a", "9p"], "0:3-3a@0 1:3-3p@0");
        check(&["4 14"], "");
        check(&["7 8?"], "0:1-1@0 0:2-2@0");
    }

    #[test]
    fn says_what_does_not_fit() {
        let members: Vec<_> = (0..6).map(|_| member("m", "7 8")).collect();
        let all = bars(&second_week(), &members);
        assert_eq!(hidden(&all), [3, 3, 0, 0, 0, 0, 0]);
        assert_eq!(drawn(&all), 3);
        let few = bars(&second_week(), &members[..4]);
        assert_eq!(hidden(&few), [0; 7]);
        assert_eq!(away_on(&members, date(8)), 6);
    }

    #[test]
    fn joins_over_days_of_rest() {
        let check = |text: &str, expected: &str| {
            let found: Vec<String> = spans(&member("m", text), &[])
                .iter()
                .map(|span| {
                    let noon = |on: bool| if on { "~" } else { "" };
                    format!(
                        "{}{}-{}{}",
                        span.from.0.day,
                        noon(span.from.1),
                        span.to.0.day,
                        noon(span.to.1)
                    )
                })
                .collect();
            assert_eq!(found.join(" "), expected, "{text}");
        };
        check("10 11 14 15", "10-15");
        check("10 14", "10-10 14-14");
        check("10p 11a", "10~-11~");
        check("10a 11", "10-10~ 11-11");
        check("9 10a", "9-10~");
        let one = member("m", "11 14");
        assert!(span_on(&one, &[], date(11)).is_some());
        assert!(span_on(&one, &[], date(12)).is_none());
        assert!(halves_on(&member("m", "9p"), date(9))[0].is_none());
    }
}
