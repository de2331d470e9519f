//! Tabs: segmented or underlined, with arrow keys (WAI-ARIA tabs pattern, automatic activation).

use leptos::html;
use leptos::prelude::*;

use super::dom;

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// What is kept as the value.
    pub id: String,
    /// Its text.
    pub label: String,
    /// How many things lie behind it; nothing is shown for `None` and 0.
    pub count: Option<u32>,
}

impl Tab {
    /// A tab without a count.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            count: None,
        }
    }

    /// With a count.
    #[must_use]
    pub fn count(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }
}

/// How tabs look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TabLook {
    /// A segmented control.
    #[default]
    Segmented,
    /// A segmented control over the whole width.
    Fill,
    /// Underlined tabs of a page.
    Line,
}

/// A row of tabs. Give the panel `role="tabpanel"`.
#[component]
pub fn Tabs(
    /// The id of the selected tab.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the id of the tab that is chosen.
    #[prop(into)]
    on_select: Callback<String>,
    /// The tabs.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
    /// What the tabs are about, for screen readers.
    #[prop(into)]
    label: TextProp,
    /// How they look.
    #[prop(optional)]
    look: TabLook,
) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    let class = match look {
        TabLook::Segmented => "seg",
        TabLook::Fill => "seg fill",
        TabLook::Line => "tabs",
    };
    let step = move |to: &dyn Fn(usize, usize) -> usize| {
        let all = tabs.get_untracked();
        let current = value.get_untracked();
        let at = all.iter().position(|tab| tab.id == current).unwrap_or(0);
        if let Some(tab) = all.get(to(at, all.len())) {
            on_select.run(tab.id.clone());
            if let Some(list) = list.get_untracked() {
                request_animation_frame(move || dom::focus_first(&list, "[aria-selected=\"true\"]"));
            }
        }
    };
    let keydown = move |event: web_sys::KeyboardEvent| {
        let to: &dyn Fn(usize, usize) -> usize = match event.key().as_str() {
            "ArrowRight" => &|at, n| (at + 1) % n.max(1),
            "ArrowLeft" => &|at, n| (at + n.max(1) - 1) % n.max(1),
            "Home" => &|_, _| 0,
            "End" => &|_, n| n.saturating_sub(1),
            _ => return,
        };
        event.prevent_default();
        step(to);
    };
    view! {
        <div class=class role="tablist" node_ref=list aria-label=move || label.get() on:keydown=keydown>
            {move || tabs.get().into_iter().map(|tab| {
                let id = StoredValue::new(tab.id);
                let selected = Memo::new(move |_| value.with(|value| id.with_value(|id| id == value)));
                view! {
                    <button
                        type="button"
                        role="tab"
                        aria-selected=move || if selected.get() { "true" } else { "false" }
                        tabindex=move || if selected.get() { "0" } else { "-1" }
                        on:click=move |_| on_select.run(id.get_value())
                    >
                        {tab.label}
                        {tab.count.filter(|n| *n > 0).map(|n| view! { " "<span class="n">{n}</span> })}
                    </button>
                }
            }).collect_view()}
        </div>
    }
}
