//! The one way to the server: typed operations per slice, the session, and live data.
//!
//! # Operations (`api/<slice>.rs`)
//! cynic fragments, checked against `backend/schema.graphql` while compiling. `use super::schema;` at the top, then
//!
//! ```ignore
//! #[derive(cynic::QueryVariables, Clone)]
//! pub struct ApprovalVars { pub id: cynic::Id }
//! #[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
//! #[cynic(graphql_type = "Query", variables = "ApprovalVars")]
//! pub struct ApprovalQuery {
//!     pub as_of: String,                                   // every query of live data asks for it
//!     #[arguments(id: $id)]
//!     pub approval: Option<Approval>,
//! }
//! ```
//! Scalars: `Date` is [`crate::i18n::Date`], `DateTime` is [`crate::i18n::Stamp`], `JSON` is [`serde_json::Value`].
//! A person in a list is [`org::MemberRef`].
//!
//! # Reading (`api::live`)
//! ```ignore
//! let live = live_query(
//!     move || format!("approval:{}", id.get()),            // the key: cached under it, followed when it changes
//!     move || vec![format!("approval:{}", id.get())],      // topics of the server; an event on one refetches
//!     move || query(ApprovalQuery::build(ApprovalVars { id: id.get_untracked().into() })),
//! );
//! live.data            // Signal<Option<Arc<T>>>: kept on screen while refetching, also from the cache
//! live.error           // Signal<Option<ApiError>>
//! live.loading_first   // Signal<bool>: nothing to show yet -> skeleton
//! live.refreshing      // Signal<bool>: -> Topline
//! live.stale           // Signal<bool>: the last refetch failed, what is shown is older
//! live.refetch()       // by hand, e.g. after "load more" changed what `fetch` asks for
//! ```
//! `fetch` may send several queries; it returns `Result<Reply<T>, ApiError>` (`reply.map(|q| q.approval)`, and
//! `reply.join(other)` keeps the older cursor). `T: Clone + PartialEq + Send + Sync`.
//! For something asked once (a search, a preview): `query(op).await.map(|reply| reply.data)`.
//!
//! # Writing
//! ```ignore
//! let overlay = live.overlay(move |inbox| inbox.remove(&task_id));   // shown at once, over the base value
//! match mutate(ApproveTask::build(DecideVars { input: DecideInput { idempotency_key: Some(fresh_key()), .. } })).await {
//!     Ok(_) => overlay.settle(),        // stays until a reply that knows the change is here
//!     Err(error) => { overlay.revert(); toast::error(error.message) }
//! }
//! ```
//! Take one [`fresh_key`] per intent, not per attempt: the same key replays the first result. [`ApiError`] has `code`,
//! `message` (ready to show), `fields` (`error.field("form.reason")`), `request_id`.
//!
//! # Connection and session
//! [`connection`] and [`online`] say how the link stands (no decisions while it is cut); [`session`] who is signed in.
//! An ended session makes requests wait until the person has signed in again over the page; then they go on.

pub mod approval;
pub mod calendar;
pub mod error;
pub mod event;
pub mod file;
pub mod find;
pub mod identity;
pub mod leave;
pub mod live;
pub mod notification;
pub mod org;
pub mod paging;
pub mod scalar;
pub mod session;
pub mod set_up;
pub mod token;
pub mod transport;
pub mod viewer;
mod wire;
pub mod workbench;

/// The server's contract, made from `backend/schema.graphql`.
#[cynic::schema("tongshi")]
#[expect(unreachable_pub, reason = "generated")]
pub(crate) mod schema {}

pub use error::{ApiError, Code, FieldProblem, outdated};
pub use event::{Connection, connection, online};
pub use live::{Live, Overlay, live_query};
pub use transport::http::{Pending, Reply, fresh_key, mutate, query};
