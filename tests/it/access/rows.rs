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

const fn row(field: &'static str, rule: Rule, document: &'static str, variables: &'static str) -> Row {
    Row {
        field,
        rule,
        document,
        variables,
    }
}

use Rule::{Permission, Public, Secret, SignedIn};

const READERS: &str = "the applicant, who was asked or copied, READ_APPROVALS over the department";
const LEAVE: &str = "oneself, one's managers, READ_LEAVE over the department";
const ASSIGNEE: &str = "the assignee";
const APPLICANT: &str = "the applicant";
const FORM: &str = r#"{"templateKey":"leave","form":{"leave_type":"annual","start_date":"2027-02-01","start_part":"AM","end_date":"2027-01-01","end_part":"PM","reason":"x"}}"#;

/// All of them. Those that end something stand at the end.
pub(super) const ROWS: &[Row] = &[
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
    row(
        "Mutation.signIn",
        Public,
        "mutation($input: SignInInput!) { signIn(input: $input) { expiresAt } }",
        r#"{"input":{"account":"ceo","password":"{password}"}}"#,
    ),
    row(
        "Mutation.setLocale",
        SignedIn,
        "mutation { setLocale(input: { locale: \"zh-CN\" }) { viewer { locale } } }",
        "{}",
    ),
    row(
        "Mutation.changePassword",
        SignedIn,
        "mutation { changePassword(input: { current: \"not it\", new: \"correct horse battery\" }) { ok } }",
        "{}",
    ),
    row(
        "Mutation.createMember",
        Permission("EDIT_ORGANISATION"),
        "mutation($input: CreateMemberInput!) { createMember(input: $input) { member { id } } }",
        r#"{"input":{"account":"","name":"","memberships":[]}}"#,
    ),
    row(
        "Mutation.updateMember",
        Permission("EDIT_ORGANISATION"),
        "mutation($input: UpdateMemberInput!) { updateMember(input: $input) { member { id } } }",
        r#"{"input":{"id":"{member}","expectedVersion":-1,"alias":"x"}}"#,
    ),
    row(
        "Mutation.disableMember",
        Permission("EDIT_ORGANISATION"),
        "mutation($input: DisableMemberInput!) { disableMember(input: $input) { member { id } } }",
        r#"{"input":{"id":"{member}","expectedVersion":-1}}"#,
    ),
    row(
        "Mutation.enableMember",
        Permission("EDIT_ORGANISATION"),
        "mutation($input: EnableMemberInput!) { enableMember(input: $input) { member { id } } }",
        r#"{"input":{"id":"{member}","expectedVersion":-1}}"#,
    ),
    row(
        "Mutation.createDepartment",
        Permission("EDIT_ORGANISATION"),
        "mutation($input: CreateDepartmentInput!) { createDepartment(input: $input) { department { id } } }",
        r#"{"input":{"parentId":"{department}","name":""}}"#,
    ),
    row(
        "Mutation.updateDepartment",
        Permission("EDIT_ORGANISATION"),
        "mutation($input: UpdateDepartmentInput!) { updateDepartment(input: $input) { department { id } } }",
        r#"{"input":{"id":"{department}","expectedVersion":-1,"name":"x"}}"#,
    ),
    row(
        "Mutation.moveDepartment",
        Permission("EDIT_ORGANISATION"),
        "mutation($input: MoveDepartmentInput!) { moveDepartment(input: $input) { department { id } } }",
        r#"{"input":{"id":"{department}","expectedVersion":-1,"parentId":"{department}","position":0}}"#,
    ),
    row(
        "Mutation.closeDepartment",
        Permission("EDIT_ORGANISATION"),
        "mutation($input: CloseDepartmentInput!) { closeDepartment(input: $input) { department { id } } }",
        r#"{"input":{"id":"{department}","expectedVersion":-1}}"#,
    ),
    row(
        "Mutation.reopenDepartment",
        Permission("EDIT_ORGANISATION"),
        "mutation($input: ReopenDepartmentInput!) { reopenDepartment(input: $input) { department { id } } }",
        r#"{"input":{"id":"{department}","expectedVersion":-1}}"#,
    ),
    row(
        "Mutation.grantRole",
        Permission("GRANT_ROLES"),
        "mutation($input: GrantRoleInput!) { grantRole(input: $input) { grant { id } } }",
        r#"{"input":{"memberId":"{member}","role":"DEPARTMENT_LEADER","scope":"ALL"}}"#,
    ),
    row(
        "Mutation.importMembers",
        Permission("EDIT_ORGANISATION"),
        "mutation($input: ImportMembersInput!) { importMembers(input: $input) { applied } }",
        r#"{"input":{"fileName":"x.csv","contentBase64":"AAAA","dryRun":true}}"#,
    ),
    row(
        "Mutation.importCalendar",
        Permission("MANAGE_CALENDAR"),
        "mutation { importCalendar(input: { json: \"{}\", dryRun: true }) { applied } }",
        "{}",
    ),
    row(
        "Mutation.adjustLeave",
        Permission("ADJUST_LEAVE over the department, not oneself"),
        "mutation($input: AdjustLeaveInput!) { adjustLeave(input: $input) { balance { remainingMinutes } } }",
        r#"{"input":{"memberId":"{member}","typeKey":"none","minutes":480,"validFrom":"2026-01-01","validTo":"2026-12-31","note":"x"}}"#,
    ),
    row(
        "Mutation.submitApproval",
        Permission("START_APPROVALS"),
        "mutation($input: SubmitApprovalInput!) { submitApproval(input: $input) { approval { id } } }",
        r#"{"input":{form}}"#,
    ),
    row(
        "Mutation.resubmitApproval",
        Secret(APPLICANT),
        "mutation($input: ResubmitApprovalInput!) { resubmitApproval(input: $input) { approval { id } } }",
        r#"{"input":{"approvalId":"{request}","form":{}}}"#,
    ),
    row(
        "Mutation.commentApproval",
        Secret(READERS),
        "mutation($input: CommentApprovalInput!) { commentApproval(input: $input) { comment { id } } }",
        r#"{"input":{"approvalId":"{request}","body":"好的"}}"#,
    ),
    row(
        "Mutation.copyApproval",
        Secret(READERS),
        "mutation($input: CopyApprovalInput!) { copyApproval(input: $input) { approval { id } } }",
        r#"{"input":{"approvalId":"{request}","memberIds":["{head}"]}}"#,
    ),
    row(
        "Mutation.urgeApproval",
        Secret("the applicant, MANAGE_APPROVALS over the department"),
        "mutation($input: UrgeApprovalInput!) { urgeApproval(input: $input) { urged } }",
        r#"{"input":{"approvalId":"{request}"}}"#,
    ),
    row(
        "Mutation.markCopyRead",
        Secret("who has the copy"),
        "mutation($input: MarkCopyReadInput!) { markCopyRead(input: $input) { approval { id } } }",
        r#"{"input":{"approvalId":"{request}"}}"#,
    ),
    row(
        "Mutation.markNotificationsRead",
        SignedIn,
        "mutation($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) { unread } }",
        r#"{"input":{"ids":["{notice}"]}}"#,
    ),
    row(
        "Mutation.saveApprovalDraft",
        Permission("START_APPROVALS"),
        "mutation { saveApprovalDraft(input: { templateKey: \"leave\", form: {} }) { draft { templateKey } } }",
        "{}",
    ),
    row(
        "Mutation.deleteApprovalDraft",
        Permission("START_APPROVALS"),
        "mutation { deleteApprovalDraft(input: { templateKey: \"leave\" }) { ok } }",
        "{}",
    ),
    row(
        "Mutation.rejectTask",
        Secret(ASSIGNEE),
        "mutation($input: DecideTaskInput!) { rejectTask(input: $input) { task { id } } }",
        r#"{"input":{"taskId":"{task}"}}"#,
    ),
    row(
        "Mutation.approveTask",
        Secret(ASSIGNEE),
        "mutation($input: DecideTaskInput!) { approveTask(input: $input) { task { id } } }",
        r#"{"input":{"taskId":"{task}"}}"#,
    ),
    row(
        "Mutation.withdrawDecision",
        Secret(ASSIGNEE),
        "mutation($input: WithdrawDecisionInput!) { withdrawDecision(input: $input) { task { id } } }",
        r#"{"input":{"taskId":"{task}"}}"#,
    ),
    row(
        "Mutation.returnTask",
        Secret(ASSIGNEE),
        "mutation($input: ReturnTaskInput!) { returnTask(input: $input) { task { id } } }",
        r#"{"input":{"taskId":"{task}","to":"START","comment":"请补充"}}"#,
    ),
    row(
        "Mutation.withdrawApproval",
        Secret(APPLICANT),
        "mutation($input: WithdrawApprovalInput!) { withdrawApproval(input: $input) { approval { id } } }",
        r#"{"input":{"approvalId":"{request}"}}"#,
    ),
    row(
        "Mutation.revokeSession",
        Secret("its member"),
        "mutation($input: RevokeSessionInput!) { revokeSession(input: $input) { ok } }",
        r#"{"input":{"sessionId":"{session}"}}"#,
    ),
    row(
        "Mutation.revokeRole",
        Permission("GRANT_ROLES"),
        "mutation($input: RevokeRoleInput!) { revokeRole(input: $input) { memberId } }",
        r#"{"input":{"grantId":"{grant}"}}"#,
    ),
    row(
        "Mutation.resetPassword",
        Permission("MANAGE_IDENTITIES"),
        "mutation($input: ResetPasswordInput!) { resetPassword(input: $input) { oneTimePassword } }",
        r#"{"input":{"memberId":"{member}"}}"#,
    ),
    row(
        "Subscription.events",
        SignedIn,
        "subscription { events(topics: [\"inbox:me\"]) { __typename } }",
        "{}",
    ),
    row("Mutation.signOut", SignedIn, "mutation { signOut { ok } }", "{}"),
];

/// The form of `{form}`: its dates are turned round, so that who may submit is told so and nothing is submitted.
pub(super) fn form() -> &'static str {
    FORM
}
