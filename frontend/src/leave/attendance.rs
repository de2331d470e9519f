//! The attendance record of a month.

use cynic::QueryBuilder;
use leptos::either::Either;
use leptos::prelude::*;

use super::page::LeaveCx;
use super::state::{is_quiet, sum};
use crate::api::leave::{
    AttendanceDay, AttendanceItem, AttendanceQuery, AttendanceStatus, AttendanceVars, DayPart, DayType,
};
use crate::api::{live_query, query};
use crate::i18n::{self, days};
use crate::ui::{Art, Empty, ErrorCard, Pill, SkeletonRows, Tone, Topline};
use crate::{t, tr};

/// The record, day by day.
#[component]
pub fn Attendance(
    /// The page.
    cx: LeaveCx,
) -> impl IntoView {
    let live = live_query(
        move || format!("attendance:{}:{}", cx.member.get().unwrap_or_default(), cx.month.get()),
        move || {
            let mut topics = cx.topics();
            topics.push("calendar".to_owned());
            topics
        },
        move || {
            let from = cx.month.get_untracked();
            query(AttendanceQuery::build(AttendanceVars {
                member_id: cx.member.get_untracked().map(cynic::Id::new),
                from,
                to: from.plus_months(1).plus_days(-1),
            }))
        },
    );
    view! {
        <Topline active=live.refreshing />
        {move || live.loading_first.get().then(|| view! { <SkeletonRows rows=10 /> })}
        {move || match (live.data.get(), live.error.get()) {
            (Some(all), _) if all.attendance.is_empty() => view! { <Empty art=Art::Calendar title=tr!(leave.record.none) /> }.into_any(),
            (Some(all), _) => {
                let sum = sum(&all.attendance);
                let (scheduled, leave) = (i64::from(sum.scheduled), i64::from(sum.leave));
                view! {
                    <p class="soft num">{move || t!(leave.record.sum, scheduled = days(scheduled), leave = days(leave))}</p>
                    <table class="table cards record">
                        <caption class="sr">{tr!(leave.view.attendance)}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{tr!(leave.record.day)}</th>
                                <th scope="col">{tr!(leave.record.status)}</th>
                                <th scope="col">{tr!(leave.record.leave)}</th>
                            </tr>
                        </thead>
                        <tbody>{all.attendance.iter().cloned().map(day).collect_view()}</tbody>
                    </table>
                }
                .into_any()
            }
            (None, Some(error)) => view! {
                <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| live.refetch()) />
            }
            .into_any(),
            (None, None) => ().into_any(),
        }}
    }
}

fn day(day: AttendanceDay) -> impl IntoView {
    let date = day.date;
    let (tone, icon) = match day.status {
        AttendanceStatus::Normal => (Tone::Ok, "check"),
        AttendanceStatus::Leave => (Tone::Info, "leave"),
        AttendanceStatus::PartialLeave => (Tone::Info, "clock"),
        AttendanceStatus::Rest => (Tone::Plain, "minus"),
    };
    let quiet = is_quiet(&day);
    let status = day.status;
    let day_type = day.day_type;
    let ahead = move || date > i18n::today() && status == AttendanceStatus::Normal;
    view! {
        <tr class:quiet=quiet>
            <td class="num">{move || i18n::date(date)}</td>
            <td data-l=tr!(leave.record.status)>
                {if quiet {
                    Either::Left(view! { <span class="meta">{move || rest_name(day_type)}</span> })
                } else {
                    Either::Right(view! {
                        {move || if ahead() {
                            Either::Left(view! { <span class="meta">{t!(leave.record.to_work)}</span> })
                        } else {
                            Either::Right(view! { <Pill tone icon>{move || status_name(status)}</Pill> })
                        }}
                    })
                }}
            </td>
            <td data-l=tr!(leave.record.leave)>{day.items.into_iter().map(item).collect_view()}</td>
        </tr>
    }
}

fn item(item: AttendanceItem) -> impl IntoView {
    let minutes = i64::from(item.minutes);
    let part = item.part;
    let name = item.type_name;
    let text = move || {
        let half = match part {
            DayPart::Am => t!(leave.am),
            DayPart::Pm => t!(leave.pm),
        };
        t!(leave.record.item, kind = name, part = half, days = days(minutes))
    };
    match item.approval_id {
        Some(id) => {
            Either::Left(view! { <a class="link num item" href=format!("/approvals/{}", id.inner())>{text}</a> })
        }
        None => Either::Right(view! { <span class="num item">{text}</span> }),
    }
}

fn rest_name(day_type: DayType) -> &'static str {
    match day_type {
        DayType::Workday => t!(leave.record.rest),
        DayType::RestDay => t!(leave.day.rest),
        DayType::StatutoryHoliday => t!(leave.day.holiday),
        DayType::CompanyOff => t!(leave.day.company_off),
    }
}

fn status_name(status: AttendanceStatus) -> &'static str {
    match status {
        AttendanceStatus::Normal => t!(leave.record.normal),
        AttendanceStatus::Leave => t!(leave.record.away),
        AttendanceStatus::PartialLeave => t!(leave.record.partly),
        AttendanceStatus::Rest => t!(leave.record.rest),
    }
}
