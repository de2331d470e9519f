//! The form of a member: new, or to be changed.

use cynic::{MutationBuilder, QueryBuilder};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::contacts::Contacts;
use super::deed::{Deed, opened};
use super::member_fields::Fields;
use super::state::{Seat, add_seat, department, filled, seats_of};
use crate::api::org::directory::{Gender, MemberCard, MemberQuery, MemberVars};
use crate::api::org::edit::{
    CreateMember, CreateMemberInput, CreateMemberVars, MembershipInput, UpdateMember, UpdateMemberInput,
    UpdateMemberVars,
};
use crate::api::{ApiError, Code, fresh_key, mutate, online, query};
use crate::i18n::Date;
use crate::ui::{Button, Dialog, Kind, Note, Person, Tone, toast};
use crate::{t, tr};

/// The fields. `Copy`, so that closures take it freely.
#[derive(Clone, Copy)]
pub struct Form {
    pub(super) account: RwSignal<String>,
    pub(super) name: RwSignal<String>,
    pub(super) alias: RwSignal<String>,
    pub(super) gender: RwSignal<String>,
    pub(super) position: RwSignal<String>,
    pub(super) seats: RwSignal<Vec<Seat>>,
    pub(super) manager: RwSignal<Vec<Person>>,
    pub(super) mobile: RwSignal<String>,
    pub(super) telephone: RwSignal<String>,
    pub(super) work_email: RwSignal<String>,
    pub(super) email: RwSignal<String>,
    pub(super) office: RwSignal<String>,
    pub(super) employee_no: RwSignal<String>,
    pub(super) address: RwSignal<String>,
    pub(super) hired_on: RwSignal<Option<Date>>,
    pub(super) career: RwSignal<Option<Date>>,
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
        self.career.set(card.career_started_on);
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
pub struct Problems(RwSignal<Option<ApiError>>);

impl Problems {
    /// The problem of one field, and of what lies below it.
    pub(super) fn of(self, path: &'static str) -> Signal<Option<String>> {
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
