//! Radio cards, check boxes and switches.

use leptos::prelude::*;

use super::dom::fresh_id;
use super::field::FieldCx;
use super::input::Opt;

/// Cards of which one is chosen: native radio buttons, so arrow keys work. Put them into a `Field` with `group`.
#[component]
pub fn Choices(
    /// The chosen value, both ways.
    value: RwSignal<String>,
    /// What can be chosen; the note is the second line.
    #[prop(into)]
    options: Signal<Vec<Opt>>,
) -> impl IntoView {
    let cx = FieldCx::take();
    let name = fresh_id("r");
    let first_id = StoredValue::new(cx.id);
    view! {
        <div class="choices">
            {move || options.get().into_iter().enumerate().map(|(index, option)| {
                let (own, mine) = (option.value.clone(), option.value.clone());
                view! {
                    <label class="choice">
                        <input
                            type="radio"
                            id=(index == 0).then(|| first_id.get_value())
                            name=name.clone()
                            value=option.value
                            disabled=option.disabled
                            prop:checked=move || value.get() == own
                            on:change=move |_| value.set(mine.clone())
                        />
                        <b>{option.label}</b>
                        {option.note.map(|note| view! { <small>{note}</small> })}
                    </label>
                }
            }).collect_view()}
        </div>
    }
}

/// A check box with its text.
#[component]
pub fn Checkbox(
    /// On or off, both ways.
    checked: RwSignal<bool>,
    /// Neither: some of what it stands for is on.
    #[prop(optional, into)]
    partly: Signal<bool>,
    /// Cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Label for a box without text.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// The text.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                aria-label=move || label.get()
                disabled=move || disabled.get()
                prop:checked=move || checked.get()
                prop:indeterminate=move || partly.get()
                on:change=move |event| checked.set(event_target_checked(&event))
            />
            {children.map(|children| view! { <span>{children()}</span> })}
        </label>
    }
}

/// A switch with its text; takes effect at once.
#[component]
pub fn Switch(
    /// On or off, both ways.
    checked: RwSignal<bool>,
    /// Cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <label class="inline">
            <input
                class="switch"
                type="checkbox"
                role="switch"
                disabled=move || disabled.get()
                prop:checked=move || checked.get()
                on:change=move |event| checked.set(event_target_checked(&event))
            />
            <span>{children()}</span>
        </label>
    }
}
