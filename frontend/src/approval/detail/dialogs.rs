//! What has to be asked before a deed: a reason, a step, people, a confirmation.

use leptos::prelude::*;

use super::deeds::{Ask, Deeds, Verdict};
use super::state::return_targets;
use crate::api::approval::find_people;
use crate::ui::{Button, Dialog, Field, Kind, Opt, PeoplePicker, Person, Search, Select, TextArea};
use crate::{t, tr};

/// A search over all members.
pub fn people_search() -> Search {
    Search::new(|text| async move {
        let found = find_people(&text).await.unwrap_or_default();
        let option = |member: crate::api::approval::FoundMember| {
            let note = member.note();
            Opt::new(member.id.inner(), member.name).note(note)
        };
        found.into_iter().map(option).collect()
    })
}

/// The one dialog, as what it asks for.
#[component]
pub fn Dialogs(
    /// The request and what can be done with it.
    deeds: Deeds,
) -> impl IntoView {
    let open = RwSignal::new(false);
    // Remembered while the dialog closes.
    let ask = RwSignal::new(Ask::Reject);
    let text = RwSignal::new(String::new());
    let target = RwSignal::new("START".to_owned());
    let people = RwSignal::new(Vec::<Person>::new());
    let missing = RwSignal::new(None::<String>);
    Effect::new(move |_| match deeds.ask.get() {
        Some(what) => {
            ask.set(what);
            text.set(String::new());
            target.set("START".to_owned());
            people.set(Vec::new());
            missing.set(None);
            open.set(true);
        }
        None => open.set(false),
    });
    Effect::new(move |_| {
        if !open.get() && deeds.ask.get_untracked().is_some() {
            deeds.ask.set(None);
        }
    });
    let send = move || {
        let words = text.get_untracked().trim().to_owned();
        let chosen: Vec<String> =
            people.with_untracked(|people| people.iter().map(|person| person.id.clone()).collect());
        let what = ask.get_untracked();
        let lacking = match what {
            Ask::Reject if words.is_empty() => Some(t!(approval.ask.reject_missing)),
            Ask::Return if words.is_empty() => Some(t!(approval.ask.return_missing)),
            Ask::Copy if chosen.is_empty() => Some(t!(approval.ask.copy_missing)),
            _ => None,
        };
        if let Some(lacking) = lacking {
            missing.set(Some(lacking.to_owned()));
            return;
        }
        deeds.ask.set(None);
        match what {
            Ask::Approve => deeds.decide(Verdict::Approve, words),
            Ask::Reject => deeds.decide(Verdict::Reject, words),
            Ask::Return => deeds.decide(Verdict::Return(target.get_untracked()), words),
            Ask::Withdraw => deeds.withdraw(words),
            Ask::Copy => deeds.copy_to(chosen),
        }
    };
    let title = move || {
        let what = deeds.approval.with(|approval| {
            approval
                .as_ref()
                .map_or_else(String::new, |approval| approval.title.clone())
        });
        match ask.get() {
            Ask::Approve => t!(approval.ask.approve_title, what = what),
            Ask::Reject => t!(approval.ask.reject_title, what = what),
            Ask::Return => t!(approval.ask.return_title, what = what),
            Ask::Withdraw => t!(approval.ask.withdraw_title, what = what),
            Ask::Copy => t!(approval.ask.copy_title, what = what),
        }
    };
    let word = move || match ask.get() {
        Ask::Approve => t!(approval.act.approve),
        Ask::Reject => t!(approval.act.reject),
        Ask::Return => t!(approval.act.send_back),
        Ask::Withdraw => t!(approval.act.withdraw),
        Ask::Copy => t!(approval.act.copy_to),
    };
    let kind = move || match ask.get() {
        Ask::Reject | Ask::Withdraw => Kind::Danger,
        _ => Kind::Primary,
    };
    let keydown = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let label = move || match ask.get() {
        Ask::Approve => t!(approval.ask.opinion),
        Ask::Return => t!(approval.ask.return_reason),
        _ => t!(approval.ask.reason),
    };
    view! {
        <Dialog
            open
            sticky=true
            title
            actions=move || view! {
                <Button on:click=move |_| deeds.ask.set(None)>{tr!(ui.cancel)}</Button>
                <Button kind=kind() on:click=move |_| send()>{word}</Button>
            }
        >
            {move || match ask.get() {
                Ask::Copy => view! {
                    <Field label=tr!(approval.ask.people) required=true error=missing>
                        <PeoplePicker value=people search=people_search() />
                    </Field>
                }
                .into_any(),
                what => {
                    let must = matches!(what, Ask::Reject | Ask::Return);
                    view! {
                        {(what == Ask::Withdraw).then(|| view! { <p class="soft">{tr!(approval.ask.withdraw_text)}</p> })}
                        {(what == Ask::Return).then(|| view! { <Targets deeds target /> })}
                        <Field
                            label
                            required=must
                            optional=!must
                            error=missing
                            hint=Signal::derive(|| Some(t!(approval.ask.hint).to_owned()))
                        >
                            <TextArea value=text maxlength=2000 {..} autofocus="" on:keydown=keydown />
                        </Field>
                    }
                    .into_any()
                }
            }}
        </Dialog>
    }
}

/// To which step it goes back.
#[component]
fn Targets(deeds: Deeds, target: RwSignal<String>) -> impl IntoView {
    let options = Signal::derive(move || {
        let Some(approval) = deeds.approval.get() else {
            return Vec::new();
        };
        let applicant = t!(approval.ask.to_applicant, who = approval.applicant.name);
        let mut options = vec![Opt::new("START", applicant)];
        options.extend(return_targets(&approval).into_iter().map(|(key, name, people)| {
            let label = if people.is_empty() {
                name
            } else {
                t!(approval.ask.to_step, step = name, who = people)
            };
            Opt::new(key, label)
        }));
        options
    });
    view! {
        <Field label=tr!(approval.ask.return_to)>
            <Select value=target options />
        </Field>
    }
}
