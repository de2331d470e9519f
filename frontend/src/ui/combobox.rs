//! A combobox over an asynchronous search (WAI-ARIA combobox with list): arrows, Enter, Esc, safe with input methods.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::dom::{self, fresh_id};
use super::field::FieldCx;
use super::input::Opt;
use super::person::{Avatar, AvatarSize, Person};
use crate::{t, tr};

type Found = Pin<Box<dyn Future<Output = Vec<Opt>>>>;

/// An asynchronous search: text in, options out. The empty text asks for recent or likely ones.
#[derive(Clone)]
pub struct Search(Arc<dyn Fn(String) -> Found + Send + Sync>);

impl Search {
    /// A search from an async closure.
    pub fn new<F>(search: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Vec<Opt>> + 'static,
    {
        Self(Arc::new(move |text| Box::pin(search(text))))
    }

    /// Runs it.
    pub fn run(&self, text: String) -> Found {
        (self.0)(text)
    }
}

/// A text field with a list of what was found.
#[component]
pub fn Combobox(
    /// The search.
    search: Search,
    /// Called with the option that is chosen; the text is cleared.
    #[prop(into)]
    on_pick: Callback<Opt>,
    /// Shown while empty.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// Label for a control without a field.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// Options are people: an avatar in front.
    #[prop(optional)]
    people: bool,
    /// Values that are not offered, as they are chosen already.
    #[prop(optional, into)]
    without: Signal<Vec<String>>,
    /// Called at Backspace in the empty field, to take the last chip away.
    #[prop(optional, into)]
    on_backspace: Option<Callback<()>>,
    /// Stands in a box of its own (chips): without a border.
    #[prop(optional)]
    bare: bool,
    /// Cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let cx = FieldCx::take();
    let (described, invalid) = (cx.described, cx.invalid);
    let list_id = fresh_id("l");
    let text = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let found = RwSignal::new(Vec::<Opt>::new());
    let active = RwSignal::new(0_usize);
    let busy = RwSignal::new(false);
    let composing = RwSignal::new(false);
    // Only the answer to the newest question counts.
    let asked = StoredValue::new(0_u32);
    let list = NodeRef::<html::Ul>::new();

    let ask = StoredValue::new(move |query: String, delay: u64| {
        let number = asked.try_update_value(|n| {
            *n = n.wrapping_add(1);
            *n
        });
        busy.set(true);
        let search = search.clone();
        set_timeout(
            move || {
                if asked.try_get_value() != number {
                    return;
                }
                spawn_local(async move {
                    let options = search.run(query).await;
                    if asked.try_get_value() == number && number.is_some() {
                        found.set(options);
                        active.set(0);
                        busy.set(false);
                    }
                });
            },
            Duration::from_millis(delay),
        );
    });
    let ask = move |query: String, delay: u64| ask.with_value(|ask| ask(query, delay));
    let offered = Memo::new(move |_| {
        let without = without.get();
        found
            .get()
            .into_iter()
            .filter(|option| !without.contains(&option.value))
            .collect::<Vec<_>>()
    });
    let pick = move |option: Opt| {
        if option.disabled {
            return;
        }
        text.set(String::new());
        open.set(false);
        on_pick.run(option);
    };
    let show = move || {
        if !open.get_untracked() {
            open.set(true);
            ask(text.get_untracked(), 0);
        }
    };
    let reveal_active = move || {
        request_animation_frame(move || {
            if let Some(Ok(Some(item))) = list
                .try_get_untracked()
                .flatten()
                .map(|l| l.query_selector("[aria-selected=\"true\"]"))
            {
                dom::reveal(&item);
            }
        });
    };
    let keydown = move |event: web_sys::KeyboardEvent| {
        if event.is_composing() || composing.get_untracked() || event.key_code() == 229 {
            return;
        }
        let count = offered.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !open.get_untracked() => show(),
            "ArrowDown" => active.update(|at| *at = (*at + 1) % count.max(1)),
            "ArrowUp" => active.update(|at| *at = (*at + count.max(1) - 1) % count.max(1)),
            "Enter" if open.get_untracked() => {
                if let Some(option) = offered.with_untracked(|all| all.get(active.get_untracked()).cloned()) {
                    pick(option);
                }
            }
            "Escape" if open.get_untracked() => {
                open.set(false);
                event.stop_propagation();
            }
            "Backspace" if text.with_untracked(String::is_empty) => {
                if let Some(callback) = on_backspace {
                    callback.run(());
                }
                return;
            }
            _ => return,
        }
        event.prevent_default();
        reveal_active();
    };
    let option_id = {
        let list_id = list_id.clone();
        move |index: usize| format!("{list_id}-{index}")
    };
    let (active_id, row_id) = (option_id.clone(), StoredValue::new(option_id));
    let controls = list_id.clone();
    view! {
        <div class="combo">
            <input
                class=if bare { "bare" } else { "input" }
                id=cx.id
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                aria-autocomplete="list"
                aria-controls=controls
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-activedescendant=move || (open.get() && offered.with(|all| !all.is_empty())).then(|| active_id(active.get()))
                aria-label=move || label.get()
                aria-describedby=move || described.get()
                aria-invalid=move || invalid.get().then_some("true")
                aria-required=cx.required.then_some("true")
                placeholder=move || placeholder.get()
                disabled=move || disabled.get()
                prop:value=move || text.get()
                on:compositionstart=move |_| composing.set(true)
                on:compositionend=move |event| {
                    composing.set(false);
                    text.set(event_target_value(&event));
                    open.set(true);
                    ask(text.get_untracked(), 120);
                }
                on:input=move |event| {
                    text.set(event_target_value(&event));
                    if !composing.get_untracked() {
                        open.set(true);
                        ask(text.get_untracked(), 120);
                    }
                }
                on:click=move |_| show()
                on:blur=move |_| open.set(false)
                on:keydown=keydown
            />
            <ul class="menu combo-list" id=list_id role="listbox" node_ref=list hidden=move || !open.get() aria-label=move || label.get().unwrap_or_default()>
                {move || {
                    let all = offered.get();
                    if all.is_empty() {
                        let word = if busy.get() { t!(ui.searching) } else { t!(ui.no_match) };
                        return leptos::either::Either::Left(view! { <li class="quiet" role="presentation">{word}</li> });
                    }
                    leptos::either::Either::Right(all.into_iter().enumerate().map(|(index, option)| {
                        let chosen = option.clone();
                        view! {
                            <li
                                id=row_id.with_value(|id| id(index))
                                role="option"
                                class:is-hover=move || active.get() == index
                                aria-selected=move || if active.get() == index { "true" } else { "false" }
                                aria-disabled=option.disabled.then_some("true")
                                // Before the field loses the focus.
                                on:mousedown=move |event| {
                                    event.prevent_default();
                                    pick(chosen.clone());
                                }
                                on:mousemove=move |_| active.set(index)
                            >
                                {people.then(|| view! {
                                    <Avatar person=Person::new(option.value.clone(), option.label.clone()) size=AvatarSize::Small />
                                })}
                                <span class="clip">{option.label}</span>
                                {option.note.map(|note| view! { <span class="meta clip">{note}</span> })}
                            </li>
                        }
                    }).collect_view())
                }}
            </ul>
            <span class="sr" role="status">
                {move || (open.get() && !busy.get()).then(|| offered.with(Vec::len)).map(|n| t!(ui.found, n = n))}
            </span>
        </div>
    }
}

/// Several people (or one, with `single`): chips with a search behind them. Options carry the member's id as value,
/// the name as label and department or position as note.
#[component]
pub fn PeoplePicker(
    /// The chosen people, both ways.
    value: RwSignal<Vec<Person>>,
    /// Finds people by name, pinyin or initials; for the empty text the recent ones.
    search: Search,
    /// A new choice replaces the old one.
    #[prop(optional)]
    single: bool,
    /// Label for a control without a field.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// Cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let remove = move |person: Person| value.update(|people| people.retain(|p| p.id != person.id));
    let pick = move |option: Opt| {
        let person = Person::new(option.value, option.label);
        value.update(|people| {
            if single {
                people.clear();
            }
            if !people.iter().any(|p| p.id == person.id) {
                people.push(person);
            }
        });
    };
    let without = Signal::derive(move || value.with(|people| people.iter().map(|p| p.id.clone()).collect::<Vec<_>>()));
    let placeholder = Signal::derive(move || value.with(Vec::is_empty).then(|| t!(ui.type_to_search).to_owned()));
    view! {
        <div class="picker" class:off=move || disabled.get()>
            <For
                each=move || value.get()
                key=|person| person.id.clone()
                children=move |person| view! { <super::person::PersonChip person on_remove=remove /> }
            />
            <Combobox
                search
                on_pick=pick
                placeholder
                label
                people=true
                without
                on_backspace=move |()| value.update(|people| { people.pop(); })
                bare=true
                disabled
            />
        </div>
    }
}

/// One of many, found by typing: the choice stands as a chip; Backspace or its cross takes it away.
#[component]
pub fn SearchSelect(
    /// The choice, both ways.
    value: RwSignal<Option<Opt>>,
    /// Finds options.
    search: Search,
    /// Shown while empty.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// Label for a control without a field.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// Cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let without = Signal::derive(move || value.get().map(|option| option.value).into_iter().collect::<Vec<_>>());
    let hint = Signal::derive(move || if value.get().is_none() { placeholder.get() } else { None });
    view! {
        <div class="picker" class:off=move || disabled.get()>
            {move || value.get().map(|option| {
                let what = option.label.clone();
                view! {
                    <span class="person plain">
                        {option.label}
                        <button type="button" class="chip-x" aria-label=tr!(ui.remove, what = what) on:click=move |_| value.set(None)>
                            <super::icon::Icon name="x" small=true />
                        </button>
                    </span>
                }
            })}
            <Combobox
                search
                on_pick=move |option| value.set(Some(option))
                placeholder=hint
                label
                without
                on_backspace=move |()| value.set(None)
                bare=true
                disabled
            />
        </div>
    }
}
