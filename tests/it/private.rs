//! Private fields of members through every path of the schema that leads to a member, and what notices and the live feed tell
//! (quality A2).

mod payloads;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::{Findings, Person, TestApp, both};
use tongshi::graphql::schema;

use crate::flow::{decide, leave, submit};
use crate::org::member;

both! { private_numbers_are_private_on_every_path notices_go_to_those_concerned_and_say_no_more names_in_texts_are_shown_to_readers_alone }

/// What is asked of every member that is met.
const FIELDS: &str = "{ account mobile email address }";

/// Paths to a member: the type and the field that gives it, and a document that goes there; `$` is where the fields go.
const PATHS: [(&str, &str); 26] = [
    ("Approval.applicant", "{ approval(id: $r) { applicant $ } }"),
    ("Approval.waitingFor", "{ approval(id: $r) { waitingFor $ } }"),
    ("ApprovalCopy.member", "{ approval(id: $r) { copies { member $ } } }"),
    ("ApprovalCopy.sentBy", "{ approval(id: $r) { copies { sentBy $ } } }"),
    ("ApprovalTask.assignee", "{ approval(id: $r) { tasks { assignee $ } } }"),
    (
        "ApprovalTask.onBehalfOf",
        "{ approval(id: $r) { tasks { onBehalfOf $ } } }",
    ),
    (
        "AwayMember.member",
        "{ teamCalendar(from: \"2026-11-23\", to: \"2026-12-01\") { members { member $ } } }",
    ),
    ("CalendarSource.importedBy", "{ calendarSources { importedBy $ } }"),
    (
        "Comment.author",
        "{ approval(id: $r) { comments(first: 5) { nodes { author $ } } } }",
    ),
    (
        "Comment.mentions",
        "{ approval(id: $r) { comments(first: 5) { nodes { mentions $ } } } }",
    ),
    ("Department.leaders", "{ departments { leaders $ } }"),
    // See payloads.rs, and for RoleGrant and MemberPayload.
    ("Event.actor", ""),
    (
        "Member.directReports",
        "{ members(first: 50) { nodes { directReports(first: 5) { nodes $ } } } }",
    ),
    ("Member.manager", "{ members(first: 50) { nodes { manager $ } } }"),
    (
        "Member.managerChain",
        "{ members(first: 50) { nodes { managerChain $ } } }",
    ),
    ("MemberConnection.nodes", "{ members(first: 100) { nodes $ } }"),
    ("MemberEdge.node", "{ members(first: 100) { edges { node $ } } }"),
    ("MemberPayload.member", ""),
    (
        "Notification.actor",
        "{ notifications(first: 50) { nodes { actor $ } } }",
    ),
    ("Query.member", "{ member(id: $m) $ }"),
    ("RoleGrant.grantedBy", ""),
    ("RoleGrant.member", ""),
    (
        "RouteSeat.member",
        "{ approval(id: $r) { route { seats { member $ } } } }",
    ),
    (
        "RouteSeat.onBehalfOf",
        "{ approval(id: $r) { route { seats { onBehalfOf $ } } } }",
    ),
    ("TimelineEntry.actor", "{ approval(id: $r) { timeline { actor $ } } }"),
    (
        "TimelineEntry.onBehalfOf",
        "{ approval(id: $r) { timeline { onBehalfOf $ } } }",
    ),
];

/// Fields of the schema that give a member.
fn fields() -> BTreeSet<String> {
    let sdl = schema::build(None, schema::Build::default()).sdl();
    let (mut found, mut of, mut told) = (BTreeSet::new(), String::new(), false);
    for line in sdl.lines().map(str::trim) {
        if line == "\"\"\"" {
            told = !told;
        } else if let (false, Some(rest)) = (told, line.strip_prefix("type ")) {
            of = rest.split_whitespace().next().unwrap_or_default().to_owned();
        } else if !told && (line.starts_with("input ") || line.starts_with("interface ")) {
            of = String::new();
        } else if let (false, false, Some((name, kind))) = (told, of.is_empty(), line.rsplit_once(": ")) {
            let name: String = name
                .trim_start_matches(") ")
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            if kind.trim_matches(['[', ']', '!']) == "Member" && !name.is_empty() {
                found.insert(format!("{of}.{name}"));
            }
        }
    }
    found
}

#[test]
fn every_path_to_a_member_is_tried() {
    let known: BTreeSet<String> = PATHS.iter().map(|(path, _)| (*path).to_owned()).collect();
    let more = ["Member.directReports", "Query.member", "Viewer.member"];
    let missing: Vec<String> = fields()
        .into_iter()
        .filter(|field| !known.contains(field) && !more.contains(&field.as_str()))
        .collect();
    assert!(missing.is_empty(), "paths of the schema that nobody tries: {missing:?}");
    assert!(fields().len() > 20, "the schema was read: {:?}", fields());
}

/// All members of an answer, wherever they stand.
fn members(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(object) => {
            if object.contains_key("mobile") {
                found.push(value.clone());
            }
            object.values().for_each(|one| members(one, found));
        }
        Value::Array(all) => all.iter().for_each(|one| members(one, found)),
        _ => {}
    }
}

/// Everybody has all three, so that none is null by chance.
async fn with_numbers(admin: &Person) {
    for account in ["zhangwei", "limin", "wangfang", "hr", "cashier"] {
        let found = member(admin, account).await;
        let all = json!({ "id": found["id"], "expectedVersion": found["version"], "email": format!("{account}@home.cn"), "address": "家里" });
        admin.change("updateMember", all, "member { id }").await;
    }
}

async fn private_numbers_are_private_on_every_path(app: TestApp) {
    let (admin, zhang, limin, cashier) = (
        app.person("admin").await,
        app.person("zhangwei").await,
        app.person("limin").await,
        app.person("cashier").await,
    );
    with_numbers(&admin).await;
    let request = submit(&zhang, leave("2026-11-24", "2026-11-24")).await["id"].take();
    let named = format!("请看 @[{}]", cashier.id().await);
    limin
        .change(
            "commentApproval",
            json!({ "approvalId": request, "body": named }),
            "comment { id }",
        )
        .await;
    let mut findings = Findings::default();
    // Whose numbers each may see: their own, those of people below them, and with the right over a department all of it.
    for (person, account, sees) in [
        (&cashier, "cashier", &["cashier"][..]),
        (&zhang, "zhangwei", &["zhangwei"]),
        (&limin, "limin", &["limin", "zhangwei"]),
    ] {
        for (path, document) in PATHS.iter().filter(|(_, document)| !document.is_empty()) {
            let document = document
                .replace("$r", &request.to_string())
                .replace("$m", &json!(admin.id().await).to_string())
                .replace('$', FIELDS);
            let (_, answer) = person.send(&document, json!({})).await;
            let mut met = Vec::new();
            members(&answer["data"], &mut met);
            for one in met {
                let who = one["account"].as_str().expect("an account");
                let told = one["mobile"].is_string() || one["email"].is_string() || one["address"].is_string();
                let reports = account == "limin" && !["cashier", "hr", "admin", "wangfang", "ceo"].contains(&who);
                findings.holds(
                    format!("{account} sees the numbers of {who} by {path}"),
                    !told || sees.contains(&who) || reports,
                );
            }
        }
    }
    let all = cashier
        .run("{ members(first: 100) { nodes { account mobile } } }", json!({}))
        .await;
    let seen = all["members"]["nodes"]
        .as_array()
        .expect("members")
        .iter()
        .filter(|one| one["mobile"].is_string())
        .count();
    findings.same("of all colleagues one sees one's own number", seen, 1);
    // Neither by searching for it.
    let number = member(&admin, "zhangwei").await["mobile"]
        .as_str()
        .expect("a number")
        .to_owned();
    for typed in [number.as_str(), &number[3..], &number[7..], "zhangwei@home.cn", "家里"] {
        let found = cashier
            .run(
                "query($s: String) { members(search: $s) { totalCount } }",
                json!({ "s": typed }),
            )
            .await;
        findings.same(
            format!("searching for {typed}"),
            &found["members"]["totalCount"],
            &json!(0),
        );
    }
}

/// Kinds of the notices of somebody about a request, the newest first.
async fn notices(person: &Person, request: &Value) -> String {
    let found = person
        .run(
            "{ notifications(first: 50) { nodes { kind subject text } } }",
            json!({}),
        )
        .await;
    let nodes = found["notifications"]["nodes"].as_array().expect("notices").iter();
    let kinds = nodes
        .filter(|one| one["subject"] == *request)
        .map(|one| one["kind"].as_str().expect("a kind"));
    kinds.collect::<Vec<_>>().join(" ")
}

async fn notices_go_to_those_concerned_and_say_no_more(app: TestApp) {
    let (zhang, limin, hr, cashier) = (
        app.person("zhangwei").await,
        app.person("limin").await,
        app.person("hr").await,
        app.person("cashier").await,
    );
    let mut findings = Findings::default();
    let mut check = async |what: &str, request: &Value, expected: [&str; 4]| {
        for (person, expected) in [&zhang, &limin, &hr, &cashier].into_iter().zip(expected) {
            findings.same(what, notices(person, request).await.as_str(), expected);
        }
    };
    let request = submit(&zhang, leave("2026-12-01", "2026-12-01")).await["id"].take();
    check("submitted", &request, ["", "TASK_ASSIGNED", "", ""]).await;
    zhang
        .change("urgeApproval", json!({ "approvalId": request }), "urged")
        .await;
    check("urged", &request, ["", "APPROVAL_URGED TASK_ASSIGNED", "", ""]).await;
    limin
        .change(
            "commentApproval",
            json!({ "approvalId": request, "body": "为什么？" }),
            "comment { id }",
        )
        .await;
    check(
        "commented",
        &request,
        ["COMMENTED", "APPROVAL_URGED TASK_ASSIGNED", "", ""],
    )
    .await;
    // Who is asked is not told of what the applicant says, unless they are named.
    let named = format!("@[{}] 请看", cashier.id().await);
    zhang
        .change(
            "commentApproval",
            json!({ "approvalId": request, "body": named }),
            "comment { id }",
        )
        .await;
    check(
        "mentioned",
        &request,
        ["COMMENTED", "APPROVAL_URGED TASK_ASSIGNED", "", "MENTIONED"],
    )
    .await;
    decide(&limin, "approveTask", &request, None).await;
    check(
        "approved",
        &request,
        [
            "APPROVAL_APPROVED COMMENTED",
            "APPROVAL_URGED TASK_ASSIGNED",
            "APPROVAL_COPIED",
            "MENTIONED",
        ],
    )
    .await;

    let second = submit(&zhang, leave("2026-12-02", "2026-12-02")).await["id"].take();
    decide(&limin, "rejectTask", &second, Some("请改")).await;
    check("sent back", &second, ["APPROVAL_RETURNED", "TASK_ASSIGNED", "", ""]).await;
    let third = submit(&zhang, leave("2026-12-03", "2026-12-03")).await["id"].take();
    zhang
        .change("withdrawApproval", json!({ "approvalId": third }), "approval { id }")
        .await;
    check("withdrawn", &third, ["", "APPROVAL_WITHDRAWN TASK_ASSIGNED", "", ""]).await;
    // Marking: one's own, once, and nobody else's.
    let ids = limin
        .run(
            "{ notifications(first: 50) { nodes { id } } viewer { counters { notificationsUnread } } }",
            json!({}),
        )
        .await;
    let all: Vec<Value> = ids["notifications"]["nodes"]
        .as_array()
        .expect("notices")
        .iter()
        .map(|one| one["id"].clone())
        .collect();
    findings.same(
        "all are unread",
        ids["viewer"]["counters"]["notificationsUnread"].as_u64(),
        Some(all.len() as u64),
    );
    let foreign = app.digest().await;
    let unread = zhang
        .change("markNotificationsRead", json!({ "ids": all }), "unread")
        .await;
    findings.holds(
        format!("his own stay unread: {unread}"),
        unread["unread"].as_i64() > Some(0),
    );
    findings.same(
        "notices of others are not marked",
        app.digest().await.changed(&foreign),
        [""; 0],
    );
    let left = limin
        .change("markNotificationsRead", json!({ "ids": [all[0]] }), "unread")
        .await;
    findings.same("one is marked", left["unread"].as_u64(), Some(all.len() as u64 - 1));
    let once = app.digest().await;
    limin
        .change("markNotificationsRead", json!({ "ids": [all[0]] }), "unread")
        .await;
    findings.same(
        "marked twice is marked once",
        app.digest().await.changed(&once),
        [""; 0],
    );
    let none = limin.change("markNotificationsRead", json!({}), "unread").await;
    findings.same("all are marked", &none["unread"], &json!(0));
}

/// What is told of a request shows its texts to those who may read it, and to nobody else, whatever else they hold.
async fn names_in_texts_are_shown_to_readers_alone(app: TestApp) {
    let (zhang, cashier) = (app.person("zhangwei").await, app.person("cashier").await);
    let mut heard = cashier.listen(None).await;
    let mut form = leave("2026-12-01", "2026-12-01");
    form["reason"] = json!("绝密的理由");
    let request = submit(&zhang, form).await;
    let secret = |answer: &Value| {
        let text = answer.to_string();
        text.contains("绝密")
            || text.contains(request["id"].as_str().expect("an id"))
            || text.contains(request["number"].as_str().expect("a number"))
    };
    for document in [
        "{ approvals(box: ALL, first: 100) { totalCount nodes { id number title form fields { text } } } }",
        "{ approvals(box: ALL, filter: { search: \"绝密\" }) { totalCount nodes { id } } }",
        "{ notifications(first: 100) { nodes { text detail subject } } }",
        "{ approvalInbox(first: 100) { totalCount nodes { id approval { number } } } }",
        "query($id: ID!) { node(id: $id) { id } }",
        "query($id: ID!) { nodes(ids: [$id]) { id } }",
        "query($id: ID!) { approval(id: $id) { id } }",
    ] {
        let answer = cashier.run(document, json!({ "id": request["id"] })).await;
        assert!(!secret(&answer), "{document}: {answer}");
    }
    for filter in ["applicantId", "departmentId"] {
        let of = zhang
            .run("{ viewer { member { id primaryDepartment { id } } } }", json!({}))
            .await["viewer"]["member"]
            .take();
        let id = if filter == "applicantId" {
            &of["id"]
        } else {
            &of["primaryDepartment"]["id"]
        };
        let counted = cashier
            .run(
                &format!("{{ approvals(box: ALL, filter: {{ {filter}: {id} }}) {{ totalCount }} }}"),
                json!({}),
            )
            .await;
        assert_eq!(
            counted["approvals"]["totalCount"], 0,
            "{filter} counts nothing one may not see"
        );
    }
    // The feed is alive, and told nothing of it.
    let own = submit(&cashier, leave("2026-12-02", "2026-12-02")).await;
    let events = heard.until("approval.submitted").await;
    let last = events.last().expect("an event");
    assert_eq!(last["subject"], own["id"]);
    assert!(!events.iter().any(&secret), "{events:?}");
}
