//! What would become of the request, while it is filled in: its days, the balance, the route.

use std::time::Duration;

use cynic::QueryBuilder;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::approval::{LeavePreview, LotUse, Preview, PreviewQuery, SubmitApprovalInput, SubmitVars};
use crate::api::query;
use crate::api::viewer::use_viewer;
use crate::approval::detail::leave::Lots;
use crate::approval::detail::rail::step;
use crate::approval::detail::state::is_shown;
use crate::approval::plan::{Plan, PlanData};
use crate::i18n::days;
use crate::ui::{Icon, Note, Person, Step, Thread, ThreadNode};
use crate::{t, tr};

/// How long typing must rest before the server is asked.
const REST: Duration = Duration::from_millis(250);

/// The newest preview. It stays while the next one is asked for.
#[derive(Clone, Copy)]
pub struct Asked {
    /// The preview.
    pub found: RwSignal<Option<Preview>>,
    /// For which request it was.
    pub about: RwSignal<Option<SubmitApprovalInput>>,
    /// It is being asked.
    pub busy: RwSignal<bool>,
}

/// Asks whenever the request changes.
pub fn use_preview(request: Memo<SubmitApprovalInput>) -> Asked {
    let asked = Asked {
        found: RwSignal::new(None),
        about: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    let number = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let input = request.get();
        let mine = number.try_update_value(|n| {
            *n = n.wrapping_add(1);
            *n
        });
        asked.busy.set(true);
        set_timeout(
            move || {
                if mine.is_none() || number.try_get_value() != mine {
                    return;
                }
                spawn_local(async move {
                    let about = input.clone();
                    let reply = query(PreviewQuery::build(SubmitVars { input })).await;
                    // Only the answer to the newest question counts.
                    if number.try_get_value() != mine {
                        return;
                    }
                    if let Ok(reply) = reply {
                        _ = asked.found.try_set(Some(reply.data.approval_preview));
                        _ = asked.about.try_set(Some(about));
                    }
                    _ = asked.busy.try_set(false);
                });
            },
            REST,
        );
    });
    asked
}

/// What it means for leave: how much, who else is away, what to know.
#[component]
pub fn LeaveAhead(
    /// The preview.
    asked: Asked,
) -> impl IntoView {
    let leave = Memo::new(move |_| {
        asked
            .found
            .with(|found| found.as_ref().and_then(|found| found.leave.clone()))
    });
    let has_days = Memo::new(move |_| leave.with(|leave| leave.as_ref().is_some_and(|leave| !leave.days.is_empty())));
    let total = Memo::new(move |_| leave.with(|leave| leave.as_ref().map_or(0, |leave| leave.minutes)));
    let notes =
        Memo::new(move |_| leave.with(|leave| leave.as_ref().map(|leave| leave.notes.clone()).unwrap_or_default()));
    let data = Signal::derive(move || leave.with(|leave| leave.as_ref().map(PlanData::of_preview).unwrap_or_default()));
    view! {
        <div class="preview" aria-live="polite">
            {move || has_days.get().then(|| view! {
                <div class="total"><b class="num">{move || days(i64::from(total.get()))}</b>{move || {
                    let notes = notes.get();
                    notes.first().cloned().map(|note| view! { <span class="soft">{note}</span> })
                }}</div>
                <Plan data own=tr!(approval.leave.you) />
            })}
            {move || notes.get().into_iter().skip(usize::from(has_days.get())).map(|note| view! { <Note>{note}</Note> }).collect_view()}
        </div>
    }
}

/// The balance before and after.
#[component]
pub fn Balance(
    /// The preview.
    asked: Asked,
) -> impl IntoView {
    let leave = Memo::new(move |_| {
        let leave = asked
            .found
            .with(|found| found.as_ref().and_then(|found| found.leave.clone()));
        leave.filter(|leave| leave.balance_before.is_some() && leave.minutes > 0)
    });
    move || leave.get().map(balance)
}

fn balance(leave: LeavePreview) -> impl IntoView {
    let before = days(i64::from(leave.balance_before.unwrap_or(0)));
    let after = leave.balance_after.map(|after| days(i64::from(after)));
    let lots = leave.lots.clone();
    let said: Vec<String> = lots
        .iter()
        .map(|lot| {
            format!(
                "{} {}",
                lot.label,
                t!(
                    approval.leave.used,
                    used = days(i64::from(lot.minutes)),
                    left = days(i64::from(lot.remaining_after))
                )
            )
        })
        .collect();
    let several = lots.len() > 1;
    view! {
        <div class="field">
            <span class="field-label">{t!(approval.leave.balance)}</span>
            <div class="total">
                <b class="num small">{match after { Some(after) => format!("{before} → {after}"), None => before }}</b>
                {several.then(|| view! { <span class="soft">{t!(approval.leave.first_out)}</span> })}
            </div>
            <div class="lotbar" role="img" aria-label=said.join("；")>{lots.iter().map(lot_bar).collect_view()}</div>
            <Lots lots after=None />
        </div>
    }
}

fn lot_bar(lot: &LotUse) -> impl IntoView + use<> {
    let (before, used) = (lot.remaining_before.max(1), lot.minutes);
    let rest = (before - used).max(0);
    view! {
        <span style:flex=before.to_string()>
            <i class="use" style:flex=used.to_string()></i>
            {(rest > 0).then(|| view! { <i style:flex=rest.to_string()></i> })}
        </span>
    }
}

/// Where it would go.
#[component]
pub fn RouteAhead(
    /// The preview.
    asked: Asked,
) -> impl IntoView {
    let viewer = use_viewer();
    let route = Memo::new(move |_| {
        asked
            .found
            .with(|found| found.as_ref().map(|found| found.route.clone()).unwrap_or_default())
    });
    let held = Memo::new(move |_| {
        asked.found.with(|found| {
            let leave = found.as_ref()?.leave.as_ref()?;
            (leave.minutes > 0 && leave.balance_before.is_some()).then_some(leave.minutes)
        })
    });
    view! {
        <aside class="rail" aria-label=tr!(approval.start.after)>
            <section>
                <h2>{tr!(approval.start.after)}</h2>
                <Thread label=tr!(approval.start.after)>
                    {move || {
                        let me = viewer.get().map(|known| Person::new(known.viewer.member.id.inner(), known.viewer.member.name.clone()));
                        view! {
                            <ThreadNode step=Step::Now person=me.unwrap_or_default() name=tr!(approval.leave.you) role=t!(approval.start.submits).to_owned()>
                                {move || held.get().map(|held| view! { <div class="node-line">{t!(approval.leave.reserves, days = days(i64::from(held)))}</div> })}
                            </ThreadNode>
                        }
                    }}
                    {move || {
                        let me = viewer.id().unwrap_or_default();
                        route.get().into_iter().filter(is_shown).map(|node| step(node, &me, &Vec::new())).collect_view()
                    }}
                </Thread>
                {move || (asked.found.with(Option::is_some) && !route.with(|route| route.iter().any(is_shown))).then(|| view! {
                    <p class="meta route-none"><Icon name="info" small=true />{tr!(approval.start.no_route)}</p>
                })}
            </section>
        </aside>
    }
}
