//! What can be done from everywhere: keys, palette, and the few deeds of the shell.

use cynic::MutationBuilder;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::find;
use super::nav::{PLACES, place};
use crate::api::identity::{SetLocale, SetLocaleInput, SetLocaleVars};
use crate::api::viewer::{CurrentViewer, use_viewer};
use crate::api::{mutate, session};
use crate::i18n::{Locale, locale, set_locale};
use crate::ui::palette::Command;
use crate::ui::theme::{Theme, set_theme, theme};
use crate::ui::{Key, Palette, toast, use_keys};
use crate::{t, tr};

/// Registers the keys that work on every page.
pub(super) fn register(viewer: CurrentViewer, palette: RwSignal<bool>) {
    let navigate = use_navigate();
    let mut keys = Vec::new();
    for place in PLACES.iter().filter(|place| !place.keys.is_empty()) {
        let navigate = navigate.clone();
        keys.push(Key::new(place.keys, place.label, move || {
            if untrack(|| place.is_for(viewer)) {
                navigate(place.href, NavigateOptions::default());
            }
        }));
    }
    if let Some(place) = place("/start") {
        let navigate = navigate.clone();
        keys.push(Key::new("c", tr!(shell.start), move || {
            navigate(place.href, NavigateOptions::default());
        }));
    }
    keys.push(Key::new("/", tr!(shell.search_short), move || palette.set(true)));
    keys.push(Key::new("z", tr!(ui.undo), || {
        toast::undo_latest();
    }));
    use_keys(tr!(shell.keys), keys);
}

/// The palette with everything one can go to or do.
#[component]
pub fn ShellPalette(
    /// Open or closed.
    palette: RwSignal<bool>,
) -> impl IntoView {
    let viewer = use_viewer();
    let navigate = use_navigate();
    let provider = find::provider(navigate.clone());
    let commands = Signal::derive(move || {
        let mut commands: Vec<Command> = PLACES
            .iter()
            .filter(|place| place.is_for(viewer))
            .map(|place| {
                let navigate = navigate.clone();
                Command::new(place.href, place.icon, (place.label)(), move || {
                    navigate(place.href, NavigateOptions::default());
                })
                .words(place.words)
                .hint(place.keys)
            })
            .collect();
        for choice in Theme::ALL.into_iter().filter(|choice| *choice != theme()) {
            let (icon, label) = theme_words(choice);
            let label = format!("{}{}{label}", t!(ui.theme.label), t!(shell.colon));
            commands.push(
                Command::new(format!("theme-{}", choice.word()), icon, label, move || {
                    set_theme(choice);
                })
                .words("waiguan theme dark light"),
            );
        }
        for choice in Locale::ALL.into_iter().filter(|choice| *choice != locale()) {
            commands.push(
                Command::new(choice.tag(), "globe", choice.own_name(), move || choose_locale(choice))
                    .words("yuyan language zhongwen english"),
            );
        }
        commands.push(Command::new("sign-out", "out", t!(shell.sign_out), sign_out).words("tuichu sign out logout"));
        commands
    });
    view! { <Palette open=palette commands provider /> }
}

/// Icon and name of an appearance.
pub(super) fn theme_words(theme: Theme) -> (&'static str, &'static str) {
    match theme {
        Theme::Light => ("sun", t!(ui.theme.light)),
        Theme::Dark => ("moon", t!(ui.theme.dark)),
        Theme::System => ("gear", t!(ui.theme.system)),
    }
}

/// Switches the language here, and keeps it for the person's other devices.
pub(crate) fn choose_locale(locale: Locale) {
    set_locale(locale);
    spawn_local(async move {
        let input = SetLocaleInput {
            locale: locale.tag().to_owned(),
        };
        // The language is switched already; that it is not kept elsewhere is no reason to disturb.
        let _ = mutate(SetLocale::build(SetLocaleVars { input })).await;
    });
}

/// Ends the session.
pub(crate) fn sign_out() {
    spawn_local(async {
        session::sign_out().await;
    });
}
