//! A date to type or to choose from a month.

use leptos::prelude::*;

use super::calendar::{Calendar, Marks};
use super::field::FieldCx;
use super::icon::Icon;
use super::layer::{Pop, Popover};
use crate::i18n::{self, Date};
use crate::{t, tr};

/// A date: typed as people type it (2026-10-08, 2026/10/8, 20261008), or chosen from a calendar.
#[component]
pub fn DateField(
    /// The date, both ways; `None` while empty or not a date.
    value: RwSignal<Option<Date>>,
    /// First and last day of a span to show in the calendar.
    #[prop(optional, into)]
    span: Signal<Option<(Date, Date)>>,
    /// Rest days, holidays, make-up workdays.
    #[prop(optional)]
    marks: Marks,
    /// No day before it.
    #[prop(optional, into)]
    min: Signal<Option<Date>>,
    /// No day after it.
    #[prop(optional, into)]
    max: Signal<Option<Date>>,
    /// Cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let cx = FieldCx::take();
    let (described, invalid, own) = (cx.described, cx.invalid, cx.own);
    let typed = RwSignal::new(None::<String>);
    let pop = Pop::new();
    // Typed text stands until it is left; then it is a date, or it is marked as none.
    let left = RwSignal::new(false);
    let shown = move || {
        typed
            .get()
            .unwrap_or_else(|| value.get().map(|date| date.to_string()).unwrap_or_default())
    };
    let wrong = Memo::new(move |_| {
        left.get()
            && typed.with(|text| {
                text.as_ref()
                    .is_some_and(|t| !t.trim().is_empty() && Date::parse(t).is_none())
            })
    });
    Effect::new(move |_| own.set(wrong.get().then(|| t!(ui.bad_date))));
    let leave = move |_| {
        left.set(true);
        let Some(text) = typed.get_untracked() else { return };
        if text.trim().is_empty() {
            value.set(None);
            typed.set(None);
        } else if let Some(date) = Date::parse(&text) {
            value.set(Some(date));
            typed.set(None);
        } else {
            value.set(None);
        }
    };
    let weekday = move || {
        value
            .get()
            .filter(|_| typed.get().is_none())
            .map(|date| i18n::weekday(date.weekday()))
    };
    let keydown = move |event: web_sys::KeyboardEvent| {
        if event.alt_key() && event.key() == "ArrowDown" {
            event.prevent_default();
            pop.open_around(&event, ".affix");
        }
    };
    view! {
        <div class="affix date" class:wrong=move || wrong.get()>
            <input
                class="input num"
                id=cx.id
                autocomplete="off"
                inputmode="numeric"
                placeholder="2026-10-08"
                aria-describedby=move || described.get()
                aria-invalid=move || invalid.get().then_some("true")
                aria-required=cx.required.then_some("true")
                disabled=move || disabled.get()
                prop:value=shown
                on:input=move |event| {
                    left.set(false);
                    typed.set(Some(event_target_value(&event)));
                }
                on:change=leave
                on:keydown=keydown
            />
            <span class="affix-note" aria-hidden="true">{weekday}</span>
            <button
                type="button"
                class="icon-btn"
                aria-label=tr!(ui.choose_date)
                title=tr!(ui.choose_date)
                aria-haspopup="dialog"
                disabled=move || disabled.get()
                on:click=move |event| pop.open_around(&event, ".affix")
            >
                <Icon name="calendar" />
            </button>
        </div>
        <Popover pop label=tr!(ui.choose_date) focus="[role=gridcell][tabindex=\"0\"]">
            <div class="menu cal-box">
                <Calendar
                    value
                    on_pick=move |date| {
                        typed.set(None);
                        value.set(Some(date));
                        pop.close();
                    }
                    span
                    marks=marks.clone()
                    min
                    max
                />
            </div>
        </Popover>
    }
}
