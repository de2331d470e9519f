//! Signing in, the password, and one's own settings.

pub mod expired;
pub mod form;
pub mod me;
pub mod password;
pub mod sessions;
pub mod sign_in;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

pub use self::expired::{ExpiredBanner, ExpiredSheet};
pub use self::password::MustChangePassword;
pub use self::sign_in::SignInPage;

/// `/me`: profile, language, appearance, keys, password, sessions.
pub struct MeRoute;

#[lazy_route]
impl LazyRoute for MeRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <me::Me /> }.into_any()
    }
}
