//! Requests as lists show them: the inbox and the boxes.

use crate::api::org::{DepartmentRef, MemberRef};
use crate::api::paging::PageInfo;
use crate::api::schema;
use crate::i18n::{self, Period, Stamp};

/// Variables of [`InboxQuery`].
#[derive(cynic::QueryVariables, Clone)]
pub struct InboxVars {
    /// Only of these requests.
    pub filter: Option<ApprovalFilter>,
    /// How many; at most 100.
    pub first: Option<i32>,
    /// After this cursor.
    pub after: Option<String>,
}

/// The viewer's open tasks, oldest first. Topic `inbox:me`.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "InboxVars")]
pub struct InboxQuery {
    /// How new this is.
    pub as_of: String,
    /// One page of them.
    #[arguments(filter: $filter, first: $first, after: $after)]
    pub approval_inbox: TaskConnection,
}

/// A page of tasks.
#[derive(cynic::QueryFragment, Clone, Debug, Default, PartialEq)]
#[cynic(graphql_type = "ApprovalTaskConnection")]
pub struct TaskConnection {
    /// How many there are in all.
    pub total_count: i32,
    /// Whether there is more.
    pub page_info: PageInfo,
    /// The tasks.
    pub nodes: Vec<InboxTask>,
}

/// An open task with the request it is about.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "ApprovalTask")]
pub struct InboxTask {
    /// Which.
    pub id: cynic::Id,
    /// The name of the step.
    pub node_name: String,
    /// In whose place the viewer decides.
    pub on_behalf_of: Option<MemberRef>,
    /// Since when it waits.
    pub created_at: Stamp,
    /// When it should be done.
    pub due_at: Option<Stamp>,
    /// When the applicant last asked to hurry.
    pub urged_at: Option<Stamp>,
    /// What the viewer may do with it.
    pub viewer_actions: Vec<ViewerAction>,
    /// The request.
    pub approval: ApprovalCard,
}

/// Something the viewer may do, or why not.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
pub struct ViewerAction {
    /// `APPROVE`, `REJECT`, `RETURN` ...
    pub name: String,
    /// It may be done now.
    pub enabled: bool,
    /// Why it may not.
    pub reason: Option<String>,
}

/// A request as a line of a list.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Approval")]
pub struct ApprovalCard {
    /// Which.
    pub id: cynic::Id,
    /// The number people say.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub status: ApprovalStatus,
    /// Grows with every change.
    pub version: i32,
    /// What kind of request.
    pub template: TemplateRef,
    /// Whose request.
    pub applicant: MemberRef,
    /// For which department.
    pub department: DepartmentRef,
    /// The two or three values the template marks for lists.
    pub summary: Vec<SummaryField>,
    /// What has been, is and is expected.
    pub route: Vec<RouteStep>,
    /// Whose decision is awaited.
    pub waiting_for: Vec<MemberRef>,
    /// How many comments there are.
    pub comment_count: i32,
    /// How many files there are.
    pub attachment_count: i32,
    /// When it was submitted.
    pub submitted_at: Stamp,
    /// When something last happened to it.
    pub updated_at: Stamp,
    /// When it ended.
    pub finished_at: Option<Stamp>,
    /// A copy the viewer has not opened.
    pub unread: bool,
}

/// A template as a label.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
#[cynic(graphql_type = "ApprovalTemplate")]
pub struct TemplateRef {
    /// The stable key: `leave`.
    pub key: String,
    /// The name in the viewer's language.
    pub name: String,
    /// The icon of the sprite.
    pub icon: String,
}

/// A value with its label.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "FormField")]
pub struct SummaryField {
    /// The field's stable key.
    pub key: String,
    /// Its label in the viewer's language.
    pub label: String,
    /// `MONEY`, `TEXT`, `DATE` ...
    pub kind: String,
    /// As the form holds it; of a `PERIOD` its ends.
    pub value: Option<serde_json::Value>,
    /// The value, ready to show.
    pub text: String,
}

impl SummaryField {
    /// The value as lists show it: a period as short as it goes.
    pub fn words(&self) -> String {
        let period = self
            .value
            .as_ref()
            .filter(|_| self.kind == "PERIOD")
            .and_then(Period::read);
        period.map_or_else(|| self.text.clone(), i18n::period)
    }
}

/// A step of the route, in short.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
#[cynic(graphql_type = "RouteNode")]
pub struct RouteStep {
    /// The node's key.
    pub key: String,
    /// The step's name.
    pub name: String,
    /// What kind of step.
    pub kind: NodeKind,
    /// Whether it has been, is or is expected.
    pub state: RouteState,
    /// Who sits there.
    pub seats: Vec<SeatRef>,
}

/// Who sits at a step.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
#[cynic(graphql_type = "RouteSeat")]
pub struct SeatRef {
    /// Who.
    pub member: MemberRef,
    /// What became of the task.
    pub status: ApprovalTaskStatus,
}

/// Where a request stands.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum ApprovalStatus {
    Draft,
    Running,
    Returned,
    Blocked,
    Approved,
    Rejected,
    Withdrawn,
    Terminated,
    Revoking,
    Revoked,
}

/// Where a task stands.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum ApprovalTaskStatus {
    Waiting,
    Pending,
    Approved,
    Rejected,
    Handled,
    Returned,
    Transferred,
    Superseded,
    Skipped,
    Cancelled,
}

/// What a step does.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum NodeKind {
    Start,
    Approve,
    Handle,
    Cc,
    Exclusive,
    Parallel,
    Inclusive,
    Delay,
    Trigger,
    SetField,
    Subprocess,
    End,
}

/// Whether a step has been, is or is expected.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum RouteState {
    Past,
    Now,
    Next,
}

/// A view of requests.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum ApprovalBox {
    Started,
    Done,
    Copied,
    All,
}

/// What to show of a box.
#[derive(cynic::InputObject, Clone, Debug, Default, PartialEq)]
pub struct ApprovalFilter {
    /// Only these kinds.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub template_keys: Option<Vec<String>>,
    /// Only in these states.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub statuses: Option<Vec<ApprovalStatus>>,
    /// Only of this department.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub department_id: Option<cynic::Id>,
    /// Only of this person.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub applicant_id: Option<cynic::Id>,
    /// In title, number or applicant.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Submitted on this day or later.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub submitted_from: Option<crate::i18n::Date>,
    /// Submitted on this day or earlier.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub submitted_to: Option<crate::i18n::Date>,
    /// Only copies not opened yet.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub unread_only: Option<bool>,
}

/// Variables of [`ApprovalsQuery`].
#[derive(cynic::QueryVariables, Clone)]
pub struct ApprovalsVars {
    /// Which box.
    pub which: ApprovalBox,
    /// What of it.
    pub filter: Option<ApprovalFilter>,
    /// How many; at most 100.
    pub first: Option<i32>,
    /// After this cursor.
    pub after: Option<String>,
}

/// The requests of a box, newest first. Topics `started:me`, `copied:me`, `inbox:me`.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "ApprovalsVars")]
pub struct ApprovalsQuery {
    /// How new this is.
    pub as_of: String,
    /// One page of them.
    #[arguments(box: $which, filter: $filter, first: $first, after: $after)]
    pub approvals: ApprovalConnection,
}

/// A page of requests.
#[derive(cynic::QueryFragment, Clone, Debug, Default, PartialEq)]
pub struct ApprovalConnection {
    /// How many there are in all.
    pub total_count: i32,
    /// Whether there is more.
    pub page_info: PageInfo,
    /// The requests.
    pub nodes: Vec<ApprovalCard>,
}

impl InboxTask {
    /// Whether the viewer may do this now.
    pub fn may(&self, action: &str) -> bool {
        self.viewer_actions
            .iter()
            .any(|known| known.name == action && known.enabled)
    }
}
