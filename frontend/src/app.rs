//! Which page stands at which path. A page is one line here and, if it belongs into the menu, one in [`shell::nav`].
//! What everybody opens every day is part of the first download; the rest comes when it is first visited.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Redirect, Route, Router};
use leptos_router::{Lazy, path};

use crate::api::session::{self, Session};
use crate::ui::{KeysHost, ToastHost, theme};
use crate::{approval, calendar, i18n, identity, leave, notification, org, shell, workbench};

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
            <Route path=path!("/approvals") view=approval::InboxPage />
            <Route path=path!("/approvals/:id") view=approval::DetailPage />
            <Route path=path!("/start") view={Lazy::<approval::GalleryRoute>::new()} />
            <Route path=path!("/start/:template") view={Lazy::<approval::FormRoute>::new()} />
            <Route path=path!("/sign-in") view=|| view! { <Redirect path="/" /> } />
            <Route path=path!("/set-up") view=|| view! { <Redirect path="/" /> } />
            <Route path=path!("/contacts") view={Lazy::<org::ContactsRoute>::new()} />
            <Route path=path!("/leave") view={Lazy::<leave::LeavePageRoute>::new()} />
            <Route path=path!("/leave/calendar") view={Lazy::<leave::LeavePageRoute>::new()} />
            <Route path=path!("/admin/calendar") view={Lazy::<calendar::CalendarRoute>::new()} />
            <Route path=path!("/admin/import") view={Lazy::<org::ImportRoute>::new()} />
            <Route path=path!("/admin/roles") view={Lazy::<org::RolesRoute>::new()} />
            <Route path=path!("/notifications") view={Lazy::<notification::NotificationsRoute>::new()} />
            <Route path=path!("/me") view={Lazy::<identity::MeRoute>::new()} />
        </FlatRoutes>
    }
}
