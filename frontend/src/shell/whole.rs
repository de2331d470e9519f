//! Whole pages without content: still loading, no server, no such page.

use leptos::prelude::*;

use crate::api::session;
use crate::tr;
use crate::ui::{Art, Button, Empty, ErrorCard, Kind, LinkButton, Mark, PageTitle, SkeletonDoc};

/// The shell's outline while it is not known yet who sits here.
#[component]
pub fn Waiting() -> impl IntoView {
    view! {
        <div class="app" aria-busy="true">
            <header class="topbar">
                <span class="brand"><Mark />{tr!(shell.brand)}</span>
            </header>
            <div class="sidebar"></div>
            <main class="main" id="main"><SkeletonDoc /></main>
        </div>
    }
}

/// The server could not be reached at the very start.
#[component]
pub fn Unreachable() -> impl IntoView {
    view! {
        <main class="page" id="main">
            <ErrorCard
                title=tr!(shell.unreachable)
                cause=tr!(api.network)
                on_retry=Callback::new(|()| session::retry())
            />
        </main>
    }
}

/// Nothing stands at this path.
#[component]
pub fn NoSuchPage() -> impl IntoView {
    view! {
        <PageTitle text=tr!(shell.no_page) />
        <div class="page">
            <Empty art=Art::Search title=tr!(shell.no_page) text=Signal::derive(|| Some(crate::t!(shell.no_page_text).to_owned()))>
                <LinkButton href="/" kind=Kind::Primary>{tr!(shell.to_workbench)}</LinkButton>
                <Button on:click=|_| { let _ = window().history().map(|history| history.back()); }>{tr!(shell.back)}</Button>
            </Empty>
        </div>
    }
}
