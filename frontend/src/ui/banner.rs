//! Banners: something about the whole page. Notes: something about the lines next to it.

use leptos::prelude::*;

use super::icon::Icon;
use super::status::Tone;
use crate::i18n::{Stamp, moment};
use crate::t;

/// A line over the whole width.
#[component]
pub fn Banner(
    /// Its colour.
    #[prop(optional)]
    tone: Tone,
    /// Its icon.
    #[prop(default = "info")]
    icon: &'static str,
    /// It interrupts: read aloud at once.
    #[prop(optional)]
    urgent: bool,
    /// Buttons or links at the end.
    #[prop(optional, into)]
    actions: ViewFn,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <div class=format!("banner {}", tone.class()) role=if urgent { "alert" } else { "status" }>
            <Icon name=icon />
            <span>{children()}</span>
            <span class="spacer"></span>
            {actions.run()}
        </div>
    }
}

/// A remark inside a page: a warning at a field, a hint in a form.
#[component]
pub fn Note(
    /// Its colour.
    #[prop(optional)]
    tone: Tone,
    /// Its icon.
    #[prop(default = "info")]
    icon: &'static str,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <div class=format!("note {}", tone.class())>
            <Icon name=icon />
            <div>{children()}</div>
        </div>
    }
}

/// How the link to the server stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Link {
    /// Connected.
    #[default]
    Online,
    /// Cut since then; the next try comes in so many seconds.
    Waiting {
        /// When the shown content was last known to be true.
        since: Stamp,
        /// Seconds to the next try.
        seconds: u32,
    },
    /// Cut since then; a try is under way.
    Connecting {
        /// When the shown content was last known to be true.
        since: Stamp,
    },
}

/// Tells that the page is cut off, from when its content is, and when it tries again. Nothing while online.
#[component]
pub fn ConnectionBanner(
    /// How the link stands.
    #[prop(into)]
    link: Signal<Link>,
    /// Tries at once.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    let offline = Memo::new(move |_| match link.get() {
        Link::Online => None,
        Link::Waiting { since, .. } | Link::Connecting { since } => Some(since),
    });
    let seconds = Memo::new(move |_| match link.get() {
        Link::Waiting { seconds, .. } => Some(seconds),
        _ => None,
    });
    view! {
        <div role="status">
            {move || offline.get().map(|since| view! {
                <div class="banner warn">
                    <Icon name="offline" />
                    <span>{move || t!(ui.offline, at = moment(since))}</span>
                    <span class="spacer"></span>
                    <span class="num only-wide" aria-hidden="true">
                        {move || match seconds.get() {
                            Some(n) => t!(ui.reconnect_in, n = n),
                            None => t!(ui.reconnecting).to_owned(),
                        }}
                    </span>
                    <button type="button" class="link" disabled=move || seconds.get().is_none() on:click=move |_| on_retry.run(())>
                        {move || t!(ui.reconnect_now)}
                    </button>
                </div>
            })}
        </div>
    }
}
