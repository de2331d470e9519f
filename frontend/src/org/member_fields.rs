//! The fields of the form of a member.

use cynic::QueryBuilder;
use leptos::prelude::*;

use super::contacts::Contacts;
use super::member_form::{Form, Problems};
use super::pick;
use super::state::{add_seat, filled, make_primary, remove_seat};
use crate::api::org::directory::PositionsQuery;
use crate::api::query;
use crate::ui::{
    Checkbox, Combobox, DateField, Field, IconButton, Opt, PeoplePicker, Search, SearchSelect, Select, TextInput,
};
use crate::{t, tr};

#[component]
pub fn Fields(
    /// What the parts of the page share.
    contacts: Contacts,
    /// The values.
    form: Form,
    /// What the server said about them.
    problems: Problems,
    /// Whether a member is added rather than changed.
    is_new: bool,
) -> impl IntoView {
    let text = move |label: TextProp, path: &'static str, value: RwSignal<String>, kind: &'static str| {
        view! {
            <Field label error=problems.of(path)>
                <TextInput value kind />
            </Field>
        }
    };
    let genders = Signal::derive(|| {
        vec![
            Opt::new("", t!(org.gender.none)),
            Opt::new("F", t!(org.gender.female)),
            Opt::new("M", t!(org.gender.male)),
        ]
    });
    let career_hint = Signal::derive(|| Some(t!(org.field.career_hint).to_owned()));
    view! {
        <Field label=tr!(org.field.name) required=true error=problems.of("name")>
            <TextInput value=form.name />
        </Field>
        <Field
            label=tr!(org.field.account)
            required=is_new
            error=problems.of("account")
            hint=Signal::derive(move || is_new.then(|| t!(org.field.account_hint).to_owned()))
        >
            <TextInput value=form.account disabled=Signal::stored(!is_new) />
        </Field>
        {text(TextProp::from(tr!(org.field.alias)), "alias", form.alias, "text")}
        <Field label=tr!(org.field.position) error=problems.of("positionName")>
            <PositionInput value=form.position />
        </Field>
        <div class="full"><Seats contacts form problems /></div>
        <Field label=tr!(org.field.manager) error=problems.of("managerId")>
            <PeoplePicker value=form.manager search=pick::people() single=true />
        </Field>
        <Field label=tr!(org.field.gender) error=problems.of("gender")>
            <Select value=form.gender options=genders />
        </Field>
        {text(TextProp::from(tr!(org.field.mobile)), "mobile", form.mobile, "tel")}
        {text(TextProp::from(tr!(org.field.telephone)), "telephone", form.telephone, "tel")}
        {text(TextProp::from(tr!(org.field.work_email)), "workEmail", form.work_email, "email")}
        {text(TextProp::from(tr!(org.field.email)), "email", form.email, "email")}
        {text(TextProp::from(tr!(org.field.employee_no)), "employeeNo", form.employee_no, "text")}
        {text(TextProp::from(tr!(org.field.office)), "office", form.office, "text")}
        <Field label=tr!(org.field.hired_on) error=problems.of("hiredOn")>
            <DateField value=form.hired_on />
        </Field>
        <Field label=tr!(org.field.career) error=problems.of("careerStartedOn") hint=career_hint>
            <DateField value=form.career />
        </Field>
        <div class="full">{text(TextProp::from(tr!(org.field.address)), "address", form.address, "text")}</div>
    }
}

/// A position: one of those there are, or a new one.
#[component]
fn PositionInput(value: RwSignal<String>) -> impl IntoView {
    let positions = StoredValue::new(None::<Vec<String>>);
    let search = find_positions(positions);
    let choice = RwSignal::new(filled(&value.get_untracked()).map(|name| Opt::new(name.clone(), name)));
    // The form is loaded anew after a conflict.
    Effect::new(move |_| {
        let name = value.get();
        if choice.with_untracked(|choice| choice.as_ref().map(|one| one.value.clone()).unwrap_or_default()) != name {
            choice.set(filled(&name).map(|name| Opt::new(name.clone(), name)));
        }
    });
    Effect::new(move |_| {
        let name = choice.with(|choice| choice.as_ref().map(|one| one.value.clone()).unwrap_or_default());
        if value.with_untracked(|value| *value != name) {
            value.set(name);
        }
    });
    view! { <SearchSelect value=choice search placeholder=Signal::derive(|| Some(t!(org.field.position_hint).to_owned())) /> }
}

/// Finds positions by name; what is none yet is offered as a new one.
fn find_positions(known: StoredValue<Option<Vec<String>>>) -> Search {
    Search::new(move |text: String| async move {
        if known.try_with_value(Option::is_none) == Some(true)
            && let Ok(reply) = query(PositionsQuery::build(())).await
        {
            let names = reply.data.positions.into_iter().map(|one| one.name).collect();
            known.try_set_value(Some(names));
        }
        let typed = text.trim().to_owned();
        let wanted = typed.to_ascii_lowercase();
        let all = known.try_get_value().flatten().unwrap_or_default();
        let mut found: Vec<Opt> = all
            .iter()
            .filter(|name| name.to_ascii_lowercase().contains(&wanted))
            .take(20)
            .map(|name| Opt::new(name.clone(), name.clone()))
            .collect();
        if !typed.is_empty() && !all.contains(&typed) {
            found.push(Opt::new(typed.clone(), typed).note(t!(org.field.position_new)));
        }
        found
    })
}

/// The departments of the member: one primary, leader or not.
#[component]
fn Seats(contacts: Contacts, form: Form, problems: Problems) -> impl IntoView {
    let seats = form.seats;
    let without = Signal::derive(move || {
        seats.with(|seats| seats.iter().map(|seat| seat.department.clone()).collect::<Vec<_>>())
    });
    let add = move |option: Opt| {
        let path = option.note.clone().unwrap_or_default();
        let path = path.split(" / ").map(str::to_owned).collect();
        seats.update(|seats| add_seat(seats, option.value, path));
    };
    let group = "primary-department";
    view! {
        <Field label=tr!(org.field.departments) required=true group=true error=problems.of("memberships")>
            <ul class="seats-edit">
                <For
                    each=move || seats.get()
                    key=|seat| (seat.department.clone(), seat.leader)
                    children=move |seat| {
                        let id = StoredValue::new(seat.department);
                        let leader = RwSignal::new(seat.leader);
                        Effect::new(move |_| {
                            let on = leader.get();
                            let stale = seats.with_untracked(|seats| {
                                seats.iter().any(|seat| id.with_value(|id| seat.department == *id) && seat.leader != on)
                            });
                            if stale {
                                seats.update(|seats| {
                                    for seat in seats.iter_mut().filter(|seat| id.with_value(|id| seat.department == *id)) {
                                        seat.leader = on;
                                    }
                                });
                            }
                        });
                        let name = seat.path.last().cloned().unwrap_or_default();
                        view! {
                            <li>
                                <span class="clip" title=seat.path.join(" / ")>{seat.path.join(" / ")}</span>
                                <label class="check">
                                    <input
                                        type="radio"
                                        name=group
                                        prop:checked=move || seats.with(|seats| seats.iter().any(|seat| seat.primary && id.with_value(|id| seat.department == *id)))
                                        on:change=move |_| seats.update(|seats| id.with_value(|id| make_primary(seats, id)))
                                    />
                                    <span>{tr!(org.primary)}</span>
                                </label>
                                <Checkbox checked=leader>{tr!(org.leader)}</Checkbox>
                                <IconButton
                                    icon="x"
                                    small=true
                                    label=move || t!(ui.remove, what = name)
                                    on:click=move |_| seats.update(|seats| id.with_value(|id| remove_seat(seats, id)))
                                />
                            </li>
                        }
                    }
                />
            </ul>
            <Combobox
                search=pick::departments(contacts.departments)
                on_pick=add
                without
                placeholder=Signal::derive(|| Some(t!(org.field.add_department).to_owned()))
                label=Signal::derive(|| Some(t!(org.field.add_department).to_owned()))
            />
        </Field>
    }
}
