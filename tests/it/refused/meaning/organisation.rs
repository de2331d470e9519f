//! Inputs of departments and roles that mean nothing good.

use serde_json::{Value, json};
use tests::{TestApp, both};

use super::{Row, refused, with};

both! { departments_and_roles_are_not_bent }

async fn departments_and_roles_are_not_bent(app: TestApp) {
    let made = json!({ "parentId": "{rd}", "name": "新组" });
    let team = json!({ "id": "{team}", "expectedVersion": "{team.version}" });
    let make = |changes: Value, code, fields| ("hr", "createDepartment", with(&made, changes), code, fields);
    let edit = |changes: Value, code, fields| {
        (
            "hr",
            "updateDepartment",
            with(&with(&team, json!({ "name": "平台组" })), changes),
            code,
            fields,
        )
    };
    let moved = |changes: Value, code, fields| {
        (
            "hr",
            "moveDepartment",
            with(&with(&team, json!({ "parentId": "{legal}", "position": 0 })), changes),
            code,
            fields,
        )
    };
    let grant = |changes: Value, code, fields| {
        let base = json!({ "memberId": "{zhang}", "role": "HR", "scope": "ALL" });
        ("admin", "grantRole", with(&base, changes), code, fields)
    };
    let rows: Vec<Row> = vec![
        make(json!({ "name": "" }), "INVALID", "name"),
        make(json!({ "name": "平台组" }), "INVALID", "name"),
        make(json!({ "name": "a/b" }), "INVALID", "name"),
        make(json!({ "name": "部".repeat(65) }), "INVALID", "name"),
        make(json!({ "nameEn": "n".repeat(65) }), "INVALID", "nameEn"),
        make(json!({ "parentId": "department_?" }), "NOT_FOUND", ""),
        make(json!({ "parentId": "{zhang}" }), "NOT_FOUND", ""),
        make(json!({ "parentId": "{closed}" }), "INVALID", "name"),
        edit(json!({ "name": " " }), "INVALID", "name"),
        edit(json!({ "name": "前端组" }), "INVALID", "name"),
        edit(json!({ "expectedVersion": 77 }), "CONFLICT", ""),
        edit(json!({ "id": "department_?" }), "NOT_FOUND", ""),
        edit(json!({ "leaderIds": ["member_?"] }), "INVALID", "leaderIds.0"),
        edit(json!({ "leaderIds": ["nonsense"] }), "INVALID", "leaderIds.0"),
        moved(json!({ "parentId": "{team}" }), "INVALID", "parentId"),
        moved(
            json!({ "id": "{rd}", "expectedVersion": "{rd.version}", "parentId": "{team}" }),
            "INVALID",
            "parentId",
        ),
        moved(json!({ "parentId": "{closed}" }), "INVALID", "parentId"),
        moved(json!({ "parentId": "department_?" }), "NOT_FOUND", ""),
        moved(json!({ "expectedVersion": 77 }), "CONFLICT", ""),
        moved(json!({ "position": -1 }), "INVALID", "position"),
        ("hr", "closeDepartment", team.clone(), "NOT_ALLOWED_NOW", ""),
        (
            "hr",
            "closeDepartment",
            json!({ "id": "{closed}", "expectedVersion": 2 }),
            "NOT_ALLOWED_NOW",
            "",
        ),
        ("hr", "reopenDepartment", team, "NOT_ALLOWED_NOW", ""),
        (
            "hr",
            "reopenDepartment",
            json!({ "id": "{closed}", "expectedVersion": 1 }),
            "CONFLICT",
            "",
        ),
        grant(json!({ "role": "MEMBER" }), "INVALID", "role"),
        grant(json!({ "role": "DEPARTMENT_LEADER" }), "INVALID", "role"),
        grant(
            json!({ "role": "ADMINISTRATOR", "scope": "DEPARTMENT" }),
            "INVALID",
            "scope",
        ),
        grant(json!({ "scope": "CUSTOM" }), "INVALID", "departmentIds"),
        grant(
            json!({ "scope": "CUSTOM", "departmentIds": [] }),
            "INVALID",
            "departmentIds",
        ),
        grant(json!({ "departmentIds": ["{team}"] }), "INVALID", "departmentIds"),
        grant(
            json!({ "scope": "CUSTOM", "departmentIds": ["department_?"] }),
            "INVALID",
            "departmentIds",
        ),
        grant(json!({ "memberId": "member_?" }), "NOT_FOUND", ""),
        (
            "hr",
            "grantRole",
            json!({ "memberId": "{zhang}", "role": "HR", "scope": "ALL" }),
            "FORBIDDEN",
            "",
        ),
        ("admin", "revokeRole", json!({ "grantId": "grant_?" }), "NOT_FOUND", ""),
        ("admin", "revokeRole", json!({ "grantId": "{zhang}" }), "NOT_FOUND", ""),
        ("hr", "revokeRole", json!({ "grantId": "{grant}" }), "FORBIDDEN", ""),
        ("hr", "resetPassword", json!({ "memberId": "{zhang}" }), "FORBIDDEN", ""),
        (
            "admin",
            "resetPassword",
            json!({ "memberId": "member_?" }),
            "NOT_FOUND",
            "",
        ),
    ];
    refused(&app, rows).await;
}
