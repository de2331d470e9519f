//! The rows of the list of members.

use leptos::prelude::*;

use super::contacts::Contacts;
use super::state::doubles;
use crate::api::org::directory::{AwayToday, MemberRow, MemberStatus};
use crate::i18n::{self, month_day};
use crate::ui::{Avatar, Person, Pill, Tag};
use crate::{t, tr};

#[component]
pub fn Rows(
    /// What the parts of the page share.
    contacts: Contacts,
    /// The members shown.
    rows: Vec<MemberRow>,
) -> impl IntoView {
    let doubles = doubles(&rows);
    view! {
        <table class="table edge members">
            <caption class="sr">{tr!(org.members)}</caption>
            <thead>
                <tr>
                    <th scope="col">{tr!(org.column.member)}</th>
                    <th scope="col">{tr!(org.column.position)}</th>
                    <th scope="col">{tr!(org.column.manager)}</th>
                    <th scope="col" class="opt-col">{tr!(org.column.department)}</th>
                    <th scope="col">{tr!(org.column.now)}</th>
                </tr>
            </thead>
            <tbody>
                {rows.into_iter().map(|row| {
                    let number = row.employee_no.clone().filter(|_| doubles.contains(&row.name));
                    view! { <Row contacts row number /> }
                }).collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Row(contacts: Contacts, row: MemberRow, number: Option<String>) -> impl IntoView {
    let id = row.id.inner().to_owned();
    let own = StoredValue::new(id.clone());
    let selected = Memo::new(move |_| {
        contacts
            .place
            .with(|place| own.with_value(|id| place.member.as_ref() == Some(id)))
    });
    let leads = row.departments.iter().any(|one| one.is_leader);
    let department = row
        .departments
        .first()
        .map(|one| (one.department.name.clone(), one.department.path.join(" / ")));
    let disabled = row.status == MemberStatus::Disabled;
    let href = contacts
        .place
        .get_untracked()
        .with_member(Some(&id))
        .href(|text| String::from(js_sys::encode_uri_component(text)));
    view! {
        <tr
            id=format!("row-{id}")
            aria-selected=move || if selected.get() { "true" } else { "false" }
            on:click=move |event| {
                if event.ctrl_key() || event.meta_key() {
                    return;
                }
                event.prevent_default();
                contacts.open(Some(&own.get_value()));
            }
        >
            <td>
                <a class="who" href=href>
                    <Avatar person=Person::new(row.id.inner(), &row.name) />
                    <b class:soft=disabled>{row.name}</b>
                    {number.map(|number| view! { <span class="meta num">{number}</span> })}
                    {leads.then(|| view! { <Tag>{tr!(org.leader)}</Tag> })}
                </a>
            </td>
            <td>{row.position.map(|position| position.name)}</td>
            <td>{row.manager.map(|manager| manager.name)}</td>
            <td class="opt-col">{department.map(|(name, path)| view! { <span title=path>{name}</span> })}</td>
            <td>
                {disabled.then(|| view! { <Pill icon="lock">{tr!(org.disabled)}</Pill> })}
                {row.away_today.filter(|_| !disabled).map(|away| view! { <span class="meta num">{move || away_text(&away)}</span> })}
            </td>
        </tr>
    }
}

/// 年假至 10月8日, or without the kind.
pub(super) fn away_text(away: &AwayToday) -> String {
    let kind = away.type_name.clone().unwrap_or_else(|| t!(org.away.leave).to_owned());
    if away.until == i18n::today() {
        t!(org.away.today, kind = kind)
    } else {
        t!(org.away.until, kind = kind, day = month_day(away.until))
    }
}

/// Scrolls a line into view.
pub(super) fn reveal(id: &str) {
    let id = format!("row-{id}");
    request_animation_frame(move || {
        if let Some(row) = document().get_element_by_id(&id) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}
