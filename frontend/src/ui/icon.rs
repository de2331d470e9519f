//! Icons of the sprite `style/icons.svg`, which the page carries.

use leptos::prelude::*;

/// One icon, hidden from screen readers: the text or the label next to it says what it means.
#[component]
pub fn Icon(
    /// Name in the sprite without the prefix: `check`, `down`, `alert` ...
    name: &'static str,
    /// 16 px instead of 20 px, for lines of small text.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    view! {
        <svg class=if small { "i s" } else { "i" } aria-hidden="true">
            <use href=format!("#i-{name}")></use>
        </svg>
    }
}

/// The product's mark: two people and the one they wait for.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
            <path d="M8 6v12"></path>
            <path d="M8 12h8"></path>
            <circle cx="8" cy="5.5" r="3" fill="currentColor" stroke="none"></circle>
            <circle cx="8" cy="18.5" r="3" fill="currentColor" stroke="none"></circle>
            <circle cx="17.5" cy="12" r="2.6" fill="var(--bg)"></circle>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// Every `name="..."` of an Icon and every `icon="..."` in the sources must be in the sprite.
    #[test]
    fn icons_in_use_exist() {
        let sprite = include_str!("../../style/icons.svg");
        let mut missing = Vec::new();
        visit(Path::new("src"), &mut |path, text| {
            for mark in ["<Icon name=\"", " icon=\"", ".icon(\""] {
                for rest in text.split(mark).skip(1) {
                    let name = rest.split('"').next().unwrap();
                    if path.ends_with("icon.rs") || name.is_empty() {
                        continue;
                    }
                    if !sprite.contains(&format!("id=\"i-{name}\"")) {
                        missing.push(format!("{}: {name}", path.display()));
                    }
                }
            }
        });
        assert!(missing.is_empty(), "not in style/icons.svg: {missing:?}");
    }

    fn visit(dir: &Path, f: &mut impl FnMut(&Path, &str)) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, f);
            } else if path.extension().is_some_and(|e| e == "rs") {
                f(&path, &fs::read_to_string(&path).unwrap());
            }
        }
    }
}
