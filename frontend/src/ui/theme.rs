//! Light, dark or as the system; comfortable or compact. The page's inline script sets both before the first paint
//! from the same keys of `localStorage`: `tongshi.theme` and `tongshi.density`.

use leptos::prelude::*;

use super::dom;

/// What the user chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the operating system.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All choices, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::System];

    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn from_word(word: Option<&str>) -> Self {
        match word {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }
}

const THEME_KEY: &str = "tongshi.theme";
const DENSITY_KEY: &str = "tongshi.density";

thread_local! {
    static THEME: ArcRwSignal<Theme> = ArcRwSignal::new(Theme::default());
    static COMPACT: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// Reads the stored choices and follows the system's theme from now on. Call once before mounting.
pub fn start() {
    THEME.with(|theme| theme.set(Theme::from_word(dom::stored(THEME_KEY).as_deref())));
    COMPACT.with(|compact| compact.set(dom::stored(DENSITY_KEY).as_deref() == Some("compact")));
    apply();
    if let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") {
        let changed = wasm_bindgen::closure::Closure::<dyn Fn()>::new(apply);
        query.set_onchange(Some(wasm_bindgen::JsCast::unchecked_ref(changed.as_ref())));
        // Listens as long as the page lives; so does the query, which the browser keeps while it has a listener.
        changed.forget();
        std::mem::forget(query);
    }
}

/// The current choice (tracked).
pub fn theme() -> Theme {
    THEME.with(Get::get)
}

/// Chooses and remembers.
pub fn set_theme(theme: Theme) {
    dom::store(THEME_KEY, theme.word());
    THEME.with(|signal| signal.set(theme));
    apply();
}

/// Whether rows are compact (tracked).
pub fn compact() -> bool {
    COMPACT.with(Get::get)
}

/// Chooses the density and remembers it.
pub fn set_compact(on: bool) {
    dom::store(DENSITY_KEY, if on { "compact" } else { "comfortable" });
    COMPACT.with(|signal| signal.set(on));
    apply();
}

fn system_is_dark() -> bool {
    window()
        .match_media("(prefers-color-scheme: dark)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

fn apply() {
    let Some(root) = document().document_element() else {
        return;
    };
    let dark = match THEME.with(GetUntracked::get_untracked) {
        Theme::Dark => true,
        Theme::Light => false,
        Theme::System => system_is_dark(),
    };
    // Setting a data attribute of the root cannot fail.
    let _ = root.set_attribute("data-theme", if dark { "dark" } else { "light" });
    let _ = if COMPACT.with(GetUntracked::get_untracked) {
        root.set_attribute("data-density", "compact")
    } else {
        root.remove_attribute("data-density")
    };
    if let Ok(Some(meta)) = document().query_selector("meta[name=theme-color]") {
        let _ = meta.set_attribute("content", if dark { "#0F1216" } else { "#F6F7F9" });
    }
}
