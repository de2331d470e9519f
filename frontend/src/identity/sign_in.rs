//! The sign-in page.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::form::SignInForm;
use crate::api::session;
use crate::api::set_up::{self, SetUpStage};
use crate::api::viewer::{Organisation, door};
use crate::i18n::{Locale, locale, set_locale};
use crate::tr;
use crate::ui::theme::{Theme, set_theme};
use crate::ui::{Avatar, Icon, IconButton, Mark, Menu, MenuItem, PageTitle, Person};

/// Asks who is there. The address stays, so that signing in leads where one wanted to go.
#[component]
pub fn SignInPage() -> impl IntoView {
    if session::has_left() {
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        use_navigate()("/sign-in", options);
    }
    let organisation = RwSignal::new(None::<Organisation>);
    let navigate = use_navigate();
    spawn_local(async move {
        // A server without people has nobody to sign in. Without an answer the form is shown, which says so.
        if let Ok(SetUpStage::Needed | SetUpStage::Filling) = set_up::stage().await {
            let hash = window().location().hash().unwrap_or_default();
            navigate(&format!("/set-up{hash}"), NavigateOptions::default());
            return;
        }
        // Without it the page only lacks the company's name.
        if let Ok(door) = door().await {
            organisation.try_set(Some(door.organisation));
        }
    });
    let company = move || {
        organisation
            .get()
            .map(|organisation| match (locale(), organisation.name_en) {
                (Locale::En, Some(name)) => name,
                _ => organisation.name,
            })
    };
    view! {
        <PageTitle text=tr!(identity.sign_in) />
        <div class="p-sign-in">
            <Story />
            <main class="gate" id="main">
                <DoorBar />
                <SignInForm>
                    <div class="logo">
                        <Mark />
                        <div>
                            <h1>{tr!(identity.sign_in_title)}</h1>
                            <p>{move || company().unwrap_or_else(|| "\u{a0}".to_owned())}</p>
                        </div>
                    </div>
                </SignInForm>
                <footer>{tr!(identity.no_account)}</footer>
            </main>
        </div>
    }
}

/// Language and appearance, before anybody is signed in.
#[component]
pub fn DoorBar() -> impl IntoView {
    let languages = Signal::derive(|| {
        Locale::ALL
            .into_iter()
            .map(|choice| {
                MenuItem::new("", choice.own_name())
                    .checked(locale() == choice)
                    .on(move || set_locale(choice))
            })
            .collect()
    });
    let toggle = |_| {
        let dark = document()
            .document_element()
            .and_then(|root| root.get_attribute("data-theme"))
            .is_some_and(|theme| theme == "dark");
        set_theme(if dark { Theme::Light } else { Theme::Dark });
    };
    view! {
        <header>
            <Menu label=tr!(identity.language) items=languages class="btn ghost sm">
                <Icon name="globe" />
                {move || locale().own_name()}
            </Menu>
            <IconButton icon="sun" label=tr!(identity.switch_theme) on:click=toggle />
        </header>
    }
}

/// What the app is about, told as a thread that ends at the reader.
#[component]
pub fn Story() -> impl IntoView {
    let person = |tint: &'static str, name: &'static str| Person::new(tint, name);
    view! {
        <aside class="story" aria-label=tr!(identity.story.label)>
            <ol class="thread">
                <li class="node">
                    <span class="joint">
                        <Avatar person=person("a", "韩雪") />
                        <span class="state accent"><Icon name="send" /></span>
                    </span>
                    <div><p>{tr!(identity.story.sent)}</p><span class="meta num">"9:04"</span></div>
                </li>
                <li class="node">
                    <span class="joint">
                        <Avatar person=person("b", "郑凯") />
                        <span class="state"><Icon name="check" /></span>
                    </span>
                    <div><p>{tr!(identity.story.agreed)}</p><span class="meta num">"9:10"</span></div>
                </li>
                <li class="node">
                    <span class="joint">
                        <Avatar person=person("d", "司马晴") />
                        <span class="state"><Icon name="check" /></span>
                    </span>
                    <div><p>{tr!(identity.story.remarked)}</p><span class="meta num">"9:32"</span></div>
                </li>
                <li class="node now">
                    <span class="joint"><span class="av" data-t="1" aria-hidden="true"><Icon name="me" /></span></span>
                    <div><p><b>{tr!(identity.story.you)}</b></p><span class="meta">{tr!(identity.story.goes_on)}</span></div>
                </li>
                <li class="node next">
                    <span class="joint"><Avatar person=person("c", "刘敏") /></span>
                    <div><p class="soft">{tr!(identity.story.after)}</p></div>
                </li>
            </ol>
        </aside>
    }
}
