//! Banners over the page: the link is cut, a new version is there.

use std::time::Duration;

use leptos::prelude::*;

use crate::api::viewer::use_viewer;
use crate::api::{Connection, connection, event, outdated};
use crate::i18n::Stamp;
use crate::identity::ExpiredBanner;
use crate::tr;
use crate::ui::{Banner, ConnectionBanner, Link, Tone, reload_page};

/// All banners of the shell.
#[component]
pub fn Notices(
    /// The sheet that asks to sign in again.
    asking: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <div class="notices">
            <ConnectionBanner link=link() on_retry=Callback::new(|()| event::retry_now()) />
            <ExpiredBanner open=asking />
            <NewBuild />
        </div>
    }
}

/// The connection with its seconds counting down.
fn link() -> Signal<Link> {
    let connection = connection();
    let tick = RwSignal::new(0_u32);
    let waiting = Memo::new(move |_| matches!(connection.get(), Connection::Waiting { .. }));
    Effect::new(move |_| {
        if waiting.get()
            && let Ok(handle) = set_interval_with_handle(
                move || {
                    tick.try_update(|n| *n = n.wrapping_add(1));
                },
                Duration::from_secs(1),
            )
        {
            on_cleanup(move || handle.clear());
        }
    });
    Signal::derive(move || match connection.get() {
        Connection::Online => Link::Online,
        Connection::Connecting { since } => Link::Connecting { since },
        Connection::Waiting { since, until } => {
            tick.track();
            let left = ((until.0 - Stamp::now().0) / 1_000.0).ceil().max(0.0);
            Link::Waiting {
                since,
                seconds: left as u32,
            }
        }
    })
}

/// Tells that the server runs another build than this page, and loads it when the reader wants.
#[component]
fn NewBuild() -> impl IntoView {
    let viewer = use_viewer();
    let own = document()
        .query_selector("meta[name=build]")
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"))
        .filter(|build| !build.is_empty());
    let first = StoredValue::new(own);
    let hidden = RwSignal::new(false);
    let is_new = Memo::new(move |_| {
        if outdated() {
            return true;
        }
        let Some(query) = viewer.get() else { return false };
        let build = &query.server_info.build;
        let known = first.get_value();
        match known {
            Some(known) => known != *build,
            None => {
                first.set_value(Some(build.clone()));
                false
            }
        }
    });
    move || {
        (is_new.get() && !hidden.get()).then(|| {
            view! {
                <Banner
                    tone=Tone::Accent
                    actions=move || view! {
                        <button type="button" class="link" on:click=|_| reload_page()>{tr!(ui.reload)}</button>
                        <button type="button" class="link" on:click=move |_| hidden.set(true)>{tr!(shell.later)}</button>
                    }
                >
                    {tr!(shell.new_build)}
                </Banner>
            }
        })
    }
}
