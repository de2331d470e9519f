//! Signing in, the password, and one's own settings.

pub mod expired;
pub mod form;
pub mod me;
pub mod password;
pub mod sessions;
pub mod set_up;
pub mod set_up_steps;
pub mod sign_in;
pub mod tokens;

pub use self::expired::{ExpiredBanner, ExpiredSheet};
pub use self::me::Me;
pub use self::password::MustChangePassword;
pub use self::sign_in::SignInPage;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

/// `/set-up`: the first start of a server.
pub struct SetUpRoute;

#[lazy_route]
impl LazyRoute for SetUpRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <set_up::SetUp /> }.into_any()
    }
}
