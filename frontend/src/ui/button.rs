//! Buttons. Put `on:click` on the component, as on a plain button.

use leptos::either::Either;
use leptos::prelude::*;

use super::icon::Icon;

/// How loud a button is. One primary button per screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Outlined: the ordinary one.
    #[default]
    Plain,
    /// Filled with the accent: the one next action.
    Primary,
    /// Destroys something.
    Danger,
    /// Without outline, for tool bars.
    Ghost,
}

/// Height and padding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// 30 px.
    Small,
    /// 36 px.
    #[default]
    Medium,
    /// 44 px, for forms and phones.
    Large,
}

fn classes(kind: Kind, size: Size, wide: bool) -> String {
    let mut class = String::from("btn");
    class.push_str(match kind {
        Kind::Plain => "",
        Kind::Primary => " primary",
        Kind::Danger => " danger",
        Kind::Ghost => " ghost",
    });
    class.push_str(match size {
        Size::Small => " sm",
        Size::Medium => "",
        Size::Large => " lg",
    });
    if wide {
        class.push_str(" wide");
    }
    class
}

/// A button with text.
#[component]
pub fn Button(
    /// How loud it is.
    #[prop(optional)]
    kind: Kind,
    /// Its height.
    #[prop(optional)]
    size: Size,
    /// Takes the whole width.
    #[prop(optional)]
    wide: bool,
    /// Submits the form it stands in.
    #[prop(optional)]
    submit: bool,
    /// Icon in front of the text.
    #[prop(optional)]
    icon: &'static str,
    /// The key that does the same, shown at the end.
    #[prop(optional)]
    hint: &'static str,
    /// Work is under way: a spinner, and no second click.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Cannot be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=classes(kind, size, wide)
            disabled=move || disabled.get() || busy.get()
            aria-busy=move || busy.get().then_some("true")
            aria-keyshortcuts=(!hint.is_empty()).then_some(hint)
        >
            {move || (!icon.is_empty() && !busy.get()).then(|| view! { <Icon name=icon small=size == Size::Small /> })}
            {children()}
            {(!hint.is_empty()).then(|| view! { <span class="kbd only-wide" aria-hidden="true">{hint}</span> })}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// How loud it is.
    #[prop(optional)]
    kind: Kind,
    /// Its height.
    #[prop(optional)]
    size: Size,
    /// Takes the whole width.
    #[prop(optional)]
    wide: bool,
    /// Icon in front of the text.
    #[prop(optional)]
    icon: &'static str,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <a class=classes(kind, size, wide) href=move || href.get()>
            {(!icon.is_empty()).then(|| view! { <Icon name=icon small=size == Size::Small /> })}
            {children()}
        </a>
    }
}

/// A button that is only an icon; its label is read aloud and shown as a tip. With `href` it is a link.
#[component]
pub fn IconButton(
    /// Name in the sprite.
    #[prop(into)]
    icon: Signal<&'static str>,
    /// What it does.
    #[prop(into)]
    label: TextProp,
    /// 30 px instead of 36 px.
    #[prop(optional)]
    small: bool,
    /// A dot that says: something is new here.
    #[prop(optional, into)]
    dot: Signal<bool>,
    /// Cannot be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The key that does the same, told in the tip.
    #[prop(optional)]
    hint: &'static str,
    /// Leads there instead of doing something.
    #[prop(optional, into)]
    href: Option<String>,
) -> impl IntoView {
    let class = if small { "icon-btn sm" } else { "icon-btn" };
    let (aria, tip) = (label.clone(), label);
    let title = move || {
        if hint.is_empty() {
            tip.get().into_owned()
        } else {
            format!("{}　{hint}", tip.get())
        }
    };
    let inner = move || {
        view! {
            {move || view! { <Icon name=icon.get() /> }}
            {move || dot.get().then(|| view! { <span class="dot"></span> })}
        }
    };
    match href {
        Some(href) => Either::Left(view! {
            <a class=class href=href aria-label=move || aria.get() title=title>{inner()}</a>
        }),
        None => Either::Right(view! {
            <button
                type="button"
                class=class
                aria-label=move || aria.get()
                title=title
                aria-keyshortcuts=(!hint.is_empty()).then_some(hint)
                disabled=move || disabled.get()
            >
                {inner()}
            </button>
        }),
    }
}
