//! What many resolvers of a request need together.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use entity::{
    ApprovalId, FileId, MemberId, TaskId, TemplateId, TemplateVersionId, approval_case, approval_copy, approval_round,
    approval_task, approval_template, event_log, file_object,
};

use super::{Approval, ApprovalTask, ApprovalTemplate};
use crate::approval::engine::Definition;
use crate::approval::model::history::Deed;
use crate::approval::service::{self, Pinned, RouteStep, Step, Wayfarer};
use crate::cx::{Actor, Cx};
use crate::error::{Error, Result};
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
    /// Number of comments.
    CommentsIn;
    /// Number of files.
    FilesIn;
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

/// Name of a member.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct NameOf(pub(super) MemberId);

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
    TemplateId => Arc<approval_template::Model>, |load, keys| shared(service::templates_by_ids(&load.cx, keys).await?);
    TemplateVersionId => Arc<Definition>, |load, keys| shared(service::definitions(&load.cx, keys).await?);
    LastStartOf => DateTime<Utc>, |load, keys| {
        let ids: Vec<TemplateId> = keys.iter().map(|key| key.0).collect();
        Ok(under(service::last_starts(&load.cx, &load.actor, &ids).await?, LastStartOf))
    };
    StepsOf => Arc<Vec<Step>>, |load, keys| {
        Ok(under(shared(service::steps(&load.cx, &ids(keys, |key| key.0)).await?)?, StepsOf))
    };
    CopiesOf => Arc<Vec<approval_copy::Model>>, |load, keys| {
        Ok(under(shared(service::copies(&load.cx, &ids(keys, |key| key.0)).await?)?, CopiesOf))
    };
    RoundsOf => Arc<Vec<approval_round::Model>>, |load, keys| {
        Ok(under(shared(service::rounds(&load.cx, &ids(keys, |key| key.0)).await?)?, RoundsOf))
    };
    HistoryOf => Arc<Vec<(Deed, event_log::Model)>>, |load, keys| {
        Ok(under(shared(service::history(&load.cx, &ids(keys, |key| key.0)).await?)?, HistoryOf))
    };
    CommentsIn => i64, |load, keys| {
        Ok(under(service::comment_counts(&load.cx, &ids(keys, |key| key.0)).await?, CommentsIn))
    };
    FilesIn => i64, |load, keys| Ok(under(service::file_counts(&load.cx, &ids(keys, |key| key.0)).await?, FilesIn));
    LeaveOf => Arc<leave::service::Detail>, |load, keys| {
        let found = leave::service::details(&load.cx, &load.actor, &ids(keys, |key| key.0)).await?;
        Ok(under(shared(found)?, LeaveOf))
    };
    RouteOf => Arc<Vec<RouteStep>>, |load, keys| {
        let requests: Vec<&Wayfarer> = keys.iter().map(|key| &key.0).collect();
        let mut found = shared(service::routes(&load.cx, &requests).await?)?;
        Ok(keys.iter().filter_map(|key| Some((key.clone(), found.remove(&key.0.row.id)?))).collect())
    };
    FileId => Arc<file_object::Model>, |load, keys| shared(file::service::rows(&load.cx, keys).await?);
    NameOf => String, |load, keys| {
        let members: Vec<MemberId> = keys.iter().map(|key| key.0).collect();
        Ok(under(service::names_of(&load.cx, &members).await?, NameOf))
    };
}

fn ids<K>(keys: &[K], id: impl Fn(&K) -> ApprovalId) -> Vec<ApprovalId> {
    keys.iter().map(id).collect()
}

fn shared<K: Eq + Hash, V>(found: HashMap<K, V>) -> Result<HashMap<K, Arc<V>>> {
    Ok(found.into_iter().map(|(key, value)| (key, Arc::new(value))).collect())
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
    Ok(load(ctx)?.load_one(id).await?.map(ApprovalTemplate::new))
}

/// The definition a request is pinned to.
pub(super) async fn definition(ctx: &Context<'_>, row: &approval_case::Model) -> Result<Arc<Definition>> {
    let found = load(ctx)?.load_one(row.version_id).await?;
    found.ok_or_else(|| Error::internal("a request without its version"))
}

/// The version of a template a request is pinned to.
pub(super) async fn pinned(ctx: &Context<'_>, row: &approval_case::Model) -> Result<Pinned> {
    let load = load(ctx)?;
    let (template, definition) =
        futures_util::try_join!(load.load_one(row.template_id), load.load_one(row.version_id))?;
    match (template, definition) {
        (Some(template), Some(definition)) => Ok(Pinned {
            template: (*template).clone(),
            definition: (*definition).clone(),
        }),
        _ => Err(Error::internal("a request without its template")),
    }
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
