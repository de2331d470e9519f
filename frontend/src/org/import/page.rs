//! `/admin/import`: a spreadsheet is chosen, checked row by row, and applied at once or not at all.

use cynic::{MutationBuilder, QueryBuilder};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::file::{download, read};
use super::result::{Checked, Done};
use super::state::{MOST_BYTES, base64, is_spreadsheet};
use crate::api::org::import::{Import, ImportMembers, ImportMembersInput, ImportMembersVars, ImportTemplateQuery};
use crate::api::viewer::{Permission, use_viewer};
use crate::api::{ApiError, fresh_key, mutate, query};
use crate::ui::{Art, Button, Empty, Icon, Kind, LinkButton, Note, PageTitle, SkeletonRows, Tone, toast};
use crate::{t, tr};

/// The chosen file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Its name.
    pub(super) name: String,
    content: String,
}

/// Where one stands.
#[derive(Clone, Copy)]
pub struct Session {
    /// The file.
    pub(super) file: RwSignal<Option<Chosen>>,
    /// What the check found.
    pub(super) checked: RwSignal<Option<Import>>,
    /// What was done.
    pub(super) done: RwSignal<Option<Import>>,
    /// Why it did not work.
    pub(super) problem: RwSignal<Option<ApiError>>,
    /// Being checked or applied.
    pub(super) busy: RwSignal<bool>,
    /// Members the file does not name are disabled.
    pub(super) disable_missing: RwSignal<bool>,
    /// Rows with errors are left out.
    pub(super) skip_errors: RwSignal<bool>,
    /// Only the answer to the newest question counts.
    asked: StoredValue<u32>,
    /// One per intent.
    key: StoredValue<String>,
}

impl Session {
    fn new() -> Self {
        Self {
            file: RwSignal::new(None),
            checked: RwSignal::new(None),
            done: RwSignal::new(None),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
            disable_missing: RwSignal::new(false),
            skip_errors: RwSignal::new(false),
            asked: StoredValue::new(0),
            key: StoredValue::new(fresh_key()),
        }
    }

    /// Begins anew.
    pub(super) fn reset(self) {
        self.asked.update_value(|n| *n = n.wrapping_add(1));
        self.file.set(None);
        self.checked.set(None);
        self.done.set(None);
        self.problem.set(None);
        self.busy.set(false);
        self.key.set_value(fresh_key());
    }

    /// Takes a file and checks it.
    fn take(self, file: web_sys::File) {
        self.reset();
        let name = file.name();
        if !is_spreadsheet(&name) {
            toast::error(t!(org.import.wrong_kind));
            return;
        }
        if file.size() > MOST_BYTES {
            toast::error(t!(org.import.too_large));
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            match read(&file).await {
                Some(bytes) => {
                    let content = base64(&bytes);
                    self.file.try_set(Some(Chosen { name, content }));
                    self.run(true);
                }
                None => {
                    self.busy.try_set(false);
                    toast::error(t!(org.import.unreadable));
                }
            }
        });
    }

    /// Checks or applies the file with the present options.
    pub(super) fn run(self, dry_run: bool) {
        let Some(file) = self.file.try_get_untracked().flatten() else {
            return;
        };
        let number = self.asked.try_update_value(|n| {
            *n = n.wrapping_add(1);
            *n
        });
        self.busy.set(true);
        self.problem.set(None);
        let input = ImportMembersInput {
            file_name: file.name,
            content_base64: file.content,
            dry_run,
            disable_missing: self.disable_missing.get_untracked(),
            skip_errors: self.skip_errors.get_untracked(),
            idempotency_key: (!dry_run).then(|| self.key.get_value()),
        };
        spawn_local(async move {
            let result = mutate(ImportMembers::build(ImportMembersVars { input })).await;
            if self.asked.try_get_value() != number || number.is_none() {
                return;
            }
            self.busy.try_set(false);
            match result {
                Ok(reply) if reply.import_members.applied => {
                    self.done.try_set(Some(reply.import_members));
                }
                Ok(reply) => {
                    self.checked.try_set(Some(reply.import_members));
                }
                Err(error) => {
                    if dry_run {
                        self.checked.try_set(None);
                    }
                    self.problem.try_set(Some(error));
                }
            }
        });
    }
}

/// The import page.
#[component]
pub fn ImportPage() -> impl IntoView {
    let viewer = use_viewer();
    let may = Memo::new(move |_| viewer.may(Permission::EditOrganisation));
    let session = Session::new();
    view! {
        <PageTitle text=tr!(org.import.title) />
        {move || if may.get() {
            view! {
                <div class="p-setup in-app only-wide">
                    <div class="sheetp">
                        {move || match (session.done.get(), session.file.get()) {
                            (Some(done), _) => view! { <Done session done /> }.into_any(),
                            (None, Some(file)) => view! { <Checked session file /> }.into_any(),
                            (None, None) => view! { <Choose session /> }.into_any(),
                        }}
                    </div>
                </div>
                <div class="only-phone">
                    <h1 class="sr">{tr!(org.import.title)}</h1>
                    <Empty art=Art::Sheet title=tr!(org.import.title) text=Signal::derive(|| Some(t!(org.import.on_phone).to_owned()))>
                        <LinkButton href="/contacts">{tr!(org.import.to_contacts)}</LinkButton>
                    </Empty>
                </div>
            }
            .into_any()
        } else {
            view! { <Empty art=Art::Door title=tr!(org.no_right) text=Signal::derive(|| Some(t!(org.no_right_text).to_owned())) /> }.into_any()
        }}
    }
}

/// The first step: a file.
#[component]
fn Choose(session: Session) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let drop = move |event: web_sys::DragEvent| {
        event.prevent_default();
        over.set(false);
        let file = event
            .data_transfer()
            .and_then(|data| data.files())
            .and_then(|files| files.get(0));
        if let Some(file) = file {
            session.take(file);
        }
    };
    view! {
        <header class="top">
            <h1>{tr!(org.import.title)}</h1>
            <p class="soft">{tr!(org.import.lead)}</p>
        </header>
        <div class="bar2"></div>
        <div class="scroll">
            <div
                class="drop"
                class:over=move || over.get()
                on:dragover=move |event| {
                    event.prevent_default();
                    over.set(true);
                }
                on:dragleave=move |_| over.set(false)
                on:drop=drop
            >
                <Icon name="upload" />
                <b>{tr!(org.import.drop)}</b>
                <p class="soft">{tr!(org.import.formats)}</p>
                <Button
                    kind=Kind::Primary
                    busy=session.busy
                    on:click=move |_| if let Some(input) = input.get_untracked() { input.click() }
                >
                    {tr!(org.import.choose)}
                </Button>
                <input
                    class="sr"
                    type="file"
                    tabindex="-1"
                    aria-label=tr!(org.import.choose)
                    accept=".xlsx,.csv"
                    node_ref=input
                    on:change=move |_| {
                        let Some(input) = input.get_untracked() else { return };
                        if let Some(file) = input.files().and_then(|files| files.get(0)) {
                            session.take(file);
                        }
                        input.set_value("");
                    }
                />
            </div>
            <section class="how">
                <h2>{tr!(org.import.how)}</h2>
                <ul>
                    <li>{tr!(org.import.how_wecom)}</li>
                    <li>{tr!(org.import.how_blank)}</li>
                    <li>{tr!(org.import.how_check)}</li>
                </ul>
                <button type="button" class="link" on:click=|_| template()>{tr!(org.import.template)}</button>
            </section>
        </div>
    }
}

/// The empty sheet as a download.
fn template() {
    spawn_local(async {
        match query(ImportTemplateQuery::build(())).await {
            Ok(reply) => download(
                &format!("{}.csv", t!(org.import.template_name)),
                &reply.data.import_template,
            ),
            Err(error) => toast::error(error.message),
        }
    });
}

/// What stands above the table while there is none.
#[component]
pub(super) fn Problem(session: Session) -> impl IntoView {
    move || {
        match (session.problem.get(), session.busy.get()) {
        (Some(error), false) => view! {
            <div class="why-not">
                <Note tone=Tone::Bad icon="alert">
                    <p>{error.message}</p>
                    {(!error.fields.is_empty()).then(|| view! {
                        <ul>{error.fields.into_iter().map(|field| view! { <li>{field.message}</li> }).collect_view()}</ul>
                    })}
                </Note>
            </div>
        }
        .into_any(),
        (None, true) if session.checked.with(Option::is_none) => view! { <SkeletonRows rows=8 /> }.into_any(),
        _ => ().into_any(),
    }
    }
}
