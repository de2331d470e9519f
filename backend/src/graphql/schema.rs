//! The public schema: the roots of all slices merged. A slice adds one line to each list it takes part in.

use async_graphql::{Context, ID, MergedObject, Object, SimpleObject};

use super::error::PublicErrorCode;
use super::event::EventSubscription;
use super::node::{self, Node};
use crate::approval::graphql::{ApprovalMutation, ApprovalQuery};
use crate::attendance::graphql::AttendanceQuery;
use crate::calendar::graphql::{CalendarMutation, CalendarQuery};
use crate::cx::Cx;
use crate::error::Result;
use crate::event::feed;
use crate::identity::graphql::{AccessTokenMutation, AccessTokenQuery, IdentityMutation, IdentityQuery};
use crate::leave::graphql::{LeaveMutation, LeaveQuery};
use crate::notification::graphql::{NotificationMutation, NotificationQuery};
use crate::org::graphql::{OrgMutation, OrgQuery};
use crate::set_up::graphql::{SetUpMutation, SetUpQuery};

/// All queries.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct Query(
    ServerQuery,
    OrgQuery,
    IdentityQuery,
    AccessTokenQuery,
    SetUpQuery,
    LeaveQuery,
    CalendarQuery,
    AttendanceQuery,
    ApprovalQuery,
    NotificationQuery,
);

/// All mutations.
#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct Mutation(
    IdentityMutation,
    AccessTokenMutation,
    SetUpMutation,
    OrgMutation,
    LeaveMutation,
    CalendarMutation,
    ApprovalMutation,
    NotificationMutation,
);

/// The public schema, ready to run.
pub type Schema = async_graphql::Schema<Query, Mutation, EventSubscription>;

/// Builds the schema; resolvers find the world in it. Without a world it can only be printed.
pub fn build(cx: Option<Cx>, name: Build) -> Schema {
    let builder = Schema::build(Query::default(), Mutation::default(), EventSubscription)
        .disable_suggestions()
        .data(name);
    match cx {
        Some(cx) => builder.data(crate::org::graphql::loader(cx.clone())).data(cx),
        None => builder,
    }
    .finish()
}

/// Number of the newest event when a request began: all up to it is in the answer.
#[derive(Clone, Copy)]
pub struct AsOf(pub i64);

/// Name of the build of the web app this server carries.
#[derive(Clone, Debug, Default)]
pub struct Build(pub String);

/// What the server tells about itself.
#[derive(SimpleObject)]
pub struct ServerInfo {
    /// Build of the web app the server carries; a page from another build offers to load itself anew.
    build: String,
    /// All codes errors may carry.
    error_codes: Vec<PublicErrorCode>,
}

/// Queries that belong to no slice.
#[derive(Default)]
pub struct ServerQuery;

#[Object]
impl ServerQuery {
    /// What the server tells about itself.
    async fn server_info(&self, ctx: &Context<'_>) -> ServerInfo {
        ServerInfo {
            build: ctx
                .data_opt::<Build>()
                .map(|Build(name)| name.clone())
                .unwrap_or_default(),
            error_codes: PublicErrorCode::ALL.to_vec(),
        }
    }

    /// The object of an id, of any kind; null when there is none the viewer may know of.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Whose")] id: ID) -> Result<Option<Node>> {
        node::find(ctx, &id).await
    }

    /// The objects of up to 100 ids, in their order.
    async fn nodes(&self, ctx: &Context<'_>, #[graphql(desc = "Whose")] ids: Vec<ID>) -> Result<Vec<Option<Node>>> {
        node::find_all(ctx, &ids).await
    }

    /// Cursor of the newest event this reply includes. Events up to it need no refetch.
    async fn as_of(&self, ctx: &Context<'_>) -> Result<String> {
        super::holder(ctx)?;
        let seq = ctx.data_opt::<AsOf>().copied();
        Ok(feed::cursor(seq.map_or(super::cx(ctx)?.bus.head(), |AsOf(seq)| seq)))
    }
}
