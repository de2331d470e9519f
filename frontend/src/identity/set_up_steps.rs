//! The steps of the first start: what is asked for on each, and the way from one to the next.

use leptos::prelude::*;

use super::set_up::{Draft, Step};
use crate::ui::{
    Button, Choices, Field, Icon, Kind, Mark, MicroThread, Note, Opt, PasswordInput, Size, TextInput, Tone,
};
use crate::{t, tr};

/// Where one is, at the side or, on phones, above.
#[component]
pub fn Steps(
    /// What is typed.
    draft: Draft,
) -> impl IntoView {
    const STEPS: u32 = Step::ALL.len() as u32;
    let at = Memo::new(move |_| draft.step.get() as u32 + 1);
    let place = move || t!(identity.setup.place, n = at.get(), of = STEPS);
    view! {
        <nav class="steps" aria-label=tr!(identity.setup.steps)>
            <span class="brand"><Mark />{tr!(shell.brand)}<small>{tr!(identity.setup.title)}</small></span>
            <p class="meta only-phone"><span class="inline"><MicroThread at=at of=STEPS />{place}</span></p>
            <ol class="thread">
                {(1..).zip(Step::ALL).map(|(number, step)| {
                    let (past, now) = (move || at.get() > number, move || at.get() == number);
                    view! {
                        <li class="node" class:now=now class:next=move || at.get() < number aria-current=move || now().then_some("step")>
                            <span class="joint">
                                <span class="dotno num">
                                    {move || if past() { view! { <Icon name="check" small=true /> }.into_any() } else { number.into_any() }}
                                </span>
                            </span>
                            <div><b>{move || step.title()}</b></div>
                        </li>
                    }
                }).collect_view()}
            </ol>
        </nav>
    }
}

/// Asks for the code of the terminal.
#[component]
pub fn CodeStep(
    /// What is typed.
    draft: Draft,
) -> impl IntoView {
    view! {
        <p class="soft">{tr!(identity.setup.code_text)}</p>
        <Field label=tr!(identity.setup.code) error=draft.error("code")>
            <TextInput value=draft.code autocomplete="off" {..} autofocus=true autocapitalize="none" spellcheck="false" />
        </Field>
    }
}

/// Asks for the company and its administrator, or for the password of a demo company.
#[component]
pub fn DataStep(
    /// What is typed.
    draft: Draft,
) -> impl IntoView {
    let kinds = Signal::derive(|| {
        vec![
            Opt::new("company", t!(identity.setup.company)).note(t!(identity.setup.company_note)),
            Opt::new("demo", t!(identity.setup.demo)).note(t!(identity.setup.demo_note)),
        ]
    });
    let demo = Memo::new(move |_| draft.is_demo());
    Effect::new(move |before: Option<bool>| {
        let now = demo.get();
        // What was missing for the one says nothing about the other.
        if before.is_some_and(|before| before != now) {
            draft.forget_errors();
        }
        now
    });
    view! {
        <Field label=tr!(identity.setup.kind) group=true><Choices value=draft.kind options=kinds /></Field>
        {move || if demo.get() {
            view! { <Note tone=Tone::Info icon="info">{tr!(identity.setup.demo_accounts)}</Note> }.into_any()
        } else {
            view! {
                <Field label=tr!(identity.setup.organisation) error=draft.error("organisation")>
                    <TextInput value=draft.organisation autocomplete="organization" />
                </Field>
                <Field label=tr!(identity.setup.name) error=draft.error("name")>
                    <TextInput value=draft.name autocomplete="name" />
                </Field>
                <Field label=tr!(identity.setup.account) error=draft.error("account") hint=Signal::derive(|| Some(t!(identity.setup.account_hint).to_owned()))>
                    <TextInput value=draft.account autocomplete="username" {..} autocapitalize="none" spellcheck="false" />
                </Field>
            }
            .into_any()
        }}
        <Field label=tr!(identity.password) error=draft.error("password") hint=Signal::derive(|| Some(t!(identity.password_hint).to_owned()))>
            <PasswordInput value=draft.password autocomplete="new-password" />
        </Field>
        <Field label=tr!(identity.setup.again) error=draft.error("again")>
            <PasswordInput value=draft.again autocomplete="new-password" />
        </Field>
    }
}

/// Asks how people come.
#[component]
pub fn PeopleStep(
    /// What is typed.
    draft: Draft,
) -> impl IntoView {
    let ways = Signal::derive(|| {
        vec![
            Opt::new("import", t!(identity.setup.import_people)).note(t!(identity.setup.import_note)),
            Opt::new("later", t!(identity.setup.later)).note(t!(identity.setup.later_note)),
        ]
    });
    view! { <Field label=tr!(identity.setup.people) group=true><Choices value=draft.next options=ways /></Field> }
}

/// The way back and on.
#[component]
pub fn Buttons(
    /// What is typed.
    draft: Draft,
) -> impl IntoView {
    let back = move |_| {
        draft.failure.set(None);
        draft.step.update(|step| {
            *step = if *step == Step::People { Step::Data } else { Step::Code };
        });
    };
    let last = move || draft.step.get() == Step::People || (draft.step.get() == Step::Data && draft.is_demo());
    view! {
        <footer class="two">
            {move || (draft.step.get() != Step::Code).then(|| view! {
                <Button size=Size::Large on:click=back>{tr!(identity.setup.back)}</Button>
            })}
            <Button submit=true kind=Kind::Primary size=Size::Large busy=draft.busy>
                {move || match (last(), draft.is_demo()) {
                    (false, _) => t!(identity.setup.go_on),
                    (true, true) => t!(identity.setup.load_demo),
                    (true, false) => t!(identity.setup.finish),
                }}
            </Button>
        </footer>
    }
}
