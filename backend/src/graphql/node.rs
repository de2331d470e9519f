//! Objects by id, of any kind. A slice adds one line for each kind of object that has an address of its own.

use async_graphql::{Context, ID, Interface};
use entity::{ApprovalId, DepartmentId, Id, MemberId, NotificationId, TaskId, TemplateId};

use super::{actor, cx, id};
use crate::approval::graphql::{self as approval, Approval, ApprovalTask, ApprovalTemplate};
use crate::error::{Error, Result};
use crate::notification::graphql::Notification;
use crate::org::graphql::{Department, Member};
use crate::{notification, org};

/// Most ids asked for at once.
const NODES: usize = 100;

/// An object with an id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Its id."))]
pub enum Node {
    /// A member.
    Member(Member),
    /// A department.
    Department(Department),
    /// A template of requests.
    ApprovalTemplate(ApprovalTemplate),
    /// A request.
    Approval(Approval),
    /// One person asked by a step of a request.
    ApprovalTask(ApprovalTask),
    /// A notice to the viewer.
    Notification(Notification),
}

/// The object of an id, when there is one the viewer may know of.
pub(super) async fn find(ctx: &Context<'_>, public: &ID) -> Result<Option<Node>> {
    actor(ctx)?;
    let found = match id::decode_parts(public) {
        Ok((prefix, _)) => load(ctx, &prefix, public).await,
        Err(error) => Err(error),
    };
    match found {
        Ok(node) => Ok(Some(node)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn load(ctx: &Context<'_>, prefix: &str, public: &ID) -> Result<Node> {
    match prefix {
        MemberId::PREFIX => org::graphql::member(ctx, id::decode(public)?).await.map(Node::Member),
        DepartmentId::PREFIX => org::graphql::department(ctx, id::decode(public)?)
            .await
            .map(Node::Department),
        TemplateId::PREFIX => found(
            approval::find_template(ctx, id::decode(public)?).await?,
            Node::ApprovalTemplate,
        ),
        ApprovalId::PREFIX => found(approval::find_request(ctx, id::decode(public)?).await?, Node::Approval),
        TaskId::PREFIX => found(approval::find_task(ctx, id::decode(public)?).await?, Node::ApprovalTask),
        NotificationId::PREFIX => {
            let row = notification::service::one(cx(ctx)?, actor(ctx)?, id::decode(public)?).await?;
            Ok(Node::Notification(Notification(row)))
        }
        _ => Err(Error::NotFound),
    }
}

fn found<T>(found: Option<T>, node: fn(T) -> Node) -> Result<Node> {
    found.map(node).ok_or(Error::NotFound)
}

/// The objects of ids, in their order.
///
/// # Errors
/// [`Error::Invalid`] for too many.
pub(super) async fn find_all(ctx: &Context<'_>, ids: &[ID]) -> Result<Vec<Option<Node>>> {
    if ids.len() > NODES {
        return Err(Error::invalid("ids", "最多 100 项", "At most 100 items"));
    }
    futures_util::future::try_join_all(ids.iter().map(|id| find(ctx, id))).await
}
