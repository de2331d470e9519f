//! Correcting someone's balance, with a reason.

use cynic::MutationBuilder;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::page::LeaveCx;
use super::state::parse_days;
use crate::api::leave::{AdjustLeave, AdjustLeaveInput, AdjustLeaveVars, LeaveLot};
use crate::api::{ApiError, fresh_key, mutate, online};
use crate::i18n::{self, Date, days, full_date};
use crate::ui::{Button, DateField, Dialog, Field, Kind, Note, Opt, Select, TextArea, TextInput, Tone, toast};
use crate::{t, tr};

/// The dialog. It is mounted while [`LeaveCx::adjusting`] is on.
#[component]
pub fn AdjustForm(
    /// The page.
    cx: LeaveCx,
) -> impl IntoView {
    let open = RwSignal::new(true);
    Effect::new(move |_| {
        if !open.get() {
            request_animation_frame(move || {
                cx.adjusting.try_set(false);
            });
        }
    });
    let online = online();
    let kinds = Signal::derive(move || {
        let all = cx.balances.data.get();
        let limited = all
            .iter()
            .flat_map(|all| all.leave_balances.iter())
            .filter(|one| one.kind.limited);
        limited
            .map(|one| Opt::new(one.kind.key.clone(), one.kind.name.clone()))
            .collect::<Vec<_>>()
    });
    let kind =
        RwSignal::new(kinds.with_untracked(|kinds| kinds.first().map(|one| one.value.clone()).unwrap_or_default()));
    let lots = Memo::new(move |_| {
        let all = cx.balances.data.get();
        let own = all
            .iter()
            .flat_map(|all| all.leave_balances.iter())
            .find(|one| kind.with(|kind| one.kind.key == *kind));
        own.map(|one| one.lots.clone()).unwrap_or_default()
    });
    let lot = RwSignal::new(String::new());
    Effect::new(move |_| {
        kind.track();
        lot.set(String::new());
    });
    let lot_options = Signal::derive(move || {
        let mut options = vec![Opt::new("", t!(leave.adjust.new_lot))];
        options.extend(lots.get().into_iter().map(|one| {
            let left = days(i64::from(one.remaining_minutes));
            Opt::new(
                one.id.inner(),
                t!(
                    leave.adjust.lot,
                    label = one.label,
                    left = left,
                    day = full_date(one.valid_to)
                ),
            )
        }));
        options
    });
    let amount = RwSignal::new(String::new());
    let today = i18n::today();
    let valid_from = RwSignal::new(Some(today));
    let valid_to = RwSignal::new(Date::new(today.year, 12, 31));
    let note = RwSignal::new(String::new());
    let missing = RwSignal::new(None::<&'static str>);
    let problem = RwSignal::new(None::<ApiError>);
    let busy = RwSignal::new(false);
    let key = StoredValue::new(fresh_key());
    let at = move |path: &'static str| {
        Signal::derive(move || {
            if missing.get() == Some(path) {
                return Some(
                    if path == "minutes" {
                        t!(leave.adjust.bad_days)
                    } else {
                        t!(leave.adjust.missing)
                    }
                    .to_owned(),
                );
            }
            problem.with(|error| error.as_ref()?.field(path).map(str::to_owned))
        })
    };
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        let chosen: Option<LeaveLot> = lots.with_untracked(|lots| {
            let id = lot.get_untracked();
            lots.iter().find(|one| one.id.inner() == id).cloned()
        });
        let from = chosen.as_ref().map(|one| one.valid_from).or(valid_from.get_untracked());
        let to = chosen.as_ref().map(|one| one.valid_to).or(valid_to.get_untracked());
        let minutes = amount.with_untracked(|text| parse_days(text));
        let reason = note.with_untracked(|text| text.trim().to_owned());
        missing.set(if minutes.is_none() {
            Some("minutes")
        } else if from.is_none() {
            Some("validFrom")
        } else if to.is_none() {
            Some("validTo")
        } else if reason.is_empty() {
            Some("note")
        } else {
            None
        });
        let (Some(minutes), Some(valid_from), Some(valid_to), None, Some(member)) =
            (minutes, from, to, missing.get_untracked(), cx.member.get_untracked())
        else {
            return;
        };
        busy.set(true);
        problem.set(None);
        let input = AdjustLeaveInput {
            member_id: cynic::Id::new(member),
            type_key: kind.get_untracked(),
            minutes,
            valid_from,
            valid_to,
            note: reason,
            lot_id: chosen.map(|one| one.id),
            idempotency_key: Some(key.get_value()),
        };
        spawn_local(async move {
            let result = mutate(AdjustLeave::build(AdjustLeaveVars { input })).await;
            busy.try_set(false);
            match result {
                Ok(reply) => {
                    let balance = reply.adjust_leave.balance;
                    let left = days(i64::from(balance.remaining_minutes.unwrap_or_default()));
                    toast::show(t!(leave.adjust.done, kind = balance.kind.name, left = left));
                    cx.balances.refetch();
                    open.try_set(false);
                }
                Err(error) => {
                    // Another try after a change is another intent.
                    key.try_set_value(fresh_key());
                    problem.try_set(Some(error));
                }
            }
        });
    };
    let general = move || problem.get().filter(|error| error.fields.is_empty());
    view! {
        <Dialog
            open
            sticky=true
            title=move || t!(leave.adjust.title_of, name = cx.name.get().unwrap_or_default())
            actions=move || view! {
                <Button on:click=move |_| open.set(false)>{tr!(ui.cancel)}</Button>
                <Button kind=Kind::Primary busy disabled=Signal::derive(move || !online.get()) on:click=move |_| submit()>
                    {tr!(leave.adjust.save)}
                </Button>
            }
        >
            <form
                novalidate
                class="form"
                on:submit=move |event| {
                    event.prevent_default();
                    submit();
                }
            >
                {move || general().map(|error| view! { <Note tone=Tone::Bad icon="alert">{error.message}</Note> })}
                <Field label=tr!(leave.kind) error=at("typeKey")><Select value=kind options=kinds /></Field>
                <Field label=tr!(leave.adjust.which) error=at("lotId")><Select value=lot options=lot_options /></Field>
                <Field
                    label=tr!(leave.adjust.days)
                    required=true
                    error=at("minutes")
                    hint=Signal::derive(|| Some(t!(leave.adjust.days_hint).to_owned()))
                >
                    <TextInput value=amount />
                </Field>
                {move || lot.with(String::is_empty).then(|| view! {
                    <Field label=tr!(leave.adjust.from) required=true error=at("validFrom")><DateField value=valid_from /></Field>
                    <Field label=tr!(leave.adjust.to) required=true error=at("validTo")><DateField value=valid_to /></Field>
                })}
                <Field
                    label=tr!(leave.adjust.note)
                    required=true
                    error=at("note")
                    hint=Signal::derive(|| Some(t!(leave.adjust.note_hint).to_owned()))
                >
                    <TextArea value=note rows=2 maxlength=200 />
                </Field>
                <button type="submit" hidden></button>
            </form>
        </Dialog>
    }
}
