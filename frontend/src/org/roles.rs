//! `/admin/roles`: who holds which role, and what the roles permit.

use leptos::prelude::*;

use super::contacts::live_departments;
use super::deed::Deed;
use super::grants::{GrantForm, ROLES, live_grants, reach, revoke, role_name};
use super::pick;
use crate::api::org::role::RoleGrant;
use crate::api::viewer::{Permission, Role, use_viewer};
use crate::i18n::{full_date, local};
use crate::ui::{Art, Avatar, Combobox, Empty, ErrorCard, Icon, IconButton, Opt, PageTitle, Person, SkeletonRows, Tag};
use crate::{t, tr};

/// What the roles permit, as the server's matrix has it (`backend/src/access.rs`; a test holds them together).
pub(super) const PERMISSIONS: [(Permission, &str); 12] = [
    (Permission::ReadDirectory, "ahfplm"),
    (Permission::StartApprovals, "ahfplm"),
    (Permission::ReadContacts, "ahl"),
    (Permission::EditOrganisation, "ah"),
    (Permission::GrantRoles, "a"),
    (Permission::ManageIdentities, "a"),
    (Permission::ReadApprovals, "ap"),
    (Permission::ManageApprovals, "ap"),
    (Permission::ReadLeave, "ahl"),
    (Permission::AdjustLeave, "ah"),
    (Permission::ManageCalendar, "ah"),
    (Permission::ReadAttendance, "ahl"),
];

/// The letter of a role in [`PERMISSIONS`].
fn letter(role: Role) -> char {
    match role {
        Role::Administrator => 'a',
        Role::Hr => 'h',
        Role::Finance => 'f',
        Role::ProcessAdministrator => 'p',
        Role::DepartmentLeader => 'l',
        Role::Member => 'm',
    }
}

fn permission_text(permission: Permission) -> &'static str {
    match permission {
        Permission::ReadDirectory => t!(org.permission.read_directory),
        Permission::ReadContacts => t!(org.permission.read_contacts),
        Permission::EditOrganisation => t!(org.permission.edit_organisation),
        Permission::GrantRoles => t!(org.permission.grant_roles),
        Permission::ManageIdentities => t!(org.permission.manage_identities),
        Permission::StartApprovals => t!(org.permission.start_approvals),
        Permission::ReadApprovals => t!(org.permission.read_approvals),
        Permission::ManageApprovals => t!(org.permission.manage_approvals),
        Permission::ReadLeave => t!(org.permission.read_leave),
        Permission::AdjustLeave => t!(org.permission.adjust_leave),
        Permission::ManageCalendar => t!(org.permission.manage_calendar),
        Permission::ReadAttendance => t!(org.permission.read_attendance),
    }
}

/// The roles page.
#[component]
pub fn Roles() -> impl IntoView {
    let viewer = use_viewer();
    let may = Memo::new(move |_| viewer.may(Permission::GrantRoles));
    view! {
        <PageTitle text=tr!(org.role.title) />
        <div class="page p-roles">
            <header class="page-head"><div><h1>{tr!(org.role.title)}</h1></div></header>
            {move || if may.get() {
                view! { <Grants /> }.into_any()
            } else {
                view! { <Empty art=Art::Door title=tr!(org.no_right) text=Signal::derive(|| Some(t!(org.no_right_text).to_owned())) /> }.into_any()
            }}
            <Matrix />
        </div>
    }
}

#[component]
fn Grants() -> impl IntoView {
    let live = live_grants();
    let departments = live_departments();
    let deed = RwSignal::new(None::<Deed>);
    let choose = move |option: Opt| {
        deed.set(Some(Deed::GrantRole {
            id: option.value,
            name: option.label,
        }));
    };
    view! {
        <section class="grants">
            <div class="inline">
                <h2>{tr!(org.role.granted)}</h2>
                <span class="spacer"></span>
                <div class="grant-to">
                    <Combobox
                        search=pick::people()
                        on_pick=choose
                        people=true
                        label=Signal::derive(|| Some(t!(org.role.grant_to).to_owned()))
                        placeholder=Signal::derive(|| Some(t!(org.role.grant_to).to_owned()))
                    />
                </div>
            </div>
            {move || live.loading_first.get().then(|| view! { <SkeletonRows /> })}
            {move || match (live.data.get(), live.error.get()) {
                (Some(all), _) if all.role_grants.is_empty() => view! { <Empty art=Art::Sheet title=tr!(org.role.nobody) /> }.into_any(),
                (Some(all), _) => view! {
                    <table class="table cards">
                        <caption class="sr">{tr!(org.role.granted)}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{tr!(org.column.member)}</th>
                                <th scope="col">{tr!(org.role.role)}</th>
                                <th scope="col">{tr!(org.role.scope)}</th>
                                <th scope="col">{tr!(org.role.since)}</th>
                                <th scope="col"><span class="sr">{tr!(org.role.revoke)}</span></th>
                            </tr>
                        </thead>
                        <tbody>
                            {all.role_grants.iter().cloned().map(|grant| view! { <GrantRow grant live /> }).collect_view()}
                        </tbody>
                    </table>
                }
                .into_any(),
                (None, Some(error)) => view! {
                    <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| live.refetch()) />
                }
                .into_any(),
                (None, None) => ().into_any(),
            }}
            {move || deed.get().map(|now| match now {
                Deed::GrantRole { id, name } => view! { <GrantForm deed departments id name /> }.into_any(),
                _ => ().into_any(),
            })}
        </section>
    }
}

#[component]
fn GrantRow(grant: RoleGrant, live: crate::api::Live<crate::api::org::role::RoleGrantsQuery>) -> impl IntoView {
    let id = grant.member.id.inner().to_owned();
    let (day, ..) = local(grant.granted_at);
    let by = grant.granted_by.as_ref().map(|one| one.name.clone());
    let role = grant.role;
    let scope = reach(&grant);
    let own = untrack(|| use_viewer().id()).is_some_and(|own| own == id);
    let name = grant.member.name.clone();
    view! {
        <tr>
            <td>
                <a class="inline" href=format!("/contacts?member={id}")>
                    <Avatar person=Person::new(&id, &name) />
                    <b>{name.clone()}</b>
                </a>
            </td>
            <td data-l=tr!(org.role.role)><Tag>{move || role_name(role)}</Tag></td>
            <td data-l=tr!(org.role.scope)>{scope}</td>
            <td data-l=tr!(org.role.since) class="num meta">
                {move || match &by {
                    Some(by) => t!(org.role.since_by, date = full_date(day), name = by),
                    None => full_date(day),
                }}
            </td>
            <td class="r">
                <IconButton
                    icon="trash"
                    small=true
                    disabled=Signal::stored(own)
                    label=move || t!(org.role.revoke_what, role = role_name(role))
                    on:click=move |_| revoke(grant.clone(), live)
                />
            </td>
        </tr>
    }
}

/// Permissions by role.
#[component]
fn Matrix() -> impl IntoView {
    view! {
        <section>
            <h2>{tr!(org.role.matrix)}</h2>
            <p class="soft">{tr!(org.role.matrix_text)}</p>
            <div class="scroll-x" tabindex="0" role="region" aria-label=tr!(org.role.matrix)>
                <table class="table matrix">
                    <thead>
                        <tr>
                            <th scope="col">{tr!(org.role.permission)}</th>
                            {ROLES.iter().map(|role| view! { <th scope="col">{move || role_name(*role)}</th> }).collect_view()}
                        </tr>
                    </thead>
                    <tbody>
                        {PERMISSIONS.iter().map(|(permission, holders)| view! {
                            <tr>
                                <th scope="row">{move || permission_text(*permission)}</th>
                                {ROLES.iter().map(|role| {
                                    let holds = holders.contains(letter(*role));
                                    view! {
                                        <td>
                                            {holds.then(|| view! { <span class="is-ok"><Icon name="check" /></span> })}
                                            <span class="sr">{move || if holds { t!(org.role.yes) } else { t!(org.role.no) }}</span>
                                        </td>
                                    }
                                }).collect_view()}
                            </tr>
                        }).collect_view()}
                    </tbody>
                </table>
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table shown here says what the server holds.
    #[test]
    fn the_matrix_is_the_servers() {
        let source = include_str!("../../../backend/src/access.rs");
        let held = source.split("pub fn held_by").nth(1).unwrap();
        for role in ROLES {
            let arm = held.split(&format!("Role::{role:?} =>")).nth(1).unwrap();
            let arm = arm.split("Role::").next().unwrap();
            for (permission, holders) in PERMISSIONS {
                let word = format!("P::{permission:?}");
                let holds = arm.trim_start().starts_with("true")
                    || arm
                        .match_indices(&word)
                        .any(|(at, _)| !arm[at + word.len()..].starts_with(char::is_alphanumeric));
                assert_eq!(holders.contains(letter(role)), holds, "{role:?} {permission:?}");
            }
        }
    }
}
