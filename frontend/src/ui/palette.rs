//! The command palette on Ctrl/Cmd-K: everything one can go to or do, found by typing.

use std::sync::Arc;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::dom::{self, fresh_id};
use super::icon::Icon;
use super::keys::{Key, use_keys};
use super::layer::Dialog;
use crate::{t, tr};

/// One line of the palette.
#[derive(Clone)]
pub struct Command {
    /// Tells it from the others.
    pub id: String,
    /// Name in the sprite.
    pub icon: &'static str,
    /// What it is.
    pub label: String,
    /// A second, quieter text: department, state.
    pub note: String,
    /// More words that find it: pinyin, English names.
    pub words: String,
    /// The key that does the same.
    pub hint: &'static str,
    /// What it does.
    pub run: Arc<dyn Fn() + Send + Sync>,
}

impl Command {
    /// A line with an icon, a text and a deed.
    pub fn new(
        id: impl Into<String>,
        icon: &'static str,
        label: impl Into<String>,
        run: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let (note, words) = (String::new(), String::new());
        Self {
            id: id.into(),
            icon,
            label: label.into(),
            note,
            words,
            hint: "",
            run: Arc::new(run),
        }
    }

    /// With a second text.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// With more words that find it.
    #[must_use]
    pub fn words(mut self, words: impl Into<String>) -> Self {
        self.words = words.into();
        self
    }

    /// With the key that does the same.
    #[must_use]
    pub fn hint(mut self, key: &'static str) -> Self {
        self.hint = key;
        self
    }
}

/// How well a line fits what was typed; every word must be found. Higher is better, `None` is no fit.
fn score(label: &str, words: &str, query: &str) -> Option<u32> {
    let (label, words) = (label.to_ascii_lowercase(), words.to_ascii_lowercase());
    query.to_ascii_lowercase().split_whitespace().try_fold(0, |sum, word| {
        let points = match label.find(word) {
            Some(0) => 4,
            Some(_) => 3,
            None if words.split_whitespace().any(|w| w.starts_with(word)) => 2,
            None if words.contains(word) => 1,
            None => return None,
        };
        Some(sum + points)
    })
}

/// Finds further lines (people, requests) for a text; shared and asynchronous.
pub type Provider = Arc<dyn Fn(String) -> std::pin::Pin<Box<dyn Future<Output = Vec<Command>>>> + Send + Sync>;

/// The palette. Once, in the shell; it opens on Ctrl/Cmd-K and through `open`.
#[component]
pub fn Palette(
    /// Open or closed, both ways.
    open: RwSignal<bool>,
    /// The fixed lines.
    #[prop(into)]
    commands: Signal<Vec<Command>>,
    /// Further lines for what is typed.
    #[prop(optional)]
    provider: Option<Provider>,
) -> impl IntoView {
    use_keys(
        tr!(ui.keys.everywhere),
        vec![Key::new("mod+k", tr!(ui.keys.palette), move || open.update(|on| *on = !*on)).in_layer()],
    );
    let provider = StoredValue::new(provider);
    view! {
        <Dialog open title=tr!(ui.palette.title) {..} class:palette=true>
            <Inner open commands provider />
        </Dialog>
    }
}

#[component]
fn Inner(
    open: RwSignal<bool>,
    commands: Signal<Vec<Command>>,
    provider: StoredValue<Option<Provider>>,
) -> impl IntoView {
    let list_id = fresh_id("p");
    let list = NodeRef::<html::Ul>::new();
    let query = RwSignal::new(String::new());
    let more = RwSignal::new(Vec::<Command>::new());
    let at = RwSignal::new(0_usize);
    let asked = StoredValue::new(0_u32);
    let ask = move |text: String| {
        at.set(0);
        let Some(provider) = provider.get_value() else { return };
        let Some(number) = asked.try_update_value(|n| {
            *n = n.wrapping_add(1);
            *n
        }) else {
            return;
        };
        if text.trim().is_empty() {
            more.set(Vec::new());
            return;
        }
        set_timeout(
            move || {
                if asked.try_get_value() != Some(number) {
                    return;
                }
                spawn_local(async move {
                    let found = provider(text).await;
                    if asked.try_get_value() == Some(number) {
                        more.set(found);
                    }
                });
            },
            Duration::from_millis(120),
        );
    };
    let shown = Signal::derive(move || {
        let query = query.get();
        let mut fixed: Vec<(u32, Command)> = commands
            .get()
            .into_iter()
            .filter_map(|command| score(&command.label, &command.words, &query).map(|points| (points, command)))
            .collect();
        fixed.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
        fixed
            .into_iter()
            .map(|(_, command)| command)
            .chain(more.get())
            .take(40)
            .collect::<Vec<_>>()
    });
    let run = move |command: Command| {
        open.set(false);
        request_animation_frame(move || (command.run)());
    };
    let keydown = move |event: web_sys::KeyboardEvent| {
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        let count = shown.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => {
                let chosen = shown.with_untracked(|all| all.get(at.get_untracked()).cloned());
                chosen.into_iter().for_each(run);
            }
            _ => return,
        }
        event.prevent_default();
        request_animation_frame(move || {
            if let Some(Ok(Some(line))) = list
                .try_get_untracked()
                .flatten()
                .map(|l| l.query_selector("[aria-selected=\"true\"]"))
            {
                dom::reveal(&line);
            }
        });
    };
    let (controls, row_base) = (list_id.clone(), StoredValue::new(list_id.clone()));
    let active_id = move || row_base.with_value(|base| format!("{base}-{}", at.get()));
    view! {
        <div class="affix">
            <Icon name="search" />
            <input
                class="input"
                autofocus=true
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                aria-autocomplete="list"
                aria-expanded="true"
                aria-controls=controls
                aria-activedescendant=active_id
                aria-label=tr!(ui.palette.placeholder)
                placeholder=tr!(ui.palette.placeholder)
                prop:value=move || query.get()
                on:input=move |event| {
                    query.set(event_target_value(&event));
                    ask(query.get_untracked());
                }
                on:keydown=keydown
            />
        </div>
        <ul class="menu palette-list" id=list_id role="listbox" node_ref=list aria-label=tr!(ui.palette.title)>
            {move || {
                let all = shown.get();
                if all.is_empty() {
                    return leptos::either::Either::Left(view! { <li class="quiet" role="presentation">{t!(ui.palette.none)}</li> });
                }
                leptos::either::Either::Right(all.into_iter().enumerate().map(|(index, command)| {
                    let chosen = command.clone();
                    view! {
                        <li
                            id=row_base.with_value(|base| format!("{base}-{index}"))
                            role="option"
                            class:is-hover=move || at.get() == index
                            aria-selected=move || if at.get() == index { "true" } else { "false" }
                            on:mousemove=move |_| at.set(index)
                            on:click=move |_| run(chosen.clone())
                        >
                            <Icon name=command.icon />
                            <span class="clip">{command.label}</span>
                            <span class="meta clip">{command.note}</span>
                            {(!command.hint.is_empty()).then(|| view! { <span class="kbd" aria-hidden="true">{command.hint}</span> })}
                        </li>
                    }
                }).collect_view())
            }}
        </ul>
        <p class="meta only-wide">{tr!(ui.palette.hint)}</p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_by_label_and_words() {
        let check = |query, expected| assert_eq!(score("请假", "qingjia qj leave", query), expected, "{query}");
        check("", Some(0));
        check("请假", Some(4));
        check("假", Some(3));
        check("qj", Some(2));
        check("Leave", Some(2));
        check("jia", Some(1));
        check("请假 leave", Some(6));
        check("报销", None);
    }
}
