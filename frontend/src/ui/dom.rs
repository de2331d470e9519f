//! The few things done to the document by hand.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

thread_local! {
    static NEXT_ID: Cell<u32> = const { Cell::new(1) };
}

/// An element id that no other element has: `prefix-7`.
pub(crate) fn fresh_id(prefix: &str) -> String {
    let n = NEXT_ID.with(|cell| cell.replace(cell.get() + 1));
    format!("{prefix}-{n}")
}

/// Moves the focus to the first element below `root` that fits the selector.
pub(crate) fn focus_first(root: &Element, selector: &str) {
    if let Ok(Some(found)) = root.query_selector(selector) {
        focus(&found);
    }
}

/// Moves the focus; an element that takes none stays as it is.
pub(crate) fn focus(element: &Element) {
    if let Some(html) = element.dyn_ref::<HtmlElement>() {
        let _ = html.focus();
    }
}

/// The elements below `root` that fit the selector, in document order.
pub(crate) fn all(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(list) = root.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|i| list.item(i))
        .filter_map(|node| node.dyn_into().ok())
        .collect()
}

/// Moves the focus among `items` from the focused one: +1 next, -1 previous, round the ends.
pub(crate) fn focus_step(items: &[HtmlElement], step: isize) {
    let active = document().active_element();
    let at = items.iter().position(|item| active.as_ref() == Some(item.as_ref()));
    let count = isize::try_from(items.len()).unwrap_or(0);
    if count == 0 {
        return;
    }
    let to = match at.and_then(|at| isize::try_from(at).ok()) {
        Some(at) => (at + step).rem_euclid(count),
        None if step > 0 => 0,
        None => count - 1,
    };
    if let Some(item) = usize::try_from(to).ok().and_then(|to| items.get(to)) {
        let _ = item.focus();
    }
}

/// Brings the element into view with as little scrolling as possible.
pub(crate) fn reveal(element: &Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Reads a value of this browser's store.
pub(crate) fn stored(key: &str) -> Option<String> {
    web_sys::window()?
        .local_storage()
        .ok()
        .flatten()?
        .get_item(key)
        .ok()
        .flatten()
}

/// Keeps a value in this browser; a forbidden or full store only means that it is forgotten.
pub(crate) fn store(key: &str, value: &str) {
    if let Some(storage) = web_sys::window().and_then(|w| w.local_storage().ok().flatten()) {
        let _ = storage.set_item(key, value);
    }
}
