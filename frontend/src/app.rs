//! Which page stands at which path. A page is one line here and, if it belongs into the menu, one in [`shell::nav`].
//! Shell, sign-in and workbench are the first download; requests come right behind it, the rest when it is first visited.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Redirect, Route, Router};
use leptos_router::{Lazy, path};

use crate::api::session::{self, Session};
use crate::pieces::{AdminRoute, OwnRoute, RequestsRoute, StartRoute};
use crate::ui::{KeysHost, ToastHost, page_is_old, theme};
use crate::{api, i18n, identity, leave, org, pieces, shell, workbench};

/// What the whole page is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Waiting,
    Unreachable,
    Door,
    Inside,
}

/// The web app.
#[component]
pub fn App() -> impl IntoView {
    i18n::start();
    theme::start();
    session::start();
    let session = session::session();
    let whole = Memo::new(move |_| match session.get() {
        Session::Starting => Whole::Waiting,
        Session::Unreachable => Whole::Unreachable,
        Session::SignedOut => Whole::Door,
        // An ended session is taken up again over the page.
        Session::SignedIn | Session::Expired => Whole::Inside,
    });
    // Requests are what people come for: their code comes with the session, not only once one is opened.
    Effect::new(move |_| {
        if matches!(whole.get(), Whole::Waiting | Whole::Inside) {
            pieces::preload_requests();
        }
    });
    Effect::new(|_| {
        if api::outdated() {
            page_is_old();
        }
    });
    let is_routing = RwSignal::new(false);
    view! {
        <Router set_is_routing=is_routing.write_only()>
            {move || match whole.get() {
                Whole::Waiting => view! { <shell::Waiting /> }.into_any(),
                Whole::Unreachable => view! { <shell::Unreachable /> }.into_any(),
                Whole::Door => view! { <Door /> }.into_any(),
                Whole::Inside => view! { <shell::Shell is_routing><Pages /></shell::Shell> }.into_any(),
            }}
            <KeysHost />
        </Router>
        <ToastHost />
    }
}

/// What strangers see: the sign-in page at every path, and the first start of a server.
#[component]
fn Door() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <identity::SignInPage /> }>
            <Route path=path!("/set-up") view={Lazy::<identity::SetUpRoute>::new()} />
        </FlatRoutes>
    }
}

#[component]
fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <shell::NoSuchPage /> }>
            <Route path=path!("/") view=workbench::Workbench />
            <Route path=path!("/approvals") view={Lazy::<RequestsRoute>::new()} />
            <Route path=path!("/approvals/:id") view={Lazy::<RequestsRoute>::new()} />
            <Route path=path!("/start") view={Lazy::<StartRoute>::new()} />
            <Route path=path!("/start/:template") view={Lazy::<StartRoute>::new()} />
            <Route path=path!("/sign-in") view=|| view! { <Redirect path="/" /> } />
            <Route path=path!("/set-up") view=|| view! { <Redirect path="/" /> } />
            <Route path=path!("/contacts") view={Lazy::<org::ContactsRoute>::new()} />
            <Route path=path!("/leave") view={Lazy::<leave::LeavePageRoute>::new()} />
            <Route path=path!("/leave/calendar") view={Lazy::<leave::LeavePageRoute>::new()} />
            <Route path=path!("/notifications") view={Lazy::<OwnRoute>::new()} />
            <Route path=path!("/me") view={Lazy::<OwnRoute>::new()} />
            <Route path=path!("/admin/:page") view={Lazy::<AdminRoute>::new()} />
        </FlatRoutes>
    }
}
