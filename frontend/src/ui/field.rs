//! A field: label, control, hint and error, wired together for screen readers.

use leptos::context::Provider;
use leptos::either::Either;
use leptos::prelude::*;

use super::dom::fresh_id;
use super::icon::Icon;
use crate::{t, tr};

/// What a control takes over from the field around it.
#[derive(Clone)]
pub struct FieldCx {
    /// The control's element id; the label points at it.
    pub id: String,
    /// Ids of hint and error, for `aria-describedby`.
    pub described: Signal<Option<String>>,
    /// An error is shown.
    pub invalid: Signal<bool>,
    /// Must be filled in.
    pub required: bool,
    /// What the control finds wrong with what stands in it (a date that is none): told instead of the field's error.
    pub own: RwSignal<Option<&'static str>>,
}

impl FieldCx {
    /// The field around the control, or a field of its own for a control that stands alone.
    pub fn take() -> Self {
        use_context::<Self>().unwrap_or_else(|| Self {
            id: fresh_id("c"),
            described: Signal::stored(None),
            invalid: Signal::stored(false),
            required: false,
            own: RwSignal::new(None),
        })
    }
}

/// Label, control, hint and error.
#[component]
pub fn Field(
    /// What is asked for.
    #[prop(into)]
    label: TextProp,
    /// Marked as required.
    #[prop(optional)]
    required: bool,
    /// Marked as optional, for forms where most fields are required.
    #[prop(optional)]
    optional: bool,
    /// Help below the control.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong; `None` hides it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// The control is a group (choices, check boxes): a fieldset with a legend.
    #[prop(optional)]
    group: bool,
    /// The control.
    children: Children,
) -> impl IntoView {
    let id = fresh_id("f");
    let (hint_id, error_id) = (format!("{id}-h"), format!("{id}-e"));
    let own = RwSignal::new(None::<&'static str>);
    let error = Signal::derive(move || own.get().map(str::to_owned).or_else(|| error.get()));
    let described = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        Signal::derive(move || {
            let ids: Vec<&str> = [
                error.get().map(|_| error_id.as_str()),
                hint.get().map(|_| hint_id.as_str()),
            ]
            .into_iter()
            .flatten()
            .collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        })
    };
    let invalid = Signal::derive(move || error.get().is_some());
    let cx = FieldCx {
        id: id.clone(),
        described,
        invalid,
        required,
        own,
    };
    let text = view! {
        {move || label.get()}
        {required.then(|| view! { <span class="req" aria-hidden="true">"*"</span> })}
        {optional.then(|| view! { <span class="opt">{tr!(ui.optional)}</span> })}
    };
    let notes = view! {
        {move || error.get().map(|text| view! {
            <p class="error" id=error_id.clone() role=own.get().map(|_| "alert")><Icon name="alert" small=true /><span>{text}</span></p>
        })}
        {move || hint.get().map(|text| view! { <p class="hint" id=hint_id.clone()>{text}</p> })}
    };
    if group {
        Either::Left(view! {
            <fieldset
                class="field"
                class:invalid=move || invalid.get()
                aria-describedby=move || described.get()
            >
                <legend class="field-label">{text}</legend>
                <Provider value=cx>{children()}</Provider>
                {notes}
            </fieldset>
        })
    } else {
        Either::Right(view! {
            <div class="field" class:invalid=move || invalid.get()>
                <label for=id>{text}</label>
                <Provider value=cx>{children()}</Provider>
                {notes}
            </div>
        })
    }
}

/// Errors above the submit button, with links that jump to the fields.
#[component]
pub fn ErrorSummary(
    /// Field id (or empty) and message of each error.
    #[prop(into)]
    errors: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let jump = |id: String| {
        if let Some(element) = document().get_element_by_id(&id) {
            super::dom::reveal(&element);
            super::dom::focus(&element);
        }
    };
    view! {
        <div role="alert">
            {move || {
                let errors = errors.get();
                (!errors.is_empty()).then(|| view! {
                    <div class="note bad">
                        <Icon name="alert" />
                        <div>
                            <b>{t!(ui.please_mend, n = errors.len())}</b>
                            <ul>
                                {errors.into_iter().map(|(id, text)| {
                                    if id.is_empty() {
                                        Either::Left(view! { <li>{text}</li> })
                                    } else {
                                        Either::Right(view! {
                                            <li><button type="button" class="link" on:click=move |_| jump(id.clone())>{text}</button></li>
                                        })
                                    }
                                }).collect_view()}
                            </ul>
                        </div>
                    </div>
                })
            }}
        </div>
    }
}
