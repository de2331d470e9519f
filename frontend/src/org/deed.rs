//! What an administrator is doing right now, and the questions that come before a deed.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::org::directory::{Department, MemberCard};
use crate::api::{ApiError, online};
use crate::ui::{Button, Dialog, Icon, Kind, Note, Tone, toast};
use crate::{t, tr};

/// The dialog that is open.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "a deed says itself what it is about")]
pub enum Deed {
    AddMember {
        department: Option<String>,
    },
    EditMember(Box<MemberCard>),
    Disable(Box<MemberCard>),
    Enable(Box<MemberCard>),
    ResetPassword(Box<MemberCard>),
    GrantRole {
        id: String,
        name: String,
    },
    ShowPassword {
        name: String,
        account: String,
        password: String,
    },
    AddDepartment(Box<Department>),
    EditDepartment(Box<Department>),
    MoveDepartment(Box<Department>),
    CloseDepartment(Box<Department>),
    ReopenDepartment(Box<Department>),
}

/// An open dialog; once it is closed there is no deed.
pub(super) fn opened(deed: RwSignal<Option<Deed>>) -> RwSignal<bool> {
    let open = RwSignal::new(true);
    Effect::new(move |_| {
        if !open.get() {
            // After the native dialog has closed and given the focus back.
            request_animation_frame(move || {
                deed.try_update(|deed| {
                    if open.try_get_untracked() != Some(true) {
                        *deed = None;
                    }
                });
            });
        }
    });
    open
}

/// A question before a deed that is not undone by a click, in the language of the moment it is asked in.
pub struct Question {
    pub(super) title: String,
    pub(super) text: &'static str,
    /// What the button says.
    pub(super) label: &'static str,
    /// Whether it takes something away from somebody.
    pub(super) danger: bool,
    /// Does it, and says what was done.
    pub(super) action: Box<dyn AsyncDeed + Send + Sync>,
}

/// Asks it.
#[component]
pub(super) fn Confirm(deed: RwSignal<Option<Deed>>, question: Question) -> impl IntoView {
    let Question {
        title,
        text,
        label,
        danger,
        action,
    } = question;
    let open = opened(deed);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let action = StoredValue::new(action);
    let online = online();
    let run = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let work = action.with_value(|action| action.start());
        spawn_local(async move {
            let result = work.await;
            busy.try_set(false);
            match result {
                Ok(said) => {
                    open.try_set(false);
                    if !said.is_empty() {
                        toast::show(said);
                    }
                }
                Err(error) => {
                    failure.try_set(Some(error.message));
                }
            }
        });
    };
    view! {
        <Dialog
            open
            title
            actions=move || view! {
                <Button on:click=move |_| open.set(false)>{tr!(ui.cancel)}</Button>
                <Button
                    kind=if danger { Kind::Danger } else { Kind::Primary }
                    busy
                    disabled=Signal::derive(move || !online.get())
                    on:click=move |_| run()
                >
                    {label}
                </Button>
            }
        >
            <p>{text}</p>
            {move || failure.get().map(|text| view! { <Note tone=Tone::Bad icon="alert">{text}</Note> })}
        </Dialog>
    }
}

/// A deed that takes time: an async closure that returns what to say afterwards.
pub trait AsyncDeed {
    /// Begins it.
    fn start(&self) -> std::pin::Pin<Box<dyn Future<Output = Result<String, ApiError>>>>;
}

impl<C, F> AsyncDeed for C
where
    C: Fn() -> F,
    F: Future<Output = Result<String, ApiError>> + 'static,
{
    fn start(&self) -> std::pin::Pin<Box<dyn Future<Output = Result<String, ApiError>>>> {
        Box::pin(self())
    }
}

/// A one-time password, shown once.
#[component]
pub(super) fn ShowPassword(
    deed: RwSignal<Option<Deed>>,
    name: String,
    account: String,
    password: String,
) -> impl IntoView {
    let open = opened(deed);
    let copied = RwSignal::new(false);
    let name = StoredValue::new(name);
    let account = StoredValue::new(account);
    let password = StoredValue::new(password);
    let copy = move |_| {
        let clipboard = window().navigator().clipboard();
        let _ = clipboard.write_text(&password.get_value());
        copied.set(true);
    };
    view! {
        <Dialog
            open
            sticky=true
            title=tr!(org.password.title)
            actions=move || view! { <Button kind=Kind::Primary on:click=move |_| open.set(false)>{tr!(org.password.done)}</Button> }
        >
            <p>{move || t!(org.password.text, name = name.get_value())}</p>
            <dl class="kv secret-once">
                {(!account.with_value(String::is_empty)).then(|| view! {
                    <dt>{tr!(org.field.account)}</dt>
                    <dd class="num">{account.get_value()}</dd>
                })}
                <dt>{tr!(org.password.label)}</dt>
                <dd>
                    <code class="num">{password.get_value()}</code>
                    <Button on:click=copy>
                        {move || view! { <Icon name=if copied.get() { "check" } else { "copy" } small=true /> }}
                        {move || if copied.get() { t!(org.password.copied) } else { t!(org.password.copy) }}
                    </Button>
                </dd>
            </dl>
            <Note tone=Tone::Warn icon="alert">{tr!(org.password.once)}</Note>
        </Dialog>
    }
}
