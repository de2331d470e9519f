//! One field of the form, by its kind.

use cynic::QueryBuilder;
use leptos::html;
use leptos::prelude::*;

use super::slot::{Entry, Slot};
use super::state::Kind;
use crate::api::approval::{LeaveType, LeaveTypesQuery, OwnDepartmentsQuery};
use crate::api::{live_query, query};
use crate::approval::attach::{Attached, AttachedList, FileInput};
use crate::approval::detail::dialogs::people_search;
use crate::i18n::days;
use crate::ui::{Choices, DateField, Field, Icon, Opt, PeoplePicker, Select, TextArea, TextInput};
use crate::{t, tr};

/// A field with its label, control and problem.
#[component]
pub fn FormField(
    /// The field.
    entry: Entry,
    /// What is wrong with it, where that is to be shown.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let spec = entry.spec.clone();
    let hint = match entry.kind {
        Kind::Files => spec.placeholder.clone(),
        _ => None,
    };
    let is_group = matches!(entry.kind, Kind::LeaveType | Kind::MultiSelect | Kind::Files);
    let control = entry.clone();
    view! {
        <Field
            label=spec.label
            required=spec.required
            optional=!spec.required
            group=is_group
            error
            hint=hint
        >
            <Control entry=control />
        </Field>
    }
}

#[component]
fn Control(entry: Entry) -> impl IntoView {
    let spec = entry.spec;
    let placeholder = Signal::stored(spec.placeholder.clone());
    let most = spec.max_length.and_then(|most| u32::try_from(most).ok());
    let options: Vec<Opt> = spec
        .options
        .iter()
        .map(|option| Opt::new(option.value.clone(), option.label.clone()))
        .collect();
    match (entry.kind, entry.slot) {
        (Kind::LeaveType, Slot::Text(value)) => view! { <LeaveTypes value /> }.into_any(),
        (Kind::TextArea, Slot::Text(value)) => match most {
            Some(most) => view! { <TextArea value placeholder maxlength=most /> }.into_any(),
            None => view! { <TextArea value placeholder /> }.into_any(),
        },
        (Kind::Number, Slot::Text(value)) => view! { <TextInput value placeholder inputmode="decimal" /> }.into_any(),
        (Kind::Money, Slot::Text(value)) => view! {
            <div class="money"><span class="soft" aria-hidden="true">"¥"</span><TextInput value placeholder inputmode="decimal" /></div>
        }
        .into_any(),
        (Kind::DayPart, Slot::Text(value)) => view! { <Parts value label=spec.label /> }.into_any(),
        (Kind::Select, Slot::Text(value)) => {
            view! { <Select value options=Signal::stored(options) placeholder=Signal::derive(|| Some(t!(approval.start.choose).to_owned())) /> }.into_any()
        }
        (Kind::Department, Slot::Text(value)) => view! { <Departments value /> }.into_any(),
        (_, Slot::Text(value)) => view! { <TextInput value placeholder /> }.into_any(),
        (_, Slot::Date(value)) => view! { <DateField value /> }.into_any(),
        (_, Slot::DateTime(date, time)) => view! {
            <div class="span"><DateField value=date /><TextInput value=time kind="time" label=Signal::derive(|| Some(t!(approval.start.time).to_owned())) /></div>
        }
        .into_any(),
        (_, Slot::Many(value)) => view! { <Many value options /> }.into_any(),
        (_, Slot::People(value)) => {
            view! { <PeoplePicker value search=people_search() single=!spec.multiple /> }.into_any()
        }
        (_, Slot::Files(attached)) => view! { <Drop attached /> }.into_any(),
    }
}

/// The kinds of leave the viewer may ask for.
pub fn use_leave_types() -> Memo<Vec<LeaveType>> {
    let live = live_query(
        || "leave-types".to_owned(),
        || vec!["leave:me".to_owned()],
        || query(LeaveTypesQuery::build(())),
    );
    Memo::new(move |_| {
        live.data
            .get()
            .map(|known| known.leave_types.clone())
            .unwrap_or_default()
    })
}

#[component]
fn LeaveTypes(value: RwSignal<String>) -> impl IntoView {
    let types = use_leave_types();
    // The first kind is the usual one.
    Effect::new(move |_| {
        let first = types.with(|types| types.first().map(|kind| kind.key.clone()));
        if let (Some(first), true) = (first, value.with_untracked(String::is_empty)) {
            value.set(first);
        }
    });
    let options = Signal::derive(move || {
        let option = |kind: LeaveType| {
            let left = kind.remaining_minutes.filter(|_| kind.limited);
            let note = match (left, kind.hint) {
                (Some(left), _) => Some(t!(approval.leave.remaining, days = days(i64::from(left)))),
                (None, hint) => hint,
            };
            let option = Opt::new(kind.key, kind.name);
            match note {
                Some(note) => option.note(note),
                None => option,
            }
        };
        types.get().into_iter().map(option).collect::<Vec<_>>()
    });
    view! { <Choices value options /> }
}

/// Morning or afternoon.
#[component]
pub fn Parts(
    /// `AM` or `PM`, both ways.
    value: RwSignal<String>,
    /// What it is the half of.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let button = move |word: &'static str, text: fn() -> &'static str| {
        view! {
            <button
                type="button"
                aria-pressed=move || if value.with(|value| value == word) { "true" } else { "false" }
                on:click=move |_| value.set(word.to_owned())
            >
                {text}
            </button>
        }
    };
    view! {
        <div class="seg" role="group" aria-label=label>
            {button("AM", || t!(approval.leave.am_short))}
            {button("PM", || t!(approval.leave.pm_short))}
        </div>
    }
}

#[component]
fn Departments(value: RwSignal<String>) -> impl IntoView {
    let own = use_own_departments();
    let options = Signal::derive(move || own.get());
    view! { <Select value options placeholder=Signal::derive(|| Some(t!(approval.start.choose).to_owned())) /> }
}

/// The viewer's departments, primary first.
pub fn use_own_departments() -> Memo<Vec<Opt>> {
    let live = live_query(
        || "own-departments".to_owned(),
        || vec!["org".to_owned()],
        || query(OwnDepartmentsQuery::build(())),
    );
    Memo::new(move |_| {
        let Some(known) = live.data.get() else {
            return Vec::new();
        };
        let all = known.viewer.member.departments.iter();
        all.map(|own| Opt::new(own.department.id.inner(), own.department.path.join(" / ")))
            .collect::<Vec<_>>()
    })
}

#[component]
fn Many(value: RwSignal<Vec<String>>, options: Vec<Opt>) -> impl IntoView {
    let line = move |option: Opt| {
        let (own, mine) = (option.value.clone(), option.value);
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || value.with(|all| all.contains(&own))
                    on:change=move |event| value.update(|all| {
                        all.retain(|one| *one != mine);
                        if event_target_checked(&event) {
                            all.push(mine.clone());
                        }
                    })
                />
                <span>{option.label}</span>
            </label>
        }
    };
    view! { <div class="many">{options.into_iter().map(line).collect_view()}</div> }
}

#[component]
fn Drop(attached: Attached) -> impl IntoView {
    let chooser = NodeRef::<html::Input>::new();
    let dropped = move |event: web_sys::DragEvent| {
        event.prevent_default();
        if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
            attached.add(&files);
        }
    };
    view! {
        <AttachedList attached />
        <button
            type="button"
            class="drop"
            on:click=move |_| if let Some(chooser) = chooser.get_untracked() { chooser.click() }
            on:dragover=move |event| event.prevent_default()
            on:drop=dropped
        >
            <Icon name="clip" />{tr!(approval.file.drop)}
        </button>
        <FileInput attached node_ref=chooser />
    }
}
