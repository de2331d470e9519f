//! When nobody is there to decide, or only the applicant (product 2.4, steps 3, 5 and 8): never silently passed, never nobody.

use serde_json::{Value, json};
use tests::{Findings, TestApp, both};

use super::office::Office;

both! { an_empty_node_does_what_it_says nobody_decides_alone_about_themselves who_left_is_followed_up_the_line a_process_pinned_at_submission_stays }

async fn an_empty_node_does_what_it_says(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    office.disable("cashier").await;
    let members = |accounts: &[&str]| accounts.iter().map(|account| office.raw(account)).collect::<Vec<_>>();
    for (key, empty, status, waiting) in [
        ("pass", json!({ "then": "PASS" }), "APPROVED", ""),
        ("reject", json!({ "then": "REJECT" }), "REJECTED", ""),
        ("block", json!({ "then": "BLOCK" }), "BLOCKED", ""),
        ("admin", json!({ "then": "PROCESS_ADMIN" }), "RUNNING", "admin"),
        (
            "fallback",
            json!({ "then": "FALLBACK", "members": members(&["hr", "ceo"]) }),
            "RUNNING",
            "hr ceo",
        ),
        // The fallback has left too: process administrators, then administrators; never nobody.
        (
            "gone",
            json!({ "then": "FALLBACK", "members": members(&["cashier"]) }),
            "RUNNING",
            "admin",
        ),
        (
            "self",
            json!({ "then": "FALLBACK", "members": members(&["zhangwei"]) }),
            "RUNNING",
            "admin",
        ),
    ] {
        for (kind, rules) in [("leaver", office.named(&["cashier"])), ("none", json!([]))] {
            let template = format!("{key}-{kind}");
            let node = json!({ "key": "ask", "name": "ask", "kind": "APPROVE", "rules": rules, "empty": empty });
            office
                .publish(
                    &template,
                    json!([node]),
                    json!({ "on_reject": { "then": "TERMINATE" } }),
                )
                .await;
            let request = office.ask(&template).await;
            let seen = office.seen("zhangwei", &request).await;
            findings.equal(
                &template,
                &(
                    seen["status"].as_str(),
                    office.waiting(&request).await.join(" ").as_str(),
                ),
                &(Some(status), waiting),
            );
            findings.equal(&template, &seen["blockReason"].is_string(), &(status == "BLOCKED"));
            let told = seen["route"]
                .as_array()
                .expect("a route")
                .iter()
                .any(|step| step["key"] == "ask" && step["reason"].is_string());
            findings.same(
                format!("{template}: why it went so is told: {}", seen["route"]),
                told,
                status != "BLOCKED",
            );
        }
    }
    // A process administrator, where there is one, comes before the administrators.
    let grant = json!({ "memberId": office.id("ceo"), "role": "PROCESS_ADMINISTRATOR", "scope": "ALL" });
    office.person("admin").change("grantRole", grant, "__typename").await;
    let request = office.ask("admin-none").await;
    assert_eq!(office.waiting(&request).await, ["ceo"]);
}

async fn nobody_decides_alone_about_themselves(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    let node = |policy: &str, accounts: &[&str]| office.approve("ask", accounts, json!({ "self_approval": policy }));
    for (policy, accounts, status, waiting) in [
        ("ALLOW", vec!["zhangwei"], "RUNNING", "zhangwei"),
        ("SKIP_SEAT", vec!["zhangwei"], "APPROVED", ""),
        ("SKIP_SEAT", vec!["zhangwei", "hr"], "RUNNING", "hr"),
        ("GO_UP", vec!["zhangwei"], "RUNNING", "limin"),
        ("GO_UP", vec!["zhangwei", "limin"], "RUNNING", "limin"),
        ("GO_UP", vec!["hr", "zhangwei"], "RUNNING", "hr limin"),
        ("FORBID", vec!["zhangwei"], "RUNNING", "admin"),
        ("FORBID", vec!["zhangwei", "hr"], "RUNNING", "hr"),
    ] {
        let key = format!("{}-{}", policy.to_lowercase(), accounts.join("-"));
        office.publish(&key, json!([node(policy, &accounts)]), json!({})).await;
        let request = office.ask(&key).await;
        let found = (office.status(&request).await, office.waiting(&request).await.join(" "));
        findings.equal(&key, &(found.0.as_str(), found.1.as_str()), &(status, waiting));
        if accounts.len() == 1 && policy != "ALLOW" {
            let mine = office.task("zhangwei", &request).await;
            let seen = office.seen("zhangwei", &request).await;
            let tasks = seen["tasks"].as_array().unwrap().iter();
            let open = tasks.filter(|task| task["assignee"]["account"] == "zhangwei" && task["status"] == "PENDING");
            findings.equal(format!("{key}: {mine:?}"), &open.count(), &0);
        }
    }
    // The only administrator asks, and nobody stands above: it stops rather than passes.
    let input = json!({ "templateKey": "forbid-zhangwei", "form": {} });
    office
        .publish("own", json!([node("FORBID", &["admin"])]), json!({}))
        .await;
    let done = office
        .person("admin")
        .change(
            "submitApproval",
            json!({ "templateKey": "own", "form": {} }),
            "approval { status blockReason }",
        )
        .await;
    findings.equal(format!("{done} {input}"), &done["approval"]["status"], &"BLOCKED");
    assert!(done["approval"]["blockReason"].is_string());
}

async fn who_left_is_followed_up_the_line(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    let ask = |rule: Value| json!({ "key": "ask", "name": "ask", "kind": "APPROVE", "rules": [rule] });
    let rules = [
        ("manager", json!({ "rule": "MANAGER", "level": 1 })),
        (
            "manager-strict",
            json!({ "rule": "MANAGER", "level": 1, "missing": "EMPTY" }),
        ),
        ("leader", json!({ "rule": "DEPARTMENT_LEADER", "level": 1 })),
        (
            "leader-strict",
            json!({ "rule": "DEPARTMENT_LEADER", "level": 1, "missing": "EMPTY" }),
        ),
        ("line", json!({ "rule": "CONSECUTIVE_LEADERS", "levels": 3 })),
    ];
    for (key, rule) in &rules {
        office.publish(key, json!([ask(rule.clone())]), json!({})).await;
    }
    let waiting = async |key: &str| {
        let request = office.ask(key).await;
        office.waiting(&request).await.join(" ")
    };
    for (gone, expected) in [
        (
            "limin",
            [
                ("manager", "wangfang"),
                ("manager-strict", "admin"),
                ("leader", "wangfang"),
                ("leader-strict", "admin"),
                ("line", "wangfang ceo"),
            ],
        ),
        (
            "wangfang",
            [
                ("manager", "ceo"),
                ("manager-strict", "admin"),
                ("leader", "ceo"),
                ("leader-strict", "admin"),
                ("line", "ceo"),
            ],
        ),
        (
            "ceo",
            [
                ("manager", "admin"),
                ("manager-strict", "admin"),
                ("leader", "admin"),
                ("leader-strict", "admin"),
                ("line", "admin"),
            ],
        ),
    ] {
        office.disable(gone).await;
        for (key, expected) in expected {
            findings.equal(format!("{key} after {gone} left"), &waiting(key).await, &expected);
        }
    }
    let last = crate::org::member(office.person("admin"), "admin").await;
    let refused = json!({ "id": last["id"], "expectedVersion": last["version"] });
    findings.equal(
        "the last one stays",
        &office.person("admin").code("disableMember", refused).await,
        &"NOT_ALLOWED_NOW",
    );
}

/// A request keeps the department it was made for and the process it was made with, whatever becomes of both (2.11, 20 and 22).
async fn a_process_pinned_at_submission_stays(app: TestApp) {
    let office = Office::open(app).await;
    let nodes = json!([
        office.approve("one", &["hr"], json!({})),
        { "key": "two", "name": "two", "kind": "APPROVE", "rules": [{ "rule": "DEPARTMENT_LEADER", "level": 1 }] },
    ]);
    office.publish("pinned", nodes, json!({})).await;
    let request = office.ask("pinned").await;
    let hr = office.person("hr");
    let (zhang, legal) = (
        crate::org::member(hr, "zhangwei").await,
        crate::org::department(hr, "法务部").await,
    );
    let seat = json!([{ "departmentId": legal["id"], "isPrimary": true, "isLeader": false }]);
    let moved = json!({ "id": zhang["id"], "expectedVersion": zhang["version"], "memberships": seat });
    hr.change("updateMember", moved, "member { id }").await;
    retire(&office).await;
    office.play(&request, "hr approve").await;
    assert_eq!(
        office.waiting(&request).await,
        ["limin"],
        "the leader of the department it was made for"
    );
    office.play(&request, "limin approve").await;
    assert_eq!(office.status(&request).await, "APPROVED");
    let again = json!({ "templateKey": "pinned", "form": {} });
    assert_eq!(
        office.person("zhangwei").code("submitApproval", again).await,
        "NOT_FOUND",
        "no new ones start"
    );
    let gallery = office
        .person("zhangwei")
        .run("{ approvalTemplates { key } }", json!({}))
        .await;
    assert!(
        !gallery["approvalTemplates"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["key"] == "pinned")
    );
}

/// Takes the process out of the gallery.
async fn retire(office: &Office) {
    use entity::{TemplateStatus, approval_template};
    use sea_orm::ActiveValue::Set;
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let retired = approval_template::ActiveModel {
        status: Set(TemplateStatus::Retired),
        ..Default::default()
    };
    approval_template::Entity::update_many()
        .set(retired)
        .filter(approval_template::Column::Key.eq("pinned"))
        .exec(office.app.cx.db.write())
        .await
        .expect("retired");
}
