//! The rows of the matrix: every root field, what its rule is, and a document that tries it.
//!
//! In the variables, `{member}`, `{request}` ... stand for objects of 张伟 (`zhangwei`), whoever asks.

/// Whom a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Everyone, signed in or not.
    Public,
    /// Everyone signed in; what it shows is the asker's own or everybody's.
    SignedIn,
    /// Who holds a permission, over whatever it names.
    Permission(&'static str),
    /// The objects it names are secret: who may not know of one is answered as if there were none.
    Secret(&'static str),
}

/// One root field.
pub(super) struct Row {
    /// `Query.member`.
    pub(super) field: &'static str,
    /// For whom.
    pub(super) rule: Rule,
    /// Tries it.
    pub(super) document: &'static str,
    /// With these variables.
    pub(super) variables: &'static str,
}

pub(super) const fn row(field: &'static str, rule: Rule, document: &'static str, variables: &'static str) -> Row {
    Row {
        field,
        rule,
        document,
        variables,
    }
}

use Rule::{Permission, Public, Secret, SignedIn};

pub(super) const READERS: &str = "the applicant, who was asked or copied, READ_APPROVALS over the department";
const LEAVE: &str = "oneself, one's managers, READ_LEAVE over the department";
const FORM: &str = r#"{"templateKey":"leave","form":{"leave_type":"annual","start_date":"2027-02-01","start_part":"AM","end_date":"2027-01-01","end_part":"PM","reason":"x"}}"#;

/// Queries.
pub(super) const QUERIES: &[Row] = &[
    row("Query.serverInfo", Public, "{ serverInfo { build } }", "{}"),
    row("Query.organisation", Public, "{ organisation { id } }", "{}"),
    row(
        "Query.node",
        Secret("as the object says"),
        "query($id: ID!) { node(id: $id) { id } }",
        r#"{"id":"{request}"}"#,
    ),
    row(
        "Query.nodes",
        Secret("as the objects say"),
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        r#"{"ids":["{task}"]}"#,
    ),
    row("Query.asOf", SignedIn, "{ asOf }", "{}"),
    row("Query.viewer", SignedIn, "{ viewer { member { id } } }", "{}"),
    row("Query.sessions", SignedIn, "{ sessions { id } }", "{}"),
    row(
        "Query.members",
        Permission("READ_DIRECTORY"),
        "query($d: ID!) { members(departmentId: $d, first: 1) { nodes { id } } }",
        r#"{"d":"{department}"}"#,
    ),
    row(
        "Query.member",
        Permission("READ_DIRECTORY"),
        "query($id: ID!) { member(id: $id) { id } }",
        r#"{"id":"{member}"}"#,
    ),
    row(
        "Query.departments",
        Permission("READ_DIRECTORY"),
        "{ departments { id } }",
        "{}",
    ),
    row(
        "Query.positions",
        Permission("READ_DIRECTORY"),
        "{ positions { id } }",
        "{}",
    ),
    row(
        "Query.roleGrants",
        Permission("GRANT_ROLES"),
        "{ roleGrants { id } }",
        "{}",
    ),
    row(
        "Query.importTemplate",
        Permission("EDIT_ORGANISATION"),
        "{ importTemplate }",
        "{}",
    ),
    row("Query.leaveTypes", SignedIn, "{ leaveTypes { key } }", "{}"),
    row(
        "Query.leaveBalances",
        Secret(LEAVE),
        "query($m: ID) { leaveBalances(memberId: $m) { remainingMinutes } }",
        r#"{"m":"{member}"}"#,
    ),
    row(
        "Query.leaveEntries",
        Secret(LEAVE),
        "query($m: ID) { leaveEntries(memberId: $m, first: 1) { nodes { id } } }",
        r#"{"m":"{member}"}"#,
    ),
    row(
        "Query.leavePreview",
        Secret(LEAVE),
        "query($input: LeavePreviewInput!) { leavePreview(input: $input) { minutes } }",
        r#"{"input":{"leaveType":"annual","startDate":"2026-12-28","startPart":"AM","endDate":"2026-12-28","endPart":"PM","memberId":"{member}"}}"#,
    ),
    row(
        "Query.teamCalendar",
        Permission("READ_LEAVE, or a member of the department or above it"),
        "query($d: ID) { teamCalendar(departmentId: $d, from: \"2026-11-01\", to: \"2026-11-30\") { days { date } } }",
        r#"{"d":"{department}"}"#,
    ),
    row(
        "Query.workCalendar",
        SignedIn,
        "{ workCalendar(from: \"2026-11-01\", to: \"2026-11-02\") { date } }",
        "{}",
    ),
    row("Query.calendarSources", SignedIn, "{ calendarSources { id } }", "{}"),
    row(
        "Query.attendance",
        Secret("oneself, one's managers, READ_ATTENDANCE over the department"),
        "query($m: ID) { attendance(memberId: $m, from: \"2026-11-02\", to: \"2026-11-03\") { date } }",
        r#"{"m":"{member}"}"#,
    ),
    row(
        "Query.approvalTemplates",
        Permission("START_APPROVALS"),
        "{ approvalTemplates { id } }",
        "{}",
    ),
    row(
        "Query.approvalTemplate",
        Permission("START_APPROVALS"),
        "{ approvalTemplate(key: \"leave\") { id } }",
        "{}",
    ),
    row(
        "Query.approvalInbox",
        SignedIn,
        "{ approvalInbox(first: 1) { pageInfo { hasNextPage } } }",
        "{}",
    ),
    row(
        "Query.approvals",
        SignedIn,
        "{ approvals(box: ALL, first: 1) { pageInfo { hasPreviousPage } } }",
        "{}",
    ),
    row(
        "Query.approval",
        Secret(READERS),
        "query($id: ID!) { approval(id: $id) { id } }",
        r#"{"id":"{request}"}"#,
    ),
    row(
        "Query.approvalPreview",
        Permission("START_APPROVALS"),
        "query($input: SubmitApprovalInput!) { approvalPreview(input: $input) { canSubmit } }",
        r#"{"input":{form}}"#,
    ),
    row(
        "Query.approvalDraft",
        SignedIn,
        "{ approvalDraft(templateKey: \"leave\") { templateKey } }",
        "{}",
    ),
    row(
        "Query.notifications",
        SignedIn,
        "{ notifications(first: 1) { pageInfo { hasPreviousPage } } }",
        "{}",
    ),
    row("Query.setUp", Public, "{ setUp }", "{}"),
    row("Query.accessTokens", SignedIn, "{ accessTokens { id } }", "{}"),
];
/// The form of `{form}`: its dates are turned round, so that who may submit is told so and nothing is submitted.
pub(super) fn form() -> &'static str {
    FORM
}

/// Every route of the server, and for whom it is.
pub(super) const ROUTES: &[(&str, &str)] = &[
    (
        "/graphql",
        "everyone; each root field as above. A socket needs a token in `connection_init`",
    ),
    (
        "/auth/refresh",
        "who holds the refresh cookie, from an allowed origin with our header",
    ),
    (
        "/auth/sign-out",
        "everyone; ends the session of the refresh cookie, from an allowed origin with our header",
    ),
    ("/healthz", "everyone"),
    ("/readyz", "everyone"),
    (
        "/metrics",
        "who shows the token of the settings; without one there is no such page",
    ),
    ("/files", "signed in, from an allowed origin"),
    (
        "/files/{id}",
        "the owner, and who may read what the file belongs to; others are answered as if there were none",
    ),
    ("/graphiql", "everyone, where it is switched on"),
    ("/graphiql/explorer.js", "everyone, where it is switched on"),
    ("/graphiql/explorer.css", "everyone, where it is switched on"),
];
