//! The language of the page, of the server's texts, and of the person's other devices.

use leptos::prelude::*;

use crate::api::live;
use crate::api::viewer::CurrentViewer;
use crate::i18n::{Locale, locale, set_locale};

/// Where this browser keeps the choice made in it; see [`crate::i18n::set_locale`].
const STORE_KEY: &str = "tongshi.locale";

/// Loads the server's texts again when the language changes, and begins in the language the person has chosen
/// elsewhere, unless one was chosen in this browser.
pub(super) fn follow_language(viewer: CurrentViewer) {
    Effect::new(move |before: Option<Locale>| {
        let now = locale();
        if before.is_some_and(|before| before != now) {
            live::refetch_all();
        }
        now
    });
    let chosen = Memo::new(move |_| viewer.get().and_then(|query| query.viewer.locale.clone()));
    Effect::new(move |_| {
        let Some(tag) = chosen.get() else { return };
        let chosen_here = window()
            .local_storage()
            .ok()
            .flatten()
            .and_then(|store| store.get_item(STORE_KEY).ok().flatten())
            .is_some();
        if !chosen_here {
            set_locale(Locale::from_tag(&tag));
        }
    });
}
