//! The one keyboard registry. Pages register keys while they are shown; nobody else listens to the window.
//!
//! ```ignore
//! use_keys(tr!(inbox.title), vec![
//!     Key::new("j", tr!(inbox.keys.next), move || next()),
//!     Key::new("g a", tr!(app.keys.approvals), move || go("/approvals")),   // a sequence
//!     Key::new("mod+enter", tr!(ui.submit), move || submit()).in_layer(),   // also while a dialog is open
//! ]);
//! ```
//! `mod` is Ctrl, or Cmd on Apple. Keys without `mod` or `alt` do nothing while a text is edited, while a layer is
//! open, while an input method composes and for 100 ms after, and when the user has switched single keys off. The
//! newest registration of a key wins.

mod combo;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::either::Either;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

pub use combo::{Chord, parse, spoken};

use super::choice::Switch;
use super::layer::Dialog;
use super::{dom, layer};
use crate::{t, tr};

/// One key and what it does.
pub struct Key {
    keys: &'static str,
    description: TextProp,
    action: Rc<dyn Fn()>,
    in_layer: bool,
    hidden: bool,
}

impl Key {
    /// `keys` as in the module's head; the description stands in the overlay.
    pub fn new(keys: &'static str, description: impl Into<TextProp>, action: impl Fn() + 'static) -> Self {
        Self {
            keys,
            description: description.into(),
            action: Rc::new(action),
            in_layer: false,
            hidden: false,
        }
    }

    /// Works while a dialog, sheet or menu is open.
    #[must_use]
    pub fn in_layer(mut self) -> Self {
        self.in_layer = true;
        self
    }

    /// Not told in the overlay, as a second key for the same.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }
}

struct Entry {
    owner: u32,
    group: TextProp,
    chords: Vec<Chord>,
    key: Key,
}

#[derive(Default)]
struct Registry {
    entries: Vec<Entry>,
    /// The chords pressed so far of a sequence, and when the last one was.
    pending: Vec<Chord>,
    pending_at: f64,
    /// When an input method last finished.
    composed_at: f64,
}

const STORE_KEY: &str = "tongshi.keys";
/// How long the second key of a sequence may take.
const SEQUENCE_MS: f64 = 1200.0;
/// How long after composing keys still belong to the input method.
const COMPOSED_MS: f64 = 100.0;

thread_local! {
    static REGISTRY: RefCell<Registry> = RefCell::new(Registry::default());
    static NEXT_OWNER: Cell<u32> = const { Cell::new(0) };
    static SINGLE: ArcRwSignal<bool> = ArcRwSignal::new(dom::stored(STORE_KEY).as_deref() != Some("off"));
    static INSTALLED: Cell<bool> = const { Cell::new(false) };
}

/// Registers keys until the calling component goes away. `group` heads them in the overlay.
pub fn use_keys(group: impl Into<TextProp>, keys: Vec<Key>) {
    let owner = NEXT_OWNER.with(|n| n.replace(n.get().wrapping_add(1)));
    let group = group.into();
    REGISTRY.with_borrow_mut(|registry| {
        for key in keys {
            let chords = parse(key.keys);
            registry.entries.push(Entry {
                owner,
                group: group.clone(),
                chords,
                key,
            });
        }
    });
    on_cleanup(move || REGISTRY.with_borrow_mut(|registry| registry.entries.retain(|entry| entry.owner != owner)));
}

/// Whether keys without Ctrl, Cmd or Alt are on (tracked).
pub fn single_keys() -> bool {
    SINGLE.with(Get::get)
}

/// Switches keys without Ctrl, Cmd or Alt on or off and remembers it.
pub fn set_single_keys(on: bool) {
    dom::store(STORE_KEY, if on { "on" } else { "off" });
    SINGLE.with(|single| single.set(on));
}

/// Whether the event comes from where text is edited.
fn is_editing(event: &web_sys::KeyboardEvent) -> bool {
    let Some(element) = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return false;
    };
    if element.is_content_editable() {
        return true;
    }
    match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => {
            let kind = element.get_attribute("type").unwrap_or_default();
            !matches!(
                kind.as_str(),
                "checkbox" | "radio" | "button" | "submit" | "reset" | "file" | "range"
            )
        }
        _ => false,
    }
}

fn on_key(event: &web_sys::KeyboardEvent) {
    let now = js_sys::Date::now();
    let composed_at = REGISTRY.with_borrow(|registry| registry.composed_at);
    if event.default_prevented() || event.is_composing() || event.key_code() == 229 || now - composed_at < COMPOSED_MS {
        return;
    }
    let Some(chord) = Chord::pressed(
        &event.key(),
        event.ctrl_key() || event.meta_key(),
        event.alt_key(),
        event.shift_key(),
    ) else {
        return;
    };
    let quiet = !chord.is_command() && (is_editing(event) || !SINGLE.with(GetUntracked::get_untracked));
    if quiet && chord.key != "escape" {
        REGISTRY.with_borrow_mut(|registry| registry.pending.clear());
        return;
    }
    let layered = layer::any_open();
    let action = REGISTRY.with_borrow_mut(|registry| {
        if now - registry.pending_at > SEQUENCE_MS {
            registry.pending.clear();
        }
        let mut pressed = registry.pending.clone();
        pressed.push(chord.clone());
        // A key that goes on with no sequence may still begin one.
        if !registry.entries.iter().any(|entry| entry.chords.starts_with(&pressed)) {
            pressed = vec![chord];
        }
        let usable = |entry: &&Entry| entry.key.in_layer || !layered;
        let hit = registry
            .entries
            .iter()
            .rev()
            .filter(usable)
            .find(|entry| entry.chords == pressed);
        if let Some(entry) = hit {
            let action = Rc::clone(&entry.key.action);
            registry.pending.clear();
            return Some(action);
        }
        let begins = registry
            .entries
            .iter()
            .filter(usable)
            .any(|entry| entry.chords.starts_with(&pressed));
        registry.pending = if begins { pressed } else { Vec::new() };
        registry.pending_at = now;
        None
    });
    if let Some(action) = action {
        event.prevent_default();
        action();
    }
}

/// Listens to the keyboard and shows the overlay on `?`. Once, in the shell.
#[component]
pub fn KeysHost() -> impl IntoView {
    if !INSTALLED.replace(true) {
        // For the life of the page: there is one keyboard.
        window_event_listener(leptos::ev::keydown, |event| on_key(&event));
        window_event_listener(leptos::ev::compositionend, |_| {
            REGISTRY.with_borrow_mut(|registry| registry.composed_at = js_sys::Date::now());
        });
    }
    let open = RwSignal::new(false);
    use_keys(
        tr!(ui.keys.everywhere),
        vec![Key::new("?", tr!(ui.keys.help), move || open.set(true))],
    );
    let single = RwSignal::new(SINGLE.with(GetUntracked::get_untracked));
    Effect::new(move |before: Option<bool>| {
        let now = single.get();
        if before.is_some_and(|before| before != now) {
            set_single_keys(now);
        }
        now
    });
    view! {
        <Dialog open title=tr!(ui.keys.title) large=true>
            <div class="keys">{groups().into_iter().map(|(title, lines)| view! {
                <section>
                    <h3>{title}</h3>
                    <dl>{lines.into_iter().map(|(keys, text)| view! {
                        <div>
                            <dt>{text}</dt>
                            <dd>{keys.into_iter().map(|key| match key.as_str() {
                                "" => Either::Left(view! { <span class="meta">{t!(ui.keys.then)}</span> }),
                                _ => Either::Right(view! { <kbd class="kbd">{key}</kbd> }),
                            }).collect_view()}</dd>
                        </div>
                    }).collect_view()}</dl>
                </section>
            }).collect_view()}</div>
            <div class="keys-foot">
                <Switch checked=single>{tr!(ui.keys.single)}</Switch>
                <p class="meta">{tr!(ui.keys.single_hint)}</p>
            </div>
        </Dialog>
    }
}

/// A heading, and its keys with what they do.
type Group = (String, Vec<(Vec<String>, String)>);

/// What the overlay shows: groups in the order of registration, the newest first.
fn groups() -> Vec<Group> {
    let apple = window()
        .navigator()
        .user_agent()
        .is_ok_and(|agent| agent.contains("Mac") || agent.contains("iPhone"));
    REGISTRY.with_borrow(|registry| {
        let mut groups: Vec<Group> = Vec::new();
        for entry in registry.entries.iter().rev().filter(|entry| !entry.key.hidden) {
            let title = entry.group.get().into_owned();
            let line = (spoken(&entry.chords, apple), entry.key.description.get().into_owned());
            match groups.iter_mut().find(|group| group.0 == title) {
                Some(group) => {
                    if !group.1.iter().any(|other| other.0 == line.0) {
                        group.1.insert(0, line);
                    }
                }
                None => groups.push((title, vec![line])),
            }
        }
        groups
    })
}
