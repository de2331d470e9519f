//! Inputs of tasks that mean nothing good.

use serde_json::{Value, json};
use tests::{TestApp, both};

use super::{Row, refused, with};

both! { tasks_are_not_decided_wrongly }

async fn tasks_are_not_decided_wrongly(app: TestApp) {
    let long = "长".repeat(4_001);
    let files: Vec<String> = (0..21).map(|_| "file_?".to_owned()).collect();
    let act = |mutation, changes: Value, code, fields| {
        let base = json!({ "taskId": "{task}", "comment": "看过了" });
        ("limin", mutation, with(&base, changes), code, fields)
    };
    let mut rows: Vec<Row> = vec![
        act("approveTask", json!({ "form": [] }), "INVALID", "form"),
        act(
            "approveTask",
            json!({ "form": { "end_date": "2026-12-30" } }),
            "INVALID",
            "form.end_date",
        ),
        act("approveTask", json!({ "form": { "moon": 1 } }), "INVALID", "form.moon"),
        act("rejectTask", json!({ "comment": "  \n" }), "INVALID", "comment"),
        act("rejectTask", json!({ "comment": null }), "INVALID", "comment"),
        act(
            "returnTask",
            json!({ "to": "START", "comment": "" }),
            "INVALID",
            "comment",
        ),
        act("returnTask", json!({ "to": "" }), "NOT_ALLOWED_NOW", ""),
        act("returnTask", json!({ "to": "manager" }), "NOT_ALLOWED_NOW", ""),
        act("returnTask", json!({ "to": "x".repeat(10_000) }), "NOT_ALLOWED_NOW", ""),
        act("approveTask", json!({ "taskId": "{passed}" }), "ALREADY_DECIDED", ""),
        act("rejectTask", json!({ "taskId": "{passed}" }), "ALREADY_DECIDED", ""),
        act(
            "returnTask",
            json!({ "taskId": "{passed}", "to": "START" }),
            "ALREADY_DECIDED",
            "",
        ),
        (
            "limin",
            "withdrawDecision",
            json!({ "taskId": "{task}" }),
            "NOT_ALLOWED_NOW",
            "",
        ),
        (
            "limin",
            "commentApproval",
            json!({ "approvalId": "{request}", "body": "" }),
            "INVALID",
            "body",
        ),
        (
            "limin",
            "commentApproval",
            json!({ "approvalId": "{request}", "body": long }),
            "INVALID",
            "body",
        ),
        (
            "limin",
            "commentApproval",
            json!({ "approvalId": "{request}", "body": "@[member_01h455vb4pex5vsknk084sn02q]" }),
            "INVALID",
            "body.0",
        ),
        (
            "limin",
            "commentApproval",
            json!({ "approvalId": "{request}", "body": "x", "attachmentIds": ["file_?"] }),
            "INVALID",
            "attachmentIds",
        ),
        (
            "limin",
            "copyApproval",
            json!({ "approvalId": "{request}", "memberIds": [] }),
            "INVALID",
            "memberIds",
        ),
        (
            "limin",
            "copyApproval",
            json!({ "approvalId": "{request}", "memberIds": ["{cashier}", "member_?"] }),
            "INVALID",
            "memberIds.1",
        ),
        (
            "limin",
            "urgeApproval",
            json!({ "approvalId": "{request}" }),
            "FORBIDDEN",
            "",
        ),
        (
            "limin",
            "withdrawApproval",
            json!({ "approvalId": "{request}" }),
            "FORBIDDEN",
            "",
        ),
    ];
    for mutation in ["approveTask", "rejectTask", "returnTask"] {
        let to = if mutation == "returnTask" {
            json!({ "to": "START" })
        } else {
            json!({})
        };
        let of = |changes: Value| {
            with(
                &with(&json!({ "taskId": "{task}", "comment": "好" }), to.clone()),
                changes,
            )
        };
        rows.push(("limin", mutation, of(json!({ "comment": long })), "INVALID", "comment"));
        rows.push((
            "limin",
            mutation,
            of(json!({ "attachmentIds": files })),
            "INVALID",
            "attachmentIds",
        ));
        rows.push((
            "limin",
            mutation,
            of(json!({ "attachmentIds": ["file_?"] })),
            "INVALID",
            "attachmentIds",
        ));
        rows.push((
            "limin",
            mutation,
            of(json!({ "attachmentIds": ["nonsense"] })),
            "INVALID",
            "attachmentIds.0",
        ));
        rows.push(("limin", mutation, of(json!({ "taskId": "{request}" })), "NOT_FOUND", ""));
        rows.push(("limin", mutation, of(json!({ "taskId": "task_?" })), "NOT_FOUND", ""));
        rows.push(("zhangwei", mutation, of(json!({})), "FORBIDDEN", ""));
        rows.push(("cashier", mutation, of(json!({})), "NOT_FOUND", ""));
        rows.push(("wangfang", mutation, of(json!({})), "NOT_FOUND", ""));
        rows.push(("admin", mutation, of(json!({})), "FORBIDDEN", ""));
    }
    refused(&app, rows).await;
}
