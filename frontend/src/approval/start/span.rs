//! From when to when: two days with their halves, and what they mean while they are chosen.

use std::sync::Arc;

use cynic::QueryBuilder;
use leptos::prelude::*;

use super::field::Parts;
use super::slot::{Entry, Slot};
use super::state::moved_end;
use crate::api::calendar::{CalendarQuery, CalendarVars};
use crate::api::leave::{CalendarDay, DayType};
use crate::api::{live_query, query};
use crate::i18n::{Date, today};
use crate::ui::{DateField, DayMark, Field, Marks};

/// The marks of the company's calendar around today: half a year back, most of a year ahead.
pub fn use_marks() -> Marks {
    let now = today();
    let (from, to) = (now.first_of_month().plus_months(-3), now.plus_days(300));
    let live = live_query(
        move || format!("work-days:{from}:{to}"),
        || vec!["calendar".to_owned()],
        move || query(CalendarQuery::build(CalendarVars { from, to })),
    );
    let days = Memo::new(move |_| {
        live.data
            .get()
            .map(|known| Arc::new(known.work_calendar.clone()))
            .unwrap_or_default()
    });
    Marks::new(move |date| {
        let found = days.with(|days| known(days, date).map(|day| (day.day_type, day.make_up)));
        match found {
            Some((DayType::Workday, true)) => DayMark::Makeup,
            Some((DayType::Workday, false)) => DayMark::None,
            Some((DayType::RestDay, _)) => DayMark::Rest,
            Some((DayType::StatutoryHoliday | DayType::CompanyOff, _)) => DayMark::Holiday,
            None if date.is_weekend() => DayMark::Rest,
            None => DayMark::None,
        }
    })
}

fn known(days: &[CalendarDay], date: Date) -> Option<&CalendarDay> {
    let at = days.binary_search_by(|day| day.date.cmp(&date)).ok()?;
    days.get(at)
}

fn date_of(entry: &Entry) -> RwSignal<Option<Date>> {
    match entry.slot {
        Slot::Date(date) => date,
        _ => RwSignal::new(None),
    }
}

fn part_of(entry: &Entry) -> RwSignal<String> {
    match entry.slot {
        Slot::Text(part) => part,
        _ => RwSignal::new(String::new()),
    }
}

/// A day with its half.
#[component]
pub fn When(
    /// The day.
    day: Entry,
    /// The half.
    part: Entry,
    /// First and last day of the span it belongs to.
    #[prop(into)]
    span: Signal<Option<(Date, Date)>>,
    /// No day before it.
    #[prop(into)]
    min: Signal<Option<Date>>,
    /// Holidays and make-up days.
    marks: Marks,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let label = part.spec.label.clone();
    let (value, half) = (date_of(&day), part_of(&part));
    view! {
        <Field label=day.spec.label required=day.spec.required error>
            <div class="when-row">
                <DateField value span min marks />
                <Parts value=half label />
            </div>
        </Field>
    }
}

/// Two days with their halves.
#[component]
pub fn Span(
    /// The first day and its half.
    from: (Entry, Entry),
    /// The last day and its half.
    to: (Entry, Entry),
    /// What is wrong with the first day.
    #[prop(into)]
    from_error: Signal<Option<String>>,
    /// What is wrong with the last day.
    #[prop(into)]
    to_error: Signal<Option<String>>,
) -> impl IntoView {
    let (start, end) = (date_of(&from.0), date_of(&to.0));
    let span = Signal::derive(move || Some((start.get()?, end.get()?)).filter(|(start, end)| start <= end));
    // The end follows a start that passes it.
    Effect::new(move |before: Option<Option<Date>>| {
        let now = start.get();
        if let (Some(before), Some(now)) = (before, now)
            && before != Some(now)
        {
            let wanted = moved_end(before, now, end.get_untracked());
            if end.get_untracked() != Some(wanted) {
                end.set(Some(wanted));
            }
        }
        now
    });
    let marks = use_marks();
    let none = Signal::stored(None);
    let min = Signal::derive(move || start.get());
    view! {
        <div class="span">
            <When day=from.0 part=from.1 span min=none marks=marks.clone() error=from_error />
            <When day=to.0 part=to.1 span min marks error=to_error />
        </div>
    }
}
