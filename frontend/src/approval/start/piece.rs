//! The pieces of the form, and what is still wrong with them.

use leptos::prelude::*;

use super::field::FormField;
use super::preview::{Asked, Balance, LeaveAhead};
use super::slot::{Entry, Form, Problems};
use super::span::{Span, When, use_marks};
use super::state::Block;
use crate::t;
use crate::ui::Icon;

/// Tells the problem of a field, where that is to be shown.
pub type ShownError = StoredValue<Box<dyn Fn(String) -> Signal<Option<String>>>, LocalStorage>;

/// A piece of the form.
#[component]
pub fn Piece(
    /// The form.
    form: Form,
    /// Which piece.
    block: Block,
    /// Problems.
    shown: ShownError,
    /// What the server says.
    asked: Asked,
    /// The form asks for leave.
    is_leave: bool,
) -> impl IntoView {
    let error = move |entry: &Entry| shown.with_value(|shown| shown(entry.spec.key.clone()));
    let touch = |entries: Vec<Entry>| {
        move |event: web_sys::FocusEvent| {
            // Into a calendar or a list of the same piece: nobody has left it.
            if stays_inside(&event) {
                return;
            }
            for entry in &entries {
                entry.touched.set(true);
            }
        }
    };
    match block {
        Block::One(at) => form.at(at).map(|entry| {
            let id = anchor(&entry.spec.key);
            let touched = touch(vec![entry.clone()]);
            let problem = error(&entry);
            view! { <div id=id class="piece" on:focusout=touched><FormField entry error=problem /></div> }
        })
        .into_any(),
        Block::When(day, part) => form.at(day).zip(form.at(part)).map(|(day, part)| {
            let id = anchor(&day.spec.key);
            let touched = touch(vec![day.clone(), part.clone()]);
            let problem = error(&day);
            let (no_span, no_min) = (Signal::stored(None), Signal::stored(None));
            view! { <div id=id class="piece" on:focusout=touched><When day part span=no_span min=no_min marks=use_marks() error=problem /></div> }
        })
        .into_any(),
        Block::Span((a, b), (c, d)) => form.at(a).zip(form.at(b)).zip(form.at(c).zip(form.at(d))).map(|(from, to)| {
            let id = anchor(&from.0.spec.key);
            let touched = touch(vec![from.0.clone(), from.1.clone()]);
            let (from_error, to_error) = (error(&from.0), error(&to.0));
            view! {
                <div id=id class="piece" on:focusout=touched>
                    <Span from to from_error to_error />
                    {is_leave.then(|| view! { <LeaveAhead asked /> })}
                </div>
                {is_leave.then(|| view! { <Balance asked /> })}
            }
        })
        .into_any(),
    }
}

fn stays_inside(event: &web_sys::FocusEvent) -> bool {
    use wasm_bindgen::JsCast;
    let piece = event
        .current_target()
        .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    let next = event
        .related_target()
        .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    piece.zip(next).is_some_and(|(piece, next)| piece.contains(Some(&next)))
}

fn anchor(key: &str) -> String {
    format!("field-{key}")
}

fn go_to(key: &str) {
    use wasm_bindgen::JsCast;
    let Some(piece) = document().get_element_by_id(&anchor(key)) else {
        return;
    };
    piece.scroll_into_view();
    let control = piece
        .query_selector("input:not([type=file]), textarea, select, button")
        .ok()
        .flatten();
    if let Some(control) = control.and_then(|control| control.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = control.focus();
    }
}

/// Brings the first shown problem into view.
pub fn reveal_problem() {
    if let Ok(Some(problem)) = document().query_selector(".p-start .field.invalid") {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Center);
        problem.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// What is still wrong, beside the button, with ways there.
#[component]
pub fn Summary(
    /// What is wrong.
    problems: Memo<Problems>,
    /// It was tried to submit.
    tried: RwSignal<bool>,
    /// The form.
    form: Form,
) -> impl IntoView {
    move || {
        let problems = problems.get();
        (tried.get() && !problems.is_empty()).then(|| {
            let n = problems.len();
            let specs = form.specs();
            let general = problems.get("").cloned();
            let places: Vec<(String, String)> = specs
                .into_iter()
                .filter(|spec| problems.contains_key(&spec.key))
                .map(|spec| (spec.key, spec.label))
                .collect();
            view! {
                <p class="error num" role="alert">
                    <Icon name="alert" small=true />
                    <span>
                        {t!(ui.please_mend, n = n)}
                        {general.map(|text| view! { " "{text} })}
                        {places.into_iter().map(|(key, label)| view! {
                            " "<button type="button" class="link" on:click=move |_| go_to(&key)>{label}</button>
                        }).collect_view()}
                    </span>
                </p>
            }
        })
    }
}
