//! `/contacts`: departments, members, one member. What is shown stands in the address.

use cynic::{MutationBuilder, QueryBuilder};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::card::Card;
use super::deed::{Confirm, Deed, Question, ShowPassword};
use super::department_form::{DepartmentForm, MoveDepartmentForm};
use super::departments::Departments;
use super::grants::GrantForm;
use super::member_form::MemberForm;
use super::members::Members;
use super::state::{Place, department};
use crate::api::org::directory::{Department, DepartmentsQuery, MemberCard};
use crate::api::org::edit::{
    CloseDepartment, CloseDepartmentInput, CloseDepartmentVars, DisableMember, DisableMemberInput, DisableMemberVars,
    EnableMember, EnableMemberInput, EnableMemberVars, ReopenDepartment, ReopenDepartmentInput, ReopenDepartmentVars,
    ResetPassword, ResetPasswordInput, ResetPasswordVars,
};
use crate::api::viewer::{Permission, use_viewer};
use crate::api::{Live, live_query, mutate, query};
use crate::ui::PageTitle;
use crate::{t, tr};

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Contacts {
    /// What the address says.
    pub(super) place: Memo<Place>,
    /// Goes there; true: in place of the present entry of the history.
    pub(super) go: Callback<(Place, bool)>,
    /// The tree.
    pub(super) departments: Live<DepartmentsQuery>,
    /// The viewer may change the organisation.
    pub(super) editor: Signal<bool>,
    /// The open dialog.
    pub(super) deed: RwSignal<Option<Deed>>,
}

impl Contacts {
    /// The department shown.
    pub(super) fn department(self) -> Option<Department> {
        let all = self.departments.data.get()?;
        let id = self.place.get().department;
        department(&all.departments, id.as_deref()).cloned()
    }

    /// Whether the department shown is closed.
    pub(super) fn is_closed(self) -> bool {
        self.department().is_some_and(|own| own.closed)
    }

    /// How many closed departments there are for the viewer to open again.
    pub(super) fn closed_count(self) -> usize {
        if !self.editor.get() {
            return 0;
        }
        let all = self.departments.data.get();
        all.map_or(0, |all| all.departments.iter().filter(|one| one.closed).count())
    }

    /// Opens a card, or closes it.
    pub(super) fn open(self, member: Option<&str>) {
        let place = self.place.get_untracked();
        // From card to card the history keeps one entry, so that "back" closes it.
        let replace = place.member.is_some() && member.is_some();
        self.go.run((place.with_member(member), replace));
    }
}

/// The departments, live, shared by all pages that need them.
pub fn live_departments() -> Live<DepartmentsQuery> {
    live_query(
        || "departments".to_owned(),
        || vec!["org".to_owned()],
        || query(DepartmentsQuery::build(())),
    )
}

/// The contacts page.
#[component]
pub fn ContactsPage() -> impl IntoView {
    let params = use_query_map();
    let place = Memo::new(move |_| params.with(|params| Place::read(|key| params.get(key))));
    let navigate = use_navigate();
    let go = Callback::new(move |(place, replace): (Place, bool)| {
        let href = place.href(|text| String::from(js_sys::encode_uri_component(text)));
        let options = NavigateOptions {
            replace,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&href, options);
    });
    let viewer = use_viewer();
    let contacts = Contacts {
        place,
        go,
        departments: live_departments(),
        editor: Signal::derive(move || viewer.may(Permission::EditOrganisation)),
        deed: RwSignal::new(None),
    };
    provide_context(contacts);
    let has_card = Memo::new(move |_| place.with(|place| place.member.is_some()));
    view! {
        <PageTitle text=tr!(org.title) />
        <div class="p-org" data-view=move || has_card.get().then_some("detail")>
            <Departments contacts />
            <Members contacts />
            {move || has_card.get().then(|| view! { <Card contacts /> })}
            <Deeds contacts />
        </div>
    }
}

/// The open dialog.
#[component]
fn Deeds(contacts: Contacts) -> impl IntoView {
    let deed = contacts.deed;
    let ask = move |question: Question| view! { <Confirm deed question /> }.into_any();
    move || {
        deed.get().map(|now| match now {
            Deed::AddMember { department } => view! { <MemberForm contacts department /> }.into_any(),
            Deed::EditMember(card) => view! { <MemberForm contacts card=*card /> }.into_any(),
            Deed::Disable(card) => ask(disable(*card)),
            Deed::Enable(card) => ask(enable(*card)),
            Deed::ResetPassword(card) => ask(reset_password(deed, *card)),
            Deed::GrantRole { id, name } => {
                view! { <GrantForm deed departments=contacts.departments id name /> }.into_any()
            }
            Deed::ShowPassword {
                name,
                account,
                password,
            } => view! { <ShowPassword deed name account password /> }.into_any(),
            Deed::AddDepartment(parent) => view! { <DepartmentForm contacts parent=*parent /> }.into_any(),
            Deed::EditDepartment(own) => view! { <DepartmentForm contacts own=*own /> }.into_any(),
            Deed::MoveDepartment(own) => view! { <MoveDepartmentForm contacts own=*own /> }.into_any(),
            Deed::CloseDepartment(own) => ask(close_department(contacts, *own)),
            Deed::ReopenDepartment(own) => ask(reopen_department(*own)),
        })
    }
}

fn disable(card: MemberCard) -> Question {
    let title = t!(org.member.disable_title, name = card.name);
    let action = move || {
        let card = card.clone();
        async move {
            let input = DisableMemberInput {
                id: card.id,
                expected_version: card.version,
            };
            mutate(DisableMember::build(DisableMemberVars { input })).await?;
            Ok(t!(org.member.disabled_toast, name = card.name))
        }
    };
    Question {
        title,
        text: t!(org.member.disable_text),
        label: t!(org.member.disable),
        danger: true,
        action: Box::new(action),
    }
}

fn enable(card: MemberCard) -> Question {
    let title = t!(org.member.enable_title, name = card.name);
    let action = move || {
        let card = card.clone();
        async move {
            let input = EnableMemberInput {
                id: card.id,
                expected_version: card.version,
            };
            mutate(EnableMember::build(EnableMemberVars { input })).await?;
            Ok(t!(org.member.enabled_toast, name = card.name))
        }
    };
    Question {
        title,
        text: t!(org.member.enable_text),
        label: t!(org.member.enable),
        danger: false,
        action: Box::new(action),
    }
}

fn reset_password(deed: RwSignal<Option<Deed>>, card: MemberCard) -> Question {
    let title = t!(org.password.reset_title, name = card.name);
    let action = move || {
        let card = card.clone();
        async move {
            let input = ResetPasswordInput {
                member_id: card.id.clone(),
            };
            let reply = mutate(ResetPassword::build(ResetPasswordVars { input })).await?;
            // After this dialog has gone.
            set_timeout(
                move || {
                    deed.try_set(Some(Deed::ShowPassword {
                        name: card.name,
                        account: card.account,
                        password: reply.reset_password.one_time_password,
                    }));
                },
                std::time::Duration::from_millis(60),
            );
            Ok(String::new())
        }
    };
    Question {
        title,
        text: t!(org.password.reset_text),
        label: t!(org.password.reset),
        danger: false,
        action: Box::new(action),
    }
}

fn close_department(contacts: Contacts, own: Department) -> Question {
    let title = t!(org.department.close_title, name = own.name);
    let action = move || {
        let own = own.clone();
        async move {
            let input = CloseDepartmentInput {
                id: own.id,
                expected_version: own.version,
            };
            mutate(CloseDepartment::build(CloseDepartmentVars { input })).await?;
            let up = own.parent_id.map(cynic::Id::into_inner).unwrap_or_default();
            let place = contacts.place.get_untracked().with_department(&up);
            contacts.go.run((place, true));
            Ok(t!(org.department.closed_toast, name = own.name))
        }
    };
    Question {
        title,
        text: t!(org.department.close_text),
        label: t!(org.department.close),
        danger: true,
        action: Box::new(action),
    }
}

fn reopen_department(own: Department) -> Question {
    let title = t!(org.department.reopen_title, name = own.name);
    let action = move || {
        let own = own.clone();
        async move {
            let input = ReopenDepartmentInput {
                id: own.id,
                expected_version: own.version,
            };
            mutate(ReopenDepartment::build(ReopenDepartmentVars { input })).await?;
            Ok(t!(org.department.reopened_toast, name = own.name))
        }
    };
    Question {
        title,
        text: t!(org.department.reopen_text),
        label: t!(org.department.reopen),
        danger: false,
        action: Box::new(action),
    }
}
