//! What a request means for leave: how much, when, from which lots, who else is away.

use leptos::prelude::*;

use super::doc::changed;
use crate::api::approval::{FormField, LeaveDetail, LotUse};
use crate::api::leave::{DayPart, LeaveStatus};
use crate::approval::plan::{Plan, PlanData};
use crate::i18n::{Date, date, days};
use crate::ui::{Note, Tag, Tone};
use crate::{t, tr};

/// Half of a day in a word.
pub fn part_word(part: DayPart) -> &'static str {
    match part {
        DayPart::Am => t!(approval.leave.am),
        DayPart::Pm => t!(approval.leave.pm),
    }
}

/// From when to when: `10月8日 周四 – 10月12日 周一 上午`; halves of days only where it is half a day.
fn span_text(leave: &LeaveDetail) -> String {
    let end = |day: Date, half: bool, part| {
        let part = if half {
            format!(" {}", part_word(part))
        } else {
            String::new()
        };
        format!("{}{part}", date(day))
    };
    let from_noon = leave.start_part == DayPart::Pm;
    let to_noon = leave.end_part == DayPart::Am;
    if leave.start_date == leave.end_date {
        return end(leave.start_date, from_noon || to_noon, leave.start_part);
    }
    format!(
        "{} – {}",
        end(leave.start_date, from_noon, leave.start_part),
        end(leave.end_date, to_noon, leave.end_part)
    )
}

/// The part about leave.
#[component]
pub fn Leave(
    /// What it means.
    leave: LeaveDetail,
    /// The values, for what was corrected.
    changed: Memo<Vec<FormField>>,
) -> impl IntoView {
    let (word, tone) = match leave.status {
        LeaveStatus::Held => (t!(approval.leave.held), Tone::Warn),
        LeaveStatus::Approved => (t!(approval.leave.booked), Tone::Ok),
        LeaveStatus::Released => (t!(approval.leave.released), Tone::Plain),
        LeaveStatus::Reversed => (t!(approval.leave.reversed), Tone::Plain),
    };
    let short: Vec<String> = thin_days(&leave);
    let data = PlanData::of_detail(&leave);
    let (lots, after) = (leave.lots.clone(), leave.balance_after);
    let total = days(i64::from(leave.minutes));
    view! {
        <div class="sum">
            <span class="amount">{leave.kind.name.clone()}" "{total}</span>
            <span class="meta">{span_text(&leave)}</span>
            <Tag tone>{word}</Tag>
        </div>
        <Corrected fields=changed />
        {(!short.is_empty()).then(|| {
            let text = crate::i18n::names(&short);
            view! { <div class="gap"><Note tone=Tone::Warn icon="alert">{t!(approval.leave.thin, days = text)}</Note></div> }
        })}
        <div class="gap"><Plan data=Signal::stored(data) own=tr!(approval.leave.applicant) /></div>
        {(!lots.is_empty() || after.is_some()).then(|| view! {
            <div class="gap lots-block"><Lots lots after /></div>
        })}
    }
}

/// Working days on which less than half of the team is there.
fn thin_days(leave: &LeaveDetail) -> Vec<String> {
    let thin = leave
        .staffing
        .iter()
        .filter(|day| day.team > 1 && day.present * 2 < day.team);
    thin.map(|day| {
        t!(
            approval.leave.thin_day,
            day = date(day.date),
            present = day.present,
            team = day.team
        )
    })
    .collect()
}

/// Corrected values of the form, which the summary does not show one by one.
#[component]
fn Corrected(fields: Memo<Vec<FormField>>) -> impl IntoView {
    move || {
        let corrected = fields
            .get()
            .into_iter()
            .filter(|field| super::doc::is_told(field) && field.changed_from.is_some());
        let corrected: Vec<FormField> = corrected.collect();
        (!corrected.is_empty()).then(|| view! {
            <dl class="facts gap">
                {corrected.into_iter().map(|field| view! {
                    <div><dt>{field.label}</dt><dd>{changed(field.changed_from.unwrap_or_default(), field.text)}</dd></div>
                }).collect_view()}
            </dl>
        })
    }
}

/// Which lots it is taken from, and what is left.
#[component]
pub fn Lots(
    /// The lots.
    lots: Vec<LotUse>,
    /// What is left of all.
    after: Option<i32>,
) -> impl IntoView {
    let soon = crate::i18n::today().plus_days(92);
    view! {
        {after.map(|after| view! { <p class="soft">{t!(approval.leave.left, days = days(i64::from(after)))}</p> })}
        <ul class="lots num">
            {lots.into_iter().filter(|lot| lot.minutes > 0).map(|lot| {
                let class = if lot.valid_to < soon { "is-warn" } else { "soft" };
                view! {
                    <li>
                        <span><span class="key"></span>{lot.label}</span>
                        <span class=class>{t!(approval.leave.until, day = crate::i18n::full_date(lot.valid_to))}</span>
                        <span>{t!(approval.leave.used, used = days(i64::from(lot.minutes)), left = days(i64::from(lot.remaining_after)))}</span>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
}
