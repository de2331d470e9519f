//! `/admin/calendar`: the year, its holidays, and the notices that were imported.

use std::collections::HashMap;

use cynic::QueryBuilder;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::import::ImportNotice;
use super::state::{Holiday, Mark, holidays, is_unknown, month};
use crate::api::calendar::{CalendarQuery, CalendarSource, CalendarVars, SourcesQuery};
use crate::api::leave::CalendarDay;
use crate::api::viewer::{Permission, use_viewer};
use crate::api::{live_query, query};
use crate::i18n::{self, Date, full_date, local, month_day};
use crate::ui::{
    Art, Button, Empty, ErrorCard, IconButton, Key, Kind, Note, PageTitle, SkeletonDoc, Tone, Topline, use_keys,
};
use crate::{t, tr};

/// The calendar page.
#[component]
pub fn CalendarPage() -> impl IntoView {
    let viewer = use_viewer();
    let may = Memo::new(move |_| viewer.may(Permission::ManageCalendar));
    view! {
        <PageTitle text=tr!(calendar.title) />
        {move || if may.get() {
            view! { <Year /> }.into_any()
        } else {
            view! { <Empty art=Art::Door title=tr!(org.no_right) text=Signal::derive(|| Some(t!(org.no_right_text).to_owned())) /> }.into_any()
        }}
    }
}

#[component]
fn Year() -> impl IntoView {
    let params = use_query_map();
    let year = Memo::new(move |_| {
        let asked = params
            .with(|params| params.get("year"))
            .and_then(|text| text.parse::<i32>().ok());
        asked
            .filter(|year| (1970..=9990).contains(year))
            .unwrap_or_else(|| i18n::today().year)
    });
    let navigate = use_navigate();
    let go = Callback::new(move |to: Option<i32>| {
        let href = to.map_or_else(
            || "/admin/calendar".to_owned(),
            |year| format!("/admin/calendar?year={year}"),
        );
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&href, options);
    });
    use_keys(
        tr!(calendar.title),
        vec![
            Key::new("[", tr!(calendar.previous), move || {
                go.run(Some(year.get_untracked() - 1));
            }),
            Key::new("]", tr!(calendar.next), move || go.run(Some(year.get_untracked() + 1))),
            Key::new("t", tr!(calendar.this_year), move || go.run(None)),
        ],
    );
    let live = live_query(
        move || format!("calendar:{}", year.get()),
        || vec!["calendar".to_owned()],
        move || {
            let year = year.get_untracked();
            query(CalendarQuery::build(CalendarVars {
                from: Date { year, month: 1, day: 1 },
                to: Date {
                    year,
                    month: 12,
                    day: 31,
                },
            }))
        },
    );
    let importing = RwSignal::new(false);
    view! {
        <div class="page p-calendar">
            <Topline active=live.refreshing />
            <header class="page-head">
                <div><h1>{tr!(calendar.title)}</h1></div>
                <div class="inline">
                    <IconButton icon="left" small=true hint="[" label=tr!(calendar.previous) on:click=move |_| go.run(Some(year.get_untracked() - 1)) />
                    <b class="num" aria-live="polite">{move || t!(calendar.year, year = year.get())}</b>
                    <IconButton icon="right" small=true hint="]" label=tr!(calendar.next) on:click=move |_| go.run(Some(year.get_untracked() + 1)) />
                </div>
                <Button kind=Kind::Primary icon="upload" on:click=move |_| importing.set(true)>{tr!(calendar.import)}</Button>
            </header>
            {move || live.loading_first.get().then(|| view! { <SkeletonDoc lines=12 /> })}
            {move || match (live.data.get(), live.error.get()) {
                (Some(all), _) => view! { <Whole year=year.get_untracked() days=all.work_calendar.clone() /> }.into_any(),
                (None, Some(error)) => view! {
                    <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| live.refetch()) />
                }
                .into_any(),
                (None, None) => ().into_any(),
            }}
            <Sources go />
            <ImportNotice open=importing on_done=Callback::new(move |year: i32| go.run(Some(year))) />
        </div>
    }
}

/// Twelve months and the list of holidays.
#[component]
fn Whole(year: i32, days: Vec<CalendarDay>) -> impl IntoView {
    let unknown = is_unknown(&days);
    let listed = holidays(&days);
    let by_date: HashMap<Date, CalendarDay> = days.into_iter().map(|day| (day.date, day)).collect();
    view! {
        {unknown.then(|| view! { <Note tone=Tone::Warn icon="alert">{move || t!(calendar.unknown, year = year)}</Note> })}
        <div class="year">
            {(1..=12).map(|at| small_month(year, at, &by_date)).collect_view()}
        </div>
        <p class="legend meta">
            <span><i class="holiday law"></i>{tr!(calendar.law)}</span>
            <span><i class="holiday"></i>{tr!(calendar.off)}</span>
            <span><i class="work"></i>{tr!(ui.day.work_long)}</span>
        </p>
        {(!listed.is_empty()).then(|| view! {
            <section>
                <h2>{tr!(calendar.holidays)}</h2>
                <table class="table cards">
                    <caption class="sr">{tr!(calendar.holidays)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tr!(calendar.holiday)}</th>
                            <th scope="col">{tr!(calendar.days_off)}</th>
                            <th scope="col">{tr!(ui.day.work_long)}</th>
                        </tr>
                    </thead>
                    <tbody>{listed.into_iter().map(holiday_row).collect_view()}</tbody>
                </table>
            </section>
        })}
    }
}

fn holiday_row(holiday: Holiday) -> impl IntoView {
    let Holiday {
        name,
        off,
        count,
        worked,
    } = holiday;
    view! {
        <tr>
            <td><b>{name}</b></td>
            <td class="num" data-l=tr!(calendar.days_off)>
                {move || if off.0 == off.1 {
                    month_day(off.0)
                } else {
                    t!(calendar.span, from = month_day(off.0), to = month_day(off.1), n = count)
                }}
            </td>
            <td class="num" data-l=tr!(ui.day.work_long)>
                {move || {
                    let days: Vec<String> = worked.iter().map(|date| i18n::date(*date)).collect();
                    if days.is_empty() { t!(calendar.none).to_owned() } else { i18n::names(&days) }
                }}
            </td>
        </tr>
    }
}

fn small_month(year: i32, at: u32, days: &HashMap<Date, CalendarDay>) -> impl IntoView + use<> {
    let today = i18n::today();
    let first = Date {
        year,
        month: at,
        day: 1,
    };
    let weeks = month(year, at, days);
    let names: HashMap<Date, String> = days
        .values()
        .filter_map(|day| day.name.clone().map(|name| (day.date, name)))
        .collect();
    view! {
        <section class="small-month">
            <h2>{move || i18n::month(first)}</h2>
            <div class="grid" aria-hidden="true">
                {(1..=7).map(|day| view! { <small>{move || i18n::weekday_letter(day)}</small> }).collect_view()}
            </div>
            {weeks.into_iter().map(|week| view! {
                <div class="grid">
                    {week.map(|cell| match cell {
                        Some((date, mark)) => {
                            let name = names.get(&date).cloned().unwrap_or_default();
                            let title = name.clone();
                            view! {
                                <span
                                    class=format!("day num {}{}", mark.class(), if date == today { " today" } else { "" })
                                    title=title
                                >
                                    {date.day}
                                    {(!matches!(mark, Mark::Work | Mark::Rest)).then(|| view! { <span class="sr">{said(mark, name)}</span> })}
                                </span>
                            }
                            .into_any()
                        }
                        None => view! { <span></span> }.into_any(),
                    }).collect_view()}
                </div>
            }).collect_view()}
        </section>
    }
}

/// The mark of a day in words.
fn said(mark: Mark, name: String) -> impl Fn() -> String {
    move || {
        let word = match mark {
            Mark::MakeUp => t!(ui.day.work_long),
            Mark::Statutory => t!(calendar.law),
            _ => t!(calendar.off),
        };
        format!("{name} {word}")
    }
}

/// The notices that were imported.
#[component]
fn Sources(go: Callback<Option<i32>>) -> impl IntoView {
    let live = live_query(
        || "calendar-sources".to_owned(),
        || vec!["calendar".to_owned()],
        || query(SourcesQuery::build(())),
    );
    view! {
        <section>
            <h2>{tr!(calendar.sources)}</h2>
            {move || match (live.data.get(), live.error.get()) {
                (Some(all), _) if all.calendar_sources.is_empty() => view! { <p class="soft">{tr!(calendar.no_source)}</p> }.into_any(),
                (Some(all), _) => view! {
                    <table class="table cards">
                        <caption class="sr">{tr!(calendar.sources)}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{tr!(calendar.year_column)}</th>
                                <th scope="col">{tr!(calendar.notice)}</th>
                                <th scope="col" class="r">{tr!(calendar.days)}</th>
                                <th scope="col">{tr!(calendar.imported)}</th>
                            </tr>
                        </thead>
                        <tbody>{all.calendar_sources.iter().cloned().map(|source| source_row(source, go)).collect_view()}</tbody>
                    </table>
                }
                .into_any(),
                (None, Some(error)) => view! {
                    <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| live.refetch()) />
                }
                .into_any(),
                (None, None) => ().into_any(),
            }}
        </section>
    }
}

fn source_row(source: CalendarSource, go: Callback<Option<i32>>) -> impl IntoView {
    let year = source.year;
    let (day, ..) = local(source.imported_at);
    let by = source.imported_by.map(|one| one.name);
    let revision = source.revision;
    view! {
        <tr>
            <td class="num"><button type="button" class="link" on:click=move |_| go.run(Some(year))>{year}</button></td>
            <td data-l=tr!(calendar.notice)>
                {source.notice}
                {(revision > 1).then(|| view! { " "<span class="meta num">{move || t!(calendar.revision, n = revision)}</span> })}
            </td>
            <td class="r" data-l=tr!(calendar.days)>{source.day_count}</td>
            <td class="num meta" data-l=tr!(calendar.imported)>
                {move || match &by {
                    Some(by) => t!(calendar.imported_by, date = full_date(day), name = by),
                    None => t!(calendar.built_in, date = full_date(day)),
                }}
            </td>
        </tr>
    }
}
