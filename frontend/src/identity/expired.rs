//! The session has ended while someone was at work: sign in again over the page, and go on.

use leptos::prelude::*;

use super::form::SignInForm;
use crate::api::session::{self, Session};
use crate::api::viewer::use_viewer;
use crate::shell::sign_out;
use crate::tr;
use crate::ui::{Banner, Button, Dialog, Kind, Tone};

/// The sheet over the page. It can be put aside to look at what is there; [`ExpiredBanner`] brings it back.
#[component]
pub fn ExpiredSheet(
    /// Open or put aside.
    open: RwSignal<bool>,
) -> impl IntoView {
    let viewer = use_viewer();
    let session = session::session();
    let expired = Memo::new(move |_| session.get() == Session::Expired);
    Effect::new(move |_| open.set(expired.get()));
    view! {
        <Dialog
            open
            sticky=true
            title=tr!(identity.expired_title)
            actions=|| view! { <Button kind=Kind::Ghost on:click=|_| sign_out()>{tr!(identity.other_account)}</Button> }
        >
            <p class="soft">{tr!(identity.expired_text)}</p>
            <div class="p-expired">
                <SignInForm account=viewer.get().map(|query| query.viewer.member.account.clone()).unwrap_or_default() />
            </div>
        </Dialog>
    }
}

/// Says that the session has ended, while the sheet is put aside.
#[component]
pub fn ExpiredBanner(
    /// The sheet.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = session::session();
    let shown = Memo::new(move |_| session.get() == Session::Expired && !open.get());
    move || {
        shown.get().then(|| {
            view! {
                <Banner
                    tone=Tone::Warn
                    icon="lock"
                    urgent=true
                    actions=move || view! {
                        <button type="button" class="link" on:click=move |_| open.set(true)>{tr!(identity.sign_in)}</button>
                    }
                >
                    {tr!(identity.expired)}
                </Banner>
            }
        })
    }
}
