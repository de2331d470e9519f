//! How votes count: every mode with its limits, seat by seat (product 2.3).

use serde_json::{Value, json};
use tests::{Findings, TestApp, both};

use super::office::{Office, seats};

both! { votes_count_as_the_mode_says late_votes_and_turns_of_others_change_nothing people_who_leave_in_between_are_not_asked quorums_nobody_can_reach_stop_and_say_so }

async fn votes_count_as_the_mode_says(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    let modes = [
        ("all", json!({ "mode": "ALL" })),
        ("patient", json!({ "mode": "ALL", "wait_for_all": true })),
        ("any", json!({ "mode": "ANY" })),
        ("lenient", json!({ "mode": "ANY", "any_may_pass": true })),
        ("turns", json!({ "mode": "SEQUENTIAL" })),
        ("half", json!({ "mode": "RATIO", "percent": 50 })),
        ("two-thirds", json!({ "mode": "RATIO", "percent": 66 })),
        ("everyone", json!({ "mode": "RATIO", "percent": 100 })),
        ("two", json!({ "mode": "M_OF_N", "count": 2 })),
    ];
    for (key, sign) in modes {
        let node = office.approve("vote", &["limin", "wangfang", "hr"], json!({ "sign": sign }));
        office
            .publish(key, json!([node]), json!({ "on_reject": { "then": "TERMINATE" } }))
            .await;
    }
    let (l, w, h) = ("limin", "wangfang", "hr");
    for (mode, votes, status, seated) in [
        (
            "all",
            vec![(l, "approve"), (h, "approve")],
            "RUNNING",
            "limin APPROVED, wangfang PENDING, hr APPROVED",
        ),
        (
            "all",
            vec![(l, "approve"), (h, "approve"), (w, "approve")],
            "APPROVED",
            "limin APPROVED, wangfang APPROVED, hr APPROVED",
        ),
        (
            "all",
            vec![(w, "approve"), (l, "reject")],
            "REJECTED",
            "limin REJECTED, wangfang APPROVED, hr SUPERSEDED",
        ),
        (
            "patient",
            vec![(w, "reject")],
            "RUNNING",
            "limin PENDING, wangfang REJECTED, hr PENDING",
        ),
        (
            "patient",
            vec![(w, "reject"), (l, "approve"), (h, "approve")],
            "REJECTED",
            "limin APPROVED, wangfang REJECTED, hr APPROVED",
        ),
        (
            "any",
            vec![(w, "approve")],
            "APPROVED",
            "limin SUPERSEDED, wangfang APPROVED, hr SUPERSEDED",
        ),
        (
            "any",
            vec![(h, "reject")],
            "REJECTED",
            "limin SUPERSEDED, wangfang SUPERSEDED, hr REJECTED",
        ),
        (
            "lenient",
            vec![(h, "reject"), (l, "reject")],
            "RUNNING",
            "limin REJECTED, wangfang PENDING, hr REJECTED",
        ),
        (
            "lenient",
            vec![(h, "reject"), (w, "approve")],
            "APPROVED",
            "limin SUPERSEDED, wangfang APPROVED, hr REJECTED",
        ),
        (
            "lenient",
            vec![(h, "reject"), (l, "reject"), (w, "reject")],
            "REJECTED",
            "limin REJECTED, wangfang REJECTED, hr REJECTED",
        ),
        (
            "turns",
            vec![],
            "RUNNING",
            "limin PENDING, wangfang WAITING, hr WAITING",
        ),
        (
            "turns",
            vec![(l, "approve")],
            "RUNNING",
            "limin APPROVED, wangfang PENDING, hr WAITING",
        ),
        (
            "turns",
            vec![(l, "approve"), (w, "reject")],
            "REJECTED",
            "limin APPROVED, wangfang REJECTED, hr SUPERSEDED",
        ),
        (
            "turns",
            vec![(l, "approve"), (w, "approve"), (h, "approve")],
            "APPROVED",
            "limin APPROVED, wangfang APPROVED, hr APPROVED",
        ),
        (
            "half",
            vec![(l, "reject")],
            "RUNNING",
            "limin REJECTED, wangfang PENDING, hr PENDING",
        ),
        (
            "half",
            vec![(l, "reject"), (w, "approve")],
            "RUNNING",
            "limin REJECTED, wangfang APPROVED, hr PENDING",
        ),
        (
            "half",
            vec![(l, "reject"), (w, "approve"), (h, "approve")],
            "APPROVED",
            "limin REJECTED, wangfang APPROVED, hr APPROVED",
        ),
        (
            "half",
            vec![(l, "reject"), (w, "reject")],
            "REJECTED",
            "limin REJECTED, wangfang REJECTED, hr SUPERSEDED",
        ),
        (
            "two-thirds",
            vec![(l, "approve"), (w, "approve")],
            "APPROVED",
            "limin APPROVED, wangfang APPROVED, hr SUPERSEDED",
        ),
        (
            "everyone",
            vec![(l, "approve"), (w, "reject")],
            "REJECTED",
            "limin APPROVED, wangfang REJECTED, hr SUPERSEDED",
        ),
        (
            "two",
            vec![(l, "approve")],
            "RUNNING",
            "limin APPROVED, wangfang PENDING, hr PENDING",
        ),
        (
            "two",
            vec![(l, "approve"), (w, "reject"), (h, "approve")],
            "APPROVED",
            "limin APPROVED, wangfang REJECTED, hr APPROVED",
        ),
        (
            "two",
            vec![(l, "reject"), (w, "reject")],
            "REJECTED",
            "limin REJECTED, wangfang REJECTED, hr SUPERSEDED",
        ),
    ] {
        let request = office.ask(mode).await;
        for (account, verb) in &votes {
            findings.equal(
                format!("{mode} {votes:?}: {account}"),
                &office.act(account, verb, &request).await,
                &"done",
            );
        }
        let seen = office.seen("admin", &request).await;
        findings.equal(
            format!("{mode} {votes:?}"),
            &(seen["status"].as_str(), seats(&seen, "vote").as_str()),
            &(Some(status), seated),
        );
        let open = seated.split(", ").filter(|seat| seat.ends_with("PENDING")).count();
        findings.equal(
            format!("{mode} {votes:?}"),
            &seen["waitingFor"].as_array().map(Vec::len),
            &Some(open),
        );
        office.counters_are_right().await;
    }
}

async fn late_votes_and_turns_of_others_change_nothing(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    for (key, sign) in [
        ("any", json!({ "mode": "ANY" })),
        ("turns", json!({ "mode": "SEQUENTIAL" })),
    ] {
        let node = office.approve("vote", &["limin", "wangfang", "hr"], json!({ "sign": sign }));
        office.publish(key, json!([node]), json!({})).await;
    }
    let any = office.ask("any").await;
    office.play(&any, "wangfang approve").await;
    let turns = office.ask("turns").await;
    let before = office.app.digest().await;
    for (request, account, verb, code) in [
        (&any, "limin", "approve", "ALREADY_DECIDED"),
        (&any, "hr", "reject", "ALREADY_DECIDED"),
        (&any, "wangfang", "return:START", "ALREADY_DECIDED"),
        (&turns, "wangfang", "approve", "NOT_ALLOWED_NOW"),
        (&turns, "hr", "reject", "NOT_ALLOWED_NOW"),
        (&turns, "hr", "return:START", "NOT_ALLOWED_NOW"),
    ] {
        findings.equal(
            format!("{account} {verb}"),
            &office.act(account, verb, request).await,
            &code,
        );
    }
    assert_eq!(office.app.digest().await.changed(&before), [""; 0]);
    let late = office.task("limin", &any).await.expect("a task");
    let refusal = office
        .person("limin")
        .attempt("approveTask", &json!({ "taskId": late }), "__typename")
        .await;
    let refusal = refusal.expect_err("too late");
    assert!(
        refusal.message.contains("王芳"),
        "it says who decided: {}",
        refusal.message
    );
    // Who did not act has nothing done, and nothing to do.
    let bystander = office
        .person("hr")
        .run(
            "{ approvals(box: DONE) { totalCount } approvalInbox { totalCount } }",
            json!({}),
        )
        .await;
    assert_eq!(
        (
            &bystander["approvals"]["totalCount"],
            &bystander["approvalInbox"]["totalCount"]
        ),
        (&json!(0), &json!(0))
    );
}

async fn people_who_leave_in_between_are_not_asked(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    let everyone = &["limin", "wangfang", "cashier"];
    for (key, sign) in [
        ("all", json!({ "mode": "ALL" })),
        ("half", json!({ "mode": "RATIO", "percent": 50 })),
        ("two", json!({ "mode": "M_OF_N", "count": 2 })),
        ("turns", json!({ "mode": "SEQUENTIAL" })),
    ] {
        let nodes = json!([
            office.approve("first", &["hr"], json!({})),
            office.approve("vote", everyone, json!({ "sign": sign }))
        ]);
        office
            .publish(key, nodes, json!({ "on_reject": { "then": "TERMINATE" } }))
            .await;
    }
    let mut requests = Vec::new();
    for key in ["all", "half", "two", "turns"] {
        requests.push((key, office.ask(key).await));
    }
    // Named in the preview, gone when the node is entered.
    office.disable("wangfang").await;
    for (key, request) in &requests {
        office.play(request, "hr approve").await;
        let seen = office.seen("admin", request).await;
        let second = if *key == "turns" { "WAITING" } else { "PENDING" };
        findings.equal(key, &seats(&seen, "vote"), &format!("limin PENDING, cashier {second}"));
    }
    for (key, request) in &requests {
        office.play(request, "limin approve").await;
        let expected = if *key == "half" { "APPROVED" } else { "RUNNING" };
        findings.equal(
            format!("{key}: half of the two who are left is one"),
            &office.status(request).await,
            &expected,
        );
    }
    // Gone while asked: the seat stays, nobody else can fill it, and the applicant may take the request back.
    office.disable("cashier").await;
    let (_, request) = &requests[0];
    assert_eq!(office.waiting(request).await, ["cashier"]);
    office.play(request, "zhangwei withdraw").await;
    assert_eq!(office.status(request).await, "WITHDRAWN");
}

async fn quorums_nobody_can_reach_stop_and_say_so(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    let people = &["limin", "wangfang", "hr"];
    let cases: [(&str, Value, Value); 3] = [
        ("four-of-three", json!({ "mode": "M_OF_N", "count": 4 }), json!({})),
        ("crowded", json!({ "mode": "ALL" }), json!({ "cap": 2 })),
        ("nothing", json!({ "mode": "M_OF_N", "count": 0 }), json!({})),
    ];
    for (key, sign, policies) in cases {
        let node = office.approve("vote", people, json!({ "sign": sign }));
        office.publish(key, json!([node]), policies).await;
        let request = office.ask(key).await;
        let seen = office.seen("zhangwei", &request).await;
        findings.equal(key, &seen["status"], &"BLOCKED");
        let reason = seen["blockReason"].as_str().expect("a reason");
        assert!(!reason.is_ascii(), "{key}: {reason}");
        let english = office.person("zhangwei").clone().in_english();
        let told = english
            .run(
                "query($id: ID!) { approval(id: $id) { blockReason } }",
                json!({ "id": request }),
            )
            .await;
        assert!(
            told["approval"]["blockReason"].as_str().is_some_and(str::is_ascii),
            "{key}: {told}"
        );
        findings.equal(key, &seen["waitingFor"], &json!([]));
        let notices = office
            .person("admin")
            .run("{ notifications(first: 50) { nodes { kind subject } } }", json!({}))
            .await;
        let notices = notices["notifications"]["nodes"].as_array().expect("notices").clone();
        let told = notices
            .iter()
            .any(|one| one["kind"] == "APPROVAL_BLOCKED" && one["subject"] == request);
        assert!(told, "{key}: an administrator hears of it: {notices:?}");
    }
}
