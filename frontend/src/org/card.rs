//! One member: how to reach them, where they stand, and what an administrator may do.

use cynic::QueryBuilder;
use leptos::either::Either;
use leptos::prelude::*;

use super::contacts::Contacts;
use super::deed::Deed;
use super::grants::HeldRoles;
use super::member_rows::away_text;
use super::state::{spaced, tenure};
use crate::api::org::directory::{MemberCard, MemberQuery, MemberStatus, MemberVars, PersonInLine};
use crate::api::{live_query, query};
use crate::i18n::{self, full_date};
use crate::ui::{
    Art, Avatar, AvatarSize, AvatarStack, Button, Empty, ErrorCard, Icon, IconButton, Key, LinkButton, Menu, MenuItem,
    Person, Pill, SkeletonDoc, Tone, Topline, use_keys,
};
use crate::{t, tr};

/// The pane with the card of the member in the address.
#[component]
pub(super) fn Card(contacts: Contacts) -> impl IntoView {
    let id = Memo::new(move |_| contacts.place.with(|place| place.member.clone()).unwrap_or_default());
    let live = live_query(
        move || format!("member:{}", id.get()),
        || vec!["org".to_owned(), "leave:me".to_owned()],
        move || {
            query(MemberQuery::build(MemberVars {
                id: cynic::Id::new(id.get_untracked()),
            }))
        },
    );
    let close = move || contacts.open(None);
    use_keys(tr!(org.title), vec![Key::new("escape", tr!(org.keys.close), close)]);
    let name = move || {
        live.data
            .get()
            .and_then(|found| found.member.as_ref().map(|member| member.name.clone()))
            .unwrap_or_default()
    };
    view! {
        <aside class="side" aria-label=name>
            <Topline active=live.refreshing />
            {move || match (live.data.get(), live.error.get()) {
                (Some(found), _) => match found.member.clone() {
                    Some(card) => view! { <Whole contacts card /> }.into_any(),
                    None => view! {
                        <CloseRow close=Callback::new(move |()| close()) />
                        <Empty art=Art::Search title=tr!(org.gone) />
                    }
                    .into_any(),
                },
                (None, Some(error)) => view! {
                    <CloseRow close=Callback::new(move |()| close()) />
                    <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| live.refetch()) />
                }
                .into_any(),
                (None, None) => view! { <SkeletonDoc lines=8 /> }.into_any(),
            }}
        </aside>
    }
}

#[component]
fn CloseRow(close: Callback<()>) -> impl IntoView {
    view! {
        <div class="side-top">
            <span class="spacer"></span>
            <IconButton icon="x" label=tr!(ui.close) on:click=move |_| close.run(()) />
        </div>
    }
}

/// The card itself.
#[component]
fn Whole(contacts: Contacts, card: MemberCard) -> impl IntoView {
    let who = Person::new(card.id.inner(), &card.name);
    let title: Vec<String> = [
        card.position.as_ref().map(|position| position.name.clone()),
        card.departments.first().map(|one| one.department.name.clone()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let separator = tr!(org.separator);
    let away = card.away_today.clone();
    view! {
        <div class="side-top">
            <span class="only-phone">
                <IconButton icon="left" label=tr!(org.back) on:click=move |_| contacts.open(None) />
            </span>
            <Avatar person=who size=AvatarSize::Huge />
            <div>
                <h2>{card.name.clone()}{card.alias.clone().map(|alias| view! { " "<span class="meta">{alias}</span> })}</h2>
                <p class="soft">{move || title.join(separator())}</p>
                {(card.status == MemberStatus::Disabled).then(|| view! { <Pill icon="lock">{tr!(org.disabled)}</Pill> })}
                {away.map(|away| view! { <Pill icon="leave" tone=Tone::Info>{move || away_text(&away)}</Pill> })}
            </div>
            <span class="closep only-wide">
                <IconButton icon="x" label=tr!(ui.close) hint="Esc" on:click=move |_| contacts.open(None) />
            </span>
        </div>
        <Quick contacts card=card.clone() />
        <Facts card=card.clone() />
        {card.may("GRANT_ROLE").then(|| view! {
            <HeldRoles deed=contacts.deed id=card.id.inner().to_owned() name=card.name.clone() />
        })}
        <Line contacts card=card.clone() />
        <Reports contacts card />
    }
}

/// Ways to reach them, and the deeds.
#[component]
fn Quick(contacts: Contacts, card: MemberCard) -> impl IntoView {
    let card = StoredValue::new(card);
    let may = move |action: &str| card.with_value(|card| card.may(action));
    let deed = contacts.deed;
    let set = move |make: fn(Box<MemberCard>) -> Deed| move || deed.set(Some(make(Box::new(card.get_value()))));
    let edit = set(Deed::EditMember);
    if may("EDIT") {
        use_keys(tr!(org.title), vec![Key::new("e", tr!(org.member.edit), edit)]);
    }
    let active = card.with_value(|card| card.status == MemberStatus::Active);
    let items = Signal::derive(move || {
        let mut items = Vec::new();
        if may("GRANT_ROLE") {
            items.push(MenuItem::new("lock", t!(org.role.grant)).on(move || {
                deed.set(Some(card.with_value(|card| Deed::GrantRole {
                    id: card.id.inner().to_owned(),
                    name: card.name.clone(),
                })));
            }));
        }
        if may("RESET_PASSWORD") {
            items.push(MenuItem::new("keyboard", t!(org.password.reset)).on(set(Deed::ResetPassword)));
        }
        if active && may("DISABLE") {
            items.push(
                MenuItem::new("x", t!(org.member.disable))
                    .danger()
                    .rule_before()
                    .on(set(Deed::Disable)),
            );
        }
        if !active && may("ENABLE") {
            items.push(
                MenuItem::new("check", t!(org.member.enable))
                    .rule_before()
                    .on(set(Deed::Enable)),
            );
        }
        items
    });
    let (phone, mail, id) = card.with_value(|card| {
        (
            card.mobile.clone().or_else(|| card.telephone.clone()),
            card.work_email.clone().or_else(|| card.email.clone()),
            card.id.inner().to_owned(),
        )
    });
    view! {
        <div class="quick">
            {phone.map(|number| view! {
                <LinkButton href=format!("tel:{}", number.replace(' ', "")) icon="phone">{tr!(org.call)}</LinkButton>
            })}
            {mail.map(|mail| view! { <LinkButton href=format!("mailto:{mail}") icon="mail">{tr!(org.mail)}</LinkButton> })}
            {may("VIEW_LEAVE").then(|| view! {
                <LinkButton href=format!("/leave?member={id}") icon="leave">{tr!(org.leave)}</LinkButton>
            })}
            {may("EDIT").then(|| view! { <Button icon="edit" on:click=move |_| edit()>{tr!(org.member.edit)}</Button> })}
            {move || (!items.with(Vec::is_empty)).then(|| view! {
                <Menu label=tr!(ui.more) items class="btn"><Icon name="more" />{tr!(ui.more)}</Menu>
            })}
        </div>
    }
}

/// What is written about them.
#[component]
fn Facts(card: MemberCard) -> impl IntoView {
    let mut facts: Vec<(&'static str, AnyView)> = Vec::new();
    let text = |text: String| view! { <span>{text}</span> }.into_any();
    if let Some(mobile) = card.mobile {
        let href = format!("tel:{mobile}");
        facts.push((
            t!(org.field.mobile),
            view! { <a class="link" href=href>{spaced(&mobile)}</a> }.into_any(),
        ));
    }
    if let Some(number) = card.telephone {
        facts.push((t!(org.field.telephone), text(number)));
    }
    if let Some(mail) = card.work_email {
        let href = format!("mailto:{mail}");
        facts.push((
            t!(org.field.work_email),
            view! { <a class="link" href=href>{mail}</a> }.into_any(),
        ));
    }
    if let Some(mail) = card.email {
        let href = format!("mailto:{mail}");
        facts.push((
            t!(org.field.email),
            view! { <a class="link" href=href>{mail}</a> }.into_any(),
        ));
    }
    if let Some(office) = card.office {
        facts.push((t!(org.field.office), text(office)));
    }
    if let Some(number) = card.employee_no {
        facts.push((t!(org.field.employee_no), text(number)));
    }
    if let Some(date) = card.hired_on {
        let (years, months) = tenure(date, i18n::today());
        let since = match (years, months) {
            (0, 0) => t!(org.tenure.new).to_owned(),
            (0, n) => t!(org.tenure.months, n = n),
            (y, 0) => t!(org.tenure.years, n = y),
            (y, m) => t!(org.tenure.both, y = y, m = m),
        };
        facts.push((
            t!(org.field.hired_on),
            text(t!(org.tenure.line, date = full_date(date), since = since)),
        ));
    }
    let others: Vec<String> = card
        .departments
        .iter()
        .filter(|one| !one.is_primary)
        .map(|one| one.department.path.join(" / "))
        .collect();
    if let Some(primary) = card.departments.iter().find(|one| one.is_primary) {
        facts.push((t!(org.field.department), text(primary.department.path.join(" / "))));
    }
    if !others.is_empty() {
        facts.push((t!(org.field.other_departments), text(i18n::names(&others))));
    }
    facts.push((t!(org.field.account), text(card.account)));
    if let Some(address) = card.address {
        facts.push((t!(org.field.address), text(address)));
    }
    view! {
        <dl class="kv num">
            {facts.into_iter().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }).collect_view()}
        </dl>
    }
}

/// The line of managers, from the top down to them.
#[component]
fn Line(contacts: Contacts, card: MemberCard) -> impl IntoView {
    if card.manager_chain.is_empty() {
        return Either::Left(());
    }
    let above: Vec<PersonInLine> = card.manager_chain.into_iter().rev().collect();
    Either::Right(view! {
        <section>
            <h3>{tr!(org.line)}</h3>
            <ol class="thread" aria-label=tr!(org.line)>
                {above.into_iter().map(|one| {
                    let id = one.id.inner().to_owned();
                    view! {
                        <li class="node">
                            <span class="joint"><Avatar person=Person::new(one.id.inner(), &one.name) /></span>
                            <div>
                                <div class="node-head">
                                    <button type="button" class="plain" on:click=move |_| contacts.open(Some(&id))><b>{one.name}</b></button>
                                    <span class="soft clip">{one.position.map(|position| position.name)}</span>
                                </div>
                            </div>
                        </li>
                    }
                }).collect_view()}
                <li class="node now">
                    <span class="joint"><Avatar person=Person::new(card.id.inner(), &card.name) /></span>
                    <div><div class="node-head"><b>{card.name}</b></div></div>
                </li>
            </ol>
        </section>
    })
}

/// Those who report to them.
#[component]
fn Reports(contacts: Contacts, card: MemberCard) -> impl IntoView {
    let total = card.direct_reports.total_count;
    if total == 0 {
        return Either::Left(());
    }
    let all = RwSignal::new(false);
    let people: Vec<Person> = card
        .direct_reports
        .nodes
        .iter()
        .map(|one| Person::new(one.id.inner(), &one.name))
        .collect();
    let rows = StoredValue::new(card.direct_reports.nodes);
    Either::Right(view! {
        <section>
            <h3>
                <span>{move || t!(org.reports, n = total)}</span>
                <button type="button" class="link" aria-expanded=move || if all.get() { "true" } else { "false" } on:click=move |_| all.update(|on| *on = !*on)>
                    {move || if all.get() { t!(ui.collapse) } else { t!(org.show) }}
                </button>
            </h3>
            {move || if all.get() {
                view! {
                    <ul class="people">
                        {rows.get_value().into_iter().map(|one| {
                            let id = one.id.inner().to_owned();
                            view! {
                                <li>
                                    <button type="button" class="person-row" on:click=move |_| contacts.open(Some(&id))>
                                        <Avatar person=Person::new(one.id.inner(), &one.name) />
                                        <b>{one.name}</b>
                                        <span class="soft clip">{one.position.map(|position| position.name)}</span>
                                    </button>
                                </li>
                            }
                        }).collect_view()}
                    </ul>
                }
                .into_any()
            } else {
                view! { <AvatarStack people=people.clone() total=usize::try_from(total).unwrap_or_default() /> }.into_any()
            }}
        </section>
    })
}
