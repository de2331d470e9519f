//! What the palette finds on the server: people and requests.

use std::sync::Arc;

use cynic::QueryBuilder;
use leptos_router::NavigateOptions;

use super::nav::place;
use crate::api::find::{FindApprovalsQuery, FindPeopleQuery, FindVars};
use crate::api::query;
use crate::ui::palette::{Command, Provider};

/// So many of each kind are shown.
const MOST: i32 = 6;

/// Finds people and requests, where pages for them exist. Errors find nothing: the palette is no place to tell them.
pub(super) fn provider(navigate: impl Fn(&str, NavigateOptions) + Clone + Send + Sync + 'static) -> Provider {
    Arc::new(move |text: String| {
        let navigate = navigate.clone();
        Box::pin(async move {
            let mut found = Vec::new();
            let vars = FindVars {
                text: text.trim().to_owned(),
                first: MOST,
            };
            if place("/contacts").is_some()
                && let Ok(reply) = query(FindPeopleQuery::build(vars.clone())).await
            {
                for person in reply.data.members.nodes {
                    let href = format!("/contacts?id={}", person.id.inner());
                    let department = person.primary_department.map(|department| department.name);
                    found.push(
                        go(&navigate, "me", person.id.inner(), &person.name, href)
                            .note(department.unwrap_or_default())
                            // The server has matched pinyin and initials already.
                            .words(text.clone()),
                    );
                }
            }
            if place("/approvals").is_some()
                && let Ok(reply) = query(FindApprovalsQuery::build(vars)).await
            {
                for approval in reply.data.approvals.nodes {
                    let href = format!("/approvals/{}", approval.id.inner());
                    found.push(
                        go(&navigate, "approve", approval.id.inner(), &approval.title, href)
                            .note(approval.number)
                            .words(text.clone()),
                    );
                }
            }
            found
        })
    })
}

fn go(
    navigate: &(impl Fn(&str, NavigateOptions) + Clone + Send + Sync + 'static),
    icon: &'static str,
    id: &str,
    label: &str,
    href: String,
) -> Command {
    let navigate = navigate.clone();
    Command::new(id, icon, label, move || navigate(&href, NavigateOptions::default()))
}
