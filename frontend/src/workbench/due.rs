//! What waits for the viewer, with a decision in one click.

use cynic::QueryBuilder;
use leptos::either::Either;
use leptos::prelude::*;

use super::state::{Wait, wait};
use crate::api::approval::{InboxQuery, InboxTask, InboxVars};
use crate::api::{live_query, online, query};
use crate::approval::decide::{Decision, RejectDialog, decide};
use crate::approval::state::progress;
use crate::i18n::{self, Stamp};
use crate::ui::{
    Art, Avatar, Button, Empty, ErrorCard, Key, Kind, MicroThread, Person, Size, SkeletonRows, toast, use_keys,
};
use crate::{t, tr};

/// So many are shown; the rest stands in the inbox.
const SHOWN: i32 = 8;

/// The list of open tasks.
#[component]
pub fn Due() -> impl IntoView {
    let live = live_query(
        || "workbench:inbox".to_owned(),
        || vec!["inbox:me".to_owned()],
        || {
            query(InboxQuery::build(InboxVars {
                filter: None,
                first: Some(SHOWN),
                after: None,
            }))
        },
    );
    let current = RwSignal::new(None::<String>);
    let rejecting = RwSignal::new(None::<InboxTask>);
    let agree = Callback::new(move |task: InboxTask| {
        let overlay = hide(live, &task);
        decide(&task, Decision::Approve, None, overlay);
    });
    let reject = Callback::new(move |(task, comment): (InboxTask, String)| {
        let overlay = hide(live, &task);
        decide(&task, Decision::Reject, Some(comment), overlay);
    });
    register_keys(live, current, agree, rejecting);
    let total = Memo::new(move |_| live.data.get().map(|query| query.approval_inbox.total_count));
    view! {
        <section class="section" aria-labelledby="due">
            <div class="section-head">
                <h2 id="due">{tr!(workbench.due)}</h2>
                {move || total.get().filter(|n| *n > 0).map(|n| view! {
                    <span class="soft num">{n}</span>
                    {(n > SHOWN).then(|| view! { <a class="link" href="/approvals?box=todo">{tr!(workbench.all_due, n = n)}</a> })}
                })}
            </div>
            {move || live.loading_first.get().then(|| view! { <SkeletonRows rows=4 /> })}
            {move || match (total.get(), live.error.get()) {
                (Some(0), _) => view! {
                    <Empty art=Art::Done title=tr!(workbench.nothing_due) text=Signal::derive(|| Some(crate::t!(workbench.nothing_due_text).to_owned())) />
                }
                .into_any(),
                (Some(_), _) => view! {
                    <ul class="todo">
                        <For
                            each=move || live.data.get().map(|query| query.approval_inbox.nodes.clone()).unwrap_or_default()
                            key=|task| (task.id.inner().to_owned(), task.approval.version)
                            children=move |task| view! { <Row task current agree rejecting /> }
                        />
                    </ul>
                }
                .into_any(),
                (None, Some(error)) => view! {
                    <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| live.refetch()) />
                }
                .into_any(),
                (None, None) => ().into_any(),
            }}
        </section>
        <RejectDialog task=rejecting on_reject=reject />
    }
}

/// Takes a task out of the list before the server has answered.
fn hide(live: crate::api::Live<InboxQuery>, task: &InboxTask) -> crate::api::Overlay {
    let gone = task.id.clone();
    live.overlay(move |query| {
        let inbox = &mut query.approval_inbox;
        let before = inbox.nodes.len();
        inbox.nodes.retain(|task| task.id != gone);
        if inbox.nodes.len() < before {
            inbox.total_count -= 1;
        }
    })
}

fn register_keys(
    live: crate::api::Live<InboxQuery>,
    current: RwSignal<Option<String>>,
    agree: Callback<InboxTask>,
    rejecting: RwSignal<Option<InboxTask>>,
) {
    let tasks = move || {
        live.data
            .get_untracked()
            .map(|query| query.approval_inbox.nodes.clone())
            .unwrap_or_default()
    };
    let step = move |by: isize| {
        let tasks = tasks();
        let at = current.with_untracked(|id| tasks.iter().position(|task| Some(task.id.inner()) == id.as_deref()));
        let next = match at {
            Some(at) => at.saturating_add_signed(by).min(tasks.len().saturating_sub(1)),
            None => 0,
        };
        current.set(tasks.get(next).map(|task| task.id.inner().to_owned()));
    };
    let link = online();
    let chosen = move || {
        let id = current.get_untracked()?;
        if !link.get_untracked() {
            toast::error(t!(approval.doc.offline));
            return None;
        }
        tasks().into_iter().find(|task| task.id.inner() == id)
    };
    use_keys(
        tr!(workbench.due),
        vec![
            Key::new("j", tr!(workbench.keys.next), move || step(1)),
            Key::new("k", tr!(workbench.keys.previous), move || step(-1)),
            Key::new("a", tr!(workbench.approve), move || {
                if let Some(task) = chosen().filter(|task| task.may("APPROVE")) {
                    step(1);
                    agree.run(task);
                }
            }),
            Key::new("r", tr!(workbench.reject), move || {
                if let Some(task) = chosen().filter(|task| task.may("REJECT")) {
                    rejecting.set(Some(task));
                }
            }),
        ],
    );
}

#[component]
fn Row(
    task: InboxTask,
    current: RwSignal<Option<String>>,
    agree: Callback<InboxTask>,
    rejecting: RwSignal<Option<InboxTask>>,
) -> impl IntoView {
    let online = online();
    let card = &task.approval;
    let (at, of) = progress(card);
    let id = task.id.inner().to_owned();
    let person = Person::new(card.applicant.id.inner(), &card.applicant.name);
    let href = format!("/approvals?box=todo&id={}", card.id.inner());
    let amount = card.summary.iter().find(|field| field.kind == "MONEY").cloned();
    let rest = card
        .summary
        .iter()
        .filter(|field| field.kind != "MONEY" && !field.text.is_empty())
        .map(|field| field.words().replace(' ', "\u{a0}"))
        .collect::<Vec<_>>()
        .join("\u{3000}");
    let (created, due) = (task.created_at, task.due_at);
    let (yes, no) = (task.clone(), task.clone());
    let off = Signal::derive(move || !online.get());
    let buttons = if task.may("APPROVE") {
        Either::Left(view! {
            {task.may("REJECT").then(|| view! {
                <Button size=Size::Small disabled=off on:click=move |_| rejecting.set(Some(no.clone()))>{tr!(workbench.reject)}</Button>
            })}
            <Button size=Size::Small kind=Kind::Plain disabled=off on:click=move |_| agree.run(yes.clone())>{tr!(workbench.approve)}</Button>
        })
    } else {
        Either::Right(view! { <a class="btn sm" href=href.clone()>{tr!(workbench.look)}</a> })
    };
    view! {
        <li class="row" aria-current=move || (current.get().as_deref() == Some(id.as_str())).then_some("true")>
            <Avatar person />
            <div class="row-title">
                <b>{card.applicant.name.clone()}</b>
                <a class="soft clip" href=href>{card.template.name.clone()}</a>
                {amount.map(|field| view! { <span class="amount">{field.text}</span> })}
            </div>
            <div class="row-sub">
                <MicroThread at=Signal::stored(at) of=Signal::stored(of) />
                <span class="clip">{rest}</span>
            </div>
            <div class="acts">
                <Since created due />
                <span class="btns">{buttons}</span>
            </div>
        </li>
    }
}

/// How long it waits, or when it is due.
#[component]
fn Since(created: Stamp, due: Option<Stamp>) -> impl IntoView {
    let words = move || {
        // Read, so that the words follow the clock.
        let _ = i18n::ago(created);
        match wait(Stamp::now().0, created.0, due.map(|due| due.0)) {
            Wait::Overdue(minutes) => ("is-bad", t!(workbench.overdue, span = i18n::duration(minutes))),
            Wait::DueAt(at) => ("", t!(workbench.due_at, at = i18n::moment(Stamp(at)))),
            Wait::Long(minutes) => ("is-warn", t!(workbench.waited, span = i18n::duration(minutes))),
            Wait::Short(minutes) => ("", t!(workbench.waited, span = i18n::duration(minutes.max(1)))),
        }
    };
    view! { <span class=move || format!("when meta num {}", words().0)>{move || words().1}</span> }
}
