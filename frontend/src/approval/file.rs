//! Files of a request: thumbnails, opening, saving.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::approval::File;
use crate::api::file::{fetch_address, forget_address, save};
use crate::tr;
use crate::ui::{Dialog, Icon, toast};

/// A size as people say it: 320 KB, 1.4 MB.
pub fn size_text(bytes: f64) -> String {
    let kilobytes = (bytes / 1024.0).round().max(1.0) as u64;
    if kilobytes < 1024 {
        format!("{kilobytes} KB")
    } else {
        let tenths = (bytes * 10.0 / 1024.0 / 1024.0).round() as u64;
        format!("{}.{} MB", tenths / 10, tenths % 10)
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
        .map(|(_, kind)| kind.to_ascii_uppercase())
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
