//! Contacts for everyone; members, departments, roles and import for those who administer them.

pub mod card;
pub mod contacts;
pub mod deed;
pub mod department_form;
pub mod departments;
pub mod grants;
pub mod import;
pub mod member_fields;
pub mod member_form;
pub mod member_rows;
pub mod members;
mod pick;
pub mod roles;
mod state;

pub use self::import::page::ImportPage;
pub use self::roles::Roles;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

/// `/contacts`.
pub struct ContactsRoute;

#[lazy_route]
impl LazyRoute for ContactsRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <contacts::ContactsPage /> }.into_any()
    }
}
