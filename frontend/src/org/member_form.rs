//! The form of a member: new, or to be changed.

use cynic::{MutationBuilder, QueryBuilder};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::contacts::Contacts;
use super::deed::{Deed, opened};
use super::pick;
use super::state::{Seat, add_seat, department, filled, make_primary, remove_seat, seats_of};
use crate::api::org::directory::{Gender, MemberCard, MemberQuery, MemberVars, PositionsQuery};
use crate::api::org::edit::{
    CreateMember, CreateMemberInput, CreateMemberVars, MembershipInput, UpdateMember, UpdateMemberInput,
    UpdateMemberVars,
};
use crate::api::{ApiError, Code, fresh_key, mutate, online, query};
use crate::i18n::Date;
use crate::ui::{
    Button, Checkbox, Combobox, DateField, Dialog, Field, IconButton, Kind, Note, Opt, PeoplePicker, Person, Search,
    SearchSelect, Select, TextInput, Tone, toast,
};
use crate::{t, tr};

/// The fields. `Copy`, so that closures take it freely.
#[derive(Clone, Copy)]
struct Form {
    account: RwSignal<String>,
    name: RwSignal<String>,
    alias: RwSignal<String>,
    gender: RwSignal<String>,
    position: RwSignal<String>,
    seats: RwSignal<Vec<Seat>>,
    manager: RwSignal<Vec<Person>>,
    mobile: RwSignal<String>,
    telephone: RwSignal<String>,
    work_email: RwSignal<String>,
    email: RwSignal<String>,
    office: RwSignal<String>,
    employee_no: RwSignal<String>,
    address: RwSignal<String>,
    hired_on: RwSignal<Option<Date>>,
    career: RwSignal<Option<Date>>,
}

impl Form {
    fn empty() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            account: text(),
            name: text(),
            alias: text(),
            gender: text(),
            position: text(),
            seats: RwSignal::new(Vec::new()),
            manager: RwSignal::new(Vec::new()),
            mobile: text(),
            telephone: text(),
            work_email: text(),
            email: text(),
            office: text(),
            employee_no: text(),
            address: text(),
            hired_on: RwSignal::new(None),
            career: RwSignal::new(None),
        }
    }

    fn load(self, card: &MemberCard) {
        let some = |text: &Option<String>| text.clone().unwrap_or_default();
        self.account.set(card.account.clone());
        self.name.set(card.name.clone());
        self.alias.set(some(&card.alias));
        self.gender
            .set(card.gender.map(gender_word).unwrap_or_default().to_owned());
        self.position
            .set(card.position.as_ref().map(|one| one.name.clone()).unwrap_or_default());
        self.seats.set(seats_of(card));
        let manager = card.manager.iter().map(|one| Person::new(one.id.inner(), &one.name));
        self.manager.set(manager.collect());
        self.mobile.set(some(&card.mobile));
        self.telephone.set(some(&card.telephone));
        self.work_email.set(some(&card.work_email));
        self.email.set(some(&card.email));
        self.office.set(some(&card.office));
        self.employee_no.set(some(&card.employee_no));
        self.address.set(some(&card.address));
        self.hired_on.set(card.hired_on);
    }

    fn memberships(self) -> Vec<MembershipInput> {
        let seats = self.seats.get_untracked().into_iter();
        seats
            .map(|seat| MembershipInput {
                department_id: cynic::Id::new(seat.department),
                is_primary: seat.primary,
                is_leader: seat.leader,
            })
            .collect()
    }

    fn manager_id(self) -> Option<cynic::Id> {
        self.manager
            .with_untracked(|people| people.first().map(|one| cynic::Id::new(&one.id)))
    }

    fn create(self, key: String) -> CreateMemberInput {
        let text = |signal: RwSignal<String>| signal.with_untracked(|text| filled(text));
        CreateMemberInput {
            account: self.account.get_untracked().trim().to_owned(),
            name: self.name.get_untracked().trim().to_owned(),
            alias: text(self.alias),
            gender: self.gender.with_untracked(|word| gender_of(word)),
            position_name: text(self.position),
            memberships: self.memberships(),
            manager_id: self.manager_id(),
            mobile: text(self.mobile),
            telephone: text(self.telephone),
            email: text(self.email),
            work_email: text(self.work_email),
            address: text(self.address),
            office: text(self.office),
            employee_no: text(self.employee_no),
            hired_on: self.hired_on.get_untracked(),
            career_started_on: self.career.get_untracked(),
            idempotency_key: Some(key),
        }
    }

    fn update(self, card: &MemberCard) -> UpdateMemberInput {
        let text = |signal: RwSignal<String>| signal.with_untracked(|text| filled(text));
        UpdateMemberInput {
            id: card.id.clone(),
            expected_version: card.version,
            name: Some(self.name.get_untracked().trim().to_owned()),
            alias: text(self.alias),
            gender: self.gender.with_untracked(|word| gender_of(word)),
            position_name: text(self.position),
            memberships: Some(self.memberships()),
            manager_id: self.manager_id(),
            mobile: text(self.mobile),
            telephone: text(self.telephone),
            email: text(self.email),
            work_email: text(self.work_email),
            address: text(self.address),
            office: text(self.office),
            employee_no: text(self.employee_no),
            hired_on: self.hired_on.get_untracked(),
            career_started_on: self.career.get_untracked(),
        }
    }
}

fn gender_word(gender: Gender) -> &'static str {
    match gender {
        Gender::Female => "F",
        Gender::Male => "M",
    }
}

fn gender_of(word: &str) -> Option<Gender> {
    match word {
        "F" => Some(Gender::Female),
        "M" => Some(Gender::Male),
        _ => None,
    }
}

/// What the server said about the fields.
#[derive(Clone, Copy)]
struct Problems(RwSignal<Option<ApiError>>);

impl Problems {
    /// The problem of one field, and of what lies below it.
    fn of(self, path: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.0.with(|error| {
                let fields = &error.as_ref()?.fields;
                let below = format!("{path}.");
                fields
                    .iter()
                    .find(|field| field.path == path || field.path.starts_with(&below))
                    .map(|field| field.message.clone())
            })
        })
    }

    /// What no field shows.
    fn general(self) -> Option<ApiError> {
        self.0
            .get()
            .filter(|error| error.code != Code::Invalid || error.fields.is_empty())
    }
}

/// Adds a member, or changes one.
#[component]
pub(super) fn MemberForm(
    contacts: Contacts,
    /// The member to change; none: a new one.
    #[prop(optional)]
    card: Option<MemberCard>,
    /// Where a new one belongs.
    #[prop(optional_no_strip)]
    department: Option<String>,
) -> impl IntoView {
    let deed = contacts.deed;
    let open = opened(deed);
    let form = Form::empty();
    let is_new = card.is_none();
    let base = RwSignal::new(card);
    match base.get_untracked() {
        Some(card) => form.load(&card),
        None => start_in(contacts, form, department),
    }
    let problems = Problems(RwSignal::new(None));
    let busy = RwSignal::new(false);
    // One intent: the same key however often it is tried.
    let key = StoredValue::new(fresh_key());
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problems.0.set(None);
        spawn_local(async move {
            let result = match base.get_untracked() {
                Some(card) => change(form, card).await,
                None => add(form, key.get_value(), deed).await,
            };
            busy.try_set(false);
            match result {
                Ok(()) => {
                    open.try_set(false);
                }
                Err(error) => {
                    problems.0.try_set(Some(error));
                    show_first_problem();
                }
            }
        });
    };
    let reload = move || {
        let Some(card) = base.get_untracked() else { return };
        spawn_local(async move {
            if let Ok(reply) = query(MemberQuery::build(MemberVars { id: card.id })).await
                && let Some(card) = reply.data.member
            {
                form.load(&card);
                base.try_set(Some(card));
                problems.0.try_set(None);
            }
        });
    };
    let online = online();
    let title = move || match base.get() {
        Some(card) => t!(org.member.edit_title, name = card.name),
        None => t!(org.member.add).to_owned(),
    };
    view! {
        <Dialog
            open
            title
            sticky=true
            large=true
            actions=move || view! {
                <Button on:click=move |_| open.set(false)>{tr!(ui.cancel)}</Button>
                <Button kind=Kind::Primary busy disabled=Signal::derive(move || !online.get()) on:click=move |_| submit()>
                    {move || if is_new { t!(org.member.add) } else { t!(org.save) }}
                </Button>
            }
        >
            <form
                novalidate
                class="form2"
                on:submit=move |event| {
                    event.prevent_default();
                    submit();
                }
            >
                {move || problems.general().map(|error| {
                    let stale = error.code == Code::Conflict;
                    view! {
                        <div class="full">
                            <Note tone=Tone::Bad icon="alert">
                                {error.message}
                                {stale.then(|| view! {
                                    " "<button type="button" class="link" on:click=move |_| reload()>{tr!(org.member.reload)}</button>
                                })}
                            </Note>
                        </div>
                    }
                })}
                <Fields contacts form problems is_new />
                // Enter in a field submits.
                <button type="submit" hidden></button>
            </form>
        </Dialog>
    }
}

/// A new member begins in the department that is shown.
fn start_in(contacts: Contacts, form: Form, id: Option<String>) {
    let Some(all) = contacts.departments.data.get_untracked() else {
        return;
    };
    if let Some(own) = department(&all.departments, id.as_deref()) {
        form.seats
            .update(|seats| add_seat(seats, own.id.inner().to_owned(), own.path.clone()));
        let leader = own.leaders.first();
        form.manager.set(
            leader
                .iter()
                .map(|one| Person::new(one.id.inner(), &one.name))
                .collect(),
        );
    }
}

async fn change(form: Form, card: MemberCard) -> Result<(), ApiError> {
    let input = form.update(&card);
    let name = input.name.clone().unwrap_or_default();
    mutate(UpdateMember::build(UpdateMemberVars { input })).await?;
    toast::show(t!(org.member.saved_toast, name = name));
    Ok(())
}

async fn add(form: Form, key: String, deed: RwSignal<Option<Deed>>) -> Result<(), ApiError> {
    let input = form.create(key);
    let account = input.account.clone();
    let reply = mutate(CreateMember::build(CreateMemberVars { input })).await?;
    let created = reply.create_member;
    match created.one_time_password {
        // After this dialog has gone.
        Some(password) => set_timeout(
            move || {
                deed.try_set(Some(Deed::ShowPassword {
                    name: created.member.name,
                    account,
                    password,
                }));
            },
            std::time::Duration::from_millis(60),
        ),
        None => toast::show(t!(org.member.added_toast, name = created.member.name)),
    }
    Ok(())
}

/// Moves the focus to the first field that is wrong.
fn show_first_problem() {
    request_animation_frame(|| {
        let wrong = document().query_selector("dialog[open] .field.invalid :is(input, select)");
        if let Ok(Some(element)) = wrong {
            use wasm_bindgen::JsCast;
            if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
                let _ = element.focus();
            }
        }
    });
}

#[component]
fn Fields(contacts: Contacts, form: Form, problems: Problems, is_new: bool) -> impl IntoView {
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
    let career_hint = Signal::derive(move || (!is_new).then(|| t!(org.field.career_hint).to_owned()));
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
        let wanted = typed.to_lowercase();
        let all = known.try_get_value().flatten().unwrap_or_default();
        let mut found: Vec<Opt> = all
            .iter()
            .filter(|name| name.to_lowercase().contains(&wanted))
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
