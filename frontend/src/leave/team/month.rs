//! The team by weeks; on phones by day.

use std::collections::HashMap;

use leptos::either::Either;
use leptos::prelude::*;

use super::state::{Bar, Part, Span, What, away_on, bars, drawn, hidden, span_on};
use crate::api::leave::{AwayMember, CalendarDay, DayType, TeamCalendar};
use crate::i18n::{self, Date, Period, weeks_of_month};
use crate::leave::page::LeaveCx;
use crate::leave::state::View;
use crate::ui::{Avatar, AvatarSize, Person, Pill, Tone};
use crate::{t, tr};

/// A month in weeks.
#[component]
pub fn MonthView(
    /// The page.
    cx: LeaveCx,
    /// Who is away.
    team: TeamCalendar,
    /// The viewer.
    own: String,
) -> impl IntoView {
    let month = cx.month.get_untracked();
    let weeks = weeks_of_month(month);
    let by_date: HashMap<Date, CalendarDay> = team.days.iter().map(|day| (day.date, day.clone())).collect();
    let unknown = team.days.iter().any(|day| !day.known && day.date.month == month.month);
    let today = i18n::today();
    let first_away = weeks
        .iter()
        .flatten()
        .find(|date| date.month == month.month && away_on(&team.members, **date) > 0)
        .copied();
    let start = if today.first_of_month() == month {
        today
    } else {
        first_away.unwrap_or(month)
    };
    let picked = RwSignal::new(start);
    let team = StoredValue::new(team);
    let own = StoredValue::new(own);
    view! {
        {unknown.then(|| view! { <p class="meta unknown">{move || t!(leave.unknown_year, year = month.year)}</p> })}
        <div class="month">
            <div class="dow" aria-hidden="true">
                {(1..=7).map(|day| view! { <span>{move || i18n::weekday(day)}</span> }).collect_view()}
            </div>
            {weeks.into_iter().map(|week| {
                let laid = team.with_value(|team| bars(&week, &team.members));
                let more = hidden(&laid);
                let lanes = drawn(&laid);
                view! {
                    <div class="week">
                        <div class="bgs" aria-hidden="true">
                            {week.iter().map(|date| view! { <i class:off=is_off(*date, by_date.get(date))></i> }).collect_view()}
                        </div>
                        {week.iter().map(|date| {
                            let away = team.with_value(|team| away_on(&team.members, *date));
                            view! { <DayHead date=*date day=by_date.get(date).cloned() month away picked /> }
                        }).collect_view()}
                        {laid.into_iter().filter(|bar| bar.lane < lanes).map(|bar| team.with_value(|team| {
                            team.members.get(bar.member).map(|member| own.with_value(|own| bar_view(&bar, member, &team.days, own, &week)))
                        })).collect_view()}
                        {more.iter().enumerate().filter(|(_, count)| **count > 0).map(|(at, count)| {
                            let (column, count) = (at + 1, *count);
                            view! {
                                <button
                                    type="button"
                                    class="more"
                                    style:grid-area=format!("{} / {column} / auto / {}", lanes + 2, column + 1)
                                    on:click=move |_| cx.change(|place| place.view = Some(View::People))
                                >
                                    {move || t!(leave.more, n = count)}
                                </button>
                            }
                        }).collect_view()}
                    </div>
                }
            }).collect_view()}
        </div>
        <div class="days-phone">
            {move || {
                let date = picked.get();
                team.with_value(|team| own.with_value(|own| day_list(date, team, own)))
            }}
        </div>
    }
}

fn is_off(date: Date, day: Option<&CalendarDay>) -> bool {
    day.map_or(date.is_weekend(), |day| day.day_type != DayType::Workday)
}

/// The number of a day with its marks; on phones it chooses the day.
#[component]
fn DayHead(date: Date, day: Option<CalendarDay>, month: Date, away: usize, picked: RwSignal<Date>) -> impl IntoView {
    let off = is_off(date, day.as_ref());
    let holiday = day
        .as_ref()
        .is_some_and(|day| day.known && off && (day.name.is_some() || day.day_type == DayType::StatutoryHoliday));
    let make_up = day.as_ref().is_some_and(|day| day.make_up);
    // The name stands on the holiday itself, not on the days around it.
    let name = day
        .filter(|day| day.day_type == DayType::StatutoryHoliday)
        .and_then(|day| day.name);
    let today = date == i18n::today();
    let label = move || {
        let mut words = vec![i18n::date(date)];
        if holiday {
            words.push(t!(leave.day.holiday).to_owned());
        }
        if make_up {
            words.push(t!(ui.day.work_long).to_owned());
        }
        words.push(t!(leave.away_n, n = away));
        words.join(t!(leave.separator))
    };
    view! {
        <div
            class="d"
            class:out=move || date.month != month.month
            class:off=off
            class:today=today
            class:picked=move || picked.get() == date
            aria-current=today.then_some("date")
            data-n=move || (away > 0).then(|| t!(leave.n, n = away))
            on:click=move |_| picked.set(date)
        >
            <span class="n" aria-hidden="true">{date.day}</span>
            {name.map(|name| view! { <span class="fest" title=name.clone() aria-hidden="true">{name.clone()}</span> })}
            {holiday.then(|| view! { <span class="xb" aria-hidden="true">{tr!(ui.day.rest)}</span> })}
            {make_up.then(|| view! { <span class="xb work" aria-hidden="true">{tr!(ui.day.work)}</span> })}
            <button type="button" class="pick" on:click=move |_| picked.set(date)><span class="sr">{label}</span></button>
        </div>
    }
}

fn bar_view(
    bar: &Bar,
    member: &AwayMember,
    days: &[CalendarDay],
    own: &str,
    week: &[Date; 7],
) -> impl IntoView + use<> {
    let mine = member.member.id.inner() == own;
    let from = week.get(bar.from as usize - 1).copied();
    let said = from
        .and_then(|date| span_on(member, days, date))
        .map(|span| span_text(&span))
        .unwrap_or_default();
    let kind = bar.what.kind.clone();
    let name = if mine {
        t!(leave.you).to_owned()
    } else {
        member.member.name.clone()
    };
    let title = [Some(member.member.name.clone()), kind.clone(), Some(said)]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let mut class = String::from("ev");
    for (on, word) in [
        (mine, " mine"),
        (bar.what.waits, " wait"),
        (bar.part == Part::Am, " am"),
        (bar.part == Part::Pm, " pm"),
    ] {
        if on {
            class.push_str(word);
        }
    }
    let area = format!("{} / {} / {} / {}", bar.lane + 2, bar.from, bar.lane + 3, bar.to + 1);
    let waits = bar.what.waits;
    let inner = view! {
        <Avatar person=Person::new(member.member.id.inner(), &member.member.name) size=AvatarSize::Tiny />
        <b>{name}</b>
        {kind.map(|kind| view! { <span class="type">{kind}</span> })}
        {waits.then(|| view! { <span class="end">{tr!(leave.waits)}</span> })}
    };
    match bar.what.approval.clone() {
        Some(id) => Either::Left(
            view! { <a class=class style:grid-area=area title=title href=format!("/approvals/{id}")>{inner}</a> },
        ),
        None => Either::Right(view! { <span class=class style:grid-area=area title=title>{inner}</span> }),
    }
}

/// 9月28日–30日上午
pub(super) fn span_text(span: &Span) -> String {
    let ((from, from_noon), (to, to_noon)) = (span.from, span.to);
    i18n::period(Period {
        from,
        from_noon,
        to,
        to_noon,
    })
}

/// On phones: who is away on the day that was tapped.
fn day_list(date: Date, team: &TeamCalendar, own: &str) -> impl IntoView + use<> {
    let away: Vec<(AwayMember, Span)> = team
        .members
        .iter()
        .filter_map(|member| span_on(member, &team.days, date).map(|span| (member.clone(), span)))
        .collect();
    let count = away.len();
    let own = own.to_owned();
    view! {
        <h3>{move || t!(leave.day_head, day = i18n::date(date), n = count)}</h3>
        {(count == 0).then(|| view! { <p class="soft">{tr!(leave.nobody)}</p> })}
        {away.into_iter().map(|(member, span)| {
            let mine = member.member.id.inner() == own;
            let text = span_text(&span);
            let What { kind, waits, approval } = span.what;
            let content = view! {
                <Avatar person=Person::new(member.member.id.inner(), &member.member.name) />
                <div class="row-title">
                    <b class:is-accent=mine>{member.member.name}</b>
                    <span class="soft">{kind}</span>
                    {waits.then(|| view! { <Pill tone=Tone::Accent icon="clock">{tr!(leave.waits)}</Pill> })}
                </div>
                <div class="row-end num">{text}</div>
            };
            match approval {
                Some(id) => Either::Left(view! { <a class="row" href=format!("/approvals/{id}")>{content}</a> }),
                None => Either::Right(view! { <div class="row">{content}</div> }),
            }
        }).collect_view()}
    }
}
