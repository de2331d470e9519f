//! Account and password: the form of the sign-in page and of the sheet over an ended session.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use crate::api::{Code, session};
use crate::ui::{Button, Field, Kind, Note, PasswordInput, Size, TextInput, Tone};
use crate::{t, tr};

/// Asks for account and password.
#[component]
pub fn SignInForm(
    /// The account to begin with.
    #[prop(optional, into)]
    account: String,
    /// What stands above the fields.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let known = !account.is_empty();
    let account = RwSignal::new(account);
    let password_value = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let account_error = RwSignal::new(None::<String>);
    let password_error = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<String>);
    let form = NodeRef::<html::Form>::new();
    if known {
        // After the dialog has put the focus where it thinks best: the account is known, the password is asked for.
        set_timeout(
            move || {
                let field = form
                    .try_get_untracked()
                    .flatten()
                    .and_then(|form| form.query_selector("input[type=password]").ok().flatten())
                    .and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok());
                if let Some(field) = field {
                    // Not being focused is no failure worth telling.
                    let _ = field.focus();
                }
            },
            Duration::from_millis(60),
        );
    }
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let (name, secret) = (
            account.get_untracked().trim().to_owned(),
            password_value.get_untracked(),
        );
        account_error.set(name.is_empty().then(|| t!(identity.account_missing).to_owned()));
        password_error.set(secret.is_empty().then(|| t!(identity.password_missing).to_owned()));
        failure.set(None);
        if name.is_empty() || secret.is_empty() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let result = session::sign_in(name, secret).await;
            // Signing in takes the form away; its signals may be gone by now.
            busy.try_set(false);
            if let Err(error) = result {
                match error.code {
                    Code::Network | Code::Timeout | Code::Unexpected | Code::Internal => {
                        failure.try_set(Some(error.message));
                    }
                    _ => {
                        password_error.try_set(Some(error.message));
                    }
                }
            }
        });
    };
    view! {
        <form novalidate node_ref=form on:submit=submit>
            {children.map(|children| children())}
            {move || failure.get().map(|text| view! { <Note tone=Tone::Bad icon="alert">{text}</Note> })}
            <Field label=tr!(identity.account) error=account_error>
                <TextInput value={account} autocomplete="username" {..} autofocus=!known autocapitalize="none" spellcheck="false" />
            </Field>
            <Field label=tr!(identity.password) error=password_error>
                <PasswordInput value=password_value />
            </Field>
            <Button submit=true kind=Kind::Primary size=Size::Large wide=true busy>{tr!(identity.sign_in)}</Button>
        </form>
    }
}
