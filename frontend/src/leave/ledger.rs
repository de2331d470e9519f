//! What was given and taken, newest first.

use cynic::QueryBuilder;
use leptos::either::Either;
use leptos::prelude::*;

use super::page::LeaveCx;
use crate::api::leave::{LeaveEntry, LedgerQuery, LedgerVars};
use crate::api::{ApiError, Reply, live_query, query};
use crate::i18n::{days, full_date, month_day, today};
use crate::ui::{ErrorCard, Opt, Select, SkeletonRows};
use crate::{t, tr};

const FIRST: i32 = 6;
const PAGE: i32 = 30;

async fn fetch(member: Option<String>, kind: Option<String>, pages: usize) -> Result<Reply<LedgerQuery>, ApiError> {
    let ask = |first: i32, after: Option<String>| {
        query(LedgerQuery::build(LedgerVars {
            member_id: member.clone().map(cynic::Id::new),
            type_key: kind.clone(),
            first: Some(first),
            after,
        }))
    };
    let mut reply = ask(if pages == 0 { FIRST } else { PAGE }, None).await?;
    for _ in 1..pages {
        let info = reply.data.leave_entries.page_info.clone();
        if !info.has_next_page {
            break;
        }
        let next = ask(PAGE, info.end_cursor).await?.data.leave_entries;
        reply.data.leave_entries.nodes.extend(next.nodes);
        reply.data.leave_entries.page_info = next.page_info;
    }
    Ok(reply)
}

/// The ledger: its last lines, and more on request.
#[component]
pub fn Ledger(
    /// The page.
    cx: LeaveCx,
) -> impl IntoView {
    let kind = Memo::new(move |_| cx.place.get().kind);
    // 0: the last lines only.
    let pages = RwSignal::new(0_usize);
    Effect::new(move |_| {
        cx.member.track();
        pages.set(0);
    });
    let live = live_query(
        move || {
            format!(
                "ledger:{}:{}",
                cx.member.get().unwrap_or_default(),
                kind.get().unwrap_or_default()
            )
        },
        move || cx.topics(),
        move || fetch(cx.member.get_untracked(), kind.get_untracked(), pages.get_untracked()),
    );
    let choice = RwSignal::new(kind.get_untracked().unwrap_or_default());
    Effect::new(move |before: Option<String>| {
        let now = choice.get();
        if before.is_some_and(|before| before != now) {
            let kind = Some(now.clone()).filter(|kind| !kind.is_empty());
            cx.change(|place| place.kind = kind);
        }
        now
    });
    let kinds = Signal::derive(move || {
        let mut options = vec![Opt::new("", t!(leave.all_kinds))];
        let all = cx.balances.data.get();
        let balances = all.iter().flat_map(|all| all.leave_balances.iter());
        options.extend(balances.map(|one| Opt::new(one.kind.key.clone(), one.kind.name.clone())));
        options
    });
    view! {
        <section class="ledger">
            <h2>
                {tr!(leave.ledger)}
                <span class="which"><Select value=choice options=kinds label=Signal::derive(|| Some(t!(leave.kind).to_owned())) /></span>
            </h2>
            {move || live.loading_first.get().then(|| view! { <SkeletonRows rows=3 /> })}
            {move || match (live.data.get(), live.error.get()) {
                (Some(all), _) if all.leave_entries.nodes.is_empty() => view! { <p class="soft">{tr!(leave.ledger_empty)}</p> }.into_any(),
                (Some(all), _) => view! {
                    <ul class="led num">{all.leave_entries.nodes.iter().cloned().map(entry).collect_view()}</ul>
                    {all.leave_entries.page_info.has_next_page.then(|| view! {
                        <button
                            type="button"
                            class="link"
                            disabled=move || live.refreshing.get()
                            on:click=move |_| {
                                pages.update(|n| *n += 1);
                                live.refetch();
                            }
                        >
                            {tr!(ui.load_more)}
                        </button>
                    })}
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

fn entry(entry: LeaveEntry) -> impl IntoView {
    let (on, minutes) = (entry.effective_on, i64::from(entry.minutes));
    let amount = move || {
        let text = days(minutes.abs());
        if minutes < 0 {
            format!("−{text}")
        } else {
            format!("+{text}")
        }
    };
    let words = match entry.approval_id {
        Some(id) => Either::Left(view! { <a class="link" href=format!("/approvals/{}", id.inner())>{entry.text}</a> }),
        None => Either::Right(entry.text),
    };
    view! {
        <li>
            <span class="meta">{move || if on.year == today().year { month_day(on) } else { full_date(on) }}</span>
            <span>
                {words}
                {entry.note.map(|note| view! { <span class="meta note-of">{note}</span> })}
            </span>
            <span>{amount}</span>
        </li>
    }
}
