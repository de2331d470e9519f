//! The working calendar: holidays and make-up days, and the notices they come from.

pub mod import;
pub mod page;
mod state;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

/// `/admin/calendar`.
pub struct CalendarRoute;

#[lazy_route]
impl LazyRoute for CalendarRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <page::CalendarPage /> }.into_any()
    }
}
