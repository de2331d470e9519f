//! A month to choose a day from (WAI-ARIA date picker grid). Weeks start on Monday.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use super::dom;
use super::icon::Icon;
use crate::i18n::{self, Date, weeks_of_month};
use crate::t;

/// What the working calendar says about a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DayMark {
    /// An ordinary working day.
    #[default]
    None,
    /// Weekend.
    Rest,
    /// A public holiday: marked 休.
    Holiday,
    /// A weekend day that is worked: marked 班.
    Makeup,
}

/// Tells the mark of a day; without it Saturday and Sunday rest.
#[derive(Clone)]
pub struct Marks(Arc<dyn Fn(Date) -> DayMark + Send + Sync>);

impl Marks {
    /// Marks from a closure; it may read signals.
    pub fn new(mark: impl Fn(Date) -> DayMark + Send + Sync + 'static) -> Self {
        Self(Arc::new(mark))
    }

    /// The mark of a day.
    pub fn of(&self, date: Date) -> DayMark {
        (self.0)(date)
    }
}

impl Default for Marks {
    fn default() -> Self {
        Self::new(|date| {
            if date.is_weekend() {
                DayMark::Rest
            } else {
                DayMark::None
            }
        })
    }
}

/// Where a key leads from a day.
fn moved(from: Date, key: &str, shift: bool) -> Option<Date> {
    let week_start = i64::from(from.weekday()) - 1;
    Some(match key {
        "ArrowLeft" => from.plus_days(-1),
        "ArrowRight" => from.plus_days(1),
        "ArrowUp" => from.plus_days(-7),
        "ArrowDown" => from.plus_days(7),
        "Home" => from.plus_days(-week_start),
        "End" => from.plus_days(6 - week_start),
        "PageUp" => from.plus_months(if shift { -12 } else { -1 }),
        "PageDown" => from.plus_months(if shift { 12 } else { 1 }),
        _ => return None,
    })
}

/// A month; arrows move by day and week, Page keys by month, with Shift by year, Enter chooses.
#[component]
pub fn Calendar(
    /// The chosen day.
    #[prop(into)]
    value: Signal<Option<Date>>,
    /// Called with the day that is chosen.
    #[prop(into)]
    on_pick: Callback<Date>,
    /// First and last day of a span to show, for a pair of fields.
    #[prop(optional, into)]
    span: Signal<Option<(Date, Date)>>,
    /// Rest days, holidays, make-up workdays.
    #[prop(optional)]
    marks: Marks,
    /// No day before it can be chosen.
    #[prop(optional, into)]
    min: Signal<Option<Date>>,
    /// No day after it can be chosen.
    #[prop(optional, into)]
    max: Signal<Option<Date>>,
) -> impl IntoView {
    let grid = NodeRef::<html::Div>::new();
    let today = i18n::today();
    let start = value
        .get_untracked()
        .or(min.get_untracked().filter(|min| *min > today))
        .unwrap_or(today);
    let cursor = RwSignal::new(start);
    let allowed = move |date: Date| min.get().is_none_or(|min| date >= min) && max.get().is_none_or(|max| date <= max);
    let go = move |date: Date, focus: bool| {
        cursor.set(date);
        if let (true, Some(grid)) = (focus, grid.get_untracked()) {
            request_animation_frame(move || dom::focus_first(&grid, "[tabindex=\"0\"]"));
        }
    };
    let keydown = move |event: web_sys::KeyboardEvent| {
        if let Some(to) = moved(cursor.get_untracked(), &event.key(), event.shift_key()) {
            event.prevent_default();
            event.stop_propagation();
            go(to, true);
        }
    };
    let cell = move |date: Date, month: u32| {
        let mark = marks.of(date);
        let class = move || {
            let mut class = String::from("day");
            let mut add = |on: bool, name: &str| {
                if on {
                    class.push(' ');
                    class.push_str(name);
                }
            };
            add(date.month != month, "out");
            add(matches!(mark, DayMark::Rest | DayMark::Holiday), "rest");
            add(date == today, "today");
            let chosen = value.get() == Some(date);
            match span.get().filter(|(from, to)| from <= to) {
                Some((from, to)) => {
                    add(date > from && date < to, "in");
                    add(date == from || (chosen && date < from), "from");
                    add(date == to || (chosen && date > to), "to");
                }
                None => add(chosen, "from to"),
            }
            class
        };
        let (sign, words) = match mark {
            DayMark::None => ("", ""),
            DayMark::Rest => ("", t!(ui.day.rest_long)),
            DayMark::Holiday => (t!(ui.day.rest), t!(ui.day.rest_long)),
            DayMark::Makeup => (t!(ui.day.work), t!(ui.day.work_long)),
        };
        let said = [i18n::date(date).as_str(), words]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        view! {
            <button
                type="button"
                role="gridcell"
                class=class
                tabindex=move || if cursor.get() == date { "0" } else { "-1" }
                aria-selected=move || if value.get() == Some(date) { "true" } else { "false" }
                aria-current=(date == today).then_some("date")
                disabled=move || !allowed(date)
                on:click=move |_| {
                    cursor.set(date);
                    on_pick.run(date);
                }
            >
                <span aria-hidden="true">{date.day}</span>
                {(!sign.is_empty()).then(|| view! {
                    <sup class=if mark == DayMark::Makeup { "work" } else { "" } aria-hidden="true">{sign}</sup>
                })}
                <span class="sr">{said}</span>
            </button>
        }
    };
    let month = Memo::new(move |_| cursor.get().first_of_month());
    view! {
        <div class="cal">
            <div class="cal-head">
                <button type="button" class="icon-btn sm" aria-label=move || t!(ui.previous_month) on:click=move |_| go(cursor.get_untracked().plus_months(-1), false)>
                    <Icon name="left" />
                </button>
                <h3 class="num" aria-live="polite">{move || i18n::month(month.get())}</h3>
                <button type="button" class="icon-btn sm" aria-label=move || t!(ui.next_month) on:click=move |_| go(cursor.get_untracked().plus_months(1), false)>
                    <Icon name="right" />
                </button>
            </div>
            <div class="cal-grid" aria-hidden="true">
                {(1..=7).map(|day| view! { <span>{move || i18n::weekday_letter(day)}</span> }).collect_view()}
            </div>
            <div role="grid" node_ref=grid aria-label=move || i18n::month(month.get()) on:keydown=keydown>
                {move || {
                    let shown = month.get();
                    let cell = cell.clone();
                    weeks_of_month(shown).into_iter().map(|week| view! {
                        <div class="cal-grid" role="row">{week.map(|date| cell(date, shown.month)).collect_view()}</div>
                    }).collect_view()
                }}
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_the_day() {
        let from = Date::parse("2026-10-08").unwrap();
        let check = |key, shift, expected: &str| {
            assert_eq!(
                moved(from, key, shift).map(|d| d.to_string()).unwrap_or_default(),
                expected,
                "{key}"
            );
        };
        check("ArrowLeft", false, "2026-10-07");
        check("ArrowDown", false, "2026-10-15");
        check("Home", false, "2026-10-05");
        check("End", false, "2026-10-11");
        check("PageUp", false, "2026-09-08");
        check("PageDown", true, "2027-10-08");
        check("a", false, "");
    }
}
