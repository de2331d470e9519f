//! Finding people and departments for fields.

use std::sync::Arc;

use cynic::QueryBuilder;

use super::state::find_departments;
use crate::api::Live;
use crate::api::org::directory::{DepartmentsQuery, FindMembersQuery, MembersVars};
use crate::api::query;
use crate::ui::{Opt, Search};

/// Finds active members by name, pinyin or initials.
pub(crate) fn people() -> Search {
    Search::new(|text: String| async move {
        let vars = MembersVars {
            search: Some(text).filter(|text| !text.trim().is_empty()),
            first: Some(8),
            ..MembersVars::default()
        };
        let Ok(reply) = query(FindMembersQuery::build(vars)).await else {
            return Vec::new();
        };
        let found = reply.data.members.nodes.into_iter().map(|one| {
            let note: Vec<String> = [
                one.position.map(|position| position.name),
                one.primary_department.map(|department| department.name),
            ]
            .into_iter()
            .flatten()
            .collect();
            Opt::new(one.id.into_inner(), one.name).note(note.join(" · "))
        });
        found.collect()
    })
}

/// Finds open departments by name, out of the tree that is loaded.
pub(crate) fn departments(live: Live<DepartmentsQuery>) -> Search {
    Search::new(move |text: String| async move {
        let all: Option<Arc<DepartmentsQuery>> = live.data.get_untracked();
        let Some(all) = all else { return Vec::new() };
        find_departments(&all.departments, &text)
            .into_iter()
            .take(30)
            .map(|one| Opt::new(one.id.inner(), one.name.clone()).note(one.path.join(" / ")))
            .collect()
    })
}
