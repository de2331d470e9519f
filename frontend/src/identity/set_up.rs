//! The first start: the code of the terminal, then the company and its administrator, or a demo company.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::set_up_steps::{Buttons, CodeStep, DataStep, PeopleStep, Steps};
use super::sign_in::DoorBar;
use crate::api::set_up::{self, SetUpDemoInput, SetUpInput, SetUpStage};
use crate::api::{ApiError, Code, session};
use crate::ui::{Note, PageTitle, Tone};
use crate::{t, tr};

/// How often the server is asked whether the demo company is there.
const POLL: Duration = Duration::from_secs(1);
/// Account of the demo company's administrator.
const DEMO_ADMIN: &str = "admin";

/// The steps, in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The code of the terminal.
    Code,
    /// The company and its administrator.
    Data,
    /// How people come.
    People,
}

impl Step {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Code, Self::Data, Self::People];

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Code => t!(identity.setup.code_title),
            Self::Data => t!(identity.setup.data_title),
            Self::People => t!(identity.setup.people_title),
        }
    }
}

/// What is typed, and what is wrong with it.
#[derive(Clone, Copy)]
pub struct Draft {
    pub(super) step: RwSignal<Step>,
    pub(super) code: RwSignal<String>,
    /// `company` or `demo`.
    pub(super) kind: RwSignal<String>,
    pub(super) organisation: RwSignal<String>,
    pub(super) account: RwSignal<String>,
    pub(super) name: RwSignal<String>,
    pub(super) password: RwSignal<String>,
    pub(super) again: RwSignal<String>,
    /// `import` or `later`.
    pub(super) next: RwSignal<String>,
    /// Path and message of each wrong field.
    errors: RwSignal<Vec<(String, String)>>,
    pub(super) failure: RwSignal<Option<String>>,
    pub(super) busy: RwSignal<bool>,
    filling: RwSignal<bool>,
}

impl Draft {
    fn new() -> Self {
        let text = |value: &str| RwSignal::new(value.to_owned());
        // The link of the terminal carries the code where servers do not see it.
        let hash = window().location().hash().unwrap_or_default();
        Self {
            step: RwSignal::new(Step::Code),
            code: text(hash.trim_start_matches('#')),
            kind: text("company"),
            organisation: text(""),
            account: text("admin"),
            name: text(""),
            password: text(""),
            again: text(""),
            next: text("import"),
            errors: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            filling: RwSignal::new(false),
        }
    }

    pub(super) fn error(self, path: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.errors.with(|errors| {
                errors
                    .iter()
                    .find(|(own, _)| own == path)
                    .map(|(_, message)| message.clone())
            })
        })
    }

    /// Nothing is wrong any more.
    pub(super) fn forget_errors(self) {
        self.errors.set(Vec::new());
    }

    pub(super) fn is_demo(self) -> bool {
        self.kind.with(|kind| kind == "demo")
    }

    /// What is missing on a step.
    fn missing(self, step: Step) -> Vec<(String, String)> {
        let empty = |path: &str, value: RwSignal<String>, text: &str| {
            let empty = value.with_untracked(|value| value.trim().is_empty());
            empty.then(|| (path.to_owned(), text.to_owned()))
        };
        let differs = self.password.get_untracked() != self.again.get_untracked();
        let again = differs.then(|| ("again".to_owned(), t!(identity.differs).to_owned()));
        let password = empty("password", self.password, t!(identity.password_missing));
        let demo = untrack(|| self.is_demo());
        let found = match step {
            Step::Code => vec![empty("code", self.code, t!(identity.setup.code_missing))],
            Step::Data if demo => vec![password, again],
            Step::Data => vec![
                empty(
                    "organisation",
                    self.organisation,
                    t!(identity.setup.organisation_missing),
                ),
                empty("name", self.name, t!(identity.setup.name_missing)),
                empty("account", self.account, t!(identity.account_missing)),
                password,
                again,
            ],
            Step::People => Vec::new(),
        };
        found.into_iter().flatten().collect()
    }

    /// Shows what the server refused, on the step where it can be put right.
    fn refused(self, error: ApiError) {
        self.busy.try_set(false);
        let fields = error.fields.into_iter().map(|field| (field.path, field.message));
        let fields: Vec<_> = fields.collect();
        if error.code != Code::Invalid || fields.is_empty() {
            self.failure.try_set(Some(error.message));
            return;
        }
        let step = if fields.iter().any(|(path, _)| path == "code") {
            Step::Code
        } else {
            Step::Data
        };
        self.errors.try_set(fields);
        self.step.try_set(step);
    }
}

/// The page.
#[component]
pub fn SetUp() -> impl IntoView {
    let draft = Draft::new();
    let navigate = use_navigate();
    let leave = {
        let navigate = navigate.clone();
        move |to: &str| {
            let options = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            navigate(to, options);
        }
    };
    {
        let leave = leave.clone();
        spawn_local(async move {
            match set_up::stage().await {
                Ok(SetUpStage::Done) => leave("/"),
                Ok(SetUpStage::Filling) => {
                    draft.filling.try_set(true);
                }
                Ok(SetUpStage::Failed) => {
                    draft.failure.try_set(Some(t!(identity.setup.demo_failed).to_owned()));
                }
                // Without an answer the form says what is wrong when it is sent.
                Ok(SetUpStage::Needed) | Err(_) => {}
            }
        });
    }
    let finish = StoredValue::new_local(leave);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if draft.busy.get_untracked() {
            return;
        }
        draft.failure.set(None);
        let step = draft.step.get_untracked();
        let missing = draft.missing(step);
        let complete = missing.is_empty();
        draft.errors.set(missing);
        if !complete {
            return;
        }
        match step {
            Step::Code => draft.step.set(Step::Data),
            Step::Data if !untrack(|| draft.is_demo()) => draft.step.set(Step::People),
            Step::Data => begin_demo(draft),
            Step::People => found(draft, move |to| finish.with_value(|leave| leave(to))),
        }
    };
    wait_for_demo(draft, move || finish.with_value(|leave| leave("/")));
    view! {
        <PageTitle text=tr!(identity.setup.title) />
        <div class="p-setup first">
            <Steps draft />
            <main class="sheetp" id="main">
                <DoorBar />
                {move || if draft.filling.get() {
                    view! {
                        <div class="filling" role="status">
                            <span class="btn primary" aria-busy="true" aria-hidden="true"></span>
                            <h1>{tr!(identity.setup.filling)}</h1>
                            <p class="soft">{tr!(identity.setup.filling_text)}</p>
                        </div>
                    }
                    .into_any()
                } else {
                    view! {
                        <form novalidate class="fields" on:submit=submit>
                            <header><h1>{move || draft.step.get().title()}</h1></header>
                            {move || draft.failure.get().map(|text| view! { <Note tone=Tone::Bad icon="alert">{text}</Note> })}
                            {move || match draft.step.get() {
                                Step::Code => view! { <CodeStep draft /> }.into_any(),
                                Step::Data => view! { <DataStep draft /> }.into_any(),
                                Step::People => view! { <PeopleStep draft /> }.into_any(),
                            }}
                            <Buttons draft />
                        </form>
                    }
                    .into_any()
                }}
            </main>
        </div>
    }
}

/// Makes the company; the administrator goes on where they chose.
fn found(draft: Draft, leave: impl Fn(&str) + 'static) {
    draft.busy.set(true);
    let input = SetUpInput {
        code: draft.code.get_untracked(),
        organisation: draft.organisation.get_untracked(),
        account: draft.account.get_untracked(),
        name: draft.name.get_untracked(),
        password: draft.password.get_untracked(),
    };
    let to = if draft.next.with_untracked(|next| next == "import") {
        "/admin/import"
    } else {
        "/"
    };
    // Signing in takes this page away: the place to go on is set before.
    spawn_local(async move {
        match set_up::found(input, || leave(to)).await {
            Ok(()) => {}
            Err(error) => draft.refused(error),
        }
    });
}

/// Lets the server make the demo company.
fn begin_demo(draft: Draft) {
    draft.busy.set(true);
    let input = SetUpDemoInput {
        code: draft.code.get_untracked(),
        password: draft.password.get_untracked(),
    };
    spawn_local(async move {
        match set_up::fill_demo(input).await {
            Ok(()) => {
                draft.busy.try_set(false);
                draft.filling.try_set(true);
            }
            Err(error) => draft.refused(error),
        }
    });
}

/// Asks until the demo company is there, then signs its administrator in, where the password is known here.
fn wait_for_demo(draft: Draft, leave: impl Fn() + Clone + 'static) {
    Effect::new(move |_| {
        if draft.filling.get() {
            ask(draft, leave.clone());
        }
    });
}

fn ask(draft: Draft, leave: impl Fn() + Clone + 'static) {
    set_timeout(
        move || {
            spawn_local(async move {
                match set_up::stage().await {
                    Ok(SetUpStage::Done) => {
                        let password = draft.password.try_get_untracked().unwrap_or_default();
                        leave();
                        if !password.is_empty() {
                            // Refused, the sign-in page that is shown by then asks again.
                            let _ = session::sign_in(DEMO_ADMIN.to_owned(), password).await;
                        }
                    }
                    Ok(SetUpStage::Failed) => {
                        draft.filling.try_set(false);
                        draft.failure.try_set(Some(t!(identity.setup.demo_failed).to_owned()));
                    }
                    Ok(SetUpStage::Filling | SetUpStage::Needed) | Err(_) => ask(draft, leave),
                }
            });
        },
        POLL,
    );
}
