//! One request with everything its page shows.

use super::{ApprovalStatus, ApprovalTaskStatus, LeaveDetail, NodeKind, RouteState, TemplateRef, ViewerAction};
use crate::api::org::{DepartmentRef, MemberRef};
use crate::api::schema;
use crate::i18n::Stamp;

/// Variables of [`DetailQuery`].
#[derive(cynic::QueryVariables, Clone)]
pub struct DetailVars {
    /// Which request.
    pub id: cynic::Id,
}

/// One request. Topic `approval:<id>`.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "DetailVars")]
pub struct DetailQuery {
    /// How new this is.
    pub as_of: String,
    /// The request; none where the viewer may not know of it.
    #[arguments(id: $id)]
    pub approval: Option<Approval>,
}

/// A request.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct Approval {
    /// Which.
    pub id: cynic::Id,
    /// The number people say.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub status: ApprovalStatus,
    /// How often it was submitted.
    pub round: i32,
    /// Grows with every change.
    pub version: i32,
    /// What kind of request.
    pub template: TemplateRef,
    /// Whose request.
    pub applicant: MemberRef,
    /// For which department.
    pub department: DepartmentRef,
    /// The values by key, for a new request like this one.
    pub form: serde_json::Value,
    /// The values with their labels.
    pub fields: Vec<FormField>,
    /// All tasks.
    pub tasks: Vec<Task>,
    /// What has been, is and is expected.
    pub route: Vec<RouteNode>,
    /// What happened.
    pub timeline: Vec<TimelineEntry>,
    /// What was said.
    #[arguments(first: 100)]
    pub comments: CommentConnection,
    /// Who got a copy.
    pub copies: Vec<Copy>,
    /// Whose decision is awaited.
    pub waiting_for: Vec<MemberRef>,
    /// The viewer's open task.
    pub viewer_task: Option<Task>,
    /// What it means for leave.
    pub leave: Option<LeaveDetail>,
    /// Why it is stuck.
    pub block_reason: Option<String>,
    /// When it was submitted.
    pub submitted_at: Stamp,
    /// When it ended.
    pub finished_at: Option<Stamp>,
    /// A copy the viewer has not opened.
    pub unread: bool,
    /// What the viewer may do.
    pub viewer_actions: Vec<ViewerAction>,
}

/// A value with its label, as the viewer may see it.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct FormField {
    /// The field's stable key.
    pub key: String,
    /// Its label.
    pub label: String,
    /// `TEXT_AREA`, `FILES` ...
    pub kind: String,
    /// Ready to show.
    pub text: String,
    /// What it said in the round before, where that was different.
    pub changed_from: Option<String>,
    /// The files of a field of files.
    pub files: Vec<File>,
}

/// An uploaded file.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct File {
    /// Which.
    pub id: cynic::Id,
    /// Its name.
    pub name: String,
    /// Its MIME type, by content.
    pub content_type: String,
    /// Bytes.
    pub size: i32,
    /// Where it is, for those with a token.
    pub url: String,
}

/// Somebody's task.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "ApprovalTask")]
pub struct Task {
    /// Which.
    pub id: cynic::Id,
    /// The node's key.
    pub node_key: String,
    /// Whose.
    pub assignee: MemberRef,
    /// Where it stands.
    pub status: ApprovalTaskStatus,
    /// Since when it waits.
    pub created_at: Stamp,
    /// When it should be done.
    pub due_at: Option<Stamp>,
    /// Files given with the decision.
    pub files: Vec<File>,
    /// What the viewer may do with it.
    pub viewer_actions: Vec<ViewerAction>,
}

/// How votes count.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum SignMode {
    All,
    Any,
    Sequential,
    Ratio,
    #[cynic(rename = "M_OF_N")]
    MOfN,
    PerGroup,
    Claim,
}

/// A step of the route.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct RouteNode {
    /// The node's key.
    pub key: String,
    /// The step's name.
    pub name: String,
    /// What it does.
    pub kind: NodeKind,
    /// How votes count.
    pub mode: Option<SignMode>,
    /// Been, is or expected.
    pub state: RouteState,
    /// In which round.
    pub round: i32,
    /// `PASSED`, `REJECTED`, `RETURNED`, `CANCELLED`.
    pub outcome: Option<String>,
    /// Who sits there.
    pub seats: Vec<RouteSeat>,
    /// Votes so far.
    pub approvals: i32,
    /// Votes that pass it.
    pub needed: i32,
    /// Why it is there or whom it asks.
    pub reason: Option<String>,
    /// When it began.
    pub opened_at: Option<Stamp>,
    /// When it ended.
    pub closed_at: Option<Stamp>,
}

/// Who sits at a step, and what became of it.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct RouteSeat {
    /// Who.
    pub member: MemberRef,
    /// In whose place.
    pub on_behalf_of: Option<MemberRef>,
    /// Where the task stands.
    pub status: ApprovalTaskStatus,
    /// The task.
    pub task_id: Option<cynic::Id>,
    /// What was said with it.
    pub comment: Option<String>,
    /// When it was decided.
    pub decided_at: Option<Stamp>,
    /// Since when it waits.
    pub opened_at: Option<Stamp>,
}

/// Something that happened.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct TimelineEntry {
    /// Which.
    pub id: cynic::Id,
    /// When.
    pub at: Stamp,
    /// `SUBMITTED`, `APPROVED_TASK` ...
    pub kind: String,
    /// Who; none for the server.
    pub actor: Option<MemberRef>,
    /// In which round.
    pub round: i32,
    /// What was said with it.
    pub comment: Option<String>,
    /// One sentence.
    pub text: String,
}

/// Comments, oldest first.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct CommentConnection {
    /// The comments.
    pub nodes: Vec<Comment>,
}

/// A comment.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct Comment {
    /// Which.
    pub id: cynic::Id,
    /// Who.
    pub author: MemberRef,
    /// The text; people stand in it as `@[id]`.
    pub body: String,
    /// The people it names.
    pub mentions: Vec<MemberRef>,
    /// Files.
    pub files: Vec<File>,
    /// When.
    pub created_at: Stamp,
}

/// Somebody's copy.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "ApprovalCopy")]
pub struct Copy {
    /// Whose.
    pub member: MemberRef,
    /// When they read it.
    pub read_at: Option<Stamp>,
}

impl Approval {
    /// What the contract says about an action; none when it makes no sense here.
    pub fn action(&self, name: &str) -> Option<&ViewerAction> {
        self.viewer_actions.iter().find(|action| action.name == name)
    }

    /// Whether the viewer may do this now.
    pub fn may(&self, name: &str) -> bool {
        self.action(name).is_some_and(|action| action.enabled)
    }

    /// The decision the viewer may take back.
    pub fn undoable_task(&self) -> Option<&Task> {
        let undoable = |action: &ViewerAction| action.name == "WITHDRAW_DECISION" && action.enabled;
        self.tasks.iter().find(|task| task.viewer_actions.iter().any(undoable))
    }
}
