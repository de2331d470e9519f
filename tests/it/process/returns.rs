//! Ways back: to the applicant, to earlier nodes, twice in a row, and forward again (product 2.6).

use serde_json::json;
use tests::{Findings, TestApp, both};

use super::office::{Office, seats};

both! { requests_come_back_where_they_are_sent corrections_go_on_where_the_process_says rounds_keep_everything a_return_from_a_countersign_is_one_vote decisions_are_taken_back_while_nothing_follows }

async fn three(office: &Office, key: &str, policies: serde_json::Value) {
    let nodes = json!([
        office.approve("one", &["limin"], json!({})),
        office.approve("two", &["wangfang"], json!({})),
        office.approve("three", &["hr"], json!({})),
    ]);
    office.publish(key, nodes, policies).await;
}

async fn requests_come_back_where_they_are_sent(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    three(&office, "again", json!({ "rework": "RERUN" })).await;
    three(&office, "straight", json!({ "rework": "RESUME_HERE" })).await;
    let to_three = "limin approve, wangfang approve";
    for (process, scene, status, waiting) in [
        ("again", "limin approve, wangfang return:PREVIOUS", "RUNNING", "limin"),
        ("again", "limin return:PREVIOUS", "RETURNED", "zhangwei"),
        ("again", "limin approve, wangfang return:start", "RETURNED", "zhangwei"),
        ("again", "{3}, hr return:one", "RUNNING", "limin"),
        ("again", "{3}, hr return:one, limin approve", "RUNNING", "wangfang"),
        (
            "again",
            "{3}, hr return:one, limin approve, wangfang approve",
            "RUNNING",
            "hr",
        ),
        (
            "again",
            "{3}, hr return:one, limin approve, wangfang approve, hr approve",
            "APPROVED",
            "",
        ),
        (
            "again",
            "{3}, hr return:two, wangfang return:one, limin approve",
            "RUNNING",
            "wangfang",
        ),
        (
            "again",
            "{3}, hr return:two, wangfang return:START",
            "RETURNED",
            "zhangwei",
        ),
        ("straight", "{3}, hr return:one, limin approve", "RUNNING", "hr"),
        ("straight", "{3}, hr return:two, wangfang approve", "RUNNING", "hr"),
        (
            "straight",
            "{3}, hr return:two, wangfang return:one, limin approve",
            "RUNNING",
            "wangfang",
        ),
        (
            "straight",
            "{3}, hr return:two, wangfang return:one, limin approve, wangfang approve",
            "RUNNING",
            "hr",
        ),
        (
            "straight",
            "{3}, hr return:one, limin approve, hr approve",
            "APPROVED",
            "",
        ),
    ] {
        let scene = scene.replace("{3}", to_three);
        let request = office.ask(process).await;
        office.play(&request, &scene).await;
        let (seen, waiting_for) = (office.status(&request).await, office.waiting(&request).await.join(" "));
        findings.equal(
            format!("{process}: {scene}"),
            &(seen.as_str(), waiting_for.as_str()),
            &(status, waiting),
        );
    }
    let request = office.ask("again").await;
    office.play(&request, "limin approve").await;
    let before = office.app.digest().await;
    for to in ["two", "three", "moon", "end"] {
        let code = office.act("wangfang", &format!("return:{to}"), &request).await;
        findings.equal(format!("to {to}, which was not passed"), &code, &"NOT_ALLOWED_NOW");
    }
    assert_eq!(office.app.digest().await.changed(&before), [""; 0]);
}

async fn corrections_go_on_where_the_process_says(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    three(&office, "again", json!({ "resubmit": "RERUN" })).await;
    three(&office, "straight", json!({ "resubmit": "RESUME_HERE" })).await;
    for (process, changed, waiting) in [
        ("again", json!({ "note": "没有变", "subject": "椅子" }), "limin"),
        ("straight", json!({ "note": "没有变", "subject": "椅子" }), "hr"),
        ("straight", json!({ "note": "变了，但不要紧", "subject": "椅子" }), "hr"),
        // A field that matters was changed: everyone looks at it again.
        ("straight", json!({ "note": "没有变", "subject": "桌子" }), "limin"),
    ] {
        let form = json!({ "note": "没有变", "subject": "椅子" });
        let request = office.ask_as("zhangwei", process, form).await;
        office
            .play(&request, "limin approve, wangfang approve, hr return:START")
            .await;
        let seen = office.seen("zhangwei", &request).await;
        assert_eq!(
            (&seen["status"], office.waiting(&request).await),
            (&json!("RETURNED"), vec!["zhangwei".to_owned()])
        );
        let input = json!({ "approvalId": request, "form": changed, "expectedVersion": seen["version"] });
        let done = office
            .person("zhangwei")
            .change("resubmitApproval", input, "approval { round status }")
            .await;
        assert_eq!(done["approval"], json!({ "round": 2, "status": "RUNNING" }));
        findings.equal(
            format!("{process} {changed}"),
            &office.waiting(&request).await,
            &[waiting],
        );
        office.counters_are_right().await;
    }
}

async fn rounds_keep_everything(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    three(&office, "again", json!({})).await;
    let request = office
        .ask_as("zhangwei", "again", json!({ "note": "甲", "amount": 1 }))
        .await;
    for (round, note) in [(2, "乙"), (3, "丙")] {
        office.play(&request, "limin approve, wangfang return:START").await;
        let input = json!({ "approvalId": request, "form": { "note": note, "amount": 1 } });
        office
            .person("zhangwei")
            .change("resubmitApproval", input, "approval { id }")
            .await;
        let seen = office.seen("limin", &request).await;
        assert_eq!(seen["round"], round);
    }
    let seen = office.seen("limin", &request).await;
    let tasks = seen["tasks"].as_array().expect("tasks");
    let of = |round: i64| {
        let of_round = tasks.iter().filter(|task| task["round"] == round);
        let told = of_round.map(|task| {
            format!(
                "{} {}",
                task["assignee"]["account"].as_str().unwrap(),
                task["status"].as_str().unwrap()
            )
        });
        told.collect::<Vec<_>>().join(", ")
    };
    assert!(of(1).starts_with("limin APPROVED, wangfang RETURNED"), "{}", of(1));
    assert!(of(2).starts_with("limin APPROVED, wangfang RETURNED"), "{}", of(2));
    assert_eq!(of(3), "limin PENDING");
    let field = |key: &str| {
        seen["fields"]
            .as_array()
            .unwrap()
            .iter()
            .find(|field| field["key"] == key)
            .unwrap()
            .clone()
    };
    findings.equal(
        "what the round before said",
        &(&field("note")["text"], &field("note")["changedFrom"]),
        &(&json!("丙"), &json!("乙")),
    );
    findings.equal(
        "what did not change says nothing",
        &field("amount")["changedFrom"],
        &json!(null),
    );
    let kinds: Vec<_> = seen["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["kind"].as_str().unwrap(), entry["round"].as_i64().unwrap()))
        .collect();
    let expected: Vec<(&str, i64)> = [1, 2].into_iter().fold(vec![("submitted", 1)], |mut all, round| {
        all.extend([
            ("approved_task", round),
            ("returned", round),
            ("resubmitted", round + 1),
        ]);
        all
    });
    assert_eq!(
        kinds
            .iter()
            .map(|(kind, round)| (kind.to_lowercase(), *round))
            .collect::<Vec<_>>(),
        expected
            .iter()
            .map(|(kind, round)| ((*kind).to_owned(), *round))
            .collect::<Vec<_>>()
    );
}

async fn a_return_from_a_countersign_is_one_vote(app: TestApp) {
    let office = Office::open(app).await;
    let nodes = json!([
        office.approve("all", &["limin", "wangfang", "cashier"], json!({})),
        office.approve("last", &["hr"], json!({})),
    ]);
    office.publish("countersign", nodes, json!({})).await;
    let request = office.ask("countersign").await;
    office.play(&request, "limin approve, wangfang return:START").await;
    let seen = office.seen("admin", &request).await;
    assert_eq!(
        seats(&seen, "all"),
        "limin APPROVED, wangfang RETURNED, cashier CANCELLED",
        "one vote closes the node"
    );
    assert_eq!(seen["status"], "RETURNED");
    assert_eq!(office.act("cashier", "approve", &request).await, "NOT_ALLOWED_NOW");
    office.play(&request, "zhangwei resubmit").await;
    let seen = office.seen("admin", &request).await;
    let fresh = "limin PENDING, wangfang PENDING, cashier PENDING";
    assert!(
        seats(&seen, "all").ends_with(fresh),
        "all are asked anew: {}",
        seats(&seen, "all")
    );
    office
        .play(&request, "limin approve, wangfang approve, cashier approve")
        .await;
    // Back to the countersign: its people are found again, as they are now.
    office.disable("cashier").await;
    office.play(&request, "hr return:all").await;
    assert_eq!(office.waiting(&request).await, ["limin", "wangfang"]);
    office.play(&request, "wangfang approve, limin approve").await;
    assert_eq!(office.waiting(&request).await, ["hr"]);
}

async fn decisions_are_taken_back_while_nothing_follows(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    three(&office, "again", json!({})).await;
    let pair = office.approve("pair", &["limin", "wangfang"], json!({}));
    office.publish("pair", json!([pair]), json!({})).await;
    let request = office.ask("again").await;
    office.play(&request, "limin approve, limin undo").await;
    assert_eq!(office.waiting(&request).await, ["limin"]);
    assert_eq!(
        office.act("limin", "undo", &request).await,
        "NOT_ALLOWED_NOW",
        "there is nothing to take back"
    );
    office.play(&request, "limin approve, wangfang approve").await;
    assert_eq!(
        office.act("limin", "undo", &request).await,
        "NOT_ALLOWED_NOW",
        "somebody decided after"
    );
    office.play(&request, "wangfang undo, limin undo").await;
    assert_eq!(
        office.waiting(&request).await,
        ["limin"],
        "one after the other they go all the way back"
    );
    let seen = office.seen("admin", &request).await;
    assert_eq!(seats(&seen, "three"), "hr CANCELLED");
    office
        .play(&request, "limin approve, wangfang approve, hr approve")
        .await;
    for account in ["limin", "wangfang", "hr"] {
        findings.equal(
            format!("{account}: it has ended"),
            &office.act(account, "undo", &request).await,
            &"NOT_ALLOWED_NOW",
        );
    }
    let request = office.ask("pair").await;
    office
        .play(&request, "limin approve, limin undo, wangfang approve, limin approve")
        .await;
    findings.equal(
        "a vote taken back does not count",
        &office.status(&request).await,
        &"APPROVED",
    );
}
