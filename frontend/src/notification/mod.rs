//! What one was told.

pub mod page;
mod state;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

/// `/notifications`.
pub struct NotificationsRoute;

#[lazy_route]
impl LazyRoute for NotificationsRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <page::Notifications /> }.into_any()
    }
}
