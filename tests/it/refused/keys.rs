//! Idempotency keys: the same key with the same input is one deed and one answer, with another input a conflict, from another member
//! a deed of their own, and a refusal uses no key up.

use serde_json::{Value, json};
use tests::{Person, TestApp, both};

use super::world::{World, mutations};
use crate::flow::leave;
use crate::org::import::base64;

both! { a_key_is_one_deed_and_one_answer }

/// Every mutation that takes a key: who, an input that is done, what is selected, and another input.
fn keyed() -> Vec<(&'static str, &'static str, Value, &'static str, Value)> {
    let form = leave("2026-12-14", "2026-12-14");
    let seat = json!([{ "departmentId": "{team}", "isPrimary": true, "isLeader": false }]);
    let approval = "approval { id version status }";
    let task = "task { id status } approval { id version }";
    let csv = |name: &str| base64(format!("姓名,账号,部门\n{name},imported,法务部\n").as_bytes());
    let file = |name| json!({ "fileName": "a.csv", "contentBase64": csv(name), "dryRun": false });
    let adjusted = |minutes| json!({ "memberId": "{zhang}", "typeKey": "annual", "minutes": minutes, "validFrom": "2026-01-01", "validTo": "2026-12-31", "note": "补" });
    vec![
        (
            "hr",
            "createMember",
            json!({ "account": "neu", "name": "新人", "memberships": seat }),
            "member { id version }",
            json!({ "name": "别人" }),
        ),
        (
            "hr",
            "createDepartment",
            json!({ "parentId": "{rd}", "name": "新组" }),
            "department { id version }",
            json!({ "name": "别组" }),
        ),
        ("hr", "importMembers", file("甲"), "applied created", file("乙")),
        (
            "hr",
            "adjustLeave",
            adjusted(480),
            "balance { remainingMinutes }",
            adjusted(240),
        ),
        (
            "limin",
            "commentApproval",
            json!({ "approvalId": "{request}", "body": "好" }),
            "comment { id body }",
            json!({ "body": "不好" }),
        ),
        (
            "zhangwei",
            "submitApproval",
            json!({ "templateKey": "leave", "form": form }),
            approval,
            json!({ "form": leave("2026-12-15", "2026-12-15") }),
        ),
        (
            "zhangwei",
            "resubmitApproval",
            json!({ "approvalId": "{returned}", "form": leave("2026-12-16", "2026-12-16") }),
            approval,
            json!({ "form": form }),
        ),
        (
            "limin",
            "withdrawDecision",
            json!({ "taskId": "{passed}" }),
            task,
            json!({ "taskId": "{task}" }),
        ),
        (
            "limin",
            "approveTask",
            json!({ "taskId": "{task}" }),
            task,
            json!({ "comment": "好" }),
        ),
        (
            "limin",
            "rejectTask",
            json!({ "taskId": "{passed}", "comment": "不行" }),
            task,
            json!({ "comment": "好" }),
        ),
        (
            "zhangwei",
            "withdrawApproval",
            json!({ "approvalId": "{returned}" }),
            approval,
            json!({ "reason": "x" }),
        ),
    ]
}

#[test]
fn every_mutation_with_a_key_is_tried() {
    let takes_key = |name: &str| {
        let sdl = tongshi::graphql::schema::build(None, tongshi::graphql::schema::Build::default()).sdl();
        let kind = match name {
            "approveTask" | "rejectTask" => "DecideTask".to_owned(),
            other => other[..1].to_uppercase() + &other[1..],
        };
        let (_, body) = sdl.split_once(&format!("input {kind}Input {{")).expect("an input");
        body.split_once("\n}").expect("its end").0.contains("idempotencyKey")
    };
    let all: Vec<&str> = mutations()
        .iter()
        .map(|(_, name, _)| *name)
        .filter(|name| takes_key(name))
        .collect();
    let tried: Vec<&str> = keyed().iter().map(|(_, name, ..)| *name).collect();
    let missing: Vec<_> = all
        .iter()
        .filter(|name| !tried.contains(name) && **name != "returnTask")
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

async fn a_key_is_one_deed_and_one_answer(mut app: TestApp) {
    let world = World::new(&app).await;
    let mut done = Vec::new();
    for (account, mutation, input, selection, other) in keyed() {
        let person = world.person(account);
        let key = format!("key of {mutation}");
        let with_key = |input: &Value| {
            let mut input = world.fill(input);
            input["idempotencyKey"] = json!(key);
            input
        };
        // A refusal uses no key up.
        let mut bad = with_key(&input);
        bad["idempotencyKey"] = json!("");
        assert_eq!(person.code(mutation, bad).await, "INVALID", "{mutation}");
        let input = with_key(&input);
        let first = person.change(mutation, input.clone(), selection).await;
        let after = app.digest().await;
        let again = person.change(mutation, input.clone(), selection).await;
        assert_eq!(again, first, "{mutation}: the same answer");
        let mut changed = input.clone();
        for (name, value) in world.fill(&other).as_object().expect("an object") {
            changed[name] = value.clone();
        }
        assert_eq!(
            person.code(mutation, changed).await,
            "CONFLICT",
            "{mutation} with another input"
        );
        assert_eq!(
            app.digest().await.changed(&after),
            [""; 0],
            "{mutation}: and nothing more"
        );
        done.push((person.clone(), mutation, input, selection));
    }
    of_another_member(&world, &app).await;
    spent_on_what_is_not_ones_own(&world).await;
    let before = app.digest().await;
    app = app.restart_in_place().await;
    for (person, mutation, input, selection) in done {
        let again: Result<Value, _> = person.attempt(mutation, &input, selection).await;
        assert!(again.is_ok(), "{mutation} after a restart: {again:?}");
    }
    assert_eq!(
        app.digest().await.changed(&before),
        [""; 0],
        "a key is known after a restart"
    );
}

/// Keys belong to members: the same words from somebody else are another deed.
async fn of_another_member(world: &World, app: &TestApp) {
    let comment = async |person: &Person, key: &str| {
        let input = json!({ "approvalId": "{decided}", "body": "同一句话", "idempotencyKey": key });
        person
            .change("commentApproval", world.fill(&input), "comment { id }")
            .await["comment"]["id"]
            .take()
    };
    let before = app.digest().await.rows("approval_comment");
    let (one, two) = (
        comment(world.person("limin"), "shared").await,
        comment(world.person("zhangwei"), "shared").await,
    );
    assert_ne!(one, two);
    assert_eq!(comment(world.person("limin"), "shared").await, one);
    assert_eq!(app.digest().await.rows("approval_comment"), before + 2);
    let other = json!({ "approvalId": "{decided}", "body": "x", "idempotencyKey": "shared" });
    assert_eq!(
        world.person("limin").code("commentApproval", world.fill(&other)).await,
        "CONFLICT"
    );
    let elsewhere = json!({ "taskId": "{task}", "idempotencyKey": "shared" });
    assert_eq!(
        world
            .person("limin")
            .code("withdrawDecision", world.fill(&elsewhere))
            .await,
        "CONFLICT",
        "for another deed"
    );
}

/// A key that was used tells nothing of what its owner may not know: a task of others answers like none at all.
async fn spent_on_what_is_not_ones_own(world: &World) {
    let cashier = world.person("cashier");
    let spent = json!({ "templateKey": "leave", "form": leave("2026-12-21", "2026-12-21"), "idempotencyKey": "spent" });
    cashier.change("submitApproval", spent, "approval { id }").await;
    for mutation in ["approveTask", "withdrawDecision"] {
        for task in ["{task}", "task_?"] {
            let input = world.fill(&json!({ "taskId": task, "idempotencyKey": "spent" }));
            assert_eq!(cashier.code(mutation, input).await, "NOT_FOUND", "{mutation} {task}");
        }
    }
}
