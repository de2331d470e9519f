//! `/start`: templates by group, the recent ones on top, with a search.

use cynic::QueryBuilder;
use leptos::prelude::*;

use crate::api::approval::{TemplateCard, TemplatesQuery, TemplatesVars};
use crate::api::{live_query, query};
use crate::ui::{Art, Empty, ErrorCard, PageTitle, SkeletonDoc, TextInput};
use crate::{t, tr};

/// Recent templates shown.
const RECENT: usize = 4;

/// The name of a group.
fn group_name(category: &str) -> &'static str {
    match category {
        "attendance" => t!(approval.start.group_attendance),
        "finance" => t!(approval.start.group_finance),
        "personnel" | "hr" => t!(approval.start.group_personnel),
        "purchase" | "purchasing" => t!(approval.start.group_purchase),
        "administration" | "office" => t!(approval.start.group_office),
        _ => t!(approval.start.group_other),
    }
}

/// The icon, where the sprite has it.
fn icon_of(name: &str) -> &'static str {
    match name {
        "leave" => "leave",
        "plane" | "trip" => "plane",
        "clock" | "overtime" => "clock",
        "receipt" | "expense" => "receipt",
        "stamp" | "seal" | "contract" => "stamp",
        _ => "approve",
    }
}

/// The page.
#[component]
pub fn Gallery() -> impl IntoView {
    let text = RwSignal::new(String::new());
    let all = live_query(
        || "approval-templates".to_owned(),
        || vec!["started:me".to_owned()],
        || query(TemplatesQuery::build(TemplatesVars { search: None })),
    );
    let searched = Memo::new(move |_| text.get().trim().to_owned());
    let found = live_query(
        move || format!("approval-templates:{}", searched.get()),
        || vec!["started:me".to_owned()],
        move || {
            let search = searched.get_untracked();
            query(TemplatesQuery::build(TemplatesVars {
                search: (!search.is_empty()).then_some(search),
            }))
        },
    );
    let body = move || {
        if let Some(error) = all.error.get().filter(|_| all.data.with(Option::is_none)) {
            return view! { <ErrorCard cause=error.message request_id=error.request_id on_retry=Callback::new(move |()| all.refetch()) /> }.into_any();
        }
        let Some(known) = all.data.get() else {
            return view! { <SkeletonDoc /> }.into_any();
        };
        if !searched.with(String::is_empty) {
            let Some(found) = found.data.get() else {
                return view! { <SkeletonDoc lines=2 /> }.into_any();
            };
            return match found.approval_templates.as_slice() {
                [] => view! { <Empty art=Art::Search title=tr!(approval.start.no_match) /> }.into_any(),
                some => view! { <Cards templates=some.to_vec() /> }.into_any(),
            };
        }
        groups(&known.approval_templates).into_any()
    };
    view! {
        <PageTitle text=tr!(approval.start.title) />
        <div class="page p-gallery">
            <header class="page-head">
                <div><h1>{tr!(approval.start.title)}</h1></div>
                <div class="gallery-search">
                    <TextInput
                        value=text
                        kind="search"
                        icon="search"
                        label=Signal::derive(|| Some(t!(approval.start.search).to_owned()))
                        placeholder=Signal::derive(|| Some(t!(approval.start.search_hint).to_owned()))
                    />
                </div>
            </header>
            {body}
        </div>
    }
}

fn groups(templates: &[TemplateCard]) -> impl IntoView + use<> {
    let mut recent: Vec<TemplateCard> = templates
        .iter()
        .filter(|template| template.last_started_at.is_some())
        .cloned()
        .collect();
    recent.sort_by(|a, b| {
        b.last_started_at
            .partial_cmp(&a.last_started_at)
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    recent.truncate(RECENT);
    let mut named: Vec<(&'static str, Vec<TemplateCard>)> = Vec::new();
    for template in templates {
        let name = group_name(&template.category);
        match named.iter_mut().find(|(known, _)| *known == name) {
            Some((_, group)) => group.push(template.clone()),
            None => named.push((name, vec![template.clone()])),
        }
    }
    // With few templates the recent ones would only be said twice.
    let shows_recent = templates.len() > RECENT && !recent.is_empty();
    view! {
        {templates.is_empty().then(|| view! { <Empty art=Art::Door title=tr!(approval.start.none) /> })}
        {shows_recent.then(|| view! { <Group name=t!(approval.start.recent).to_owned() templates=recent /> })}
        {named.into_iter().map(|(name, templates)| view! { <Group name=name.to_owned() templates /> }).collect_view()}
    }
}

#[component]
fn Group(name: String, templates: Vec<TemplateCard>) -> impl IntoView {
    let label = name.clone();
    view! {
        <section class="section" aria-label=label>
            <div class="section-head"><h2>{name}</h2></div>
            <Cards templates />
        </section>
    }
}

#[component]
fn Cards(templates: Vec<TemplateCard>) -> impl IntoView {
    view! {
        <ul class="templates">
            {templates.into_iter().map(|template| view! {
                <li>
                    <a class="template" href=format!("/start/{}", template.key)>
                        <crate::ui::Icon name=icon_of(&template.icon) />
                        <span><b>{template.name}</b><small>{template.description}</small></span>
                    </a>
                </li>
            }).collect_view()}
        </ul>
    }
}
