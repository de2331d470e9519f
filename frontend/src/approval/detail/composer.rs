//! Writing a comment: text, people by `@`, files.

use cynic::MutationBuilder;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::deeds::Deeds;
use super::dialogs::people_search;
use super::state::with_ids;
use crate::api::approval::{CommentApproval, CommentApprovalInput, CommentVars};
use crate::api::{fresh_key, mutate};
use crate::approval::attach::{Attached, AttachedList, FileInput};
use crate::approval::decide::refusal;
use crate::ui::{Combobox, Icon, Opt, Pop, Popover, toast};
use crate::{t, tr};

const FIELD: &str = "comment-text";

/// Moves the focus to the comment.
pub fn focus() {
    use wasm_bindgen::JsCast;
    let field = document().get_element_by_id(FIELD);
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

/// The composer below the thread.
#[component]
pub fn Composer(
    /// The request and what can be done with it.
    deeds: Deeds,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let people = StoredValue::new(Vec::<(String, String)>::new());
    let attached = Attached::new();
    let sending = RwSignal::new(false);
    // One key for one comment, also for a second try.
    let key = StoredValue::new(fresh_key());
    let area = NodeRef::<html::Textarea>::new();
    let chooser = NodeRef::<html::Input>::new();
    let pop = Pop::new();
    let may = Memo::new(move |_| deeds.may("COMMENT"));
    let is_ready = move || {
        let has_content = !text.with(|text| text.trim().is_empty()) || !attached.ids().is_empty();
        has_content && !attached.is_busy() && !attached.has_failed() && may.get()
    };
    let why_not = move || {
        if attached.has_failed() {
            t!(approval.start.failed_files)
        } else {
            t!(approval.comment.send)
        }
    };
    let grow = move || {
        let lines = text.try_with_untracked(|text| text.lines().count());
        if let (Some(Some(area)), Some(lines)) = (area.try_get_untracked(), lines) {
            area.set_rows(u32::try_from(lines).unwrap_or(1).clamp(1, 6));
        }
    };
    let send = move || {
        let Some(approval) = deeds.approval.get_untracked() else {
            return;
        };
        if sending.get_untracked() || !untrack(is_ready) {
            return;
        }
        sending.set(true);
        let ids: Vec<cynic::Id> = untrack(|| attached.ids()).into_iter().map(cynic::Id::from).collect();
        let body = people.with_value(|people| with_ids(text.get_untracked().trim(), people));
        let input = CommentApprovalInput {
            approval_id: approval.id.clone(),
            body,
            attachment_ids: (!ids.is_empty()).then_some(ids),
            idempotency_key: Some(key.get_value()),
        };
        spawn_local(async move {
            match mutate(CommentApproval::build(CommentVars { input })).await {
                Ok(_) => {
                    _ = text.try_set(String::new());
                    _ = people.try_update_value(Vec::clear);
                    attached.clear();
                    _ = key.try_update_value(|key| *key = fresh_key());
                    deeds.live.refetch();
                    grow();
                }
                Err(error) => toast::error(refusal(&error)),
            }
            _ = sending.try_set(false);
        });
    };
    let keydown = move |event: web_sys::KeyboardEvent| {
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        match event.key().as_str() {
            "Enter" if event.ctrl_key() || event.meta_key() => {
                event.prevent_default();
                send();
            }
            // Out of the field, so that the keys of the page work again.
            "Escape" => {
                if let Some(area) = area.get_untracked() {
                    let _ = area.blur();
                }
            }
            "@" => {
                event.prevent_default();
                pop.open_around(&event, ".composer");
            }
            _ => {}
        }
    };
    let pick = move |option: Opt| {
        pop.close();
        let name = option.label;
        let at = area
            .get_untracked()
            .and_then(|area| area.selection_end().ok().flatten());
        text.update(|text| insert(text, at, &format!("@{name} ")));
        people.update_value(|people| {
            if !people.iter().any(|(id, _)| *id == option.value) {
                people.push((option.value, name));
            }
        });
        request_animation_frame(focus);
    };
    view! {
        {move || may.get().then(|| view! {
            <div class="rail-foot">
                <AttachedList attached />
                <form
                    class="composer line"
                    on:submit=move |event| {
                        event.prevent_default();
                        send();
                    }
                >
                    <label class="sr" for=FIELD>{tr!(approval.act.comment)}</label>
                    <textarea
                        id=FIELD
                        rows="1"
                        maxlength="2000"
                        node_ref=area
                        placeholder=tr!(approval.comment.hint)
                        prop:value=move || text.get()
                        on:input=move |event| {
                            text.set(event_target_value(&event));
                            grow();
                        }
                        on:keydown=keydown
                    ></textarea>
                    <div>
                        <button type="button" class="icon-btn sm" aria-label=tr!(approval.comment.mention) title=tr!(approval.comment.mention) on:click=move |event| pop.open_around(&event, ".composer")>
                            <Icon name="at" />
                        </button>
                        <button
                            type="button"
                            class="icon-btn sm"
                            aria-label=tr!(approval.comment.attach)
                            title=tr!(approval.comment.attach)
                            on:click=move |_| if let Some(chooser) = chooser.get_untracked() { chooser.click() }
                        >
                            <Icon name="clip" />
                        </button>
                        <button type="submit" class="icon-btn sm" aria-label=tr!(approval.comment.send) title=why_not disabled=move || sending.get() || !is_ready()>
                            <Icon name="send" />
                        </button>
                    </div>
                    <FileInput attached node_ref=chooser />
                </form>
                <Popover pop label=tr!(approval.comment.mention) focus="input">
                    <div class="menu mention">
                        <Combobox search=people_search() on_pick=pick people=true placeholder=Signal::derive(|| Some(t!(ui.type_to_search).to_owned())) label=Signal::derive(|| Some(t!(approval.comment.mention).to_owned())) />
                    </div>
                </Popover>
            </div>
        })}
    }
}

/// Puts a name into the text at a position counted in UTF-16 units, as browsers count; at the end without one.
fn insert(text: &mut String, at: Option<u32>, name: &str) {
    let Some(at) = at else {
        text.push_str(name);
        return;
    };
    let mut units = 0;
    let byte = text.char_indices().find(|(_, c)| {
        let here = units >= at as usize;
        units += c.len_utf16();
        here
    });
    let byte = byte.map_or(text.len(), |(byte, _)| byte);
    text.insert_str(byte, name);
}
