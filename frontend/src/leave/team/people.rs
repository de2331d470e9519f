//! The team by people: a line for everyone who is away at some time of the month.

use leptos::either::Either;
use leptos::prelude::*;

use super::month::span_text;
use super::state::{What, halves_on, spans};
use crate::api::leave::{AwayMember, CalendarDay, DayType, TeamCalendar};
use crate::i18n::{self, Date};
use crate::leave::page::LeaveCx;
use crate::ui::{Art, Avatar, Empty, Person};
use crate::{t, tr};

/// A month by people.
#[component]
pub fn PeopleView(
    /// The page.
    cx: LeaveCx,
    /// Who is away.
    team: TeamCalendar,
    /// The viewer.
    own: String,
) -> impl IntoView {
    let month = cx.month.get_untracked();
    let days: Vec<CalendarDay> = team
        .days
        .into_iter()
        .filter(|day| day.date.first_of_month() == month)
        .collect();
    let members: Vec<AwayMember> = team
        .members
        .into_iter()
        .filter(|member| member.days.iter().any(|half| half.date.first_of_month() == month))
        .collect();
    if members.is_empty() {
        return Either::Left(view! { <Empty art=Art::Calendar title=tr!(leave.nobody_month) /> });
    }
    let today = i18n::today();
    Either::Right(view! {
        <div class="by-people" tabindex="0" role="region" aria-label=tr!(leave.view.people)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{tr!(leave.person)}</th>
                        {days.iter().map(|day| {
                            let date = day.date;
                            view! {
                                <th scope="col" class:off=is_off(day) class:today=date == today>
                                    <span class="num" aria-hidden="true">{date.day}</span>
                                    <small aria-hidden="true">{move || i18n::weekday_letter(date.weekday())}</small>
                                    <span class="sr">{move || i18n::date(date)}</span>
                                </th>
                            }
                        }).collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {members.into_iter().map(|member| line(member, &days, &own, today)).collect_view()}
                </tbody>
            </table>
        </div>
    })
}

fn is_off(day: &CalendarDay) -> bool {
    day.day_type != DayType::Workday
}

fn line(member: AwayMember, days: &[CalendarDay], own: &str, today: Date) -> impl IntoView + use<> {
    let mine = member.member.id.inner() == own;
    let said: Vec<String> = spans(&member, days)
        .iter()
        .map(|span| match &span.what.kind {
            Some(kind) => format!("{kind} {}", span_text(span)),
            None => span_text(span),
        })
        .collect();
    let title = i18n::names(&said);
    let tip = title.clone();
    let cells = days
        .iter()
        .map(|day| {
            let [am, pm] = halves_on(&member, day.date);
            view! {
                <td class:off=is_off(day) class:today=day.date == today aria-hidden="true">
                    {if am == pm {
                        Either::Left(half(am, "day", mine))
                    } else {
                        Either::Right((half(am, "am", mine), half(pm, "pm", mine)))
                    }}
                </td>
            }
        })
        .collect_view();
    view! {
        <tr class:mine=mine>
            <th scope="row" title=tip>
                <span class="inline">
                    <Avatar person=Person::new(member.member.id.inner(), &member.member.name) />
                    <span class="clip">{if mine { t!(leave.you).to_owned() } else { member.member.name }}</span>
                </span>
                <span class="sr">{title}</span>
            </th>
            {cells}
        </tr>
    }
}

fn half(what: Option<What>, part: &'static str, mine: bool) -> impl IntoView {
    what.map(|what| {
        let class = format!(
            "{part}{}{}",
            if mine { " mine" } else { "" },
            if what.waits { " wait" } else { "" }
        );
        let title = what.kind;
        match what.approval {
            Some(id) => {
                Either::Left(view! { <a class=class tabindex="-1" title=title href=format!("/approvals/{id}")></a> })
            }
            None => Either::Right(view! { <i class=class title=title></i> }),
        }
    })
}
