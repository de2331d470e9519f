//! Leave and attendance: what is left, what was taken, who is away.

pub mod adjust;
pub mod attendance;
pub mod balance;
pub mod ledger;
pub mod page;
mod state;
pub mod team;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

/// `/leave`, and `/leave/calendar`, which begins at the calendar.
pub struct LeavePageRoute;

#[lazy_route]
impl LazyRoute for LeavePageRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <page::LeavePage /> }.into_any()
    }
}
