//! Everything a page of requests will show, loaded at once: the number of statements does not depend on the number of requests,
//! nor on the moment at which fields are resolved.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::{HashMapCache, Loader};
use async_graphql::{Context, Lookahead, dataloader::DataLoader};
use entity::{ApprovalId, FileId, MemberId, TemplateVersionId, approval_case};
use futures_util::try_join;

use super::load::{CopiesOf, HistoryOf, LeaveOf, Load, RoundsOf, RouteOf, StepsOf, TallyOf, load};
use crate::approval::engine::Definition;
use crate::approval::model::history::Note;
use crate::approval::service::{self, Step, Tally, Wayfarer};
use crate::error::{Error, Result};
use crate::graphql::{actor, cx};
use crate::org::service as org;

/// Which parts of requests were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    people: bool,
    route: bool,
    steps: bool,
    copies: bool,
    tally: bool,
    history: bool,
    rounds: bool,
    leave: bool,
    files: bool,
}

impl Wanted {
    /// Of the requests these selections are of.
    pub(super) fn of(looks: &[Lookahead<'_>]) -> Self {
        let any = |names: &[&str]| {
            looks
                .iter()
                .any(|look| names.iter().any(|name| look.field(name).exists()))
        };
        let route = any(&["route"]);
        let copies = any(&["copies"]);
        // Who opened a copy stands with the copies.
        let unread = any(&["unread"]) && !copies;
        let steps = route || any(&["tasks", "viewerTask"]);
        let history = any(&["timeline"]);
        Self {
            people: steps || copies || history || any(&["applicant", "waitingFor"]),
            route,
            steps,
            copies,
            tally: unread || any(&["commentCount", "attachmentCount"]),
            history,
            rounds: any(&["fields"]),
            leave: any(&["leave"]),
            files: looks.iter().any(|look| look.field("tasks").field("files").exists()),
        }
    }

    /// Of the requests in the nodes of a list, `under` a field of them where the list is of something else.
    pub(super) fn in_list(ctx: &Context<'_>, under: Option<&str>) -> Self {
        let look = ctx.look_ahead();
        let (nodes, edges) = (look.field("nodes"), look.field("edges").field("node"));
        match under {
            Some(name) => Self::of(&[nodes.field(name), edges.field(name)]),
            None => Self::of(&[nodes, edges]),
        }
    }
}

/// Loads what is wanted of these requests and feeds it to the loaders of the request.
///
/// # Errors
/// Only those of the database.
pub(super) async fn prefetch(ctx: &Context<'_>, rows: &[Arc<approval_case::Model>], wanted: Wanted) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let (cx, viewer, load) = (cx(ctx)?, actor(ctx)?.member, load(ctx)?);
    let ids: Vec<ApprovalId> = rows.iter().map(|row| row.id).collect();
    let later: Vec<ApprovalId> = rows.iter().filter(|row| row.round > 1).map(|row| row.id).collect();
    load.feed_many(rows.iter().map(|row| (row.id, row.clone()))).await;
    let versions: Vec<_> = rows.iter().map(|row| row.version_id).collect();
    let templates: Vec<_> = rows.iter().map(|row| row.template_id).collect();
    let definitions = service::definitions(cx, &versions).await?;
    service::templates_by_ids(cx, &templates).await?;
    let (steps, copies, _, history, ..) = try_join!(
        fill(&load, wanted.steps, &ids, StepsOf),
        fill(&load, wanted.copies, &ids, CopiesOf),
        fill(&load, wanted.tally, &ids, TallyOf),
        fill(&load, wanted.history, &ids, HistoryOf),
        fill(&load, wanted.rounds, &later, RoundsOf),
        fill(&load, wanted.leave, &ids, LeaveOf),
    )?;
    if wanted.copies && !wanted.tally {
        let unread = copies.iter().map(|(key, copies)| {
            let unread = copies
                .iter()
                .any(|copy| copy.member_id == viewer && copy.read_at.is_none());
            (TallyOf(key.0), unread)
        });
        let tally = |(key, unread)| {
            let tally = Tally {
                unread,
                ..Tally::default()
            };
            (key, Arc::new(tally))
        };
        load.feed_many(unread.map(tally)).await;
    }
    let told = rows.iter().filter(|_| wanted.people);
    let mut people: Vec<MemberId> = told
        .flat_map(|row| service::waiting_for(row).into_iter().chain([row.applicant_id]))
        .collect();
    people.extend(steps.values().flat_map(|steps| steps.iter()).flat_map(|step| {
        step.tasks
            .iter()
            .flat_map(|task| [Some(task.assignee_id), task.on_behalf_of_id].into_iter().flatten())
    }));
    people.extend(
        copies
            .values()
            .flat_map(|copies| copies.iter())
            .flat_map(|copy| [Some(copy.member_id), copy.sent_by_id].into_iter().flatten()),
    );
    for (_, event) in history.values().flat_map(|history| history.iter()) {
        let note: Note = serde_json::from_value(event.payload.clone()).unwrap_or_default();
        people.extend(event.actor_id.into_iter().chain(note.members).chain(note.on_behalf_of));
    }
    if wanted.route {
        people.extend(routes(&load, rows, &definitions, &steps).await?);
    }
    org::people(cx, &people).await?;
    let tasks = steps
        .values()
        .flat_map(|steps| steps.iter())
        .flat_map(|step| &step.tasks);
    let files =
        tasks.flat_map(|task| serde_json::from_value::<Vec<FileId>>(task.attachments.clone()).unwrap_or_default());
    let files: Vec<FileId> = files.collect();
    if wanted.files && !files.is_empty() {
        load.feed_many(load.loader().load(&files).await?).await;
    }
    Ok(())
}

/// The ways of requests. Gives the people on them.
async fn routes(
    load: &DataLoader<Load, HashMapCache>,
    rows: &[Arc<approval_case::Model>],
    definitions: &HashMap<TemplateVersionId, Arc<Definition>>,
    steps: &HashMap<StepsOf, Arc<Vec<Step>>>,
) -> Result<Vec<MemberId>> {
    let keys = rows.iter().filter_map(|row| {
        Some(RouteOf(Wayfarer {
            row: row.clone(),
            definition: definitions.get(&row.version_id)?.clone(),
            steps: steps.get(&StepsOf(row.id)).cloned().unwrap_or_default(),
        }))
    });
    let keys: Vec<RouteOf> = keys.collect();
    let found = load.loader().load(&keys).await?;
    let seats = found
        .values()
        .flat_map(|route| route.iter())
        .flat_map(|step| &step.seats);
    let people = seats.flat_map(|seat| [Some(seat.member), seat.on_behalf_of].into_iter().flatten());
    let people = people.collect();
    load.feed_many(found).await;
    Ok(people)
}

/// Loads one part of requests when it is wanted, and feeds it.
async fn fill<K>(
    load: &DataLoader<Load, HashMapCache>,
    wanted: bool,
    ids: &[ApprovalId],
    key: fn(ApprovalId) -> K,
) -> Result<HashMap<K, <Load as Loader<K>>::Value>>
where
    K: Copy + Eq + std::hash::Hash + Send + Sync + 'static,
    Load: Loader<K, Error = Error>,
{
    if !wanted || ids.is_empty() {
        return Ok(HashMap::new());
    }
    let keys: Vec<K> = ids.iter().copied().map(key).collect();
    let found = load.loader().load(&keys).await?;
    load.feed_many(found.iter().map(|(key, value)| (*key, value.clone())))
        .await;
    Ok(found)
}
