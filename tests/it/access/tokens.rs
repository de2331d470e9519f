//! Each scope of a personal access token against each root field: it opens its own slice, and nothing else.

use serde_json::{Value, json};
use tests::{Engine, Findings, TestApp};
use tongshi::access::Scope;
use tongshi::config::Settings;

use super::rows;
use super::rows::{Rule, form};

/// The slice each root field belongs to, written down by hand: `people` for those no program may use, `open` for those any may.
const SLICES: [(&str, &str); 10] = [
    (
        "org",
        "Query.organisation Query.members Query.member Query.departments Query.positions Query.roleGrants Query.importTemplate \
         Mutation.createMember Mutation.updateMember Mutation.disableMember Mutation.enableMember Mutation.createDepartment \
         Mutation.updateDepartment Mutation.moveDepartment Mutation.closeDepartment Mutation.reopenDepartment Mutation.grantRole \
         Mutation.revokeRole Mutation.importMembers",
    ),
    (
        "approval",
        "Query.approvalTemplates Query.approvalTemplate Query.approvalInbox Query.approvals Query.approval Query.approvalPreview \
         Query.approvalDraft Mutation.submitApproval Mutation.resubmitApproval Mutation.withdrawApproval Mutation.approveTask \
         Mutation.rejectTask Mutation.returnTask Mutation.withdrawDecision Mutation.commentApproval Mutation.copyApproval \
         Mutation.urgeApproval Mutation.markCopyRead Mutation.saveApprovalDraft Mutation.deleteApprovalDraft",
    ),
    (
        "leave",
        "Query.leaveTypes Query.leaveBalances Query.leaveEntries Query.leavePreview Mutation.adjustLeave",
    ),
    (
        "calendar",
        "Query.workCalendar Query.calendarSources Mutation.importCalendar",
    ),
    ("attendance", "Query.attendance"),
    ("notification", "Query.notifications Mutation.markNotificationsRead"),
    (
        "people",
        "Query.sessions Query.accessTokens Mutation.setLocale Mutation.signIn Mutation.signOut Mutation.changePassword Mutation.resetPassword \
         Mutation.revokeSession Mutation.revokeOtherSessions Mutation.createAccessToken Mutation.revokeAccessToken Mutation.setUp \
         Mutation.setUpDemo",
    ),
    ("open", "Query.setUp Query.serverInfo Query.asOf Query.node Query.nodes"),
    // The first shows members, the second working days: they take a scope of org, and of leave and calendar.
    ("several", "Query.viewer Query.teamCalendar"),
    ("feed", "Subscription.events"),
];

fn slice(field: &str) -> &'static str {
    let found = SLICES
        .iter()
        .find(|(_, fields)| fields.split_whitespace().any(|one| one == field));
    found.unwrap_or_else(|| panic!("{field} has no slice: tell the test")).0
}

/// Whether scopes open a field, by the words of the API: who may write may read.
fn opens(scope: Scope, field: &str) -> bool {
    let (own, deed) = scope.name().split_once(':').expect("a slice and a deed");
    match slice(field) {
        "open" => true,
        "people" => false,
        "several" => field == "Query.viewer" && own == "org",
        slice => slice == own && (deed == "write" || field.starts_with("Query.")),
    }
}

/// The name of a scope in the API.
fn named(scope: Scope) -> String {
    scope.name().replace(':', "_").to_uppercase()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scope_opens_its_own_fields_and_no_others() {
    let unlimited = Settings {
        member_points: Some(0),
        address_points: Some(0),
        ..Settings::default()
    };
    let app = TestApp::start_with(Engine::Sqlite, unlimited).await;
    let admin = app.person("admin").await;
    let mut findings = Findings::default();
    for scope in Scope::ALL {
        let input = json!({ "name": named(scope), "scopes": [named(scope)], "expiresInDays": 1 });
        let made = admin.change("createAccessToken", input, "token").await;
        let mut program = app.stranger();
        program.token = made["token"].as_str().map(str::to_owned);
        for row in rows().filter(|row| !row.field.starts_with("Subscription")) {
            let variables = with_absent_ids(row.variables);
            let before = (!row.field.starts_with("Query") && !opens(scope, row.field)).then_some(app.digest().await);
            let (_, body) = program.clone().in_english().send(row.document, variables).await;
            let error = &body["errors"][0];
            let code = error["extensions"]["code"].as_str().unwrap_or("yes");
            let message = error["message"].as_str().unwrap_or_default();
            let what = format!("{} with {}: {code} {message}", row.field, named(scope));
            if opens(scope, row.field) {
                // The owner holds every right: what is refused now is refused for the objects, which are absent.
                findings.holds(&what, !message.contains("scope") && !message.contains("token"));
                findings.holds(&what, code != "FORBIDDEN" || row.rule == Rule::Public);
            } else {
                findings.same(&what, code, "FORBIDDEN");
            }
            if let Some(before) = before {
                let changed = app.digest().await;
                let changed = changed.changed(&before);
                findings.holds(&what, changed.iter().all(|table| *table == "identity_token"));
            }
        }
    }
}

/// The variables of a row, with ids that nothing has.
fn with_absent_ids(variables: &str) -> Value {
    let mut filled = variables
        .replace("{form}", form())
        .replace("{password}", "not the password");
    for (name, prefix) in [
        ("request", "approval"),
        ("member", "member"),
        ("session", "session"),
        ("department", "department"),
        ("task", "task"),
        ("notice", "notification"),
        ("grant", "grant"),
        ("token", "token"),
        ("head", "member"),
    ] {
        filled = filled.replace(&format!("{{{name}}}"), &format!("{prefix}_01h455vb4pex5vsknk084sn02q"));
    }
    serde_json::from_str(&filled).expect("JSON")
}

/// A document that asks for several slices needs all of their scopes, wherever it hides them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_scope_is_no_way_into_another_slice() {
    let app = TestApp::start(Engine::Sqlite).await;
    let zhang = app.person("zhangwei").await;
    let own = zhang.id().await;
    let input = json!({ "name": "x", "scopes": ["APPROVAL_READ"], "expiresInDays": 1 });
    let made = zhang.change("createAccessToken", input, "token").await;
    let mut program = app.stranger();
    program.token = made["token"].as_str().map(str::to_owned);
    for document in [
        "{ approvals(box: STARTED) { nodes { applicant { name } } } }",
        "{ approvals(box: STARTED) { nodes { leave { minutes } } } }",
        "{ viewer { member { name } } }",
        "query($id: ID!) { node(id: $id) { ... on Member { name } } }",
        "query($id: ID!) { nodes(ids: [$id]) { ... on Member { account } } }",
        "{ a: approvalTemplates { key } b: leaveTypes { key } }",
        "{ ...F } fragment F on Query { members { totalCount } }",
        "{ ... on Query { departments { id } } }",
        "{ ... @include(if: true) { positions { id } } }",
        "query A { leaveTypes { key } }",
    ] {
        let refusal = program.refused(document, json!({ "id": own })).await;
        assert_eq!(refusal.code, "FORBIDDEN", "{document}");
    }
    program
        .run(
            "{ viewer { counters { inbox } } approvals(box: STARTED) { totalCount } }",
            json!({}),
        )
        .await;
}
