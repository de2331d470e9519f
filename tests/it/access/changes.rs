//! The rows of everything that changes something, and of the stream. Those that end something stand at the end.

use super::rows::{READERS, Row, Rule, row};

use Rule::{Permission, Public, Secret, SignedIn};

const ASSIGNEE: &str = "the assignee";
const APPLICANT: &str = "the applicant";

/// Mutations and the subscription.
pub(super) const CHANGES: &[Row] = &[
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
    row(
        "Mutation.revokeAccessToken",
        Secret("its owner"),
        "mutation($input: RevokeAccessTokenInput!) { revokeAccessToken(input: $input) { ok } }",
        r#"{"input":{"accessTokenId":"{token}"}}"#,
    ),
    row(
        "Mutation.createAccessToken",
        SignedIn,
        "mutation { createAccessToken(input: { name: \"\", scopes: [ORG_READ], expiresInDays: 1 }) { token } }",
        "{}",
    ),
    row(
        "Mutation.setUp",
        Public,
        "mutation { setUp(input: { code: \"x\", organisation: \"x\", account: \"x\", name: \"x\", password: \"correct horse battery\" }) { expiresAt } }",
        "{}",
    ),
    row(
        "Mutation.setUpDemo",
        Public,
        "mutation { setUpDemo(input: { code: \"x\", password: \"correct horse battery\" }) { stage } }",
        "{}",
    ),
    row(
        "Mutation.revokeOtherSessions",
        SignedIn,
        "mutation { revokeOtherSessions { ended } }",
        "{}",
    ),
    row("Mutation.signOut", SignedIn, "mutation { signOut { ok } }", "{}"),
];
