//! The list of members: of a department with all below, or of a search in the whole company.

use std::sync::Arc;
use std::time::Duration;

use cynic::QueryBuilder;
use leptos::html;
use leptos::prelude::*;

use super::contacts::Contacts;
use super::deed::Deed;
use super::departments::{ClosedToggle, DepartmentMenu, shows_closed};
use super::member_rows::{Rows, reveal};
use super::state::{Place, below, neighbour};
use crate::api::org::directory::{MembersQuery, MembersVars};
use crate::api::{ApiError, Reply, live_query, query};
use crate::i18n::{self};
use crate::ui::{
    Art, Button, Chip, Empty, ErrorCard, Icon, IconButton, Key, Kind, LinkButton, Size, SkeletonRows, Topline, use_keys,
};
use crate::{t, tr};

const PAGE: i32 = 50;

async fn fetch(place: Place, pages: usize) -> Result<Reply<MembersQuery>, ApiError> {
    let ask = |after: Option<String>| {
        let searching = !place.search.is_empty();
        query(MembersQuery::build(MembersVars {
            search: searching.then(|| place.search.clone()),
            department_id: place.department.clone().filter(|_| !searching).map(cynic::Id::new),
            include_disabled: Some(place.disabled),
            first: Some(PAGE),
            after,
        }))
    };
    let mut reply = ask(None).await?;
    for _ in 1..pages {
        let info = reply.data.members.page_info.clone();
        if !info.has_next_page {
            break;
        }
        let next = ask(info.end_cursor).await?.data.members;
        reply.data.members.nodes.extend(next.nodes);
        reply.data.members.page_info = next.page_info;
    }
    Ok(reply)
}

/// The pane with the list.
#[component]
pub(super) fn Members(contacts: Contacts) -> impl IntoView {
    let place = contacts.place;
    let wanted = RwSignal::new(1_usize);
    let listed = Memo::new(move |_| place.with(|place| place.with_member(None)));
    Effect::new(move |_| {
        listed.track();
        wanted.set(1);
    });
    let live = live_query(
        move || {
            let place = listed.get();
            format!("members:{:?}:{}:{}", place.department, place.search, place.disabled)
        },
        || vec!["org".to_owned(), "leave:me".to_owned()],
        move || fetch(listed.get_untracked(), wanted.get_untracked()),
    );
    // While one types, the rows of before stay until the new ones are here.
    let shown = Memo::new(move |before: Option<&Option<Arc<MembersQuery>>>| {
        live.data.get().or_else(|| {
            let failed = live.error.with(Option::is_some);
            before.filter(|_| !failed).cloned().flatten()
        })
    });
    let walk = move |by: isize| {
        let current = place.with_untracked(|place| place.member.clone());
        let next = shown
            .get_untracked()
            .and_then(|all| neighbour(&all.members.nodes, current.as_deref(), by));
        if let Some(next) = next {
            contacts.open(Some(&next));
            reveal(&next);
        }
    };
    let find = NodeRef::<html::Input>::new();
    use_keys(
        tr!(org.title),
        vec![
            Key::new("/", tr!(org.keys.find), move || {
                if let Some(input) = find.get_untracked() {
                    let _ = input.focus();
                    input.select();
                }
            }),
            Key::new("j", tr!(org.keys.next), move || walk(1)),
            Key::new("k", tr!(org.keys.previous), move || walk(-1)),
        ],
    );
    let searching = Memo::new(move |_| place.with(|place| !place.search.is_empty()));
    let title = move || {
        if searching.get() {
            t!(org.found).to_owned()
        } else {
            contacts.department().map(|one| one.name).unwrap_or_default()
        }
    };
    let is_closed = Memo::new(move |_| !searching.get() && contacts.is_closed());
    let summary = move || {
        if searching.get() {
            return shown.get().map(|all| t!(org.people, n = all.members.total_count));
        }
        contacts.department().map(|one| {
            let people = t!(org.people, n = one.total_count);
            if one.leaders.is_empty() {
                return people;
            }
            let names: Vec<&str> = one.leaders.iter().map(|leader| leader.name.as_str()).collect();
            t!(org.people_led, people = people, leaders = i18n::names(&names))
        })
    };
    view! {
        <section class="pane" aria-labelledby="members-title">
            <Topline active=Signal::derive(move || live.refreshing.get() || (live.loading_first.get() && shown.with(Option::is_some))) />
            <div class="mid-head">
                <div class="inline">
                    <UpLink contacts />
                    <h1 class="clip" id="members-title">{title}</h1>
                    {move || is_closed.get().then(|| view! { <span class="tag">{t!(org.department.closed)}</span> })}
                    <span class="meta num clip">{summary}</span>
                    <span class="spacer"></span>
                    {move || contacts.editor.get().then(|| view! {
                        {move || {
                            let closed = is_closed.get();
                            let (icon, label) = if closed {
                                ("loop", t!(org.department.reopen))
                            } else {
                                ("plus", t!(org.member.add))
                            };
                            let act = move |_| {
                                let own = untrack(|| contacts.department());
                                contacts.deed.set(match own {
                                    // Asked at the click: the button outlives the department it was made for.
                                    Some(own) if untrack(|| is_closed.get()) => {
                                        Some(Deed::ReopenDepartment(Box::new(own)))
                                    }
                                    own => Some(Deed::AddMember { department: own.map(|own| own.id.into_inner()) }),
                                });
                            };
                            view! {
                                {(!closed && !searching.get()).then(|| view! { <DepartmentMenu contacts /> })}
                                <Button kind=Kind::Primary size=Size::Small icon on:click=act>{label}</Button>
                            }
                        }}
                    })}
                </div>
                <div class="inline">
                    <Find contacts find />
                    {move || contacts.editor.get().then(|| view! {
                        <Chip
                            pressed=Signal::derive(move || place.with(|place| place.disabled))
                            on:click=move |_| {
                                let now = place.get_untracked();
                                contacts.go.run((Place { disabled: !now.disabled, ..now }, true));
                            }
                        >
                            {tr!(org.with_disabled)}
                        </Chip>
                        <span class="spacer"></span>
                        <span class="only-wide">
                            <LinkButton href="/admin/import" kind=Kind::Ghost size=Size::Small icon="upload">{tr!(org.import.short)}</LinkButton>
                        </span>
                    })}
                </div>
                <Below contacts searching />
            </div>
            <div class="pane-body" tabindex="0" role="region" aria-label=tr!(org.members)>
                {move || (live.loading_first.get() && shown.with(Option::is_none)).then(|| view! { <SkeletonRows rows=10 /> })}
                {move || match (shown.get(), live.error.get()) {
                    (Some(all), _) if all.members.nodes.is_empty() => none_found(contacts, searching.get()),
                    (Some(all), _) => view! {
                        <Rows contacts rows=all.members.nodes.clone() />
                        {all.members.page_info.has_next_page.then(|| view! {
                            <p class="more">
                                <Button
                                    busy=live.refreshing
                                    on:click=move |_| {
                                        wanted.update(|n| *n += 1);
                                        live.refetch();
                                    }
                                >
                                    {tr!(ui.load_more)}
                                </Button>
                            </p>
                        })}
                    }
                    .into_any(),
                    (None, Some(error)) => view! {
                        <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| live.refetch()) />
                    }
                    .into_any(),
                    (None, None) => ().into_any(),
                }}
            </div>
        </section>
    }
}

fn none_found(contacts: Contacts, searching: bool) -> AnyView {
    if searching {
        return view! { <Empty art=Art::Search title=tr!(org.none_found) text=tr_text(|| t!(org.none_found_text)) /> }
            .into_any();
    }
    let closed = move || contacts.is_closed();
    view! {
        <Empty art=Art::Sheet title=move || if closed() { t!(org.department.closed_empty) } else { t!(org.empty) }>
            {move || (contacts.editor.get() && !closed()).then(|| view! {
                <LinkButton href="/admin/import" icon="upload">{tr!(org.import.title)}</LinkButton>
            })}
        </Empty>
    }
    .into_any()
}

fn tr_text(text: fn() -> &'static str) -> Signal<Option<String>> {
    Signal::derive(move || Some(text().to_owned()))
}

/// On phones: the way to the department above.
#[component]
fn UpLink(contacts: Contacts) -> impl IntoView {
    let up = Memo::new(move |_| {
        let all = contacts.departments.data.get()?;
        let parent = contacts.department()?.parent_id?;
        let parent = super::state::department(&all.departments, Some(parent.inner()))?;
        Some((parent.id.inner().to_owned(), parent.name.clone()))
    });
    move || {
        up.get().map(|(id, name)| {
            view! {
                <span class="only-phone">
                    <IconButton
                        icon="left"
                        label=move || t!(org.up_to, name = name)
                        on:click=move |_| contacts.go.run((contacts.place.get_untracked().with_department(&id), false))
                    />
                </span>
            }
        })
    }
}

/// On phones: the departments directly below.
#[component]
fn Below(contacts: Contacts, searching: Memo<bool>) -> impl IntoView {
    let parts = Memo::new(move |_| {
        let (Some(all), Some(own)) = (contacts.departments.data.get(), contacts.department()) else {
            return Vec::new();
        };
        let with_closed = shows_closed(contacts);
        below(&all.departments, own.id.inner())
            .filter(|one| with_closed || !one.closed)
            .map(|one| (one.id.inner().to_owned(), one.name.clone(), one.total_count, one.closed))
            .collect()
    });
    view! {
        <nav class="crumb only-phone" aria-label=tr!(org.below) hidden=move || searching.get() || (parts.with(Vec::is_empty) && contacts.closed_count() == 0)>
            {move || parts.get().into_iter().map(|(id, name, count, closed)| view! {
                <button
                    type="button"
                    class="chip"
                    on:click=move |_| contacts.go.run((contacts.place.get_untracked().with_department(&id), false))
                >
                    {name}" "
                    <span class=if closed { "soft" } else { "num" }>
                        {if closed { t!(org.department.closed).to_owned() } else { count.to_string() }}
                    </span>
                </button>
            }).collect_view()}
            <ClosedToggle contacts />
        </nav>
    }
}

/// The search field: it asks a moment after the last key.
#[component]
fn Find(contacts: Contacts, find: NodeRef<html::Input>) -> impl IntoView {
    let place = contacts.place;
    let text = RwSignal::new(place.with_untracked(|place| place.search.clone()));
    let composing = RwSignal::new(false);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    // Back and forward change the address under the field.
    Effect::new(move |_| {
        let search = place.with(|place| place.search.clone());
        if text.with_untracked(|text| text.trim() != search) {
            text.set(search);
        }
    });
    let ask = move |wait: u64| {
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        let later = set_timeout_with_handle(
            move || {
                let (Some(now), Some(search)) = (place.try_get_untracked(), text.try_get_untracked()) else {
                    return;
                };
                let search = search.trim().to_owned();
                if now.search != search {
                    let replace = !now.search.is_empty();
                    contacts.go.run((Place { search, ..now }, replace));
                }
            },
            Duration::from_millis(wait),
        );
        timer.set_value(later.ok());
    };
    let keydown = move |event: web_sys::KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        match event.key().as_str() {
            "Escape" if text.with_untracked(|text| !text.is_empty()) => {
                event.stop_propagation();
                text.set(String::new());
                ask(0);
            }
            "Enter" => ask(0),
            _ => {}
        }
    };
    view! {
        <label class="find">
            <span class="sr">{tr!(org.find)}</span>
            <Icon name="search" />
            <input
                class="input"
                type="search"
                autocomplete="off"
                spellcheck="false"
                node_ref=find
                placeholder=tr!(org.find_hint)
                prop:value=move || text.get()
                on:input=move |event| {
                    text.set(event_target_value(&event));
                    if !composing.get_untracked() {
                        ask(180);
                    }
                }
                on:compositionstart=move |_| composing.set(true)
                on:compositionend=move |_| {
                    composing.set(false);
                    ask(60);
                }
                on:keydown=keydown
            />
        </label>
    }
}
