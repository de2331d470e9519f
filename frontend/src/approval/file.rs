//! Files of a request: thumbnails, opening, saving; and the ones being uploaded.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::approval::File;
use crate::api::file::{Upload, fetch_address, forget_address, save, unfit, upload};
use crate::ui::{Bar, Dialog, Icon, IconButton, toast};
use crate::{t, tr};

/// Files uploaded at once.
const AT_ONCE: usize = 3;

/// A size as people say it: 320 KB, 1.4 MB.
pub fn size_text(bytes: f64) -> String {
    if bytes < 1024.0 * 1024.0 {
        format!("{:.0} KB", (bytes / 1024.0).max(1.0))
    } else {
        format!("{:.1} MB", bytes / 1024.0 / 1024.0)
    }
}

fn is_picture(file: &File) -> bool {
    matches!(
        file.content_type.as_str(),
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/bmp"
    )
}

/// A picture's address inside this page, fetched once; none while it is fetched and for other files.
fn use_address(file: &File) -> RwSignal<Option<String>> {
    let address = RwSignal::new(None::<String>);
    if is_picture(file) {
        let file = file.clone();
        spawn_local(async move {
            if let Ok(found) = fetch_address(&file).await
                && address.try_set(Some(found.clone())).is_some()
            {
                forget_address(&found);
            }
        });
        on_cleanup(move || {
            if let Some(address) = address.try_get_untracked().flatten() {
                forget_address(&address);
            }
        });
    }
    address
}

/// Files as thumbnails; pictures open over the page, all others are saved.
#[component]
pub fn Files(
    /// The files.
    files: Vec<File>,
) -> impl IntoView {
    view! {
        <div class="files">
            {files.into_iter().map(|file| view! { <Thumb file /> }).collect_view()}
        </div>
    }
}

#[component]
fn Thumb(file: File) -> impl IntoView {
    let address = use_address(&file);
    let shown = RwSignal::new(false);
    let (name, size) = (file.name.clone(), size_text(f64::from(file.size)));
    let tip = format!("{name} · {size}");
    let kind = name
        .rsplit_once('.')
        .map(|(_, kind)| kind.to_uppercase())
        .unwrap_or_default();
    let title = name.clone();
    let kept = StoredValue::new(file);
    let save_it = move || {
        let file = kept.get_value();
        spawn_local(async move {
            if let Err(error) = save(&file).await {
                toast::error(error.message);
            }
        });
    };
    let open = move |_| {
        if address.with_untracked(Option::is_some) {
            shown.set(true);
        } else {
            save_it();
        }
    };
    view! {
        <button type="button" class="file" title=tip on:click=open>
            {move || match address.get() {
                Some(address) => view! { <img class="thumb" src=address alt="" /> }.into_any(),
                None => view! { <span class="thumb kind" aria-hidden="true"><Icon name="clip" />{kind.clone()}</span> }.into_any(),
            }}
            <span class="clip">{name}</span>
        </button>
        <Dialog
            open=shown
            large=true
            title
            actions=move || view! {
                <crate::ui::Button icon="download" on:click=move |_| save_it()>{tr!(approval.file.save)}</crate::ui::Button>
                <crate::ui::Button on:click=move |_| shown.set(false)>{tr!(ui.close)}</crate::ui::Button>
            }
        >
            {move || address.get().map(|address| view! { <img class="picture" src=address alt=kept.with_value(|file| file.name.clone()) /> })}
        </Dialog>
    }
}

/// Files as short lines, in comments and bubbles.
#[component]
pub fn FileLines(
    /// The files.
    files: Vec<File>,
) -> impl IntoView {
    let line = |file: File| {
        let label = file.name.clone();
        let open = move |_| {
            let file = file.clone();
            spawn_local(async move {
                if let Err(error) = save(&file).await {
                    toast::error(error.message);
                }
            });
        };
        view! { <button type="button" class="link file-line" on:click=open><Icon name="clip" small=true /><span class="clip">{label}</span></button> }
    };
    (!files.is_empty()).then(|| view! { <div class="file-lines">{files.into_iter().map(line).collect_view()}</div> })
}

/// A file being sent, or sent.
#[derive(Clone)]
struct Sending {
    number: u32,
    name: String,
    size: f64,
    share: ArcRwSignal<f64>,
    kept: Option<File>,
    fault: Option<String>,
}

/// Files being attached.
#[derive(Clone, Copy)]
pub struct Attached {
    all: RwSignal<Vec<Sending>>,
    waiting: StoredValue<Vec<(u32, web_sys::File)>, LocalStorage>,
    running: StoredValue<Vec<(u32, Upload)>, LocalStorage>,
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
        });
        let all: Vec<Sending> = all.collect();
        self.all.set(all);
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
            let done = move |outcome: Result<File, crate::api::ApiError>| {
                _ = self
                    .running
                    .try_update_value(|running| running.retain(|(other, _)| *other != number));
                _ = self.all.try_update(|all| {
                    if let Some(one) = all.iter_mut().find(|one| one.number == number) {
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
                    let bad = one.fault.is_some();
                    let name = one.name.clone();
                    view! {
                        <li class:is-bad=bad>
                            <Icon name=if bad { "alert" } else { "clip" } small=true />
                            <span class="clip">{one.name}</span>
                            <span class="meta num">{one.fault.unwrap_or_else(|| size_text(one.size))}</span>
                            {busy.then(|| view! { <Bar share=share.clone() label=tr!(approval.file.sending) /> })}
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
