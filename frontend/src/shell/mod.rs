//! What stands around every page: bars, banners, keys, palette, the sheet of an ended session.

pub mod bars;
pub mod commands;
mod find;
mod language;
pub mod nav;
pub mod notices;
pub mod page;
pub mod whole;

use leptos::prelude::*;

use self::bars::{PhoneBar, Sidebar, TopBar};
pub(crate) use self::commands::{choose_locale, sign_out};
use self::notices::Notices;
pub use self::whole::{NoSuchPage, Unreachable, Waiting};
use crate::api::viewer::provide_viewer;
use crate::identity::{ExpiredSheet, MustChangePassword};
use crate::tr;
use crate::ui::{ErrorCard, Topline};

/// Opens the palette; in the context of every page.
#[derive(Clone, Copy)]
pub struct PaletteSwitch(pub RwSignal<bool>);

/// Everything around the page of a person who is signed in.
#[component]
pub fn Shell(
    /// A page is being fetched.
    is_routing: RwSignal<bool>,
    /// The routes.
    children: ChildrenFn,
) -> impl IntoView {
    let viewer = provide_viewer();
    let palette = RwSignal::new(false);
    let asking = RwSignal::new(false);
    provide_context(PaletteSwitch(palette));
    commands::register(viewer, palette);
    page::follow_navigation(is_routing);
    language::follow_language(viewer);
    let ready = Memo::new(move |_| viewer.get().map(|query| query.viewer.must_change_password));
    let children = StoredValue::new(children);
    let live = viewer.0;
    view! {
        <a class="sr" href="#main" on:click=page::focus_main>{tr!(ui.skip)}</a>
        {move || match ready.get() {
            Some(true) => view! { <MustChangePassword /> }.into_any(),
            Some(false) => view! {
                <div class="app">
                    <TopBar palette />
                    <Sidebar />
                    <main class="main" id="main" tabindex="-1">
                        {move || is_routing.get().then(|| view! { <Topline active=true /> })}
                        <Notices asking />
                        {children.with_value(|children| children())}
                    </main>
                    <PhoneBar />
                </div>
                <commands::ShellPalette palette />
            }
            .into_any(),
            None => view! {
                {move || match live.error.get() {
                    Some(error) => view! {
                        <main class="main" id="main">
                            <ErrorCard
                                cause=error.message
                                request_id=error.request_id
                                on_retry=Callback::new(move |()| live.refetch())
                            />
                        </main>
                    }
                    .into_any(),
                    None => view! { <Waiting /> }.into_any(),
                }}
            }
            .into_any(),
        }}
        <ExpiredSheet open=asking />
    }
}
