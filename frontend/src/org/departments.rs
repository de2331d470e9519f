//! The tree of departments, and what an administrator does with it.

use std::collections::HashSet;

use cynic::MutationBuilder;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::contacts::Contacts;
use super::deed::Deed;
use super::state::{Place, above, department, step, tree_nodes};
use crate::api::org::directory::Department;
use crate::api::org::edit::{MoveDepartment, MoveDepartmentInput, MoveDepartmentVars};
use crate::api::{mutate, online};
use crate::ui::{Chip, ErrorCard, IconButton, Menu, MenuItem, SkeletonRows, Tree, toast};
use crate::{t, tr};

/// The pane with the tree.
#[component]
pub(super) fn Departments(contacts: Contacts) -> impl IntoView {
    let live = contacts.departments;
    let nodes = Memo::new(move |_| {
        live.data
            .get()
            .map(|all| {
                tree_nodes(
                    &all.departments,
                    shows_closed(contacts).then(|| t!(org.department.closed)),
                )
            })
            .unwrap_or_default()
    });
    let selected = Memo::new(move |_| contacts.department().map(|one| one.id.into_inner()));
    let open = RwSignal::new(HashSet::new());
    // The way to the selected department is open, and the first level always at the start.
    Effect::new(move |_| {
        let (Some(all), Some(id)) = (live.data.get(), selected.get()) else {
            return;
        };
        let mut wanted = above(&all.departments, &id);
        if open.with_untracked(HashSet::is_empty) {
            wanted.extend(department(&all.departments, None).map(|root| root.id.inner().to_owned()));
        }
        if wanted.iter().any(|id| open.with_untracked(|open| !open.contains(id))) {
            open.update(|open| open.extend(wanted));
        }
    });
    let online = online();
    let shift = move |by: i32| {
        let Some(own) = contacts.department().filter(|_| online.get_untracked()) else {
            return;
        };
        let to = live
            .data
            .get_untracked()
            .and_then(|all| step(&all.departments, own.id.inner(), by));
        if let Some((parent, position)) = to {
            put(own, parent, position);
        }
    };
    // Before the tree sees the arrows.
    let keydown = move |event: web_sys::KeyboardEvent| {
        if !event.alt_key() || !untrack(|| contacts.editor.get()) {
            return;
        }
        let by = match event.key().as_str() {
            "ArrowUp" => -1,
            "ArrowDown" => 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        untrack(|| shift(by));
    };
    view! {
        <section class="pane" aria-label=tr!(org.departments)>
            <div class="tp">
                <h2>{tr!(org.title)}</h2>
                {move || (contacts.editor.get() && !contacts.is_closed()).then(|| view! {
                    <IconButton
                        icon="plus"
                        small=true
                        label=tr!(org.department.add)
                        on:click=move |_| if let Some(own) = untrack(|| contacts.department()) {
                            contacts.deed.set(Some(Deed::AddDepartment(Box::new(own))));
                        }
                    />
                })}
            </div>
            <div class="with-closed"><ClosedToggle contacts /></div>
            <div class="pane-body" on:keydown:capture=keydown>
                {move || live.loading_first.get().then(|| view! { <SkeletonRows rows=8 /> })}
                {move || live.data.with(Option::is_none).then(|| live.error.get()).flatten().map(|error| view! {
                    <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| live.refetch()) />
                })}
                <Tree
                    label=tr!(org.departments)
                    nodes
                    selected
                    on_select=Callback::new(move |id: String| {
                        contacts.go.run((contacts.place.get_untracked().with_department(&id), false));
                    })
                    open
                />
            </div>
        </section>
    }
}

/// Whether closed departments are shown: to who may open them again, when asked for or when one of them is shown.
pub(super) fn shows_closed(contacts: Contacts) -> bool {
    contacts.editor.get() && (contacts.place.with(|place| place.closed) || contacts.is_closed())
}

/// Shows closed departments too, or no longer; nothing where there are none.
#[component]
pub(super) fn ClosedToggle(contacts: Contacts) -> impl IntoView {
    let pressed = Signal::derive(move || shows_closed(contacts));
    let toggle = move |_| {
        let now = contacts.place.get_untracked();
        let closed = !untrack(|| pressed.get());
        let mut next = Place { closed, ..now };
        // Who stands in a closed department goes to the one above, as the tree no longer shows it.
        if let Some(own) = untrack(|| contacts.department()).filter(|own| own.closed && !closed) {
            next.department = own.parent_id.map(cynic::Id::into_inner);
        }
        contacts.go.run((next, true));
    };
    move || {
        let n = contacts.closed_count();
        (n > 0).then(|| view! { <Chip pressed on:click=toggle>{tr!(org.department.with_closed, n = n)}</Chip> })
    }
}

/// The deeds of the shown department.
#[component]
pub(super) fn DepartmentMenu(contacts: Contacts) -> impl IntoView {
    let deed = contacts.deed;
    let with = move |make: fn(Box<Department>) -> Deed| {
        move || {
            if let Some(own) = untrack(|| contacts.department()) {
                deed.set(Some(make(Box::new(own))));
            }
        }
    };
    let items = Signal::derive(move || {
        let is_root = contacts.department().is_none_or(|own| own.parent_id.is_none());
        vec![
            MenuItem::new("plus", t!(org.department.add_below)).on(with(Deed::AddDepartment)),
            MenuItem::new("edit", t!(org.department.edit)).on(with(Deed::EditDepartment)),
            MenuItem::new("org", t!(org.department.move_to))
                .disabled(is_root)
                .on(with(Deed::MoveDepartment)),
            MenuItem::new("trash", t!(org.department.close))
                .rule_before()
                .danger()
                .disabled(is_root)
                .on(with(Deed::CloseDepartment)),
        ]
    });
    view! { <Menu label=tr!(org.department.menu) items class="icon-btn sm"><crate::ui::Icon name="more" /></Menu> }
}

/// Puts a department at a position below a parent.
fn put(own: Department, parent: String, position: i32) {
    spawn_local(async move {
        let input = MoveDepartmentInput {
            id: own.id,
            expected_version: own.version,
            parent_id: cynic::Id::new(parent),
            position,
        };
        match mutate(MoveDepartment::build(MoveDepartmentVars { input })).await {
            Ok(_) => toast::show(t!(org.department.moved_toast, name = own.name)),
            Err(error) => toast::error(error.message),
        }
    });
}
