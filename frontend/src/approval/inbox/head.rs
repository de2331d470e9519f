//! Above the list: which list, search, filters.

use cynic::QueryBuilder;
use leptos::html;
use leptos::prelude::*;

use super::title;
use crate::api::approval::{TemplatesQuery, TemplatesVars};
use crate::api::viewer::use_viewer;
use crate::api::{live_query, query};
use crate::approval::desk::Desk;
use crate::approval::detail::status_word;
use crate::approval::state::{Filter, STATUSES, Which};
use crate::ui::{Chip, Icon, IconButton, LinkButton, Menu, MenuItem, Size, Tab, TabLook, Tabs, TextInput};
use crate::{t, tr};

/// The head.
#[component]
pub fn Head(
    /// The list.
    desk: Desk,
) -> impl IntoView {
    let viewer = use_viewer();
    let tabs = Signal::derive(move || {
        let counters = viewer.counters();
        let tab = |which: Which| {
            let count = match which {
                Which::Todo => counters.inbox,
                Which::Started => counters.started,
                Which::Copied => counters.copied_unread,
                Which::Done => 0,
            };
            Tab::new(which.word(), title(which)).count(u32::try_from(count).unwrap_or(0))
        };
        Which::ALL.map(tab).to_vec()
    });
    let searching = RwSignal::new(desk.filter.with_untracked(|filter| !filter.text.is_empty()));
    let text = RwSignal::new(desk.filter.with_untracked(|filter| filter.text.clone()));
    let input = NodeRef::<html::Input>::new();
    // The address follows what is typed after a short rest.
    let typed = StoredValue::new(0_u32);
    Effect::new(move |before: Option<String>| {
        let now = text.get();
        if before.is_some_and(|before| before != now) {
            let number = typed.try_update_value(|n| {
                *n = n.wrapping_add(1);
                *n
            });
            let now = now.clone();
            set_timeout(
                move || {
                    if number.is_some() && typed.try_get_value() == number {
                        change(desk, |filter| filter.text = now);
                    }
                },
                std::time::Duration::from_millis(250),
            );
        }
        now
    });
    // The field follows the address, when the filter is cleared or one goes back.
    let asked = Memo::new(move |_| desk.filter.with(|filter| filter.text.clone()));
    Effect::new(move |before: Option<String>| {
        let now = asked.get();
        if before.is_some_and(|before| before != now) && now != text.get_untracked() {
            text.set(now.clone());
        }
        now
    });
    let is_empty = Memo::new(move |_| desk.lines.with(Vec::is_empty));
    let toggle = move |_| {
        searching.update(|on| *on = !*on);
        if searching.get_untracked() {
            request_animation_frame(move || {
                if let Some(input) = input.get_untracked() {
                    let _ = input.focus();
                }
            });
        } else {
            text.set(String::new());
        }
    };
    view! {
        <div class="pane-head">
            <div class="inbox-head">
                <h1>{tr!(approval.list.title)}</h1>
                {move || (desk.which.get() == Which::Todo && !is_empty.get()).then(|| view! {
                    <IconButton icon="select" small=true hint="X" label=tr!(approval.batch.choose) on:click=move |_| desk.toggle_choosing() />
                })}
                <IconButton icon="search" small=true label=tr!(approval.list.search) on:click=toggle />
                <LinkButton href="/start" icon="plus" size=Size::Small>{tr!(approval.list.start)}</LinkButton>
            </div>
            {move || searching.get().then(|| view! {
                <TextInput value=text kind="search" icon="search" label=tr_some(|| t!(approval.list.search)) placeholder=tr_some(|| t!(approval.list.search_hint)) node_ref=input />
            })}
            <Tabs
                value=Signal::derive(move || desk.which.get().word().to_owned())
                on_select=move |word: String| desk.show(Which::from_word(&word), &Filter::default())
                tabs
                label=tr!(approval.list.boxes)
                look=TabLook::Fill
            />
            <Filters desk />
        </div>
    }
}

/// A text that may be absent, as properties of controls take it.
fn tr_some(text: fn() -> &'static str) -> Signal<Option<String>> {
    Signal::derive(move || Some(text().to_owned()))
}

fn change(desk: Desk, change: impl FnOnce(&mut Filter)) {
    let mut filter = desk.filter.get_untracked();
    change(&mut filter);
    if filter != desk.filter.get_untracked() {
        desk.show(desk.which.get_untracked(), &filter);
    }
}

#[component]
fn Filters(desk: Desk) -> impl IntoView {
    let templates = live_query(
        || "approval-templates".to_owned(),
        || vec!["started:me".to_owned()],
        || query(TemplatesQuery::build(TemplatesVars { search: None })),
    );
    let kinds = Signal::derive(move || {
        let chosen = desk.filter.get().template;
        let known = templates.data.get();
        let all = known.iter().flat_map(|known| known.approval_templates.iter());
        let item = |key: &str, name: &str| {
            let own = key.to_owned();
            MenuItem::new("", name).checked(chosen == key).on(move || {
                let own = own.clone();
                change(desk, |filter| filter.template = own);
            })
        };
        let mut items = vec![item("", t!(approval.list.any_kind))];
        items.extend(all.map(|template| item(&template.key, &template.name)));
        items
    });
    let states = Signal::derive(move || {
        let chosen = desk.filter.get().status;
        let item = |word: &'static str, label: &str| {
            MenuItem::new("", label)
                .checked(chosen == word)
                .on(move || change(desk, |filter| word.clone_into(&mut filter.status)))
        };
        let mut items = vec![item("", t!(approval.list.any_status))];
        items.extend(STATUSES.map(|(status, word)| item(word, status_word(status))));
        items
    });
    let kind_name = move || {
        let chosen = desk.filter.get().template;
        let known = templates.data.get()?;
        let found = known
            .approval_templates
            .iter()
            .find(|template| template.key == chosen)?;
        Some(found.name.clone())
    };
    let status_name = move || {
        let chosen = desk.filter.get().status;
        let found = STATUSES.iter().find(|(_, word)| *word == chosen);
        found.map(|(status, _)| status_word(*status).to_owned())
    };
    view! {
        <div class="chips" role="group" aria-label=tr!(approval.list.filters)>
            <Menu label=tr!(approval.list.kind) items=kinds class="chip">
                {move || kind_name().unwrap_or_else(|| t!(approval.list.kind).to_owned())}<Icon name="down" />
            </Menu>
            {move || (desk.which.get() != Which::Todo).then(|| view! {
                <Menu label=tr!(approval.list.status) items=states class="chip">
                    {move || status_name().unwrap_or_else(|| t!(approval.list.status).to_owned())}<Icon name="down" />
                </Menu>
            })}
            {move || (desk.which.get() == Which::Copied).then(|| view! {
                <Chip
                    pressed=Signal::derive(move || desk.filter.get().unread)
                    on:click=move |_| change(desk, |filter| filter.unread = !filter.unread)
                >
                    {tr!(approval.list.unread)}
                </Chip>
            })}
            {move || (!desk.filter.get().is_empty()).then(|| view! {
                <button type="button" class="chip" on:click=move |_| desk.show(desk.which.get_untracked(), &Filter::default())>
                    {tr!(approval.list.clear)}
                </button>
            })}
        </div>
    }
}
