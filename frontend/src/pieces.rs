//! Pages that come together. Every lazily loaded piece shares code with the others, and each set of pieces that shares
//! something costs a file of its own; so few pieces of related pages beat one per page.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_location, use_params_map};
use leptos_router::{LazyRoute, lazy_route};

use crate::{approval, calendar, identity, notification, org, shell};

/// The parameter of the path, followed.
fn parameter(name: &'static str) -> Memo<Option<String>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get(name)))
}

/// `/approvals`: the lists of requests; `/approvals/:id`: one of them.
pub struct RequestsRoute;

#[lazy_route]
impl LazyRoute for RequestsRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        if parameter("id").get_untracked().is_some() {
            view! { <approval::DetailPage /> }.into_any()
        } else {
            view! { <approval::InboxPage /> }.into_any()
        }
    }
}

/// Fetches the code of requests before one is opened.
pub fn preload_requests() {
    spawn_local(RequestsRoute::preload());
    // Elsewhere nothing is split.
    #[cfg(target_arch = "wasm32")]
    spawn_local(approval::detail::__preload_detail_piece());
}

/// `/start`: what can be started; `/start/:template`: the form of it.
pub struct StartRoute;

#[lazy_route]
impl LazyRoute for StartRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        if parameter("template").get_untracked().is_some() {
            view! { <approval::FormPage /> }.into_any()
        } else {
            view! { <approval::Gallery /> }.into_any()
        }
    }
}

/// `/me` and `/notifications`.
pub struct OwnRoute;

#[lazy_route]
impl LazyRoute for OwnRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        if use_location().pathname.with_untracked(|path| path.starts_with("/me")) {
            view! { <identity::Me /> }.into_any()
        } else {
            view! { <notification::Notifications /> }.into_any()
        }
    }
}

/// `/admin/:page`: what administrators set up.
pub struct AdminRoute;

#[lazy_route]
impl LazyRoute for AdminRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        let page = parameter("page");
        let shown = move || match page.get().as_deref() {
            Some("calendar") => view! { <calendar::CalendarPage /> }.into_any(),
            Some("import") => view! { <org::ImportPage /> }.into_any(),
            Some("roles") => view! { <org::Roles /> }.into_any(),
            _ => view! { <shell::NoSuchPage /> }.into_any(),
        };
        shown.into_any()
    }
}
