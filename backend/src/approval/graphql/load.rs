//! What many resolvers of a request need together.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use entity::{
    ApprovalId, FileId, TaskId, TemplateId, approval_case, approval_comment, approval_copy, approval_round,
    approval_task, event_log, file_object,
};

use super::{Approval, ApprovalTask, ApprovalTemplate};
use crate::approval::engine::Definition;
use crate::approval::model::history::Deed;
use crate::approval::service::{self, Pinned, RouteStep, Step, Tally, Wayfarer};
use crate::cx::{Actor, Cx};
use crate::error::{Error, Result};
use crate::graphql::cx;
use crate::graphql::loading::{Loading, loader};
use crate::{file, leave};

/// Loads parts of requests the viewer may read. Requests and tasks ask the policy; parts are only asked for by those who have
/// the request.
pub(super) struct Load {
    cx: Cx,
    actor: Actor,
}

/// The loader of this request.
pub(super) fn load(ctx: &Context<'_>) -> Result<Loading<Load>> {
    loader(ctx, |cx, actor| Load { cx, actor })
}

macro_rules! parts {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) struct $name(pub(super) ApprovalId);
    )*};
}

parts! {
    /// Visits and tasks.
    StepsOf;
    /// Copies.
    CopiesOf;
    /// Rounds.
    RoundsOf;
    /// History.
    HistoryOf;
    /// Numbers of comments and files, and whether it is an unread copy.
    TallyOf;
    /// What it means for leave.
    LeaveOf;
}

/// The way of a request.
#[derive(Clone)]
pub(super) struct RouteOf(pub(super) Wayfarer);

impl PartialEq for RouteOf {
    fn eq(&self, other: &Self) -> bool {
        self.0.row.id == other.0.row.id
    }
}

impl Eq for RouteOf {}

impl Hash for RouteOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.row.id.hash(state);
    }
}

/// When the viewer last started a template.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LastStartOf(pub(super) TemplateId);

/// The first page of comments, of this size.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CommentsOf(pub(super) ApprovalId, pub(super) u64);

macro_rules! loads {
    ($($key:ty => $value:ty, |$self:ident, $keys:ident| $body:expr;)*) => {$(
        impl Loader<$key> for Load {
            type Value = $value;
            type Error = Error;

            async fn load(&self, $keys: &[$key]) -> Result<HashMap<$key, $value>> {
                let $self = self;
                $body
            }
        }
    )*};
}

loads! {
    ApprovalId => Arc<approval_case::Model>, |load, keys| {
        shared(service::find_many(&load.cx, &load.actor, keys).await?)
    };
    TaskId => Arc<approval_task::Model>, |load, keys| {
        shared(service::find_tasks(&load.cx, &load.actor, keys).await?)
    };
    LastStartOf => DateTime<Utc>, |load, keys| {
        let ids: Vec<TemplateId> = keys.iter().map(|key| key.0).collect();
        Ok(under(service::last_starts(&load.cx, &load.actor, &ids).await?, LastStartOf))
    };
    StepsOf => Arc<Vec<Step>>, |load, keys| {
        Ok(each(keys, service::steps(&load.cx, &ids(keys, |key| key.0)).await?, |key| key.0))
    };
    CopiesOf => Arc<Vec<approval_copy::Model>>, |load, keys| {
        Ok(each(keys, service::copies(&load.cx, &ids(keys, |key| key.0)).await?, |key| key.0))
    };
    RoundsOf => Arc<Vec<approval_round::Model>>, |load, keys| {
        Ok(each(keys, service::rounds(&load.cx, &ids(keys, |key| key.0)).await?, |key| key.0))
    };
    HistoryOf => Arc<Vec<(Deed, event_log::Model)>>, |load, keys| {
        Ok(each(keys, service::history(&load.cx, &ids(keys, |key| key.0)).await?, |key| key.0))
    };
    TallyOf => Arc<Tally>, |load, keys| {
        let found = service::tallies(&load.cx, load.actor.member, &ids(keys, |key| key.0)).await?;
        Ok(each(keys, found, |key| key.0))
    };
    CommentsOf => Arc<Vec<approval_comment::Model>>, |load, keys| {
        let size = keys.iter().map(|key| key.1).max().unwrap_or_default();
        Ok(each(keys, service::first_comments(&load.cx, &ids(keys, |key| key.0), size).await?, |key| key.0))
    };
    LeaveOf => Option<Arc<leave::service::Detail>>, |load, keys| {
        let mut found = leave::service::details(&load.cx, &load.actor, &ids(keys, |key| key.0)).await?;
        Ok(keys.iter().map(|key| (*key, found.remove(&key.0).map(Arc::new))).collect())
    };
    RouteOf => Arc<Vec<RouteStep>>, |load, keys| {
        let requests: Vec<&Wayfarer> = keys.iter().map(|key| &key.0).collect();
        let mut found = shared(service::routes(&load.cx, &requests).await?)?;
        Ok(keys.iter().filter_map(|key| Some((key.clone(), found.remove(&key.0.row.id)?))).collect())
    };
    FileId => Arc<file_object::Model>, |load, keys| shared(file::service::rows(&load.cx, keys).await?);
}

fn ids<K>(keys: &[K], id: impl Fn(&K) -> ApprovalId) -> Vec<ApprovalId> {
    keys.iter().map(id).collect()
}

fn shared<K: Eq + Hash, V>(found: HashMap<K, V>) -> Result<HashMap<K, Arc<V>>> {
    Ok(found.into_iter().map(|(key, value)| (key, Arc::new(value))).collect())
}

/// What was found for each key, nothing where nothing was: so that it is not asked for again.
fn each<N: Copy + Eq + Hash, K: Eq + Hash, V: Default>(
    keys: &[N],
    mut found: HashMap<K, V>,
    id: impl Fn(&N) -> K,
) -> HashMap<N, Arc<V>> {
    let value = |key: &N| (*key, Arc::new(found.remove(&id(key)).unwrap_or_default()));
    keys.iter().map(value).collect()
}

fn under<K, N: Eq + Hash, V>(found: HashMap<K, V>, name: impl Fn(K) -> N) -> HashMap<N, V> {
    found.into_iter().map(|(key, value)| (name(key), value)).collect()
}

/// A request the viewer may read.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) async fn request(ctx: &Context<'_>, id: ApprovalId) -> Result<Approval> {
    find_request(ctx, id).await?.ok_or(Error::NotFound)
}

/// A request, if there is one the viewer may read.
pub async fn find_request(ctx: &Context<'_>, id: ApprovalId) -> Result<Option<Approval>> {
    Ok(load(ctx)?.load_one(id).await?.map(Approval::new))
}

/// A task, if there is one of a request the viewer may read.
pub async fn find_task(ctx: &Context<'_>, id: TaskId) -> Result<Option<ApprovalTask>> {
    Ok(load(ctx)?.load_one(id).await?.map(ApprovalTask::new))
}

/// A template, if there is one.
pub async fn find_template(ctx: &Context<'_>, id: TemplateId) -> Result<Option<ApprovalTemplate>> {
    let found = service::templates_by_ids(cx(ctx)?, &[id]).await?.remove(&id);
    Ok(found.map(ApprovalTemplate::new))
}

/// The definition a request is pinned to.
pub(super) async fn definition(ctx: &Context<'_>, row: &approval_case::Model) -> Result<Arc<Definition>> {
    let found = service::definitions(cx(ctx)?, &[row.version_id])
        .await?
        .remove(&row.version_id);
    found.ok_or_else(|| Error::internal("a request without its version"))
}

/// The version of a template a request is pinned to.
pub(super) async fn pinned(ctx: &Context<'_>, row: &approval_case::Model) -> Result<Pinned> {
    let found = service::templates_by_ids(cx(ctx)?, &[row.template_id])
        .await?
        .remove(&row.template_id);
    Ok(Pinned {
        template: found.ok_or_else(|| Error::internal("a request without its template"))?,
        definition: definition(ctx, row).await?,
    })
}

/// Files by id, in order; absent ones are left out.
pub(super) async fn files(ctx: &Context<'_>, ids: &[FileId]) -> Result<Vec<file::graphql::File>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = load(ctx)?.load_many(ids.iter().copied()).await?;
    Ok(ids
        .iter()
        .filter_map(|id| found.get(id))
        .map(|row| file::graphql::File::from(&**row))
        .collect())
}
