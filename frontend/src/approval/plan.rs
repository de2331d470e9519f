//! The days around a leave as a table: the own half days, who else is away, how many are there.

use std::collections::BTreeMap;

use cynic::QueryBuilder;
use leptos::prelude::*;

use crate::api::approval::{LeaveDay, LeaveDetail, LeavePreview, Staffing};
use crate::api::calendar::{CalendarQuery, CalendarVars};
use crate::api::leave::{AwayMember, CalendarDay, DayPart, DayType};
use crate::api::{live_query, query};
use crate::i18n::{Date, weekday};
use crate::t;
use crate::ui::{Avatar, AvatarSize, Person};

/// Most columns.
const COLUMNS: i64 = 14;
/// Most team mates shown.
const MATES: usize = 8;

/// What the table shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanData {
    days: Vec<LeaveDay>,
    away: Vec<AwayMember>,
    staffing: Vec<Staffing>,
}

impl PlanData {
    /// Of a submitted request.
    pub fn of_detail(leave: &LeaveDetail) -> Self {
        Self {
            days: leave.days.clone(),
            away: leave.away.clone(),
            staffing: leave.staffing.clone(),
        }
    }

    /// Of a request to be.
    pub fn of_preview(leave: &LeavePreview) -> Self {
        Self {
            days: leave.days.clone(),
            away: leave.away.clone(),
            staffing: leave.staffing.clone(),
        }
    }

    /// First and last day of the table: a day around the leave, as far as it fits.
    fn range(&self) -> Option<(Date, Date)> {
        let first = self.days.iter().map(|day| day.date).min()?;
        let last = self.days.iter().map(|day| day.date).max()?;
        let from = first.plus_days(-1);
        let to = last.plus_days(1);
        Some((
            from,
            if to.days() - from.days() >= COLUMNS {
                from.plus_days(COLUMNS - 1)
            } else {
                to
            },
        ))
    }
}

/// A cell of somebody's row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Cell {
    /// Morning and afternoon.
    halves: (bool, bool),
    /// It begins, or ends, a bar.
    first: bool,
    last: bool,
    text: String,
}

/// A row of cells from the half days somebody is away; `text` names the first cell of each bar.
fn cells(dates: &[Date], away: &BTreeMap<Date, (bool, bool)>, text: impl Fn(Date, bool) -> String) -> Vec<Cell> {
    let at = |date: Date| away.get(&date).copied().unwrap_or_default();
    let some = |date: Date| at(date) != (false, false);
    dates
        .iter()
        .map(|date| {
            let first = some(*date) && !(some(date.plus_days(-1)) && dates.contains(&date.plus_days(-1)));
            let last = some(*date) && !(some(date.plus_days(1)) && dates.contains(&date.plus_days(1)));
            let text = if some(*date) { text(*date, first) } else { String::new() };
            Cell {
                halves: at(*date),
                first,
                last,
                text,
            }
        })
        .collect()
}

fn halves(parts: impl Iterator<Item = (Date, DayPart)>) -> BTreeMap<Date, (bool, bool)> {
    let mut all = BTreeMap::new();
    for (date, part) in parts {
        let entry: &mut (bool, bool) = all.entry(date).or_default();
        match part {
            DayPart::Am => entry.0 = true,
            DayPart::Pm => entry.1 = true,
        }
    }
    all
}

fn cell(cell: Cell, idle: bool) -> impl IntoView {
    let mut class = String::new();
    for (on, word) in [(idle, "idle"), (cell.first, " first"), (cell.last, " last")] {
        if on {
            class.push_str(word);
        }
    }
    match cell.halves {
        (true, false) => class.push_str(" half"),
        (false, true) => class.push_str(" half late"),
        _ => {}
    }
    let is_away = cell.halves != (false, false);
    view! { <td class=class>{is_away.then(|| view! { <span class="num">{cell.text}</span> })}</td> }
}

/// The table; nothing without days.
#[component]
pub fn Plan(
    /// What it shows.
    #[prop(into)]
    data: Signal<PlanData>,
    /// What the own row is called.
    #[prop(into)]
    own: TextProp,
) -> impl IntoView {
    let range = Memo::new(move |_| data.with(PlanData::range));
    let own = StoredValue::new(own);
    move || {
        range.get().map(|(from, to)| {
            let known = live_query(
                move || format!("work-days:{from}:{to}"),
                || vec!["calendar".to_owned()],
                move || query(CalendarQuery::build(CalendarVars { from, to })),
            );
            let days = move || known.data.get().map(|known| known.work_calendar.clone()).unwrap_or_default();
            view! { <div class="plan-box">{move || table(&data.get(), from, to, &days(), &own.with_value(TextProp::get))}</div> }
        })
    }
}

fn table(data: &PlanData, from: Date, to: Date, known: &[CalendarDay], own: &str) -> impl IntoView + use<> {
    let dates: Vec<Date> = (0..=to.days() - from.days()).map(|n| from.plus_days(n)).collect();
    let day_of = |date: Date| known.iter().find(|day| day.date == date);
    let is_idle = |date: Date| match day_of(date) {
        Some(day) => day.day_type != DayType::Workday,
        None => date.is_weekend(),
    };
    let idle: Vec<bool> = dates.iter().map(|date| is_idle(*date)).collect();
    let head: Vec<(u32, String)> = dates
        .iter()
        .map(|date| {
            let name = day_of(*date).and_then(|day| match (day.make_up, &day.name) {
                (true, _) => Some(t!(approval.leave.make_up).to_owned()),
                (false, Some(name)) if day.day_type != DayType::Workday => Some(name.chars().take(4).collect()),
                _ => None,
            });
            (date.day, name.unwrap_or_else(|| weekday(date.weekday()).to_owned()))
        })
        .collect();
    let counted = data
        .days
        .iter()
        .filter(|day| day.minutes > 0)
        .map(|day| (day.date, day.part));
    let mine = cells(&dates, &halves(counted), |date, _| {
        let minutes: i32 = data
            .days
            .iter()
            .filter(|day| day.date == date)
            .map(|day| day.minutes)
            .sum();
        if minutes >= 480 {
            "1".to_owned()
        } else {
            "½".to_owned()
        }
    });
    let mates: Vec<(Person, Vec<Cell>)> = data
        .away
        .iter()
        .map(|mate| {
            let kind = |date: Date| {
                mate.days
                    .iter()
                    .find(|half| half.date == date)
                    .and_then(|half| half.type_name.clone())
            };
            let row = cells(
                &dates,
                &halves(mate.days.iter().map(|half| (half.date, half.part))),
                |date, first| {
                    if first {
                        kind(date).unwrap_or_else(|| t!(approval.leave.away).to_owned())
                    } else {
                        String::new()
                    }
                },
            );
            (Person::new(mate.member.id.inner(), mate.member.name.clone()), row)
        })
        .filter(|(_, row)| row.iter().any(|cell| cell.first))
        .collect();
    let hidden = mates.len().saturating_sub(MATES);
    let staffing: Vec<Option<(i32, i32)>> = dates
        .iter()
        .map(|date| {
            data.staffing
                .iter()
                .find(|day| day.date == *date)
                .map(|day| (day.present, day.team))
        })
        .collect();
    let has_staffing = staffing.iter().any(Option::is_some);
    let cells_of = |row: Vec<Cell>, idle: &[bool]| {
        row.into_iter()
            .zip(idle.to_vec())
            .map(|(one, idle)| cell(one, idle))
            .collect_view()
    };
    view! {
        <table class="plan" class:few={dates.len() <= 4}>
            <caption class="sr">{t!(approval.leave.plan)}</caption>
            <thead>
                <tr>
                    <th><span class="sr">{t!(approval.leave.name)}</span></th>
                    {head.into_iter().zip(idle.clone()).map(|((day, name), idle)| view! {
                        <th scope="col" class:idle=idle><b class="num">{day}</b>{name}</th>
                    }).collect_view()}
                </tr>
            </thead>
            <tbody>
                <tr class="mine"><th scope="row"><span><b>{own.to_owned()}</b></span></th>{cells_of(mine, &idle)}</tr>
                {mates.into_iter().take(MATES).map(|(person, row)| {
                    let name = person.name.clone();
                    view! {
                        <tr><th scope="row"><span><Avatar person size=AvatarSize::Tiny /><span class="clip">{name}</span></span></th>{cells_of(row, &idle)}</tr>
                    }
                }).collect_view()}
            </tbody>
            {has_staffing.then(|| view! {
                <tfoot>
                    <tr>
                        <th scope="row">{t!(approval.leave.present)}</th>
                        {staffing.into_iter().zip(idle).map(|(day, idle)| {
                            let thin = day.is_some_and(|(present, team)| team > 1 && present * 2 < team);
                            view! { <td class="num" class:idle=idle class:is-warn=thin>{day.map(|(present, team)| format!("{present}/{team}"))}</td> }
                        }).collect_view()}
                    </tr>
                </tfoot>
            })}
        </table>
        {(hidden > 0).then(|| view! { <p class="meta">{t!(approval.leave.more_away, n = hidden)}</p> })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_begin_and_end() {
        let date = |text| Date::parse(text).unwrap();
        let dates: Vec<Date> = (0..4).map(|n| date("2026-10-08").plus_days(n)).collect();
        let away = halves(
            [
                (date("2026-10-08"), DayPart::Pm),
                (date("2026-10-09"), DayPart::Am),
                (date("2026-10-11"), DayPart::Am),
            ]
            .into_iter(),
        );
        let row = cells(
            &dates,
            &away,
            |_, first| if first { "x".to_owned() } else { String::new() },
        );
        let ends: Vec<(bool, bool)> = row.iter().map(|cell| (cell.first, cell.last)).collect();
        assert_eq!(ends, [(true, false), (false, true), (false, false), (true, true)]);
        assert_eq!(row[0].halves, (false, true));
        assert_eq!((row[0].text.as_str(), row[1].text.as_str()), ("x", ""));
    }
}
