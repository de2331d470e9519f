//! Inputs of requests that mean nothing good.

use serde_json::{Value, json};
use tests::{TestApp, both};

use super::{Row, refused, with};
use crate::flow::leave;

both! { requests_are_not_asked_for_wrongly }

async fn requests_are_not_asked_for_wrongly(app: TestApp) {
    let day = leave("2026-12-14", "2026-12-14");
    let ask = |changes: Value, code, fields| {
        let base = json!({ "templateKey": "leave", "form": day });
        ("zhangwei", "submitApproval", with(&base, changes), code, fields)
    };
    let again = |changes: Value, code, fields| {
        let base = json!({ "approvalId": "{returned}", "form": day });
        ("zhangwei", "resubmitApproval", with(&base, changes), code, fields)
    };
    let many: Vec<Value> = (0..251).map(|_| json!("{li}")).collect();
    let files: Vec<String> = (0..21).map(|_| "file_?".to_owned()).collect();
    let taken = leave("2026-12-01", "2026-12-01");
    let rows: Vec<Row> = vec![
        ask(json!({ "templateId": "template_?" }), "INVALID", "templateKey"),
        ask(json!({ "templateKey": null }), "INVALID", "templateKey"),
        ask(json!({ "form": [] }), "INVALID", "form"),
        ask(json!({ "form": "x" }), "INVALID", "form"),
        ask(json!({ "form": taken }), "OVERLAP", ""),
        ask(
            json!({ "form": leave("2026-12-14", "2027-11-14") }),
            "INSUFFICIENT_BALANCE",
            "",
        ),
        ask(
            json!({ "form": with(&day, json!({ "leave_type": "annual ", "end_part": "noon" })) }),
            "INVALID",
            "form.end_part",
        ),
        ask(
            json!({ "form": with(&day, json!({ "proof": "x" })) }),
            "INVALID",
            "form.proof",
        ),
        ask(
            json!({ "form": with(&day, json!({ "proof": files })) }),
            "INVALID",
            "form.proof",
        ),
        ask(
            json!({ "form": with(&day, json!({ "status": "APPROVED" })) }),
            "INVALID",
            "form.status",
        ),
        ask(json!({ "copyTo": ["member_?"] }), "INVALID", "copyTo.0"),
        ask(json!({ "copyTo": ["{li}", "{team}"] }), "INVALID", "copyTo.1"),
        ask(json!({ "copyTo": many }), "TOO_COMPLEX", ""),
        ask(
            json!({ "chosenApprovers": { "manager": ["{zhang}"] } }),
            "INVALID",
            "chosenApprovers.manager",
        ),
        ask(
            json!({ "chosenApprovers": { "moon": ["{li}"] } }),
            "INVALID",
            "chosenApprovers.moon",
        ),
        ask(
            json!({ "chosenApprovers": { "manager": "{li}" } }),
            "INVALID",
            "chosenApprovers",
        ),
        ask(json!({ "idempotencyKey": "a\0b" }), "INVALID", "variables"),
        again(json!({ "expectedVersion": 99 }), "CONFLICT", ""),
        again(
            json!({ "form": {} }),
            "INVALID",
            "form.leave_type form.start_date form.start_part form.end_date form.end_part",
        ),
        again(json!({ "form": leave("2026-12-01", "2026-12-02") }), "OVERLAP", ""),
        again(json!({ "approvalId": "{request}" }), "NOT_ALLOWED_NOW", ""),
        again(json!({ "approvalId": "approval_?" }), "NOT_FOUND", ""),
        (
            "limin",
            "resubmitApproval",
            json!({ "approvalId": "{returned}", "form": day }),
            "FORBIDDEN",
            "",
        ),
        (
            "cashier",
            "resubmitApproval",
            json!({ "approvalId": "{returned}", "form": day }),
            "NOT_FOUND",
            "",
        ),
        (
            "zhangwei",
            "withdrawApproval",
            json!({ "approvalId": "{request}", "reason": "长".repeat(4_001) }),
            "INVALID",
            "reason",
        ),
        (
            "zhangwei",
            "saveApprovalDraft",
            json!({ "templateKey": "moon", "form": {} }),
            "NOT_FOUND",
            "",
        ),
        (
            "zhangwei",
            "saveApprovalDraft",
            json!({ "templateKey": "leave", "form": [] }),
            "INVALID",
            "form",
        ),
        (
            "zhangwei",
            "saveApprovalDraft",
            json!({ "templateKey": "leave", "form": { "reason": "x".repeat(300_000) } }),
            "PAYLOAD_TOO_LARGE",
            "",
        ),
        (
            "zhangwei",
            "deleteApprovalDraft",
            json!({ "templateKey": "moon" }),
            "NOT_FOUND",
            "",
        ),
    ];
    refused(&app, rows).await;
}
