//! A line of the list.

use leptos::prelude::*;

use crate::api::approval::{ApprovalCard, ApprovalStatus};
use crate::approval::desk::{Desk, is_wide};
use crate::approval::detail::{status_tone, status_word};
use crate::approval::state::{Line, OpenTask, progress, this_year};
use crate::i18n::{Stamp, duration, moment, names_of, today};
use crate::t;
use crate::ui::{Avatar, Icon, MicroThread, Person, Tone};

const LONG_MINUTES: i64 = 24 * 60;

/// A line of the list.
#[component]
pub fn Row(
    /// The list.
    desk: Desk,
    /// The line.
    line: Line,
) -> impl IntoView {
    let id = StoredValue::new(line.id().to_owned());
    let selected = Memo::new(move |_| {
        desk.current
            .with(|current| id.with_value(|id| current.as_ref() == Some(id)))
    });
    let leaving = Memo::new(move |_| desk.leaving.with(|leaving| id.with_value(|id| leaving.contains(id))));
    let open = move |event: web_sys::MouseEvent| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.shift_key() && event.button() == 0;
        if plain && is_wide() {
            event.prevent_default();
            id.with_value(|id| desk.open(Some(id), desk.current.get_untracked().is_some()));
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
    view! {
        <a
            class="row"
            class:done=leaving
            role="option"
            id=id.with_value(|id| format!("line-{id}"))
            aria-selected=move || if selected.get() { "true" } else { "false" }
            href=href
            on:click=open
        >
            <Avatar person />
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
    }
}

/// How long the task waits, and the class of that.
fn waiting(task: &OpenTask) -> (String, &'static str) {
    let now = Stamp::now();
    if let Some(late) = task.due.map(|due| now.minutes_since(due)).filter(|late| *late > 0) {
        return (t!(approval.list.overdue, span = duration(late)), "is-bad");
    }
    let minutes = now.minutes_since(task.since).max(0);
    let class = if minutes > LONG_MINUTES { "is-warn" } else { "" };
    (duration(minutes), class)
}

/// The first value in bold, with how long; then the others.
fn summary(card: &ApprovalCard) -> impl IntoView + use<> {
    let year = today().year;
    let length = card.summary.iter().find(|field| field.kind == "DURATION");
    let mut others = card
        .summary
        .iter()
        .filter(|field| field.kind != "DURATION")
        .map(|field| this_year(&field.text, year))
        .filter(|text| !text.is_empty());
    let first = others.next();
    let rest: Vec<String> = others.collect();
    let rest = rest.join(" – ");
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
