//! Starting a request: the gallery of templates, and the form of one.

pub mod begin;
pub mod draft;
pub mod field;
pub mod form;
pub mod gallery;
pub mod known;
pub mod piece;
pub mod preview;
pub mod slot;
pub mod span;
pub mod state;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

/// `/start`: what can be started.
pub struct GalleryRoute;

#[lazy_route]
impl LazyRoute for GalleryRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <gallery::Gallery /> }.into_any()
    }
}

/// `/start/:template`: the form.
pub struct FormRoute;

#[lazy_route]
impl LazyRoute for FormRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <form::FormPage /> }.into_any()
    }
}
