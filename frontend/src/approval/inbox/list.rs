//! The list: day groups, lines, what comes in meanwhile, more at the end.

use std::collections::HashSet;

use leptos::html;
use leptos::prelude::*;

use super::more::{MoreMenu, use_more};
use super::row::Row;
use crate::approval::desk::Desk;
use crate::approval::state::{DayGroup, Filter, Line, Which, day_group};
use crate::i18n::{local, today};
use crate::ui::{Art, Button, Empty, ErrorCard, Icon, Kind, LinkButton, SkeletonRows};
use crate::{t, tr};

/// What stands in the list.
#[derive(Clone, PartialEq)]
enum Item {
    Group(DayGroup, usize),
    Line(Box<Line>),
}

impl Item {
    /// The line is drawn anew when something of it changed.
    fn key(&self) -> String {
        match self {
            Self::Group(group, count) => format!("{group:?}{count}"),
            Self::Line(line) => {
                let task = line.task.as_ref().map_or("", |task| task.id.inner());
                let card = &line.card;
                format!(
                    "{}/{}/{}/{}/{task}",
                    line.id(),
                    card.version,
                    card.unread,
                    card.comment_count
                )
            }
        }
    }
}

fn group_name(group: DayGroup) -> &'static str {
    match group {
        DayGroup::Today => t!(approval.list.today),
        DayGroup::Yesterday => t!(approval.list.yesterday),
        DayGroup::Week => t!(approval.list.week),
        DayGroup::Earlier => t!(approval.list.earlier),
    }
}

fn grouped(lines: Vec<Line>) -> Vec<Item> {
    let now = today();
    let groups: Vec<DayGroup> = lines.iter().map(|line| day_group(local(line.at()).0, now)).collect();
    let mut items = Vec::with_capacity(lines.len() + 4);
    let mut before = None;
    for (line, group) in lines.into_iter().zip(&groups) {
        if before != Some(*group) {
            before = Some(*group);
            items.push(Item::Group(
                *group,
                groups.iter().filter(|other| *other == group).count(),
            ));
        }
        items.push(Item::Line(Box::new(line)));
    }
    items
}

/// The list.
#[component]
pub fn List(
    /// Its lines.
    desk: Desk,
) -> impl IntoView {
    let body = NodeRef::<html::Div>::new();
    let items = Memo::new(move |_| grouped(desk.lines.get()));
    let is_empty = Memo::new(move |_| desk.live.data.with(Option::is_some) && desk.lines.with(Vec::is_empty));
    let fresh = RwSignal::new(Vec::<String>::new());
    let more = use_more();
    follow_news(desk, body, fresh);
    let scrolled = move |_| {
        let Some(body) = body.get_untracked() else { return };
        if body.scroll_height() - body.scroll_top() - body.client_height() < 600 {
            desk.more();
        }
        if body.scroll_top() < 40 && newest_first(desk) {
            fresh.update(Vec::clear);
        }
    };
    // The open line stays in sight while one goes through the list by keys.
    Effect::new(move |_| {
        if let Some(id) = desk.current.get() {
            request_animation_frame(move || reveal(&id));
        }
    });
    let jump = move |_| {
        let first = fresh.with_untracked(|fresh| fresh.first().cloned());
        fresh.update(Vec::clear);
        if newest_first(desk) {
            if let Some(body) = body.get_untracked() {
                body.set_scroll_top(0);
            }
        } else if let Some(first) = first {
            reveal(&first);
        }
    };
    let failed = move || {
        let error = desk.live.error.get().filter(|_| desk.live.data.with(Option::is_none))?;
        Some(view! {
            <ErrorCard
                cause=error.message
                request_id=error.request_id
                on_retry=Callback::new(move |()| desk.live.refetch())
            />
        })
    };
    view! {
        <div class="pane-body" node_ref=body on:scroll=scrolled>
            {move || desk.live.loading_first.get().then(|| view! { <SkeletonRows /> })}
            {failed}
            {move || is_empty.get().then(|| view! { <Nothing desk /> })}
            {move || {
                let n = fresh.with(Vec::len);
                (n > 0).then(|| view! {
                    <button type="button" class="news" on:click=jump>
                        <Icon name=if newest_first(desk) { "up" } else { "down" } small=true />{t!(approval.list.news, n = n)}
                    </button>
                })
            }}
            <div role="listbox" aria-multiselectable=move || desk.chosen.with(Option::is_some).then_some("true") aria-label=move || super::title(desk.which.get()) tabindex="-1">
                <For
                    each=move || items.get()
                    key=Item::key
                    children=move |item| match item {
                        Item::Group(group, count) => view! {
                            <div class="group-title" role="presentation">{move || group_name(group)}<span class="num">{count}</span></div>
                        }.into_any(),
                        Item::Line(line) => view! { <Row desk line=*line more /> }.into_any(),
                    }
                />
            </div>
            {move || desk.live.data.get().is_some_and(|listing| listing.more).then(|| view! {
                <div class="list-more">
                    <Button kind=Kind::Ghost busy=desk.live.refreshing on:click=move |_| desk.more()>{tr!(ui.load_more)}</Button>
                </div>
            })}
            <MoreMenu desk more />
        </div>
    }
}

fn newest_first(desk: Desk) -> bool {
    desk.which.get() != Which::Todo
}

fn reveal(id: &str) {
    if let Some(element) = document().get_element_by_id(&format!("line-{id}")) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Lines that come in where they cannot be seen are told by a pill.
fn follow_news(desk: Desk, body: NodeRef<html::Div>, fresh: RwSignal<Vec<String>>) {
    let key = move || (desk.which.get(), desk.filter.get());
    let known = StoredValue::new(None::<(HashSet<String>, i32)>);
    Effect::new(move |before: Option<(Which, Filter)>| {
        let now = key();
        let listing = desk.live.data.get();
        if before.as_ref() != Some(&now) {
            known.set_value(None);
            fresh.update(Vec::clear);
        }
        let Some(listing) = listing else { return now };
        let ids: HashSet<String> = listing.lines.iter().map(|line| line.id().to_owned()).collect();
        if let Some((old, total)) = known.get_value() {
            // More lines without more of them in all were only loaded.
            let grown = usize::try_from(listing.total - total).unwrap_or(0);
            let new = listing.lines.iter().map(Line::id).filter(|id| !old.contains(*id));
            let new: Vec<String> = new.map(str::to_owned).collect();
            if grown > 0 && !new.is_empty() && !is_in_sight(desk, body) {
                fresh.update(|fresh| fresh.extend(new.into_iter().take(grown)));
            }
        }
        fresh.update(|fresh| fresh.retain(|id| ids.contains(id)));
        known.set_value(Some((ids, listing.total)));
        now
    });
}

/// Whether the end where lines come in is in sight.
fn is_in_sight(desk: Desk, body: NodeRef<html::Div>) -> bool {
    let Some(body) = body.get_untracked() else { return true };
    if desk.which.get_untracked() == Which::Todo {
        body.scroll_height() - body.scroll_top() - body.client_height() < 40
    } else {
        body.scroll_top() < 40
    }
}

#[component]
fn Nothing(desk: Desk) -> impl IntoView {
    move || {
        if !desk.filter.get().is_empty() {
            return view! {
                <Empty art=Art::Search title=tr!(approval.list.no_match)>
                    <Button on:click=move |_| desk.show(desk.which.get_untracked(), &Filter::default())>{tr!(approval.list.clear)}</Button>
                </Empty>
            }
            .into_any();
        }
        match desk.which.get() {
            Which::Todo => view! {
                <Empty title=tr!(approval.list.all_done) text=Signal::derive(|| Some(t!(approval.list.all_done_text).to_owned()))>
                    <Button on:click=move |_| desk.show(Which::Done, &Filter::default())>{tr!(approval.list.see_done)}</Button>
                </Empty>
            }
            .into_any(),
            Which::Started => view! {
                <Empty art=Art::Sheet title=tr!(approval.list.none_started)>
                    <LinkButton href="/start" kind=Kind::Primary icon="plus">{tr!(approval.list.start)}</LinkButton>
                </Empty>
            }
            .into_any(),
            Which::Copied => view! { <Empty art=Art::Sheet title=tr!(approval.list.none_copied) /> }.into_any(),
            Which::Done => view! { <Empty art=Art::Sheet title=tr!(approval.list.none_done) /> }.into_any(),
        }
    }
}
