//! Where the focus goes when a page appears.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

/// Moves the focus to the page's heading whenever the path changes, as a page load would; a page that has to be
/// fetched first gets it when it is there.
pub(super) fn follow_navigation(is_routing: RwSignal<bool>) {
    let path = use_location().pathname;
    let pending = StoredValue::new(false);
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            pending.set_value(true);
        }
        if !is_routing.get() && pending.get_value() {
            request_animation_frame(move || {
                if is_routing.try_get_untracked() == Some(false) && pending.try_get_value() == Some(true) {
                    pending.set_value(false);
                    focus_page();
                }
            });
        }
        path
    });
}

fn focus_page() {
    let Some(main) = document().get_element_by_id("main") else {
        return;
    };
    main.set_scroll_top(0);
    // A page that has put the focus somewhere itself knows better.
    let inside = document()
        .active_element()
        .is_some_and(|active| active != main && main.contains(Some(&active)));
    if inside {
        return;
    }
    let heading = main.query_selector("h1").ok().flatten();
    if let Some(heading) = &heading {
        let _ = heading.set_attribute("tabindex", "-1");
    }
    focus(heading.as_ref().unwrap_or(&main));
}

/// For the link that skips the bars.
pub(super) fn focus_main(event: web_sys::MouseEvent) {
    event.prevent_default();
    if let Some(main) = document().get_element_by_id("main") {
        focus(&main);
    }
}

fn focus(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        let _ = element.focus();
    }
}
