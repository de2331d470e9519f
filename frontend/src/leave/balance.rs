//! What is left of each kind of leave.

use leptos::prelude::*;

use super::page::LeaveCx;
use super::state::{ends_soon, share, split};
use crate::api::leave::{LeaveBalance, LeaveLot};
use crate::api::viewer::{Permission, use_viewer};
use crate::i18n::{self, days, full_date, month_day};
use crate::ui::{Bar, Button, Size};
use crate::{t, tr};

/// All kinds: those with lots one by one, the others as lines.
#[component]
pub fn Balances(
    /// The page.
    cx: LeaveCx,
) -> impl IntoView {
    let viewer = use_viewer();
    let parts = Memo::new(move |_| {
        let all = cx.balances.data.get();
        split(
            all.as_ref()
                .map(|all| all.leave_balances.as_slice())
                .unwrap_or_default(),
        )
    });
    // Nobody corrects what is left to themselves.
    let may_adjust = Memo::new(move |_| {
        let other = cx.member.get().filter(|member| viewer.id().as_ref() != Some(member));
        other.is_some() && viewer.may(Permission::AdjustLeave)
    });
    view! {
        {move || may_adjust.get().then(|| view! {
            <div><Button size=Size::Small icon="edit" on:click=move |_| cx.adjusting.set(true)>{tr!(leave.adjust.title)}</Button></div>
        })}
        {move || {
            let (with_lots, lines) = parts.get();
            view! {
                {with_lots.into_iter().map(section).collect_view()}
                {(!lines.is_empty()).then(|| view! { <section class="kinds">{lines.into_iter().map(line).collect_view()}</section> })}
            }
        }}
    }
}

fn section(balance: LeaveBalance) -> impl IntoView {
    let used = i64::from(balance.used_this_year_minutes);
    let held = i64::from(balance.held_minutes);
    let left = i64::from(balance.remaining_minutes.unwrap_or_default());
    view! {
        <section>
            <h2>
                <span class="what">{balance.kind.name}<span class="meta num">
                    {move || (used > 0).then(|| t!(leave.used, days = days(used)))}
                    {move || (held > 0).then(|| view! { " "<span class="is-accent">{t!(leave.held, days = days(held))}</span> })}
                </span></span>
                <b>{move || days(left)}</b>
            </h2>
            {balance.lots.into_iter().map(lot).collect_view()}
        </section>
    }
}

fn lot(lot: LeaveLot) -> impl IntoView {
    let (granted, left) = (i64::from(lot.granted_minutes), i64::from(lot.remaining_minutes));
    let part = share(&lot);
    let until = lot.valid_to;
    let from = lot.valid_from;
    let soon = lot.clone();
    let text = move || t!(leave.lot, left = days(left), granted = days(granted));
    view! {
        <div class="lot">
            <span>{lot.label}</span>
            <span class="num" class:is-warn=move || ends_soon(&soon, i18n::today())>
                {move || {
                    let today = i18n::today();
                    if from > today {
                        t!(leave.from, day = full_date(from))
                    } else if until < today {
                        t!(leave.ended, day = full_date(until))
                    } else if until.year == today.year {
                        t!(leave.until, day = month_day(until))
                    } else {
                        t!(leave.until, day = full_date(until))
                    }
                }}
            </span>
            <Bar share=Signal::stored(part) label=text />
            <span class="num">{text}</span>
        </div>
    }
}

fn line(balance: LeaveBalance) -> impl IntoView {
    let used = i64::from(balance.used_this_year_minutes);
    let left = balance.remaining_minutes.map(i64::from);
    let proof = balance.kind.proof_from_minutes.map(i64::from);
    let limited = balance.kind.limited;
    view! {
        <h2>
            <span class="what">{balance.kind.name}<span class="meta">
                {move || match (limited, proof) {
                    (false, Some(from)) => Some(t!(leave.unlimited_proof, days = days(from))),
                    (false, None) => Some(t!(leave.unlimited).to_owned()),
                    (true, _) => (used > 0).then(|| t!(leave.used, days = days(used))),
                }}
            </span></span>
            {match left.filter(|_| limited) {
                Some(left) => view! { <b>{move || days(left)}</b> }.into_any(),
                None => view! { <span class="num used">{move || (used > 0).then(|| t!(leave.this_year, days = days(used)))}</span> }.into_any(),
            }}
        </h2>
    }
}
