//! Beside the work: own leave, and who of the team is away today.

use leptos::prelude::*;

use crate::api::Live;
use crate::api::leave::{AwayMember, DayPart};
use crate::api::workbench::AroundQuery;
use crate::i18n;
use crate::ui::{Avatar, AvatarSize, Person, SkeletonRows};
use crate::{t, tr};

/// The column at the side.
#[component]
pub fn Around(
    /// What there is to show.
    around: Live<AroundQuery>,
) -> impl IntoView {
    view! {
        <div class="aside">
            {move || around.loading_first.get().then(|| view! { <SkeletonRows rows=3 /> })}
            {move || around.error.get().filter(|_| around.data.with(Option::is_none)).map(|error| view! {
                <p class="meta">
                    {error.message}" "
                    <button type="button" class="link" on:click=move |_| around.refetch()>{tr!(ui.retry)}</button>
                </p>
            })}
            {move || around.data.get().map(|data| {
                let balances: Vec<_> = data
                    .leave_balances
                    .iter()
                    .filter_map(|line| line.remaining_minutes.map(|left| (line.clone(), left)))
                    .filter(|(line, left)| *left > 0 || line.held_minutes > 0 || line.leave_type.key == "annual")
                    .collect();
                let away = data.team_calendar.members.clone();
                view! {
                    {(!balances.is_empty()).then(|| view! {
                        <section class="section" aria-labelledby="leave-left">
                            <div class="section-head">
                                <h2 id="leave-left">{tr!(workbench.leave_left)}</h2>
                                <a class="link" href="/leave">{tr!(workbench.details)}</a>
                            </div>
                            <dl class="tally">
                                {balances.into_iter().map(|(line, left)| {
                                    let held = line.held_minutes;
                                    view! {
                                        <div>
                                            <dt>{line.leave_type.name}</dt>
                                            <dd class="num">
                                                {(held > 0).then(|| view! {
                                                    <span class="meta">{move || t!(workbench.held, days = i18n::days(i64::from(held)))}</span>
                                                })}
                                                <b>{move || i18n::days(i64::from(left))}</b>
                                            </dd>
                                        </div>
                                    }
                                }).collect_view()}
                            </dl>
                        </section>
                    })}
                    <section class="section" aria-labelledby="away">
                        <div class="section-head">
                            <h2 id="away">{tr!(workbench.away)}</h2>
                            <a class="link" href="/leave/calendar">{tr!(workbench.calendar)}</a>
                        </div>
                        {if away.is_empty() {
                            view! { <p class="meta">{tr!(workbench.nobody_away)}</p> }.into_any()
                        } else {
                            view! { <ul class="away">{away.into_iter().map(|away| view! { <Away away /> }).collect_view()}</ul> }.into_any()
                        }}
                    </section>
                }
            })}
        </div>
    }
}

#[component]
fn Away(away: AwayMember) -> impl IntoView {
    let person = Person::new(away.member.id.inner(), &away.member.name);
    let kind = away.days.iter().find_map(|half| half.type_name.clone());
    let morning = away.days.iter().any(|half| half.part == DayPart::Am);
    let afternoon = away.days.iter().any(|half| half.part == DayPart::Pm);
    view! {
        <li class="inline">
            <Avatar person size=AvatarSize::Small />
            <span>{away.member.name}</span>
            <span class="spacer"></span>
            <span class="meta">
                {kind.map(|kind| format!("{kind}\u{3000}"))}
                {move || match (morning, afternoon) {
                    (true, false) => t!(workbench.morning_only),
                    (false, true) => t!(workbench.afternoon_only),
                    _ => t!(workbench.all_day),
                }}
            </span>
        </li>
    }
}
