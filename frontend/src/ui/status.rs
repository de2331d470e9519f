//! Small signs of state: pills, tags, chips, counts, rings and bars.

use leptos::prelude::*;

use super::icon::Icon;

/// What a colour says. Colour never stands alone: a word or an icon says the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Neutral.
    #[default]
    Plain,
    /// It is your turn.
    Accent,
    /// Approved, done.
    Ok,
    /// Waits long, returned.
    Warn,
    /// Rejected, overdue, broken.
    Bad,
    /// For your information.
    Info,
}

impl Tone {
    /// The CSS class of the tone.
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Accent => "accent",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
        }
    }
}

/// The state of a thing, as icon and word.
#[component]
pub fn Pill(
    /// Its colour.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// Its icon; give one, so that colour is not alone.
    #[prop(optional, into)]
    icon: Signal<&'static str>,
    /// The word.
    children: Children,
) -> impl IntoView {
    view! {
        <span class=move || format!("pill {}", tone.get().class())>
            {move || Some(icon.get()).filter(|icon| !icon.is_empty()).map(|icon| view! { <Icon name=icon /> })}
            {children()}
        </span>
    }
}

/// A plain category.
#[component]
pub fn Tag(
    /// Its colour.
    #[prop(optional)]
    tone: Tone,
    /// The word.
    children: Children,
) -> impl IntoView {
    view! { <span class=format!("tag {}", tone.class())>{children()}</span> }
}

/// A filter that is on or off.
#[component]
pub fn Chip(
    /// On or off.
    #[prop(into)]
    pressed: Signal<bool>,
    /// Its text.
    children: Children,
) -> impl IntoView {
    view! {
        <button type="button" class="chip" aria-pressed=move || if pressed.get() { "true" } else { "false" }>
            {children()}
            {move || pressed.get().then(|| view! { <Icon name="x" /> })}
        </button>
    }
}

/// A count in navigation; hidden at 0, `99+` from 100 on.
#[component]
pub fn Count(
    /// How many.
    #[prop(into)]
    n: Signal<u32>,
    /// Something must be done about them: filled with the accent.
    #[prop(optional)]
    due: bool,
    /// What is counted, for screen readers: `12 件待处理`.
    #[prop(into)]
    label: TextProp,
) -> impl IntoView {
    view! {
        {move || {
            let n = n.get();
            let label = label.clone();
            (n > 0).then(|| view! {
                <span class=if due { "count due" } else { "count" }>
                    <span aria-hidden="true">{if n > 99 { "99+".to_owned() } else { n.to_string() }}</span>
                    <span class="sr">{move || label.get()}</span>
                </span>
            })
        }}
    }
}

/// A ring filled by a share, as of a joint decision. Say the numbers next to it.
#[component]
pub fn Ring(
    /// How many are done.
    #[prop(into)]
    done: Signal<u32>,
    /// Of how many.
    #[prop(into)]
    of: Signal<u32>,
) -> impl IntoView {
    // Length of the dash and of what follows it, in hundredths of the circumference.
    let dash = move || {
        let of = of.get().max(1);
        format!("{} 100", done.get().min(of) * 100 / of)
    };
    view! {
        <svg class="ring" viewBox="0 0 20 20" aria-hidden="true">
            <circle class="track" cx="10" cy="10" r="8"></circle>
            <circle class="bar" cx="10" cy="10" r="8" pathLength="100" stroke-dasharray=dash></circle>
        </svg>
    }
}

/// A bar filled by a share.
#[component]
pub fn Bar(
    /// 0 to 1.
    #[prop(into)]
    share: Signal<f64>,
    /// What it shows, for screen readers.
    #[prop(into)]
    label: TextProp,
) -> impl IntoView {
    let percent = move || (share.get().clamp(0.0, 1.0) * 100.0).round() as u32;
    view! {
        <div
            class="bar"
            role="progressbar"
            aria-label=move || label.get()
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || percent().to_string()
        >
            <i style:width=move || format!("{}%", percent())></i>
        </div>
    }
}
