//! A line of the list.

use leptos::prelude::*;

use super::more::More;
use super::touch::{Stroke, use_touch};
use crate::api::approval::{ApprovalCard, ApprovalStatus, SummaryField};
use crate::api::online;
use crate::approval::desk::{Desk, is_wide};
use crate::approval::detail::{status_tone, status_word};
use crate::approval::state::{Line, OpenTask, progress};
use crate::i18n::{Stamp, duration, moment, names_of};
use crate::t;
use crate::ui::{Avatar, Icon, MicroThread, Person, Tone, toast};

const LONG_MINUTES: i64 = 24 * 60;

/// A line of the list.
#[component]
pub fn Row(
    /// The list.
    desk: Desk,
    /// The line.
    line: Line,
    /// What else can be done with it.
    more: More,
) -> impl IntoView {
    let id = StoredValue::new(line.id().to_owned());
    let selected = Memo::new(move |_| {
        desk.current
            .with(|current| id.with_value(|id| current.as_ref() == Some(id)))
    });
    let leaving = Memo::new(move |_| desk.leaving.with(|leaving| id.with_value(|id| leaving.contains(id))));
    let chosen = Memo::new(move |_| {
        let own = |id: &String| desk.chosen.with(|chosen| chosen.as_ref().map(|all| all.contains(id)));
        id.with_value(own)
    });
    let link = online();
    let can_agree = line.task.as_ref().is_some_and(|task| task.can_approve);
    let is_task = line.task.is_some();
    let kept = StoredValue::new(line.clone());
    let strokes = Callback::new(move |stroke| {
        let id = id.get_value();
        match stroke {
            Stroke::Hold => desk.choose(&id, false),
            Stroke::Left => {
                if let Some(element) = document().get_element_by_id(&format!("line-{id}")) {
                    more.open(kept.get_value(), &element);
                }
            }
            Stroke::Right if link.get_untracked() => desk.agree(&kept.get_value()),
            Stroke::Right => toast::error(t!(approval.doc.offline)),
        }
    });
    let touch = use_touch(can_agree, strokes);
    let open = move |event: web_sys::MouseEvent| {
        if touch.took() {
            event.prevent_default();
            return;
        }
        if desk.chosen.with_untracked(Option::is_some) {
            event.prevent_default();
            id.with_value(|id| desk.choose(id, event.shift_key()));
            return;
        }
        let plain = !event.ctrl_key() && !event.meta_key() && !event.shift_key() && event.button() == 0;
        if plain && is_wide() {
            event.prevent_default();
            id.with_value(|id| desk.open(Some(id), desk.current.get_untracked().is_some()));
        } else if event.shift_key() && is_task {
            event.prevent_default();
            if let Some(open) = desk.current.get_untracked() {
                desk.choose(&open, false);
            }
            id.with_value(|id| desk.choose(id, true));
        }
    };
    let begin = move |event: web_sys::PointerEvent| {
        if is_task && desk.chosen.with_untracked(Option::is_none) {
            touch.begin(&event);
        }
    };
    // A long press on a link would open the browser's own menu.
    let menu = move |event: web_sys::MouseEvent| {
        if touch.holds() {
            event.prevent_default();
        }
    };
    let card = line.card;
    let (at, of) = progress(&card);
    let task = StoredValue::new(line.task);
    let since = card.submitted_at;
    let end = move || {
        desk.minute.track();
        task.with_value(|task| task.as_ref().map_or_else(|| (moment(since), ""), waiting))
    };
    let end = Memo::new(move |_| end());
    let person = Person::new(card.applicant.id.inner(), card.applicant.name.clone());
    let status = standing(&card, task.with_value(Clone::clone).as_ref());
    let (files, comments) = (card.attachment_count, card.comment_count);
    let href = id.with_value(|id| desk.own_page(id));
    let under = move || {
        let right = touch.offset.with(|offset| *offset > 0.0);
        let slid = touch.offset.with(|offset| *offset != 0.0);
        let (class, icon) = if right {
            ("swipe-under ok", "check")
        } else {
            ("swipe-under", "more")
        };
        let armed = touch.armed.get().is_some();
        slid.then(|| {
            let word = if right { t!(approval.act.approve) } else { t!(ui.more) };
            view! { <span class=class class:armed=armed aria-hidden="true"><Icon name=icon />{word}</span> }.into_any()
        })
    };
    view! {
        <div class="swipe" role="presentation">
        {under}
        <a
            class="row"
            class:done=leaving
            role="option"
            id=id.with_value(|id| format!("line-{id}"))
            aria-selected=move || if selected.get() { "true" } else { "false" }
            aria-checked=move || chosen.get().map(|on| if on { "true" } else { "false" })
            href=href
            draggable="false"
            style:translate=move || Some(touch.offset.get()).filter(|offset| *offset != 0.0).map(|offset| format!("{offset}px"))
            on:pointerdown=begin
            on:pointermove=move |event: web_sys::PointerEvent| touch.slide(&event)
            on:pointerup=move |_| touch.end()
            on:pointercancel=move |_| touch.stop()
            on:contextmenu=menu
            on:click=open
        >
            {move || match chosen.get() {
                Some(on) => view! { <span class="av pick" class:on=on aria-hidden="true">{on.then(|| view! { <Icon name="check" /> })}</span> }.into_any(),
                None => view! { <Avatar person=person.clone() /> }.into_any(),
            }}
            <div class="row-title">
                <b>{card.applicant.name.clone()}</b>
                <span class="soft">{card.template.name.clone()}</span>
                {card.unread.then(|| view! { <span class="new-dot"><span class="sr">{t!(approval.list.new)}</span></span> })}
            </div>
            <div class=move || format!("row-end num {}", end.get().1)>{move || end.get().0}</div>
            <div class="row-sub">
                <p class="clip">{summary(&card)}</p>
                <div class="marks">
                    <MicroThread at of />
                    <span class=format!("clip {}", status.1)>{status.0}</span>
                    <span class="spacer"></span>
                    {(files > 0).then(|| view! { <span><Icon name="clip" /><span class="sr">{t!(approval.list.files)}</span>{files}</span> })}
                    {(comments > 0).then(|| view! { <span><Icon name="chat" /><span class="sr">{t!(approval.list.comments)}</span>{comments}</span> })}
                </div>
            </div>
        </a>
        </div>
    }
}

/// How long the task waits, and the class of that.
fn waiting(task: &OpenTask) -> (String, &'static str) {
    let now = Stamp::now();
    if let Some(late) = task.due.map(|due| now.minutes_since(due)).filter(|late| *late > 0) {
        return (t!(approval.list.overdue, span = duration(late)), "is-bad");
    }
    let minutes = now.minutes_since(task.since).max(1);
    let class = if minutes > LONG_MINUTES { "is-warn" } else { "" };
    (duration(minutes), class)
}

/// The first value in bold, with how long; then the others.
fn summary(card: &ApprovalCard) -> impl IntoView + use<> {
    let length = card.summary.iter().find(|field| field.kind == "DURATION");
    let mut others = card
        .summary
        .iter()
        .filter(|field| field.kind != "DURATION")
        .map(SummaryField::words)
        .filter(|text| !text.is_empty());
    let first = others.next();
    let rest: Vec<String> = others.collect();
    // A value goes to the next line as a whole.
    let rest = rest.join(" – ").replace(' ', "\u{a0}");
    match first {
        Some(first) => {
            let first = length.map_or_else(|| first.clone(), |length| format!("{first} {}", length.text));
            view! { <b>{first}</b>"　"{rest} }.into_any()
        }
        None => view! { {card.title.clone()} }.into_any(),
    }
}

/// Who is waited for, or how it ended, and the class of that.
fn standing(card: &ApprovalCard, task: Option<&OpenTask>) -> (String, &'static str) {
    if let Some(task) = task {
        let text = match &task.on_behalf_of {
            Some(other) => t!(approval.list.instead, step = task.node_name, who = other),
            None => task.node_name.clone(),
        };
        return (text, "");
    }
    if card.status == ApprovalStatus::Running && !card.waiting_for.is_empty() {
        let people: Vec<&str> = card.waiting_for.iter().map(|member| member.name.as_str()).collect();
        return (t!(approval.list.waits_for, who = names_of(&people)), "");
    }
    let class = match status_tone(card.status) {
        Tone::Ok => "is-ok",
        Tone::Warn => "is-warn",
        Tone::Bad => "is-bad",
        _ => "",
    };
    (status_word(card.status).to_owned(), class)
}
