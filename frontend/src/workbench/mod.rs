//! The workbench: what waits for oneself, what one waits for, and who is there.

pub mod around;
pub mod due;
pub mod flights;
mod state;

use leptos::prelude::*;

use self::around::Around;
use self::due::Due;
use self::flights::Flights;
use self::state::{Greeting, greeting, next_days_off};
use crate::api::live_query;
use crate::api::query;
use crate::api::viewer::use_viewer;
use crate::api::workbench::{AroundQuery, AroundVars};
use crate::i18n::{self, Date, Stamp};
use crate::shell::PaletteSwitch;
use crate::ui::{IconButton, PageTitle};
use crate::{t, tr};
use cynic::QueryBuilder;

/// So far the page looks for the next holiday.
const AHEAD: i64 = 60;

/// `/`
#[component]
pub fn Workbench() -> impl IntoView {
    let viewer = use_viewer();
    let today = Memo::new(|_| i18n::today());
    let around = live_query(
        move || format!("around:{}", today.get()),
        || ["leave:me", "calendar", "org"].map(str::to_owned).to_vec(),
        move || {
            let today = today.get_untracked();
            query(AroundQuery::build(AroundVars {
                today,
                until: today.plus_days(AHEAD),
            }))
        },
    );
    let name = Memo::new(move |_| viewer.get().map(|query| query.viewer.member.name.clone()));
    let hello = move || {
        let (_, hour, _) = i18n::local(Stamp::now());
        let name = name.get().unwrap_or_default();
        // Read, so that the greeting follows midnight.
        today.track();
        match greeting(hour) {
            Greeting::Morning => t!(workbench.morning, name = name),
            Greeting::Noon => t!(workbench.noon, name = name),
            Greeting::Afternoon => t!(workbench.afternoon, name = name),
            Greeting::Evening => t!(workbench.evening, name = name),
        }
    };
    let holiday = move || {
        let data = around.data.get()?;
        let (first, days, name) = next_days_off(&data.work_calendar)?;
        Some(holiday_words(today.get(), first, days, &name))
    };
    view! {
        <PageTitle text=tr!(shell.nav.workbench) />
        <div class="page p-workbench">
            <header class="page-head">
                <div class="hello">
                    <h1>{hello}</h1>
                    <span class="meta num">
                        {move || i18n::date(today.get())}
                        {move || holiday().map(|words| format!("{}{words}", t!(workbench.comma)))}
                    </span>
                </div>
                {use_context::<PaletteSwitch>().map(|palette| view! {
                    <span class="only-phone">
                        <IconButton icon="search" label=tr!(shell.search) on:click=move |_| palette.0.set(true) />
                    </span>
                })}
            </header>
            <div class="wb">
                <Due />
                <Around around />
                <Flights />
            </div>
        </div>
    }
}

fn holiday_words(today: Date, first: Date, days: usize, name: &str) -> String {
    match first.days() - today.days() {
        ..=0 => t!(workbench.holiday_now, name = name),
        1 => t!(workbench.holiday_tomorrow, name = name, days = days),
        n => t!(workbench.holiday_in, name = name, n = n, days = days),
    }
}
