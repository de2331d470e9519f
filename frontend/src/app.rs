//! Routes and shell.

use leptos::prelude::*;
use leptos_router::components::{A, FlatRoutes, Route, Router};
use leptos_router::{Lazy, LazyRoute, StaticSegment, lazy_route};

/// The whole app: its routes, of which the rarer ones are fetched when they are first visited.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <nav><A href="/">"工作台"</A>" "<A href="/about">"关于"</A></nav>
            <main>
                <FlatRoutes fallback=|| "没有这个页面">
                    <Route path=StaticSegment("") view=|| view! { <h1>"工作台"</h1> } />
                    <Route path=StaticSegment("about") view={Lazy::<About>::new()} />
                </FlatRoutes>
            </main>
        </Router>
    }
}

struct About;

#[lazy_route]
impl LazyRoute for About {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <h1>"关于同事"</h1><p>"开放、自托管的办公协作系统。"</p> }.into_any()
    }
}
