//! The forms of a department: new, renamed, moved.

use std::collections::HashSet;

use cynic::MutationBuilder;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::contacts::Contacts;
use super::deed::opened;
use super::pick;
use super::state::{children, filled, tree_nodes, with_below};
use crate::api::org::directory::Department;
use crate::api::org::edit::{
    CreateDepartment, CreateDepartmentInput, CreateDepartmentVars, MoveDepartment, MoveDepartmentInput,
    MoveDepartmentVars, UpdateDepartment, UpdateDepartmentInput, UpdateDepartmentVars,
};
use crate::api::{ApiError, fresh_key, mutate, online};
use crate::ui::{Button, Dialog, Field, Kind, Note, Opt, PeoplePicker, Person, Select, TextInput, Tone, Tree, toast};
use crate::{t, tr};

/// Adds a department below `parent`, or changes name and leaders of `own`.
#[component]
pub(super) fn DepartmentForm(
    contacts: Contacts,
    #[prop(optional)] parent: Option<Department>,
    #[prop(optional)] own: Option<Department>,
) -> impl IntoView {
    let open = opened(contacts.deed);
    let online = online();
    let is_new = own.is_none();
    let before = StoredValue::new(own);
    let parent = StoredValue::new(parent);
    let read = |pick: fn(&Department) -> Option<String>| {
        before.with_value(|own| own.as_ref().and_then(pick)).unwrap_or_default()
    };
    let name = RwSignal::new(read(|own| Some(own.name.clone())));
    let name_en = RwSignal::new(read(|own| own.name_en.clone()));
    let people = before.with_value(|own| {
        let leaders = own.iter().flat_map(|own| own.leaders.iter());
        leaders
            .map(|one| Person::new(one.id.inner(), &one.name))
            .collect::<Vec<_>>()
    });
    let leaders = RwSignal::new(people);
    let problem = RwSignal::new(None::<ApiError>);
    let busy = RwSignal::new(false);
    let key = StoredValue::new(fresh_key());
    let at = move |path: &'static str| {
        Signal::derive(move || problem.with(|error| error.as_ref()?.field(path).map(str::to_owned)))
    };
    let general = move || {
        problem.get().filter(|error| {
            error
                .fields
                .iter()
                .all(|field| !matches!(field.path.as_str(), "name" | "nameEn" | "leaderIds"))
        })
    };
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let said = name.get_untracked().trim().to_owned();
            let english = name_en.with_untracked(|text| filled(text));
            let result = match (before.get_value(), parent.get_value()) {
                (Some(own), _) => {
                    let ids =
                        leaders.with_untracked(|people| people.iter().map(|one| cynic::Id::new(&one.id)).collect());
                    let input = UpdateDepartmentInput {
                        id: own.id,
                        expected_version: own.version,
                        name: said.clone(),
                        name_en: english,
                        leader_ids: Some(ids),
                    };
                    mutate(UpdateDepartment::build(UpdateDepartmentVars { input }))
                        .await
                        .map(|_| ())
                }
                (None, Some(parent)) => {
                    let input = CreateDepartmentInput {
                        parent_id: parent.id,
                        name: said.clone(),
                        name_en: english,
                        idempotency_key: Some(key.get_value()),
                    };
                    mutate(CreateDepartment::build(CreateDepartmentVars { input }))
                        .await
                        .map(|_| ())
                }
                (None, None) => Ok(()),
            };
            busy.try_set(false);
            match result {
                Ok(()) => {
                    open.try_set(false);
                    toast::show(if is_new {
                        t!(org.department.added_toast, name = said)
                    } else {
                        t!(org.department.saved_toast, name = said)
                    });
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    let title = move || match parent.get_value() {
        Some(parent) => t!(org.department.add_title, name = parent.name),
        None => t!(org.department.edit).to_owned(),
    };
    view! {
        <Dialog
            open
            title
            sticky=true
            actions=move || view! {
                <Button on:click=move |_| open.set(false)>{tr!(ui.cancel)}</Button>
                <Button kind=Kind::Primary busy disabled=Signal::derive(move || !online.get()) on:click=move |_| submit()>
                    {move || if is_new { t!(org.department.add) } else { t!(org.save) }}
                </Button>
            }
        >
            <form
                novalidate
                class="form"
                on:submit=move |event| {
                    event.prevent_default();
                    submit();
                }
            >
                {move || general().map(|error| view! { <Note tone=Tone::Bad icon="alert">{error.message}</Note> })}
                <Field label=tr!(org.field.department_name) required=true error=at("name")>
                    <TextInput value=name />
                </Field>
                <Field label=tr!(org.field.name_en) optional=true error=at("nameEn")>
                    <TextInput value=name_en />
                </Field>
                {(!is_new).then(|| view! {
                    <Field label=tr!(org.field.leaders) error=at("leaderIds")>
                        <PeoplePicker value=leaders search=pick::people() />
                    </Field>
                })}
                <button type="submit" hidden></button>
            </form>
        </Dialog>
    }
}

/// Puts a department below another one, at a position.
#[component]
pub(super) fn MoveDepartmentForm(contacts: Contacts, own: Department) -> impl IntoView {
    let open = opened(contacts.deed);
    let online = online();
    let own = StoredValue::new(own);
    let id = own.with_value(|own| own.id.inner().to_owned());
    let barred = {
        let id = id.clone();
        Memo::new(move |_| {
            let all = contacts.departments.data.get();
            all.map(|all| with_below(&all.departments, &id)).unwrap_or_default()
        })
    };
    let nodes = Memo::new(move |_| {
        let Some(all) = contacts.departments.data.get() else {
            return Vec::new();
        };
        let mut nodes = tree_nodes(&all.departments, None);
        barred.with(|barred| nodes.retain(|node| !barred.contains(&node.id)));
        nodes
    });
    let parent = RwSignal::new(own.with_value(|own| own.parent_id.as_ref().map(|id| id.inner().to_owned())));
    let expanded: HashSet<String> = nodes.with_untracked(|nodes| nodes.iter().map(|node| node.id.clone()).collect());
    let expanded = RwSignal::new(expanded);
    // The siblings it will have, without itself.
    let siblings = Memo::new(move |_| {
        let (Some(all), Some(parent)) = (contacts.departments.data.get(), parent.get()) else {
            return Vec::new();
        };
        children(&all.departments, &parent)
            .into_iter()
            .filter(|one| one.id.inner() != id)
            .map(|one| one.name.clone())
            .collect::<Vec<_>>()
    });
    let position = RwSignal::new(String::new());
    Effect::new(move |_| position.set(siblings.with(Vec::len).to_string()));
    let positions = Signal::derive(move || {
        let mut options = vec![Opt::new("0", t!(org.department.first))];
        for (at, name) in siblings.get().into_iter().enumerate() {
            options.push(Opt::new((at + 1).to_string(), t!(org.department.after, name = name)));
        }
        options
    });
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<ApiError>);
    let submit = move || {
        let Some(to) = parent.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let own = own.get_value();
            let input = MoveDepartmentInput {
                id: own.id,
                expected_version: own.version,
                parent_id: cynic::Id::new(to),
                position: position.get_untracked().parse().unwrap_or_default(),
            };
            let result = mutate(MoveDepartment::build(MoveDepartmentVars { input })).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    open.try_set(false);
                    toast::show(t!(org.department.moved_toast, name = own.name));
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    let message = move || {
        problem.get().map(|error| {
            error
                .fields
                .first()
                .map_or(error.message.clone(), |field| field.message.clone())
        })
    };
    view! {
        <Dialog
            open
            title=move || t!(org.department.move_title, name = own.with_value(|own| own.name.clone()))
            sticky=true
            actions=move || view! {
                <Button on:click=move |_| open.set(false)>{tr!(ui.cancel)}</Button>
                <Button kind=Kind::Primary busy disabled=Signal::derive(move || !online.get() || parent.with(Option::is_none)) on:click=move |_| submit()>
                    {tr!(org.department.move_here)}
                </Button>
            }
        >
            <div class="form">
                {move || message().map(|text| view! { <Note tone=Tone::Bad icon="alert">{text}</Note> })}
                <Field label=tr!(org.department.new_parent) group=true>
                    <div class="tree-pick">
                        <Tree
                            label=tr!(org.department.new_parent)
                            nodes
                            selected=parent
                            on_select=Callback::new(move |id: String| parent.set(Some(id)))
                            open=expanded
                        />
                    </div>
                </Field>
                <Field label=tr!(org.department.position)>
                    <Select value=position options=positions />
                </Field>
            </div>
        </Dialog>
    }
}
