//! Many hands at one key: one deed and one answer, and who asks for something else under it is told so.

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::course::{Course, Request, Runner, SUBMIT, half_day, run};
use super::{APPROVE, COMMENT, CREATE, WITHDRAW, approve, withdraw};

/// How many press at once.
const HANDS: usize = 50;
/// Every so manieth of them asks for something else under the same key.
const OTHER: usize = 5;

/// What stands in an answer to be the same for all.
fn outcome(runner: &Runner) -> Value {
    let mut data = runner.answer["data"].clone();
    if let Some(payload) = data
        .as_object_mut()
        .and_then(|data| data.values_mut().next())
        .and_then(Value::as_object_mut)
    {
        // Told once, to whoever made the member.
        payload.remove("oneTimePassword");
    }
    data
}

/// All press at once, some of them for something else: those who asked for what was done get one answer, the others a conflict. Says
/// what was done: the first, or the second.
async fn pressed(
    course: &mut Course,
    same: &dyn Fn() -> BoxFuture<'static, Runner>,
    other: &dyn Fn() -> BoxFuture<'static, Runner>,
) -> (Runner, bool) {
    let hands = (0..HANDS).map(|at| {
        if at % OTHER == course.round % OTHER {
            other()
        } else {
            same()
        }
    });
    let mut done = course.race(hands.collect()).await;
    let other = |at: usize| at % OTHER == course.round % OTHER;
    let first = done.iter().position(|one| one.code().is_none()).expect("one was first");
    let (deed, answer) = (other(first), outcome(&done[first]));
    for (at, one) in done.iter().enumerate() {
        if other(at) == deed {
            assert!(
                one.code().is_none() && outcome(one) == answer,
                "{} instead of {answer}",
                one.answer
            );
        } else {
            assert_eq!(one.code(), Some("CONFLICT"), "{}", one.answer);
        }
    }
    (done.swap_remove(first), deed)
}

fn with_key(mut input: Value, key: &str) -> Value {
    input["idempotencyKey"] = json!(key);
    input
}

pub(super) async fn one_key_one_request(course: &mut Course) {
    // A half day that is known to be free: it was asked for and taken back.
    let request = course.request().await;
    assert!(withdraw(&request).await.code().is_none());
    let mut other = request.form.clone();
    other["reason"] = json!("别的事");
    let key = format!("press {}", course.round);
    let who = &request.applicant;
    let ask = |form: &Value| {
        run(
            "press",
            who,
            SUBMIT,
            with_key(json!({ "templateKey": "leave", "form": form }), &key),
        )
    };
    let before = started(&request).await;
    pressed(course, &|| ask(&request.form), &|| ask(&other)).await;
    assert_eq!(started(&request).await, before + 1);
    let later = with_key(json!({ "templateKey": "leave", "form": half_day(19_999) }), &key);
    assert_eq!(who.refused(SUBMIT, json!({ "input": later })).await.code, "CONFLICT");
}

async fn started(request: &Request) -> i64 {
    let found = request
        .applicant
        .run("{ approvals(box: STARTED, first: 1) { totalCount } }", json!({}))
        .await;
    found["approvals"]["totalCount"].as_i64().expect("a number")
}

pub(super) async fn one_key_one_decision(course: &mut Course) {
    let request = course.request().await;
    let key = format!("decide {}", course.round);
    let decide = |comment: &str| {
        let input = with_key(json!({ "taskId": request.task, "comment": comment }), &key);
        run("decide", &request.approver, APPROVE, input)
    };
    pressed(course, &|| decide("同意"), &|| decide("不同的话")).await;
    let state = course.state(&request).await;
    assert_eq!(state["status"], "APPROVED", "{state}");
    let kinds: Vec<&str> = state["timeline"]
        .as_array()
        .expect("a timeline")
        .iter()
        .filter_map(|entry| entry["kind"].as_str())
        .collect();
    assert_eq!(
        kinds.iter().filter(|kind| **kind == "APPROVED_TASK").count(),
        1,
        "{kinds:?}"
    );
    // Without the key it is a decision too many.
    assert_eq!(approve(&request).await.code(), Some("ALREADY_DECIDED"));
    // A key is one deed, whichever mutation it is given to.
    let elsewhere = with_key(json!({ "approvalId": request.id, "body": "好" }), &key);
    assert_eq!(
        request
            .approver
            .refused(COMMENT, json!({ "input": elsewhere }))
            .await
            .code,
        "CONFLICT"
    );
    let foreign = with_key(json!({ "approvalId": request.id }), &key);
    assert_ne!(
        request
            .applicant
            .refused(WITHDRAW, json!({ "input": foreign }))
            .await
            .code,
        "CONFLICT",
        "keys belong to members"
    );
}

pub(super) async fn one_key_one_member(course: &mut Course) {
    let hr = course.person("hr").await;
    let top = hr.run("{ departments { id parentId } }", json!({})).await;
    let top = top["departments"].as_array().expect("departments");
    let top = top.iter().find(|one| one["parentId"].is_null()).expect("a top")["id"].clone();
    let seat = json!([{ "departmentId": top, "isPrimary": true, "isLeader": false }]);
    let round = course.round;
    let join = |name: &str| {
        let input = json!({ "account": format!("key.{round}"), "name": name, "memberships": seat });
        run("join", &hr, CREATE, with_key(input, &format!("join {round}")))
    };
    let (_, other) = pressed(course, &|| join("一人"), &|| join("另一人")).await;
    let name = if other { "另一人" } else { "一人" };
    let search = json!({ "s": format!("key.{round}") });
    let found = hr
        .run(
            "query($s: String) { members(search: $s, first: 5) { nodes { name account } } }",
            search,
        )
        .await;
    let found: Vec<&Value> = found["members"]["nodes"]
        .as_array()
        .expect("members")
        .iter()
        .filter(|one| one["account"] == format!("key.{round}"))
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["name"], name);
}
