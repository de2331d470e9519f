//! Requests in the public schema.

mod answer;
mod comment;
mod input;
mod kind;
mod load;
mod mutation;
mod prefetch;
mod preview;
mod query;
mod request;
mod route;
mod task;
mod template;

pub use answer::*;
pub use comment::{ApprovalCopy, Comment, TimelineEntry};
pub use input::*;
pub use kind::{ApprovalBox, ApprovalStatus, ApprovalTaskStatus, NodeKind, RouteState, SignMode};
pub use load::{find_request, find_task, find_template};
pub use mutation::ApprovalMutation;
pub use preview::{ApprovalDraft, ApprovalPreview};
pub use query::{ApprovalQuery, InboxTotal, PileTotal};
pub use request::{Approval, FormField};
pub use route::{RouteNode, RouteSeat};
pub use task::ApprovalTask;
pub use template::{ApprovalTemplate, FormFieldSpec, FormOption};
