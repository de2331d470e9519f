//! Inputs of members that mean nothing good.

use serde_json::{Value, json};
use tests::{TestApp, both};

use super::{Row, refused, seat, with};

both! { people_are_not_made_or_changed_wrongly }

async fn people_are_not_made_or_changed_wrongly(app: TestApp) {
    let new = json!({ "account": "neu", "name": "新人", "memberships": [seat("{team}", true)] });
    let old = json!({ "id": "{zhang}", "expectedVersion": "{zhang.version}" });
    let make = |changes: Value, code, fields| ("hr", "createMember", with(&new, changes), code, fields);
    let edit = |changes: Value, code, fields| ("hr", "updateMember", with(&old, changes), code, fields);
    let mut rows: Vec<Row> = vec![
        make(json!({ "account": "" }), "INVALID", "account"),
        make(json!({ "account": "张伟" }), "INVALID", "account"),
        make(json!({ "account": ".x" }), "INVALID", "account"),
        make(json!({ "account": "a".repeat(65) }), "INVALID", "account"),
        make(json!({ "account": " ZhangWei " }), "INVALID", "account"),
        make(json!({ "name": "\u{3000}" }), "INVALID", "name"),
        make(json!({ "name": "名".repeat(65) }), "INVALID", "name"),
        make(json!({ "name": "a\nb" }), "INVALID", "name"),
        make(json!({ "name": "a\0b" }), "INVALID", "variables"),
        make(
            json!({ "account": "", "name": "", "mobile": "1", "email": "x" }),
            "INVALID",
            "account name mobile email",
        ),
        make(json!({ "memberships": [] }), "INVALID", "memberships"),
        make(
            json!({ "memberships": [seat("{team}", false)] }),
            "INVALID",
            "memberships",
        ),
        make(
            json!({ "memberships": [seat("{team}", true), seat("{rd}", true)] }),
            "INVALID",
            "memberships",
        ),
        make(
            json!({ "memberships": [seat("{team}", true), seat("{team}", false)] }),
            "INVALID",
            "memberships",
        ),
        make(
            json!({ "memberships": [seat("department_?", true)] }),
            "INVALID",
            "memberships.0.departmentId",
        ),
        make(
            json!({ "memberships": [seat("{team}", true), seat("{closed}", false)] }),
            "INVALID",
            "memberships.1.departmentId",
        ),
        make(json!({ "managerId": "member_?" }), "INVALID", "managerId"),
        make(json!({ "mobile": "12800138000" }), "INVALID", "mobile"),
        make(json!({ "workEmail": "a@b" }), "INVALID", "workEmail"),
        make(json!({ "address": "长".repeat(257) }), "INVALID", "address"),
        make(json!({ "idempotencyKey": "" }), "INVALID", "idempotencyKey"),
        make(
            json!({ "idempotencyKey": "k".repeat(129) }),
            "INVALID",
            "idempotencyKey",
        ),
        make(json!({ "positionName": "岗".repeat(65) }), "INVALID", "positionName"),
        edit(json!({ "name": null, "alias": "x".repeat(65) }), "INVALID", "alias"),
        make(json!({ "hiredOn": "1026-01-05" }), "INVALID", "hiredOn"),
        edit(json!({ "hiredOn": "9999-12-31" }), "INVALID", "hiredOn"),
        edit(json!({ "careerStartedOn": "0001-01-01" }), "INVALID", "careerStartedOn"),
        make(
            json!({ "hiredOn": "2020-03-01", "careerStartedOn": "2020-03-02" }),
            "INVALID",
            "careerStartedOn",
        ),
        edit(
            json!({ "hiredOn": "2020-03-01", "careerStartedOn": "2020-03-02" }),
            "INVALID",
            "careerStartedOn",
        ),
        edit(json!({ "careerStartedOn": "2099-01-01" }), "INVALID", "careerStartedOn"),
        edit(json!({ "hiredOn": "1950-01-01" }), "INVALID", "hiredOn"),
        edit(json!({ "memberships": [] }), "INVALID", "memberships"),
        edit(json!({ "managerId": "{zhang}" }), "INVALID", "managerId"),
        edit(json!({ "managerId": "{team}" }), "NOT_FOUND", ""),
        edit(json!({ "id": "member_?" }), "NOT_FOUND", ""),
        edit(json!({ "id": "{team}" }), "NOT_FOUND", ""),
        edit(json!({ "expectedVersion": 0 }), "CONFLICT", ""),
        edit(json!({ "expectedVersion": i32::MAX }), "CONFLICT", ""),
        edit(json!({ "expectedVersion": -1, "name": "" }), "CONFLICT", ""),
        (
            "hr",
            "disableMember",
            json!({ "id": "{zhang}", "expectedVersion": 9 }),
            "CONFLICT",
            "",
        ),
        (
            "hr",
            "disableMember",
            json!({ "id": "member_?", "expectedVersion": 1 }),
            "NOT_FOUND",
            "",
        ),
        (
            "hr",
            "enableMember",
            json!({ "id": "{zhang}", "expectedVersion": "{zhang.version}" }),
            "NOT_ALLOWED_NOW",
            "",
        ),
        (
            "hr",
            "importMembers",
            json!({ "fileName": "a.csv", "contentBase64": "", "dryRun": false }),
            "INVALID",
            "contentBase64",
        ),
        (
            "hr",
            "importMembers",
            json!({ "fileName": "a.csv", "contentBase64": "%%%", "dryRun": false }),
            "INVALID",
            "contentBase64",
        ),
    ];
    for account in ["zhangwei", "limin", "wangfang", "cashier"] {
        rows.push((account, "createMember", new.clone(), "FORBIDDEN", ""));
        rows.push((
            account,
            "updateMember",
            with(&old, json!({ "alias": "x" })),
            "FORBIDDEN",
            "",
        ));
        rows.push((account, "disableMember", old.clone(), "FORBIDDEN", ""));
    }
    refused(&app, rows).await;
}
