//! Above a request: what it is, how it stands, and the bar of what can be done.

use std::sync::Arc;

use leptos::prelude::*;

use super::deeds::{Ask, Deeds, Verdict};
use super::{composer, status_icon, status_tone, status_word};
use crate::api::approval::{Approval, ApprovalStatus};
use crate::i18n::{Stamp, duration, moment, names_of, print};
use crate::ui::{Button, Icon, IconButton, Kind, LinkButton, Menu, MenuItem, Pill};
use crate::{t, tr};

/// Title, state and bar.
#[component]
pub fn Head(
    /// The request and what can be done with it.
    deeds: Deeds,
) -> impl IntoView {
    let desk = deeds.desk;
    let title = move || {
        deeds
            .approval
            .with(|approval| approval.as_ref().map(|approval| approval.title.clone()))
    };
    let status = Memo::new(move |_| {
        deeds
            .approval
            .with(|approval| approval.as_ref().map(|approval| approval.status))
    });
    let pill = move || {
        let yours = deeds.approval.with(|approval| {
            approval
                .as_ref()
                .is_some_and(|approval| approval.action("APPROVE").is_some())
        });
        status.get().map(|status| {
            let word = if yours {
                t!(approval.doc.your_turn)
            } else {
                status_word(status)
            };
            view! { <Pill tone=status_tone(status) icon=status_icon(status)>{word}</Pill> }
        })
    };
    let back = move || desk.address(None);
    view! {
        <header class="detail-head">
            <h1 id="req-title">
                <a class="icon-btn back" href=back aria-label=tr!(approval.doc.back)><Icon name="left" /></a>
                {title}
            </h1>
            <p class="detail-meta">
                {pill}
                <span class="num">{move || {
                    desk.minute.track();
                    deeds.approval.with(|approval| approval.as_ref().map(|approval| standing(approval)))
                }}</span>
                <span class="num only-print">{move || deeds.approval.with(|approval| approval.as_ref().map(|approval| approval.number.clone()))}</span>
            </p>
            <div class="detail-acts" role="toolbar" aria-label=tr!(approval.doc.acts)>
                {move || match deeds.conflict.get() {
                    Some(text) => view! { <Conflict deeds text /> }.into_any(),
                    None => view! { <Bar deeds /> }.into_any(),
                }}
            </div>
        </header>
    }
}

/// Since when it waits, or when it ended.
fn standing(approval: &Approval) -> String {
    let now = Stamp::now();
    if let Some(task) = approval
        .viewer_task
        .as_ref()
        .filter(|_| approval.action("APPROVE").is_some())
    {
        let waited = duration(now.minutes_since(task.created_at).max(1));
        return match task.due_at {
            Some(due) if now.minutes_since(due) > 0 => {
                t!(approval.list.overdue, span = duration(now.minutes_since(due)))
            }
            Some(due) => t!(approval.doc.waited_due, span = waited, due = moment(due)),
            None => t!(approval.doc.waited, span = waited),
        };
    }
    if approval.status == ApprovalStatus::Running && !approval.waiting_for.is_empty() {
        let people: Vec<&str> = approval.waiting_for.iter().map(|member| member.name.as_str()).collect();
        let opened = approval
            .route
            .iter()
            .rev()
            .find_map(|node| node.opened_at.filter(|_| node.closed_at.is_none()));
        let waited = now.minutes_since(opened.unwrap_or(approval.submitted_at)).max(1);
        return t!(approval.doc.waits_for, who = names_of(&people), span = duration(waited));
    }
    match (approval.finished_at, &approval.block_reason) {
        (Some(at), _) => moment(at),
        (None, Some(reason)) => reason.clone(),
        (None, None) => t!(approval.doc.submitted_at, at = moment(approval.submitted_at)),
    }
}

/// Somebody else was faster.
#[component]
fn Conflict(deeds: Deeds, text: String) -> impl IntoView {
    view! {
        <div class="inline conflict" role="status">
            <Icon name="info" />
            <span>{text}</span>
            <span class="spacer"></span>
            <Button on:click=move |_| next(deeds)>{tr!(approval.doc.next)}</Button>
        </div>
    }
}

fn next(deeds: Deeds) {
    deeds.conflict.set(None);
    if !deeds.desk.step(1) {
        deeds.desk.open(None, true);
    }
}

/// Why an action cannot be taken, as a tip of its button.
fn reason(deeds: Deeds, name: &'static str) -> Option<String> {
    deeds.cut_off().or_else(|| {
        deeds.approval.with(|approval| {
            let action = approval.as_ref()?.action(name)?;
            action.reason.clone().filter(|_| !action.enabled)
        })
    })
}

fn has(deeds: Deeds, name: &str) -> bool {
    deeds.approval.with(|approval| {
        approval
            .as_ref()
            .is_some_and(|approval| approval.action(name).is_some())
    })
}

#[component]
fn Bar(deeds: Deeds) -> impl IntoView {
    let desk = deeds.desk;
    let shows = move |name: &'static str| Memo::new(move |_| has(deeds, name));
    let (approve, reject, resubmit, urge, undo) = (
        shows("APPROVE"),
        shows("REJECT"),
        shows("RESUBMIT"),
        shows("URGE"),
        shows("WITHDRAW_DECISION"),
    );
    let off = move |name: &'static str| Signal::derive(move || !deeds.may(name));
    let shows_undo = move || undo.get() && !approve.get() && deeds.may("WITHDRAW_DECISION");
    view! {
        <IconButton icon="up" small=true hint="[" label=tr!(approval.keys.previous) on:click=move |_| _ = desk.step(-1) />
        <IconButton icon="down" small=true hint="]" label=tr!(approval.keys.next) on:click=move |_| _ = desk.step(1) />
        <Menu label=tr!(ui.more) items=Signal::derive(move || more(deeds)) class="icon-btn sm"><Icon name="more" /></Menu>
        {move || shows_undo().then(|| view! {
            <Button icon="return" hint="Z" busy=deeds.busy on:click=move |_| deeds.take_back_here()>{tr!(approval.act.take_back)}</Button>
        })}
        {move || (urge.get() && !approve.get()).then(|| view! {
            <span title=move || reason(deeds, "URGE")>
                <Button icon="bell" hint="U" disabled=off("URGE") busy=deeds.busy on:click=move |_| deeds.urge()>{tr!(approval.act.urge)}</Button>
            </span>
        })}
        {move || reject.get().then(|| view! {
            <span title=move || reason(deeds, "REJECT")>
                <Button hint="R" disabled=off("REJECT") on:click=move |_| deeds.open(Ask::Reject)>{tr!(approval.act.reject)}</Button>
            </span>
        })}
        {move || approve.get().then(|| view! {
            <span title=move || reason(deeds, "APPROVE")>
                <Button
                    kind=Kind::Primary
                    icon="check"
                    hint="A"
                    disabled=off("APPROVE")
                    busy=deeds.busy
                    on:click=move |_| deeds.decide(Verdict::Approve, String::new())
                >
                    {tr!(approval.act.approve)}
                </Button>
            </span>
        })}
        {move || resubmit.get().then(|| view! {
            <LinkButton kind=Kind::Primary icon="edit" href=Signal::derive(move || correct_href(deeds))>{tr!(approval.act.resubmit)}</LinkButton>
        })}
    }
}

/// The form with the returned values.
fn correct_href(deeds: Deeds) -> String {
    start_href(deeds, "correct")
}

fn start_href(deeds: Deeds, how: &str) -> String {
    deeds.approval.with(|approval| {
        let approval = approval.as_ref();
        approval.map_or_else(String::new, |approval| {
            format!("/start/{}?{how}={}", approval.template.key, approval.id.inner())
        })
    })
}

/// What stands in the menu.
fn more(deeds: Deeds) -> Vec<MenuItem> {
    let Some(approval) = deeds.approval.get() else {
        return Vec::new();
    };
    let mut items = Vec::new();
    let mut add = |name: &'static str, icon, label: &str, hint, ask: Ask| {
        if has(deeds, name) {
            let item = MenuItem::new(icon, label).disabled(!deeds.may(name)).hint(hint);
            items.push(item.on(move || deeds.open(ask)));
        }
    };
    add("APPROVE", "chat", t!(approval.act.approve_with), "", Ask::Approve);
    add("RETURN", "return", t!(approval.act.send_back), "B", Ask::Return);
    add("COPY", "send", t!(approval.act.copy_to), "", Ask::Copy);
    if has(deeds, "COMMENT") {
        items.push(
            MenuItem::new("chat", t!(approval.act.comment))
                .hint("M")
                .on(composer::focus),
        );
    }
    if has(deeds, "URGE") && has(deeds, "APPROVE") {
        items.push(
            MenuItem::new("bell", t!(approval.act.urge))
                .disabled(!deeds.may("URGE"))
                .hint("U")
                .on(move || deeds.urge()),
        );
    }
    items.push(
        MenuItem::new("print", t!(approval.act.print))
            .hint("P")
            .rule_before()
            .on(print),
    );
    items.push(link_item(deeds, &approval));
    items.push(MenuItem::new("copy", t!(approval.act.again)).href(start_href(deeds, "like")));
    if has(deeds, "WITHDRAW") {
        let item = MenuItem::new("trash", t!(approval.act.withdraw)).danger().rule_before();
        items.push(
            item.disabled(!deeds.may("WITHDRAW"))
                .on(move || deeds.ask.set(Some(Ask::Withdraw))),
        );
    }
    items
}

fn link_item(deeds: Deeds, approval: &Arc<Approval>) -> MenuItem {
    let path = deeds.desk.own_page(approval.id.inner());
    MenuItem::new("right", t!(approval.act.own_page)).href(path)
}

/// The bar at the foot of a phone.
#[component]
pub fn PhoneActs(
    /// The request and what can be done with it.
    deeds: Deeds,
) -> impl IntoView {
    let shows = move |name: &'static str| Memo::new(move |_| has(deeds, name));
    let (approve, reject, resubmit, urge) = (shows("APPROVE"), shows("REJECT"), shows("RESUBMIT"), shows("URGE"));
    let off = move |name: &'static str| Signal::derive(move || !deeds.may(name));
    let bar = move || {
        view! {
            <Menu label=tr!(ui.more) items=Signal::derive(move || more(deeds)) class="more"><Icon name="more" />{tr!(ui.more)}</Menu>
            {move || reject.get().then(|| view! {
                <Button disabled=off("REJECT") on:click=move |_| deeds.open(Ask::Reject)>{tr!(approval.act.reject)}</Button>
            })}
            {move || approve.get().then(|| view! {
                <Button kind=Kind::Primary disabled=off("APPROVE") busy=deeds.busy on:click=move |_| deeds.decide(Verdict::Approve, String::new())>
                    {tr!(approval.act.approve)}
                </Button>
            })}
            {move || resubmit.get().then(|| view! {
                <LinkButton kind=Kind::Primary href=Signal::derive(move || correct_href(deeds))>{tr!(approval.act.resubmit)}</LinkButton>
            })}
            {move || (urge.get() && !approve.get()).then(|| view! {
                <Button disabled=off("URGE") busy=deeds.busy on:click=move |_| deeds.urge()>{tr!(approval.act.urge)}</Button>
            })}
        }
    };
    view! {
        <div class="phone-acts" role="toolbar" aria-label=tr!(approval.doc.acts)>
            {move || match deeds.conflict.get() {
                Some(text) => view! { <Conflict deeds text /> }.into_any(),
                None => bar().into_any(),
            }}
        </div>
    }
}
