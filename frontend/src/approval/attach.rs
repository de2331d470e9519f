//! Files on their way to the server: chosen, sent three at a time, tried again.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::file::size_text;
use crate::api::approval::File;
use crate::api::file::{Upload, unfit, upload};
use crate::api::{ApiError, Code, session};
use crate::ui::{Bar, Icon, IconButton};
use crate::{t, tr};

/// Files uploaded at once.
const AT_ONCE: usize = 3;

/// A file being sent, or sent.
#[derive(Clone)]
struct Sending {
    number: u32,
    name: String,
    size: f64,
    share: ArcRwSignal<f64>,
    kept: Option<File>,
    fault: Option<String>,
    /// It failed on the way and can be tried again.
    again: bool,
}

/// Files being attached.
#[derive(Clone, Copy)]
pub struct Attached {
    all: RwSignal<Vec<Sending>>,
    waiting: StoredValue<Vec<(u32, web_sys::File)>, LocalStorage>,
    running: StoredValue<Vec<(u32, Upload)>, LocalStorage>,
    failed: StoredValue<Vec<(u32, web_sys::File)>, LocalStorage>,
    next: StoredValue<u32>,
}

impl Default for Attached {
    fn default() -> Self {
        Self::new()
    }
}

impl Attached {
    /// None yet.
    pub fn new() -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
            waiting: StoredValue::new_local(Vec::new()),
            running: StoredValue::new_local(Vec::new()),
            failed: StoredValue::new_local(Vec::new()),
            next: StoredValue::new(0),
        }
    }

    fn number(self) -> u32 {
        self.next
            .try_update_value(|n| {
                *n += 1;
                *n
            })
            .unwrap_or(0)
    }

    /// Takes these files, which the server already has.
    pub fn set(self, files: Vec<File>) {
        let all = files.into_iter().map(|file| Sending {
            number: self.number(),
            name: file.name.clone(),
            size: f64::from(file.size),
            share: ArcRwSignal::new(1.0),
            kept: Some(file),
            fault: None,
            again: false,
        });
        let all: Vec<Sending> = all.collect();
        self.all.set(all);
    }

    /// Those the server has (tracked).
    pub fn files(self) -> Vec<File> {
        self.all
            .with(|all| all.iter().filter_map(|one| one.kept.clone()).collect())
    }

    /// The ids of those the server has (tracked).
    pub fn ids(self) -> Vec<String> {
        self.all.with(|all| {
            all.iter()
                .filter_map(|one| one.kept.as_ref())
                .map(|file| file.id.inner().to_owned())
                .collect()
        })
    }

    /// Some are still on their way (tracked).
    pub fn is_busy(self) -> bool {
        self.all
            .with(|all| all.iter().any(|one| one.kept.is_none() && one.fault.is_none()))
    }

    /// Some did not arrive and still stand there (tracked).
    pub fn has_failed(self) -> bool {
        self.all.with(|all| all.iter().any(|one| one.fault.is_some()))
    }

    /// There are none (tracked).
    pub fn is_empty(self) -> bool {
        self.all.with(Vec::is_empty)
    }

    /// Forgets all.
    pub fn clear(self) {
        self.all.set(Vec::new());
    }

    /// Sends what was chosen in a file input, or dropped.
    pub fn add(self, files: &web_sys::FileList) {
        for index in 0..files.length() {
            let Some(file) = files.item(index) else { continue };
            let fault = unfit(&file);
            let number = self.number();
            let sending = Sending {
                number,
                name: file.name(),
                size: file.size(),
                share: ArcRwSignal::new(0.0),
                kept: None,
                fault: fault.clone(),
                again: false,
            };
            self.all.update(|all| all.push(sending));
            if fault.is_none() {
                self.waiting.update_value(|waiting| waiting.push((number, file)));
            }
        }
        self.pump();
    }

    /// Starts what may start.
    fn pump(self) {
        while self
            .running
            .try_with_value(Vec::len)
            .is_some_and(|running| running < AT_ONCE)
        {
            let next = self
                .waiting
                .try_update_value(|waiting| (!waiting.is_empty()).then(|| waiting.remove(0)));
            let Some((number, file)) = next.flatten() else { return };
            let share = self
                .all
                .with_untracked(|all| all.iter().find(|one| one.number == number).map(|one| one.share.clone()));
            let Some(share) = share else { continue };
            let source = file.clone();
            let done = move |outcome: Result<File, ApiError>| {
                _ = self
                    .running
                    .try_update_value(|running| running.retain(|(other, _)| *other != number));
                let again = matches!(&outcome, Err(error) if error.is_passing() || error.code == Code::Unauthenticated);
                if again {
                    _ = self.failed.try_update_value(|failed| failed.push((number, source)));
                }
                _ = self.all.try_update(|all| {
                    if let Some(one) = all.iter_mut().find(|one| one.number == number) {
                        one.again = again;
                        match outcome {
                            Ok(file) => one.kept = Some(file),
                            Err(error) => one.fault = Some(error.message),
                        }
                    }
                });
                self.pump();
            };
            match upload(&file, move |sent| share.set(sent), done) {
                Some(upload) => self.running.update_value(|running| running.push((number, upload))),
                None => self.all.update(|all| {
                    if let Some(one) = all.iter_mut().find(|one| one.number == number) {
                        one.fault = Some(t!(api.network).to_owned());
                    }
                }),
            }
        }
    }

    /// Sends a file once more, with a token that is good.
    fn retry(self, number: u32) {
        let found = self.failed.try_update_value(|failed| {
            let at = failed.iter().position(|(other, _)| *other == number)?;
            Some(failed.remove(at))
        });
        let Some(found) = found.flatten() else { return };
        self.all.update(|all| {
            for one in all.iter_mut().filter(|one| one.number == number) {
                one.fault = None;
                one.again = false;
            }
        });
        spawn_local(async move {
            session::renew(session::token().as_deref()).await;
            _ = self.waiting.try_update_value(|waiting| waiting.push(found));
            self.pump();
        });
    }

    fn remove(self, number: u32) {
        self.running.update_value(|running| {
            running.retain(|(other, upload)| {
                if *other == number {
                    upload.abort();
                }
                *other != number
            });
        });
        self.waiting
            .update_value(|waiting| waiting.retain(|(other, _)| *other != number));
        self.failed
            .update_value(|failed| failed.retain(|(other, _)| *other != number));
        self.all.update(|all| all.retain(|one| one.number != number));
        self.pump();
    }
}

/// The attached files with their progress.
#[component]
pub fn AttachedList(
    /// The files.
    attached: Attached,
) -> impl IntoView {
    view! {
        <ul class="attached">
            <For
                each=move || attached.all.get()
                key=|one| (one.number, one.kept.is_some(), one.fault.is_some())
                children=move |one| {
                    let (number, share) = (one.number, one.share);
                    let busy = one.kept.is_none() && one.fault.is_none();
                    let (bad, again) = (one.fault.is_some(), one.again);
                    let name = one.name.clone();
                    view! {
                        <li class:is-bad=bad>
                            <Icon name=if bad { "alert" } else { "clip" } small=true />
                            <span class="clip">{one.name}</span>
                            <span class="meta num">{one.fault.unwrap_or_else(|| size_text(one.size))}</span>
                            {busy.then(|| view! { <Bar share=share.clone() label=tr!(approval.file.sending) /> })}
                            {again.then(|| view! { <button type="button" class="link" on:click=move |_| attached.retry(number)>{tr!(ui.retry)}</button> })}
                            <IconButton icon="x" small=true label=move || t!(ui.remove, what = name) on:click=move |_| attached.remove(number) />
                        </li>
                    }
                }
            />
        </ul>
    }
}

/// A hidden file input; `open` shows the browser's chooser.
#[component]
pub fn FileInput(
    /// Where the chosen files go.
    attached: Attached,
    /// Gives the element to the caller, to click it.
    node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    view! {
        <input
            type="file"
            multiple=true
            hidden=true
            tabindex="-1"
            node_ref=node_ref
            on:change=move |_| {
                if let Some(input) = node_ref.get_untracked() {
                    if let Some(files) = input.files() {
                        attached.add(&files);
                    }
                    input.set_value("");
                }
            }
        />
    }
}
