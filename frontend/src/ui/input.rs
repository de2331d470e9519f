//! Text controls. Put them into a [`Field`](super::Field); `on:blur`, `on:keydown` ... go on the component.

use leptos::html;
use leptos::prelude::*;

use super::field::FieldCx;
use super::icon::Icon;
use crate::t;

/// One line of text.
#[component]
pub fn TextInput(
    /// The text, both ways.
    value: RwSignal<String>,
    /// The input's type: `text`, `email`, `tel`, `search`, `number` ...
    #[prop(optional)]
    kind: &'static str,
    /// Shown while empty.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// What the browser may fill in: `username`, `email`, `off` ...
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Which keypad a phone shows: `decimal`, `numeric`, `tel`, `email`, `search`.
    #[prop(optional)]
    inputmode: &'static str,
    /// Most characters the server takes.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// Cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Label for a control without a field.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// Icon inside, at the start.
    #[prop(optional)]
    icon: &'static str,
    /// Gives the element to the caller.
    #[prop(optional)]
    node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let cx = FieldCx::take();
    let kind = if kind.is_empty() { "text" } else { kind };
    let (described, invalid) = (cx.described, cx.invalid);
    let input = view! {
        <input
            node_ref=node_ref
            class="input"
            id=cx.id
            type=kind
            autocomplete=autocomplete
            inputmode=(!inputmode.is_empty()).then_some(inputmode)
            maxlength=maxlength.map(|n| n.to_string())
            placeholder=move || placeholder.get()
            aria-label=move || label.get()
            aria-describedby=move || described.get()
            aria-invalid=move || invalid.get().then_some("true")
            aria-required=cx.required.then_some("true")
            disabled=move || disabled.get()
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
        />
    };
    if icon.is_empty() {
        leptos::either::Either::Left(input)
    } else {
        leptos::either::Either::Right(view! { <div class="affix"><Icon name=icon />{input}</div> })
    }
}

/// A password, with a button that shows it.
#[component]
pub fn PasswordInput(
    /// The text, both ways.
    value: RwSignal<String>,
    /// `current-password` or `new-password`.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
) -> impl IntoView {
    let cx = FieldCx::take();
    let (described, invalid) = (cx.described, cx.invalid);
    let shown = RwSignal::new(false);
    view! {
        <div class="affix secret">
            <input
                class="input"
                id=cx.id
                type=move || if shown.get() { "text" } else { "password" }
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                aria-describedby=move || described.get()
                aria-invalid=move || invalid.get().then_some("true")
                aria-required=cx.required.then_some("true")
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            <button
                type="button"
                class="icon-btn"
                aria-pressed=move || if shown.get() { "true" } else { "false" }
                aria-label=move || if shown.get() { t!(ui.hide_password) } else { t!(ui.show_password) }
                title=move || if shown.get() { t!(ui.hide_password) } else { t!(ui.show_password) }
                on:click=move |_| shown.update(|on| *on = !*on)
            >
                <Icon name="eye" />
            </button>
        </div>
    }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// The text, both ways.
    value: RwSignal<String>,
    /// Shown while empty.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// Lines shown at first.
    #[prop(default = 3)]
    rows: u32,
    /// Most characters the server takes.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// Cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Label for a control without a field.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// Gives the element to the caller.
    #[prop(optional)]
    node_ref: NodeRef<html::Textarea>,
) -> impl IntoView {
    let cx = FieldCx::take();
    let (described, invalid) = (cx.described, cx.invalid);
    view! {
        <textarea
            node_ref=node_ref
            class="textarea"
            id=cx.id
            rows=rows.to_string()
            maxlength=maxlength.map(|n| n.to_string())
            placeholder=move || placeholder.get()
            aria-label=move || label.get()
            aria-describedby=move || described.get()
            aria-invalid=move || invalid.get().then_some("true")
            aria-required=cx.required.then_some("true")
            disabled=move || disabled.get()
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
        ></textarea>
    }
}

/// One of several values, as selects, choices and comboboxes offer them.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Opt {
    /// What is kept.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// A second, quieter text.
    pub note: Option<String>,
    /// Shown, but cannot be chosen.
    pub disabled: bool,
}

impl Opt {
    /// A value with its text.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            ..Self::default()
        }
    }

    /// With a second text.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Cannot be chosen when `off`.
    #[must_use]
    pub fn disabled(mut self, off: bool) -> Self {
        self.disabled = off;
        self
    }
}

/// A native select.
#[component]
pub fn Select(
    /// The chosen value, both ways.
    value: RwSignal<String>,
    /// What can be chosen.
    #[prop(into)]
    options: Signal<Vec<Opt>>,
    /// Shown while nothing is chosen; cannot be chosen itself.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// Cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Label for a control without a field.
    #[prop(optional, into)]
    label: MaybeProp<String>,
) -> impl IntoView {
    let cx = FieldCx::take();
    let (described, invalid) = (cx.described, cx.invalid);
    view! {
        <select
            class="select"
            id=cx.id
            aria-label=move || label.get()
            aria-describedby=move || described.get()
            aria-invalid=move || invalid.get().then_some("true")
            aria-required=cx.required.then_some("true")
            disabled=move || disabled.get()
            on:change=move |event| value.set(event_target_value(&event))
        >
            {move || placeholder.get().map(|text| view! {
                <option value="" disabled=true selected=move || value.get().is_empty()>{text}</option>
            })}
            {move || options.get().into_iter().map(|option| {
                let own = option.value.clone();
                view! {
                    <option value=option.value disabled=option.disabled prop:selected=move || value.get() == own>
                        {option.label}
                    </option>
                }
            }).collect_view()}
        </select>
    }
}
