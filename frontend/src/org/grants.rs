//! Roles of one member: what they hold, granting, taking back.

use cynic::{MutationBuilder, QueryBuilder};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::deed::{Deed, opened};
use super::pick;
use crate::api::org::directory::DepartmentsQuery;
use crate::api::org::role::{
    DataScope, GrantRole, GrantRoleInput, GrantRoleVars, RevokeRole, RevokeRoleInput, RevokeRoleVars, RoleGrant,
    RoleGrantsQuery,
};
use crate::api::viewer::Role;
use crate::api::{ApiError, Live, live_query, mutate, online, query};
use crate::i18n;
use crate::ui::{Button, Combobox, Dialog, Field, Icon, Kind, Note, Opt, Select, Tone, toast};
use crate::{t, tr};

/// All grants, live.
pub(super) fn live_grants() -> Live<RoleGrantsQuery> {
    live_query(
        || "role-grants".to_owned(),
        || vec!["org".to_owned()],
        || query(RoleGrantsQuery::build(())),
    )
}

/// Roles that are granted; everyone is a member, and leaders of departments are known by the tree.
pub(super) const ROLES: [Role; 6] = [
    Role::Administrator,
    Role::Hr,
    Role::Finance,
    Role::ProcessAdministrator,
    Role::DepartmentLeader,
    Role::Member,
];

const SCOPES: [DataScope; 5] = [
    DataScope::All,
    DataScope::DepartmentTree,
    DataScope::Department,
    DataScope::Custom,
    DataScope::Own,
];

/// A role's name.
pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Administrator => t!(org.role.administrator),
        Role::Hr => t!(org.role.hr),
        Role::Finance => t!(org.role.finance),
        Role::ProcessAdministrator => t!(org.role.process_administrator),
        Role::DepartmentLeader => t!(org.role.department_leader),
        Role::Member => t!(org.role.member),
    }
}

/// A scope's name.
pub(super) fn scope_name(scope: DataScope) -> &'static str {
    match scope {
        DataScope::Own => t!(org.scope.own),
        DataScope::Department => t!(org.scope.department),
        DataScope::DepartmentTree => t!(org.scope.department_tree),
        DataScope::Custom => t!(org.scope.custom),
        DataScope::All => t!(org.scope.all),
    }
}

/// A scope with its departments.
pub(super) fn reach(grant: &RoleGrant) -> String {
    if grant.scope == DataScope::Custom && !grant.departments.is_empty() {
        let names: Vec<&str> = grant.departments.iter().map(|one| one.name.as_str()).collect();
        return i18n::names(&names);
    }
    scope_name(grant.scope).to_owned()
}

/// Takes a grant back, after the server has agreed.
pub(super) fn revoke(grant: RoleGrant, live: Live<RoleGrantsQuery>) {
    let id = grant.id.clone();
    let overlay = live.overlay(move |all| all.role_grants.retain(|one| one.id != id));
    spawn_local(async move {
        let input = RevokeRoleInput { grant_id: grant.id };
        match mutate(RevokeRole::build(RevokeRoleVars { input })).await {
            Ok(_) => {
                overlay.settle();
                toast::show(t!(
                    org.role.revoked_toast,
                    name = grant.member.name,
                    role = role_name(grant.role)
                ));
            }
            Err(error) => {
                overlay.revert();
                toast::error(error.message);
            }
        }
    });
}

/// On the card: the roles of a member.
#[component]
pub(super) fn HeldRoles(deed: RwSignal<Option<Deed>>, id: String, name: String) -> impl IntoView {
    let live = live_grants();
    let who = StoredValue::new((id, name));
    let held = Memo::new(move |_| {
        let all = live.data.get();
        let grants = all.iter().flat_map(|all| all.role_grants.iter());
        grants
            .filter(|one| who.with_value(|(id, _)| one.member.id.inner() == id))
            .cloned()
            .collect::<Vec<_>>()
    });
    let add = move |_| {
        let (id, name) = who.get_value();
        deed.set(Some(Deed::GrantRole { id, name }));
    };
    view! {
        <section>
            <h3>
                <span>{tr!(org.role.held)}</span>
                <button type="button" class="link" on:click=add>{tr!(org.role.grant)}</button>
            </h3>
            <ul class="chips">
                {move || held.get().into_iter().map(|grant| {
                    let what = role_name(grant.role);
                    let text = t!(org.role.chip, role = what, scope = reach(&grant));
                    view! {
                        <li class="person plain">
                            <span class="clip">{text}</span>
                            <button
                                type="button"
                                class="chip-x"
                                aria-label=move || t!(org.role.revoke_what, role = what)
                                on:click=move |_| revoke(grant.clone(), live)
                            >
                                <Icon name="x" small=true />
                            </button>
                        </li>
                    }
                }).collect_view()}
            </ul>
            {move || (live.data.with(Option::is_some) && held.with(Vec::is_empty)).then(|| view! { <p class="soft">{tr!(org.role.none)}</p> })}
        </section>
    }
}

/// Grants a role to a member.
#[component]
pub(super) fn GrantForm(
    deed: RwSignal<Option<Deed>>,
    departments: Live<DepartmentsQuery>,
    id: String,
    name: String,
) -> impl IntoView {
    let open = opened(deed);
    let online = online();
    let who = StoredValue::new((id, name));
    let role = RwSignal::new("1".to_owned());
    let scope = RwSignal::new("0".to_owned());
    let chosen = RwSignal::new(Vec::<Opt>::new());
    let problem = RwSignal::new(None::<ApiError>);
    let busy = RwSignal::new(false);
    let roles = Signal::derive(|| {
        let all = ROLES.iter().enumerate();
        all.map(|(at, role)| Opt::new(at.to_string(), role_name(*role)))
            .collect::<Vec<_>>()
    });
    let scopes = Signal::derive(|| {
        let all = SCOPES.iter().enumerate();
        all.map(|(at, scope)| Opt::new(at.to_string(), scope_name(*scope)))
            .collect::<Vec<_>>()
    });
    fn pick_of<T: Copy>(all: &[T], word: &str) -> Option<T> {
        all.get(word.parse::<usize>().ok()?).copied()
    }
    let is_custom = Memo::new(move |_| scope.with(|word| pick_of(&SCOPES, word)) == Some(DataScope::Custom));
    let submit = move || {
        let (Some(role), Some(scope)) = (
            role.with_untracked(|word| pick_of(&ROLES, word)),
            scope.with_untracked(|word| pick_of(&SCOPES, word)),
        ) else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let (id, name) = who.get_value();
            let ids = chosen.with_untracked(|all| all.iter().map(|one| cynic::Id::new(&one.value)).collect());
            let input = GrantRoleInput {
                member_id: cynic::Id::new(id),
                role,
                scope,
                department_ids: (scope == DataScope::Custom).then_some(ids),
            };
            let result = mutate(GrantRole::build(GrantRoleVars { input })).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    open.try_set(false);
                    toast::show(t!(org.role.granted_toast, name = name, role = role_name(role)));
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
    let without =
        Signal::derive(move || chosen.with(|all| all.iter().map(|one| one.value.clone()).collect::<Vec<_>>()));
    view! {
        <Dialog
            open
            title=move || t!(org.role.grant_title, name = who.with_value(|(_, name)| name.clone()))
            actions=move || view! {
                <Button on:click=move |_| open.set(false)>{tr!(ui.cancel)}</Button>
                <Button kind=Kind::Primary busy disabled=Signal::derive(move || !online.get()) on:click=move |_| submit()>
                    {tr!(org.role.grant)}
                </Button>
            }
        >
            <div class="form">
                {move || message().map(|text| view! { <Note tone=Tone::Bad icon="alert">{text}</Note> })}
                <Field label=tr!(org.role.role)><Select value=role options=roles /></Field>
                <Field label=tr!(org.role.scope)><Select value=scope options=scopes /></Field>
                {move || is_custom.get().then(|| view! {
                    <Field label=tr!(org.role.departments) required=true>
                        <div class="picker">
                            <For
                                each=move || chosen.get()
                                key=|one| one.value.clone()
                                children=move |one| {
                                    let (label, id) = (one.label.clone(), one.value);
                                    view! {
                                        <span class="person plain">
                                            {one.label}
                                            <button
                                                type="button"
                                                class="chip-x"
                                                aria-label=move || t!(ui.remove, what = label)
                                                on:click=move |_| chosen.update(|all| all.retain(|other| other.value != id))
                                            >
                                                <Icon name="x" small=true />
                                            </button>
                                        </span>
                                    }
                                }
                            />
                            <Combobox
                                search=pick::departments(departments)
                                on_pick=move |option: Opt| chosen.update(|all| all.push(option))
                                without
                                bare=true
                                label=Signal::derive(|| Some(t!(org.role.departments).to_owned()))
                                placeholder=Signal::derive(|| Some(t!(org.field.add_department).to_owned()))
                            />
                        </div>
                    </Field>
                })}
            </div>
        </Dialog>
    }
}
