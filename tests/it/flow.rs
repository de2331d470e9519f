//! A leave request from end to end, as its people see it over the API.

use serde_json::{Value, json};
use tests::{Person, both};

const SUBMIT: &str = "mutation($input: SubmitApprovalInput!) { submitApproval(input: $input) { approval { \
    id number status round version waitingFor { account } leave { minutes status balanceAfter } viewerActions { name enabled reason } } } }";
const DETAIL: &str = "query($id: ID!) { approval(id: $id) { id status round version \
    tasks { id status nodeKey round assignee { account } comment } viewerTask { id } waitingFor { account } \
    leave { minutes status } timeline { kind actor { account } comment round } copies { member { account } } } }";
const INBOX: &str =
    "{ approvalInbox(first: 50) { totalCount nodes { id approval { id } } } viewer { counters { inbox } } }";

/// A form for annual leave on whole days.
pub(crate) fn leave(from: &str, to: &str) -> Value {
    json!({ "leave_type": "annual", "start_date": from, "start_part": "AM", "end_date": to, "end_part": "PM", "reason": "家庭旅行" })
}

/// Submits and gives the request.
pub(crate) async fn submit(person: &Person, form: Value) -> Value {
    let input = json!({ "templateKey": "leave", "form": form });
    person.run(SUBMIT, json!({ "input": input })).await["submitApproval"]["approval"].take()
}

async fn detail(person: &Person, id: &Value) -> Value {
    person.run(DETAIL, json!({ "id": id })).await["approval"].take()
}

/// Decides the viewer's open task of a request.
pub(crate) async fn decide(person: &Person, mutation: &str, id: &Value, comment: Option<&str>) -> Value {
    let task = detail(person, id).await["viewerTask"]["id"].take();
    assert!(task.is_string(), "a task of one's own");
    let document = format!(
        "mutation($input: DecideTaskInput!) {{ {mutation}(input: $input) {{ task {{ id status }} approval {{ id status round waitingFor {{ account }} }} }} }}"
    );
    let input = json!({ "taskId": task, "comment": comment });
    person.run(&document, json!({ "input": input })).await[mutation].take()
}

async fn annual(person: &Person) -> i64 {
    let balances = person
        .run(
            "{ leaveBalances { type { key } remainingMinutes heldMinutes } }",
            json!({}),
        )
        .await;
    let all = balances["leaveBalances"].as_array().expect("balances");
    all.iter()
        .find(|one| one["type"]["key"] == "annual")
        .expect("annual leave")["remainingMinutes"]
        .as_i64()
        .expect("minutes")
}

fn accounts(people: &Value) -> Vec<&str> {
    people
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["account"].as_str())
        .collect()
}

both! {
    async fn one_day_goes_through_the_manager_alone(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let limin = app.person("limin").await;
        let before = annual(&zhang).await;

        let request = submit(&zhang, leave("2026-12-10", "2026-12-10")).await;
        assert_eq!(request["status"], "RUNNING");
        assert_eq!(request["leave"]["minutes"], 480);
        assert_eq!(accounts(&request["waitingFor"]), ["limin"]);
        assert_eq!(annual(&zhang).await, before - 480, "held");

        let inbox = limin.run(INBOX, json!({})).await;
        assert_eq!(inbox["approvalInbox"]["totalCount"], 1);
        assert_eq!(inbox["viewer"]["counters"]["inbox"], 1);

        let decided = decide(&limin, "approveTask", &request["id"], Some("同意，注意交接。")).await;
        assert_eq!(decided["approval"]["status"], "APPROVED");
        assert_eq!(annual(&zhang).await, before - 480, "taken once, not twice");

        let seen = detail(&zhang, &request["id"]).await;
        assert_eq!(seen["leave"]["status"], "APPROVED");
        assert_eq!(seen["copies"][0]["member"]["account"], "hr", "a copy to personnel at the end");
        let attendance = zhang.run("{ attendance(from: \"2026-12-10\", to: \"2026-12-10\") { status leaveMinutes } }", json!({})).await;
        assert_eq!(attendance["attendance"][0]["status"], "LEAVE");
        assert_eq!(attendance["attendance"][0]["leaveMinutes"], 480);
        assert_eq!(limin.run(INBOX, json!({})).await["approvalInbox"]["totalCount"], 0);
    }

    async fn more_than_three_days_also_go_to_the_head_of_the_department(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let request = submit(&zhang, leave("2026-12-07", "2026-12-10")).await;
        assert_eq!(request["leave"]["minutes"], 4 * 480);
        let after = decide(&app.person("limin").await, "approveTask", &request["id"], None).await;
        assert_eq!(after["approval"]["status"], "RUNNING");
        assert_eq!(accounts(&after["approval"]["waitingFor"]), ["wangfang"]);
        let after = decide(&app.person("wangfang").await, "approveTask", &request["id"], None).await;
        assert_eq!(after["approval"]["status"], "APPROVED");
    }

    async fn a_rejection_comes_back_and_a_correction_goes_on(app: TestApp) {
        let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
        let before = annual(&zhang).await;
        let request = submit(&zhang, leave("2026-12-14", "2026-12-15")).await;
        let rejected = decide(&limin, "rejectTask", &request["id"], Some("那两天正好上线，能否改到下周？")).await;
        assert_eq!(rejected["approval"]["status"], "RETURNED");
        assert_eq!(annual(&zhang).await, before, "the hold is let go");

        let input = json!({ "approvalId": request["id"], "form": leave("2026-12-21", "2026-12-21") });
        let document = "mutation($input: ResubmitApprovalInput!) { resubmitApproval(input: $input) { approval { id status round } } }";
        let again = zhang.run(document, json!({ "input": input })).await;
        assert_eq!(again["resubmitApproval"]["approval"]["round"], 2);
        assert_eq!(annual(&zhang).await, before - 480);
        let done = decide(&limin, "approveTask", &request["id"], None).await;
        assert_eq!(done["approval"]["status"], "APPROVED");
        let seen = detail(&zhang, &request["id"]).await;
        assert!(seen["timeline"].as_array().expect("a history").len() >= 4, "{:#}", seen["timeline"]);
    }

    async fn strangers_find_nothing(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let request = submit(&zhang, leave("2026-12-10", "2026-12-10")).await;
        let cashier = app.person("cashier").await;
        let seen = cashier.run("query($id: ID!) { approval(id: $id) { id } node(id: $id) { id } }", json!({ "id": request["id"] })).await;
        assert_eq!(seen["approval"], Value::Null);
        assert_eq!(seen["node"], Value::Null);
        let comment = json!({ "input": { "approvalId": request["id"], "body": "hello" } });
        let refusal = cashier.refused("mutation($input: CommentApprovalInput!) { commentApproval(input: $input) { comment { id } } }", comment).await;
        assert_eq!(refusal.code, "NOT_FOUND");
        let refusal = app.stranger().refused("{ viewer { member { id } } }", json!({})).await;
        assert_eq!(refusal.code, "UNAUTHENTICATED");
    }

    async fn two_answers_in_the_same_moment_have_one_outcome(app: TestApp) {
        let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
        let request = submit(&zhang, leave("2026-12-10", "2026-12-10")).await;
        let task = detail(&limin, &request["id"]).await["viewerTask"]["id"].take();
        let input = json!({ "input": { "taskId": task, "comment": "x" } });
        let approve = "mutation($input: DecideTaskInput!) { approveTask(input: $input) { approval { status } } }";
        let reject = "mutation($input: DecideTaskInput!) { rejectTask(input: $input) { approval { status } } }";
        let withdraw = "mutation($input: WithdrawApprovalInput!) { withdrawApproval(input: $input) { approval { status } } }";
        let (a, b, c) = tokio::join!(
            limin.send(approve, input.clone()),
            limin.send(reject, input.clone()),
            zhang.send(withdraw, json!({ "input": { "approvalId": request["id"] } })),
        );
        // A rejection leaves the request with the applicant, who may still take it back; everything else excludes the rest.
        let won = [&a, &b, &c].iter().filter(|(_, body)| body.get("errors").is_none()).count();
        assert!(won == 1 || (won == 2 && b.1.get("errors").is_none() && c.1.get("errors").is_none()), "{a:?}\n{b:?}\n{c:?}");
        for (status, body) in [&a, &b, &c] {
            if let Some(error) = body["errors"].get(0) {
                let code = error["extensions"]["code"].as_str().expect("a code");
                assert!(["ALREADY_DECIDED", "NOT_ALLOWED_NOW"].contains(&code), "{status} {body:#}");
            }
        }
    }

    async fn the_same_key_submits_once(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let input = json!({ "templateKey": "leave", "form": leave("2026-12-10", "2026-12-10"), "idempotencyKey": "double-click" });
        let tries = futures_util::future::join_all((0..8).map(|_| zhang.run(SUBMIT, json!({ "input": input })))).await;
        let ids: std::collections::HashSet<_> = tries.iter().map(|done| done["submitApproval"]["approval"]["id"].to_string()).collect();
        assert_eq!(ids.len(), 1, "eight clicks, one request");
        let other = json!({ "templateKey": "leave", "form": leave("2026-12-11", "2026-12-11"), "idempotencyKey": "double-click" });
        assert_eq!(zhang.refused(SUBMIT, json!({ "input": other })).await.code, "CONFLICT");
    }

    async fn wrong_forms_are_refused_by_field_and_leave_nothing_behind(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let before = annual(&zhang).await;
        let check = async |form: Value, field: &str| {
            let refusal = zhang.refused(SUBMIT, json!({ "input": { "templateKey": "leave", "form": form } })).await;
            assert!(refusal.fields().iter().any(|path| path.contains(field)) || refusal.code != "INVALID", "{field}: {refusal:?}");
            assert_ne!(refusal.code, "INTERNAL", "{refusal:?}");
        };
        check(leave("2026-12-10", "2026-12-09"), "end_date").await;
        check(leave("2026-13-40", "2026-12-09"), "start_date").await;
        check(json!({ "leave_type": "annual" }), "start_date").await;
        check(json!({ "leave_type": 7, "start_date": "2026-12-10", "start_part": "AM", "end_date": "2026-12-10", "end_part": "PM" }), "leave_type").await;
        check(leave("2026-12-12", "2026-12-13"), "end_date").await;
        let mut long = leave("2026-12-10", "2026-12-10");
        long["reason"] = json!("很".repeat(300_000));
        check(long, "reason").await;
        let mut unknown = leave("2026-12-10", "2026-12-10");
        unknown["salary"] = json!(1);
        check(unknown, "salary").await;
        check(leave("2027-01-01", "2028-02-05"), "end_date").await;
        assert_eq!(annual(&zhang).await, before);
        let mine = zhang.run("{ approvals(box: STARTED, first: 5) { totalCount } }", json!({})).await;
        assert_eq!(mine["approvals"]["totalCount"], 0);
    }

    async fn the_same_half_day_is_taken_once(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let form = |start, end| {
            json!({ "leave_type": "annual", "start_date": "2026-12-10", "start_part": start, "end_date": "2026-12-10", "end_part": end, "reason": "x" })
        };
        submit(&zhang, form("AM", "AM")).await;
        let refusal = zhang.refused(SUBMIT, json!({ "input": { "templateKey": "leave", "form": form("AM", "PM") } })).await;
        assert!(["OVERLAP", "INVALID"].contains(&refusal.code.as_str()), "{refusal:?}");
        submit(&zhang, form("PM", "PM")).await;
    }
}
