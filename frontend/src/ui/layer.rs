//! Layers over the page: dialog, sheet, popover. All are native modal `<dialog>` elements, so that focus stays inside,
//! Esc closes, and the focus returns to where it was.

use std::cell::Cell;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::dom::{self, fresh_id};
use super::icon::Icon;
use crate::t;

thread_local! {
    static OPEN: Cell<u32> = const { Cell::new(0) };
}

/// Whether a layer lies over the page; keys of the page rest meanwhile.
pub fn any_open() -> bool {
    OPEN.with(Cell::get) > 0
}

/// Follows `open` with the native element; returns whether content should be there.
fn follow(
    element: NodeRef<html::Dialog>,
    open: Signal<bool>,
    opened: impl Fn(&web_sys::HtmlDialogElement) + Clone + 'static,
) {
    let counted = StoredValue::new(false);
    let leave = move || {
        if counted.try_get_value() == Some(true) {
            counted.set_value(false);
            OPEN.with(|n| n.set(n.get().saturating_sub(1)));
        }
    };
    Effect::new(move |_| {
        let Some(dialog) = element.get() else { return };
        if open.get() {
            if !dialog.open() && dialog.show_modal().is_ok() {
                counted.set_value(true);
                OPEN.with(|n| n.set(n.get() + 1));
            }
            // Content drawn by the same change is there in the next frame.
            let opened = opened.clone();
            request_animation_frame(move || opened(&dialog));
        } else {
            leave();
            if dialog.open() {
                dialog.close();
            }
        }
    });
    on_cleanup(move || {
        if counted.try_get_value() == Some(true) {
            OPEN.with(|n| n.set(n.get().saturating_sub(1)));
        }
    });
}

/// A press on the backdrop, which is the dialog element outside its own box. A layer inside this one has its own.
fn on_backdrop(event: &web_sys::MouseEvent) -> bool {
    if event.target() != event.current_target() {
        return false;
    }
    let Some(dialog) = event
        .target()
        .and_then(|t| t.dyn_into::<web_sys::HtmlDialogElement>().ok())
    else {
        return false;
    };
    let rect = dialog.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    x < rect.left() || x > rect.right() || y < rect.top() || y > rect.bottom()
}

fn first_focus(dialog: &web_sys::HtmlDialogElement) {
    for selector in [
        "[autofocus]",
        ".dialog-body :is(input, textarea, select, button)",
        ".primary, .danger",
    ] {
        if let Ok(Some(found)) = dialog.query_selector(selector) {
            dom::focus(&found);
            return;
        }
    }
}

/// A dialog: a question or a short form. On phones it is a sheet from below.
#[component]
pub fn Dialog(
    /// Open or closed, both ways.
    open: RwSignal<bool>,
    /// The heading.
    #[prop(into)]
    title: TextProp,
    /// The buttons at the end, the primary one last.
    #[prop(optional, into)]
    actions: ViewFn,
    /// 720 px instead of 480 px.
    #[prop(optional)]
    large: bool,
    /// A press beside it does not close it; for forms with typed text.
    #[prop(optional)]
    sticky: bool,
    /// What stands between heading and buttons; drawn anew at each opening.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    let heading = fresh_id("d");
    follow(element, open.into(), first_focus);
    let children = StoredValue::new(children);
    let actions = StoredValue::new(actions);
    let title = StoredValue::new(title);
    let id = heading.clone();
    view! {
        <dialog
            node_ref=element
            class="dialog"
            class:large=large
            aria-labelledby=heading
            on:close=move |_| open.set(false)
            on:mousedown=move |event: web_sys::MouseEvent| if !sticky && on_backdrop(&event) { open.set(false) }
        >
            {move || {
                let id = id.clone();
                open.get().then(|| view! {
                    <h2 id=id>{move || title.with_value(TextProp::get)}</h2>
                    <div class="dialog-body">{children.with_value(|children| children())}</div>
                    <div class="dialog-actions">{actions.with_value(ViewFn::run)}</div>
                })
            }}
        </dialog>
    }
}

/// A sheet from below on phones, a panel from the right on desktops: more actions, filters, details.
#[component]
pub fn Sheet(
    /// Open or closed, both ways.
    open: RwSignal<bool>,
    /// The heading.
    #[prop(into)]
    title: TextProp,
    /// The content; drawn anew at each opening.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    let heading = fresh_id("s");
    follow(element, open.into(), first_focus);
    let children = StoredValue::new(children);
    let title = StoredValue::new(title);
    let id = heading.clone();
    view! {
        <dialog
            node_ref=element
            class="sheet"
            aria-labelledby=heading
            on:close=move |_| open.set(false)
            on:mousedown=move |event: web_sys::MouseEvent| if on_backdrop(&event) { open.set(false) }
        >
            {move || {
                let id = id.clone();
                open.get().then(|| view! {
                    <div class="sheet-head">
                        <h3 id=id>{move || title.with_value(TextProp::get)}</h3>
                        <button type="button" class="icon-btn sm" aria-label=move || t!(ui.close) on:click=move |_| open.set(false)>
                            <Icon name="x" />
                        </button>
                    </div>
                    <div class="dialog-body">{children.with_value(|children| children())}</div>
                })
            }}
        </dialog>
    }
}

/// Where a popover belongs: the box of what opened it, in pixels of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// Opens and closes a [`Popover`].
#[derive(Clone, Copy)]
pub struct Pop {
    place: RwSignal<Option<Place>>,
}

impl Default for Pop {
    fn default() -> Self {
        Self::new()
    }
}

impl Pop {
    /// Closed at first.
    pub fn new() -> Self {
        Self {
            place: RwSignal::new(None),
        }
    }

    /// Opens next to an element.
    pub fn open_at(self, element: &web_sys::Element) {
        let rect = element.get_bounding_client_rect();
        let place = Place {
            left: rect.left(),
            right: rect.right(),
            top: rect.top(),
            bottom: rect.bottom(),
        };
        self.place.set(Some(place));
    }

    /// Opens next to the element that an event handler was put on.
    pub fn open_by(self, event: &web_sys::Event) {
        if let Some(element) = event
            .current_target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok())
        {
            self.open_at(&element);
        }
    }

    /// Opens next to the nearest element around an event that fits the selector, as the field around its button.
    pub fn open_around(self, event: &web_sys::Event, selector: &str) {
        let element = event
            .current_target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        if let Some(around) = element.and_then(|element| element.closest(selector).ok().flatten()) {
            self.open_at(&around);
        }
    }

    /// Closes it.
    pub fn close(self) {
        if self.place.get_untracked().is_some() {
            self.place.set(None);
        }
    }

    /// Whether it is open (tracked).
    pub fn is_open(self) -> bool {
        self.place.with(Option::is_some)
    }
}

/// Left and top of a box of the given size beside its opener, inside the window with a margin of 8 px.
fn position(place: Place, width: f64, height: f64, window_width: f64, window_height: f64) -> (f64, f64) {
    const GAP: f64 = 4.0;
    const MARGIN: f64 = 8.0;
    // From the opener's start; from its end when that would leave the window.
    let left = if place.left + width + MARGIN <= window_width {
        place.left
    } else {
        place.right - width
    };
    let below = place.bottom + GAP;
    let top = if below + height + MARGIN <= window_height || place.top - GAP - height < MARGIN {
        below.min(window_height - height - MARGIN)
    } else {
        place.top - GAP - height
    };
    (left.min(window_width - width - MARGIN).max(MARGIN), top.max(MARGIN))
}

/// Content beside its opener; on phones a sheet from below.
#[component]
pub fn Popover(
    /// Opens and closes it.
    pop: Pop,
    /// What it is, for screen readers.
    #[prop(into)]
    label: TextProp,
    /// What takes the focus at first; the first control without it.
    #[prop(optional)]
    focus: &'static str,
    /// The content; drawn anew at each opening.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    follow(element, Signal::derive(move || pop.is_open()), move |dialog| {
        let Some(place) = pop.place.try_get_untracked().flatten() else {
            return;
        };
        let size = dialog.get_bounding_client_rect();
        let inner = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|v| v.as_f64()).unwrap_or(1024.0);
        let (w, h) = (inner(window().inner_width()), inner(window().inner_height()));
        let (left, top) = position(place, size.width(), size.height(), w, h);
        let style = web_sys::HtmlElement::style(dialog);
        let _ = style.set_property("--left", &format!("{left}px"));
        let _ = style.set_property("--top", &format!("{top}px"));
        // At once, for what is not visible takes no focus.
        let _ = dialog.class_list().add_1("placed");
        dom::focus_first(
            dialog,
            if focus.is_empty() {
                "button, input, [tabindex]"
            } else {
                focus
            },
        );
    });
    Effect::new(move |_| {
        if let (false, Some(dialog)) = (pop.is_open(), element.get()) {
            let _ = dialog.class_list().remove_1("placed");
        }
    });
    let children = StoredValue::new(children);
    view! {
        <dialog
            node_ref=element
            class="pop"
            aria-label=move || label.get()
            on:close=move |_| pop.close()
            on:mousedown=move |event: web_sys::MouseEvent| if on_backdrop(&event) { pop.close() }
        >
            {move || pop.is_open().then(|| children.with_value(|children| children()))}
        </dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn popovers_stay_in_the_window() {
        let check = |left, top, expected| {
            let place = Place {
                left,
                right: left + 40.0,
                top,
                bottom: top + 36.0,
            };
            assert_eq!(position(place, 200.0, 300.0, 1000.0, 800.0), expected, "{left} {top}");
        };
        check(100.0, 100.0, (100.0, 140.0));
        check(950.0, 100.0, (790.0, 140.0));
        check(100.0, 700.0, (100.0, 396.0));
        check(0.0, 0.0, (8.0, 40.0));
    }
}
