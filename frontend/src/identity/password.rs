//! Changing the password: by choice, or because it was given by someone else.

use cynic::MutationBuilder;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::sign_in::{DoorBar, Story};
use crate::api::identity::{ChangePassword, ChangePasswordInput, ChangePasswordVars};
use crate::api::viewer::use_viewer;
use crate::api::{Code, mutate};
use crate::shell::sign_out;
use crate::ui::{Button, Field, Kind, Mark, Note, PageTitle, PasswordInput, Size, Tone, toast};
use crate::{t, tr};

/// The step between the first sign-in and everything else.
#[component]
pub fn MustChangePassword() -> impl IntoView {
    let viewer = use_viewer();
    view! {
        <PageTitle text=tr!(identity.change_title) />
        <div class="p-sign-in">
            <Story />
            <main class="gate" id="main">
                <DoorBar />
                <PasswordForm on_done=Callback::new(move |()| viewer.0.refetch())>
                    <div class="logo">
                        <Mark />
                        <div>
                            <h1>{tr!(identity.change_title)}</h1>
                            <p>{tr!(identity.must_change)}</p>
                        </div>
                    </div>
                </PasswordForm>
                <footer>
                    <button type="button" class="link" on:click=|_| sign_out()>{tr!(shell.sign_out)}</button>
                </footer>
            </main>
        </div>
    }
}

/// The present password, and the new one twice.
#[component]
pub fn PasswordForm(
    /// It has been changed.
    on_done: Callback<()>,
    /// What stands above the fields.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let [current, new, again] = [(); 3].map(|()| RwSignal::new(String::new()));
    let [current_error, new_error, again_error, failure] = [(); 4].map(|()| RwSignal::new(None::<String>));
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let missing = |value: RwSignal<String>| {
            value
                .with_untracked(String::is_empty)
                .then(|| t!(identity.password_missing).to_owned())
        };
        failure.set(None);
        current_error.set(missing(current));
        new_error.set(missing(new));
        let differs = new.get_untracked() != again.get_untracked();
        again_error.set(differs.then(|| t!(identity.differs).to_owned()));
        if [current_error, new_error, again_error]
            .iter()
            .any(|error| error.with_untracked(Option::is_some))
        {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let input = ChangePasswordInput {
                current: current.get_untracked(),
                new: new.get_untracked(),
            };
            let result = mutate(ChangePassword::build(ChangePasswordVars { input })).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    toast::show(t!(identity.changed));
                    on_done.try_run(());
                }
                Err(error) => {
                    current_error.try_set(error.field("current").map(str::to_owned));
                    new_error.try_set(error.field("new").map(str::to_owned));
                    if error.code != Code::Invalid || error.fields.is_empty() {
                        failure.try_set(Some(error.message));
                    }
                }
            }
        });
    };
    view! {
        <form novalidate class="fields" on:submit=submit>
            {children.map(|children| children())}
            {move || failure.get().map(|text| view! { <Note tone=Tone::Bad icon="alert">{text}</Note> })}
            <Field label=tr!(identity.current_password) error=current_error>
                <PasswordInput value=current />
            </Field>
            <Field label=tr!(identity.new_password) error=new_error hint=Signal::derive(|| Some(t!(identity.password_hint).to_owned()))>
                <PasswordInput value=new autocomplete="new-password" />
            </Field>
            <Field label=tr!(identity.repeat_password) error=again_error>
                <PasswordInput value=again autocomplete="new-password" />
            </Field>
            <Button submit=true kind=Kind::Primary size=Size::Large wide=true busy>{tr!(identity.change)}</Button>
        </form>
    }
}
