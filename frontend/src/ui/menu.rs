//! Menus (WAI-ARIA menu button): arrows move, Enter chooses, a letter jumps, Esc closes and the focus returns.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use super::dom;
use super::icon::Icon;
use super::layer::{Pop, Popover};

/// One line of a menu.
#[derive(Clone)]
pub struct MenuItem {
    icon: &'static str,
    label: String,
    hint: &'static str,
    danger: bool,
    disabled: bool,
    checked: Option<bool>,
    rule_before: bool,
    href: Option<String>,
    action: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl MenuItem {
    /// A line with an icon (or `""`) and a text.
    pub fn new(icon: &'static str, label: impl Into<String>) -> Self {
        Self {
            icon,
            label: label.into(),
            hint: "",
            danger: false,
            disabled: false,
            checked: None,
            rule_before: false,
            href: None,
            action: None,
        }
    }

    /// What choosing it does.
    #[must_use]
    pub fn on(mut self, action: impl Fn() + Send + Sync + 'static) -> Self {
        self.action = Some(Arc::new(action));
        self
    }

    /// A link instead of a deed.
    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// The key that does the same.
    #[must_use]
    pub fn hint(mut self, key: &'static str) -> Self {
        self.hint = key;
        self
    }

    /// Destroys something.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Cannot be chosen when `off`.
    #[must_use]
    pub fn disabled(mut self, off: bool) -> Self {
        self.disabled = off;
        self
    }

    /// One of several choices, marked when it is the current one.
    #[must_use]
    pub fn checked(mut self, on: bool) -> Self {
        self.checked = Some(on);
        self
    }

    /// A line above it.
    #[must_use]
    pub fn rule_before(mut self) -> Self {
        self.rule_before = true;
        self
    }
}

/// A button with a menu. `class` is the button's (`btn`, `icon-btn`, `chip`); children are its content.
#[component]
pub fn Menu(
    /// What the menu is, for screen readers and as the button's tip.
    #[prop(into)]
    label: TextProp,
    /// The lines.
    #[prop(into)]
    items: Signal<Vec<MenuItem>>,
    /// The button's class.
    #[prop(default = "icon-btn")]
    class: &'static str,
    /// The button's content.
    children: Children,
) -> impl IntoView {
    let pop = Pop::new();
    // A button without words of its own says the label.
    let is_icon = matches!(class, "icon-btn" | "icon-btn sm" | "me");
    let (tip, name, aria) = (label.clone(), label.clone(), label);
    let open_key = move |event: web_sys::KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowDown" | "ArrowUp") {
            event.prevent_default();
            pop.open_by(&event);
        }
    };
    view! {
        <button
            type="button"
            class=class
            title=move || tip.get()
            aria-haspopup="menu"
            aria-expanded=move || if pop.is_open() { "true" } else { "false" }
            on:click=move |event| pop.open_by(&event)
            on:keydown=open_key
        >
            {is_icon.then(|| view! { <span class="sr">{move || aria.get()}</span> })}
            {children()}
        </button>
        <Popover pop label=name focus="[role^=menuitem]:not([disabled])">
            <MenuList items pop />
        </Popover>
    }
}

/// The lines of a menu, for a popover or a sheet opened by other means.
#[component]
pub fn MenuList(
    /// The lines.
    #[prop(into)]
    items: Signal<Vec<MenuItem>>,
    /// What to close when one is chosen.
    pop: Pop,
) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    let keydown = move |event: web_sys::KeyboardEvent| {
        let Some(list) = list.get_untracked() else { return };
        let lines = dom::all(&list, "[role^=menuitem]:not([disabled])");
        match event.key().as_str() {
            "ArrowDown" => dom::focus_step(&lines, 1),
            "ArrowUp" => dom::focus_step(&lines, -1),
            "Home" => lines.first().into_iter().for_each(|line| dom::focus(line)),
            "End" => lines.last().into_iter().for_each(|line| dom::focus(line)),
            "Tab" => pop.close(),
            key if key.chars().count() == 1 && key != " " && !event.ctrl_key() && !event.meta_key() => {
                let wanted = key.to_ascii_lowercase();
                let starts = |line: &&web_sys::HtmlElement| {
                    line.text_content()
                        .unwrap_or_default()
                        .trim()
                        .to_ascii_lowercase()
                        .starts_with(&wanted)
                };
                lines.iter().find(starts).into_iter().for_each(|line| dom::focus(line));
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div class="menu" role="menu" node_ref=list on:keydown=keydown>
            {move || items.get().into_iter().map(|item| {
                let role = if item.checked.is_some() { "menuitemradio" } else { "menuitem" };
                let (action, href) = (item.action, item.href);
                let content = view! {
                    {(!item.icon.is_empty()).then(|| view! { <Icon name=item.icon /> })}
                    <span>{item.label}</span>
                    {item.checked.unwrap_or(false).then(|| view! { <span class="tick"><Icon name="check" small=true /></span> })}
                    {(!item.hint.is_empty()).then(|| view! { <span class="kbd only-wide" aria-hidden="true">{item.hint}</span> })}
                };
                let aria_checked = item.checked.map(|on| if on { "true" } else { "false" });
                let line = match href {
                    Some(href) => leptos::either::Either::Left(view! {
                        <a role=role tabindex="-1" href=href on:click=move |_| pop.close()>{content}</a>
                    }),
                    None => leptos::either::Either::Right(view! {
                        <button
                            type="button"
                            role=role
                            tabindex="-1"
                            class:is-bad=item.danger
                            aria-checked=aria_checked
                            disabled=item.disabled
                            on:click=move |_| {
                                // First close, so that a dialog which the deed opens keeps the focus.
                                pop.close();
                                if let Some(action) = action.clone() {
                                    request_animation_frame(move || action());
                                }
                            }
                        >
                            {content}
                        </button>
                    }),
                };
                view! {
                    {item.rule_before.then(|| view! { <hr /> })}
                    {line}
                }
            }).collect_view()}
        </div>
    }
}
