//! Importing a notice: paste or choose it, check it, import it.

use cynic::MutationBuilder;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use crate::api::calendar::{CalendarImport, ImportCalendar, ImportCalendarInput, ImportCalendarVars};
use crate::api::{ApiError, mutate, online};
use crate::ui::{Button, Dialog, Field, Kind, Note, TextArea, Tone, toast};
use crate::{t, tr};

/// The largest notice that is read, in bytes.
const MOST_BYTES: f64 = 256_000.0;
/// How many problems are listed.
const LISTED: usize = 20;

/// The dialog.
#[component]
pub fn ImportNotice(
    /// Open or closed.
    open: RwSignal<bool>,
    /// A notice of this year was imported.
    on_done: Callback<i32>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let checked = RwSignal::new(None::<CalendarImport>);
    let problem = RwSignal::new(None::<ApiError>);
    let busy = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let online = online();
    // What was checked is what is imported.
    Effect::new(move |_| {
        text.track();
        checked.set(None);
        problem.set(None);
    });
    let run = move |dry_run: bool| {
        if busy.get_untracked() || text.with_untracked(|text| text.trim().is_empty()) {
            return;
        }
        busy.set(true);
        problem.set(None);
        let json = text.get_untracked();
        spawn_local(async move {
            let vars = ImportCalendarVars {
                input: ImportCalendarInput { json, dry_run },
            };
            let result = mutate(ImportCalendar::build(vars)).await;
            busy.try_set(false);
            match result {
                Ok(reply) if reply.import_calendar.applied => {
                    let done = reply.import_calendar;
                    toast::show(t!(calendar.done, year = done.year, n = done.days));
                    open.try_set(false);
                    text.try_set(String::new());
                    on_done.try_run(done.year);
                }
                Ok(reply) => {
                    checked.try_set(Some(reply.import_calendar));
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    let choose = move || {
        let Some(element) = input.get_untracked() else { return };
        let file = element.files().and_then(|files| files.get(0));
        element.set_value("");
        let Some(file) = file else { return };
        if file.size() > MOST_BYTES {
            toast::error(t!(calendar.too_large));
            return;
        }
        spawn_local(async move {
            match JsFuture::from(file.text())
                .await
                .ok()
                .and_then(|value| value.as_string())
            {
                Some(content) => {
                    text.try_set(content);
                }
                None => toast::error(t!(calendar.unreadable)),
            }
        });
    };
    let is_right = Memo::new(move |_| checked.get().is_some_and(|found| found.errors.is_empty()));
    view! {
        <Dialog
            open
            sticky=true
            large=true
            title=tr!(calendar.import)
            actions=move || view! {
                <Button on:click=move |_| open.set(false)>{tr!(ui.cancel)}</Button>
                {move || if is_right.get() {
                    view! {
                        <Button kind=Kind::Primary busy disabled=Signal::derive(move || !online.get()) on:click=move |_| run(false)>
                            {tr!(calendar.apply)}
                        </Button>
                    }
                    .into_any()
                } else {
                    view! {
                        <Button
                            kind=Kind::Primary
                            busy
                            disabled=Signal::derive(move || !online.get() || text.with(|text| text.trim().is_empty()))
                            on:click=move |_| run(true)
                        >
                            {tr!(calendar.check)}
                        </Button>
                    }
                    .into_any()
                }}
            }
        >
            <div class="form">
                <Field label=tr!(calendar.json) hint=Signal::derive(|| Some(t!(calendar.json_hint).to_owned()))>
                    <TextArea
                        value=text
                        rows=8
                        placeholder=Signal::derive(|| Some(r#"{"year": 2027, "notice": "国办发明电〔2026〕…号", "days": [{"date": "2027-01-01", "name": "元旦", "isOffDay": true, "statutory": true}]}"#.to_owned()))
                    />
                </Field>
                <div>
                    <Button icon="upload" on:click=move |_| if let Some(input) = input.get_untracked() { input.click() }>{tr!(calendar.choose)}</Button>
                    <input
                        class="sr"
                        type="file"
                        tabindex="-1"
                        accept=".json,application/json"
                        aria-label=tr!(calendar.choose)
                        node_ref=input
                        on:change=move |_| choose()
                    />
                </div>
                <div role="status">
                    {move || problem.get().map(|error| view! {
                        <Note tone=Tone::Bad icon="alert">
                            <p>{error.message}</p>
                            {list(error.fields.into_iter().map(|field| (field.path, field.message)).collect())}
                        </Note>
                    })}
                    {move || checked.get().map(|found| if found.errors.is_empty() {
                        view! {
                            <Note tone=Tone::Ok icon="check">
                                <p>{t!(calendar.right, year = found.year, notice = found.notice, n = found.days)}</p>
                                {(found.affected_leaves > 0).then(|| view! { <p>{t!(calendar.affected, n = found.affected_leaves)}</p> })}
                            </Note>
                        }
                        .into_any()
                    } else {
                        view! {
                            <Note tone=Tone::Bad icon="alert">
                                <p>{t!(calendar.wrong, n = found.errors.len())}</p>
                                {list(found.errors.into_iter().map(|one| (one.path, one.message)).collect())}
                            </Note>
                        }
                        .into_any()
                    })}
                </div>
            </div>
        </Dialog>
    }
}

/// Problems with their places.
fn list(problems: Vec<(String, String)>) -> impl IntoView {
    view! {
        <ul>
            {problems.into_iter().take(LISTED).map(|(path, message)| view! {
                <li>{(!path.is_empty()).then(|| view! { <code>{path}</code>" " })}{message}</li>
            }).collect_view()}
        </ul>
    }
}
