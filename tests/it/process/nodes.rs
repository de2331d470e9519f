//! Nodes that do not decide, policies of a process as a whole, and what follows from them.

use serde_json::{Value, json};
use tests::{Findings, TestApp, both};

use super::office::{Office, accounts, seats};

both! { a_handler_does_it_and_cannot_refuse copies_never_block_and_open_the_request rejections_do_what_the_process_says withdrawing_follows_the_policy nobody_is_asked_twice_where_once_is_enough urging_has_a_pause buttons_that_are_off_stay_off }

async fn a_handler_does_it_and_cannot_refuse(app: TestApp) {
    let office = Office::open(app).await;
    let pay = json!({ "key": "pay", "name": "付款", "kind": "HANDLE", "rules": office.named(&["cashier"]) });
    office
        .publish(
            "payment",
            json!([office.approve("one", &["limin"], json!({})), pay]),
            json!({}),
        )
        .await;
    let request = office.ask("payment").await;
    office.play(&request, "limin approve").await;
    let before = office.app.digest().await;
    assert_eq!(office.act("cashier", "reject", &request).await, "NOT_ALLOWED_NOW");
    assert_eq!(office.app.digest().await.changed(&before), [""; 0]);
    let task = office.task("cashier", &request).await;
    let shown = office
        .person("cashier")
        .run(
            "query($id: ID!) { approval(id: $id) { tasks { id viewerActions { name } } } }",
            json!({ "id": request }),
        )
        .await;
    let of_task = shown["approval"]["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| Some(&one["id"]) == task.as_ref())
        .unwrap()
        .clone();
    let offered: Vec<_> = of_task["viewerActions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        offered,
        ["APPROVE", "RETURN"],
        "a handler may give it back, and not refuse"
    );
    office
        .play(&request, "cashier return:one, limin approve, cashier approve")
        .await;
    let seen = office.seen("admin", &request).await;
    assert_eq!(seen["status"], "APPROVED");
    assert!(
        seats(&seen, "pay").ends_with("cashier HANDLED"),
        "{}",
        seats(&seen, "pay")
    );
}

async fn copies_never_block_and_open_the_request(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    let policies = json!({ "on_reject": { "then": "TERMINATE" } });
    for timing in ["SUBMITTED", "REACHED", "FINISHED", "BOTH"] {
        let cc = json!({ "key": "cc", "name": "抄送", "kind": "CC", "rules": office.named(&["cashier", "limin"]), "timing": timing });
        let nodes = json!([
            office.approve("one", &["limin"], json!({})),
            cc,
            office.approve("two", &["wangfang"], json!({}))
        ]);
        office.publish(&timing.to_lowercase(), nodes, policies.clone()).await;
    }
    for (timing, scene, copied) in [
        ("submitted", "", true),
        ("reached", "", false),
        ("reached", "limin approve", true),
        ("finished", "limin approve", false),
        ("finished", "limin approve, wangfang approve", true),
        ("finished", "limin approve, wangfang reject", false),
        ("both", "", true),
        // A refusal takes no copy back.
        ("submitted", "limin reject", true),
        ("reached", "limin approve, wangfang reject", true),
    ] {
        let request = office.ask(timing).await;
        office.play(&request, scene).await;
        let seen = office.seen("admin", &request).await;
        findings.equal(
            format!("{timing}: {scene}"),
            &accounts(&seen["copies"], "member").contains(&"cashier".to_owned()),
            &copied,
        );
        let may_read = !office.seen("cashier", &request).await.is_null();
        findings.equal(
            format!("{timing}: {scene}: whoever has a copy may read it, and nobody else"),
            &may_read,
            &copied,
        );
    }
    let request = office.ask("submitted").await;
    let cashier = office.person("cashier");
    let unread = "query { viewer { counters { copiedUnread } } approvals(box: COPIED, filter: { unreadOnly: true }, first: 100) { totalCount nodes { id unread } } }";
    let before = cashier.run(unread, json!({})).await;
    assert_eq!(
        before["viewer"]["counters"]["copiedUnread"],
        before["approvals"]["totalCount"]
    );
    cashier
        .change("markCopyRead", json!({ "approvalId": request }), "approval { unread }")
        .await;
    let once = office.app.digest().await;
    cashier
        .change("markCopyRead", json!({ "approvalId": request }), "approval { unread }")
        .await;
    findings.equal(
        "opened once is opened",
        &office.app.digest().await.changed(&once),
        &[""; 0],
    );
    let after = cashier.run(unread, json!({})).await;
    assert_eq!(
        after["viewer"]["counters"]["copiedUnread"].as_i64().map(|n| n + 1),
        before["viewer"]["counters"]["copiedUnread"].as_i64()
    );
    findings.equal("copies wait for nobody", &office.status(&request).await, &"RUNNING");
}

async fn rejections_do_what_the_process_says(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    let nodes = json!([
        office.approve("one", &["limin"], json!({})),
        office.approve("two", &["wangfang"], json!({}))
    ]);
    for (key, policy, status, waiting) in [
        ("start", json!({ "then": "RETURN_TO_START" }), "RETURNED", "zhangwei"),
        ("over", json!({ "then": "TERMINATE" }), "REJECTED", ""),
        (
            "node",
            json!({ "then": "RETURN_TO", "node": "one" }),
            "RUNNING",
            "limin",
        ),
        (
            "later",
            json!({ "then": "RETURN_TO", "node": "moon" }),
            "RETURNED",
            "zhangwei",
        ),
    ] {
        office.publish(key, nodes.clone(), json!({ "on_reject": policy })).await;
        let request = office.ask(key).await;
        office.play(&request, "limin approve, wangfang reject").await;
        findings.equal(
            key,
            &(
                office.status(&request).await.as_str(),
                office.waiting(&request).await.join(" ").as_str(),
            ),
            &(status, waiting),
        );
        let kinds = "{ notifications(first: 20) { nodes { kind subject } } }";
        let told = office.person("zhangwei").run(kinds, json!({})).await;
        let told: Vec<Value> = told["notifications"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["subject"] == request)
            .map(|one| one["kind"].clone())
            .collect();
        let expected = match status {
            "REJECTED" => vec![json!("APPROVAL_REJECTED")],
            _ => vec![json!("APPROVAL_RETURNED")],
        };
        findings.equal(format!("{key}: the applicant is told once"), &told, &expected);
    }
}

async fn withdrawing_follows_the_policy(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    let nodes = json!([
        office.approve("one", &["limin"], json!({})),
        office.approve("two", &["wangfang"], json!({}))
    ]);
    for (policy, scene, code) in [
        ("ANYTIME", "", "done"),
        ("ANYTIME", "limin approve", "done"),
        ("BEFORE_FIRST_DECISION", "", "done"),
        ("BEFORE_FIRST_DECISION", "limin approve", "NOT_ALLOWED_NOW"),
        ("BEFORE_FIRST_DECISION", "limin approve, limin undo", "done"),
        ("BEFORE_FIRST_DECISION", "limin return:START, zhangwei resubmit", "done"),
        ("NEVER", "", "NOT_ALLOWED_NOW"),
        ("NEVER", "limin return:START", "done"),
    ] {
        let key = format!("{}-{}", policy.to_lowercase(), scene.len());
        office.publish(&key, nodes.clone(), json!({ "withdraw": policy })).await;
        let request = office.ask(&key).await;
        office.play(&request, scene).await;
        let seen = office.seen("zhangwei", &request).await;
        let offered = seen["viewerActions"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["name"] == "WITHDRAW" && one["enabled"] == true);
        findings.equal(
            format!("{policy} after {scene:?} is offered"),
            &offered,
            &(code == "done"),
        );
        let done = office
            .person("zhangwei")
            .code("withdrawApproval", json!({ "approvalId": request }))
            .await;
        findings.equal(format!("{policy} after {scene:?}"), &done, &code);
        if code == "done" {
            findings.equal("nobody is asked any more", &office.waiting(&request).await, &[""; 0]);
        }
    }
}

async fn nobody_is_asked_twice_where_once_is_enough(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    let nodes = json!([
        office.approve("one", &["limin"], json!({})),
        office.approve("two", &["limin"], json!({})),
        office.approve("three", &["wangfang"], json!({})),
        office.approve("four", &["limin", "hr"], json!({})),
    ]);
    for (dedup, scene, waiting) in [
        ("NONE", "limin approve", "limin"),
        ("CONSECUTIVE", "limin approve", "wangfang"),
        ("CONSECUTIVE", "limin approve, wangfang approve", "limin hr"),
        ("ALL_EARLIER", "limin approve, wangfang approve", "hr"),
        ("ALL_EARLIER", "limin approve, wangfang approve, hr approve", ""),
        // After a return everyone is asked again.
        (
            "ALL_EARLIER",
            "limin approve, wangfang approve, hr return:three, wangfang approve",
            "limin hr",
        ),
        (
            "ALL_EARLIER",
            "limin approve, wangfang return:START, zhangwei resubmit",
            "limin",
        ),
    ] {
        let key = format!("{}-{}", dedup.to_lowercase(), scene.len());
        office.publish(&key, nodes.clone(), json!({ "dedup": dedup })).await;
        let request = office.ask(&key).await;
        office.play(&request, scene).await;
        findings.equal(
            format!("{dedup}: {scene}"),
            &office.waiting(&request).await.join(" "),
            &waiting,
        );
    }
}

async fn urging_has_a_pause(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    office
        .publish(
            "plain",
            json!([office.approve("one", &["limin", "wangfang"], json!({}))]),
            json!({ "urge_minutes": 10 }),
        )
        .await;
    let request = office.ask("plain").await;
    let urge = async |account: &str| {
        office
            .person(account)
            .attempt("urgeApproval", &json!({ "approvalId": request }), "urged")
            .await
    };
    assert_eq!(urge("zhangwei").await.expect("done")["urged"], 2);
    let before = office.app.digest().await;
    for account in ["zhangwei", "admin"] {
        let refusal = urge(account).await.expect_err("too soon");
        assert_eq!(refusal.code, "THROTTLED");
        assert!(
            refusal.extensions["retryAfter"].is_number() || refusal.extensions["until"].is_string(),
            "{:?}",
            refusal.extensions
        );
    }
    assert_eq!(office.app.digest().await.changed(&before), [""; 0]);
    office.app.clock.pass(chrono::TimeDelta::minutes(9));
    assert_eq!(urge("zhangwei").await.expect_err("too soon").code, "THROTTLED");
    office.play(&request, "limin approve").await;
    office.app.clock.pass(chrono::TimeDelta::minutes(1));
    findings.equal(
        "who has decided is not urged",
        &urge("zhangwei").await.expect("done")["urged"],
        &1,
    );
}

async fn buttons_that_are_off_stay_off(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    for (key, actions, refused) in [
        ("no-reject", json!(["RETURN"]), "reject"),
        ("no-return", json!(["REJECT"]), "return:START"),
    ] {
        office
            .publish(
                key,
                json!([office.approve("one", &["limin"], json!({ "actions": actions }))]),
                json!({}),
            )
            .await;
        let request = office.ask(key).await;
        let before = office.app.digest().await;
        findings.equal(key, &office.act("limin", refused, &request).await, &"NOT_ALLOWED_NOW");
        findings.equal(key, &office.app.digest().await.changed(&before), &[""; 0]);
    }
    let strict = json!({ "comment": { "on_approve": true, "on_reject": false, "on_return": false } });
    office
        .publish("words", json!([office.approve("one", &["limin"], strict)]), json!({}))
        .await;
    let request = office.ask("words").await;
    let task = office.task("limin", &request).await;
    let silent = office
        .person("limin")
        .attempt("approveTask", &json!({ "taskId": task }), "__typename")
        .await;
    assert_eq!(silent.expect_err("words are needed").fields(), ["comment"]);
    let done = office
        .person("limin")
        .code("rejectTask", json!({ "taskId": task }))
        .await;
    findings.equal("here a refusal needs none", &done, &"done");
}
