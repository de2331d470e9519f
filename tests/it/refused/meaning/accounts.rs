//! Inputs of accounts, balances and notices that mean nothing good.

use serde_json::{Value, json};
use tests::{TestApp, both};

use super::{Row, refused, with};

both! { accounts_and_notices_are_not_bent }

async fn accounts_and_notices_are_not_bent(app: TestApp) {
    let password = tongshi::demo::PASSWORD;
    let change = |current: &str, new: &str, fields| {
        (
            "zhangwei",
            "changePassword",
            json!({ "current": current, "new": new }),
            "INVALID",
            fields,
        )
    };
    let token = |changes: Value, fields| {
        let base = json!({ "name": "y", "scopes": ["ORG_READ"], "expiresInDays": 1 });
        ("zhangwei", "createAccessToken", with(&base, changes), "INVALID", fields)
    };
    let adjust = |changes: Value, code, fields| {
        let base = json!({ "memberId": "{zhang}", "typeKey": "annual", "minutes": 480, "validFrom": "2026-01-01", "validTo": "2026-12-31", "note": "补" });
        ("hr", "adjustLeave", with(&base, changes), code, fields)
    };
    let rows: Vec<Row> = vec![
        change("wrong", "correct horse battery", "current"),
        change(password, "short", "new"),
        change(password, password, "new"),
        change(password, "a\0bcdefghijkl", "variables"),
        change(password, &"长".repeat(129), "new"),
        token(json!({ "name": " " }), "name"),
        token(json!({ "name": "n".repeat(300) }), "name"),
        token(json!({ "scopes": [] }), "scopes"),
        token(json!({ "expiresInDays": 0 }), "expiresInDays"),
        token(json!({ "expiresInDays": -1 }), "expiresInDays"),
        token(json!({ "expiresInDays": i32::MAX }), "expiresInDays"),
        ("zhangwei", "setLocale", json!({ "locale": "de" }), "INVALID", "locale"),
        ("zhangwei", "setLocale", json!({ "locale": "" }), "INVALID", "locale"),
        (
            "zhangwei",
            "revokeSession",
            json!({ "sessionId": "session_?" }),
            "NOT_FOUND",
            "",
        ),
        (
            "limin",
            "revokeSession",
            json!({ "sessionId": "{session}" }),
            "NOT_FOUND",
            "",
        ),
        (
            "limin",
            "revokeAccessToken",
            json!({ "accessTokenId": "{token}" }),
            "NOT_FOUND",
            "",
        ),
        (
            "zhangwei",
            "markNotificationsRead",
            json!({ "ids": ["nonsense"] }),
            "INVALID",
            "ids.0",
        ),
        adjust(json!({ "minutes": 0 }), "INVALID", "minutes"),
        adjust(json!({ "minutes": i32::MAX }), "INVALID", "minutes"),
        adjust(json!({ "minutes": i32::MIN }), "INVALID", "minutes lotId"),
        adjust(json!({ "minutes": -480 }), "INVALID", "lotId"),
        adjust(json!({ "note": "" }), "INVALID", "note"),
        adjust(json!({ "note": "注".repeat(201) }), "INVALID", "note"),
        adjust(json!({ "typeKey": "moon" }), "INVALID", "typeKey"),
        adjust(json!({ "typeKey": "personal" }), "INVALID", "typeKey"),
        adjust(json!({ "validTo": "2025-12-31" }), "INVALID", "validTo"),
        adjust(json!({ "lotId": "lot_?" }), "NOT_FOUND", ""),
        adjust(json!({ "memberId": "member_?" }), "NOT_FOUND", ""),
        (
            "limin",
            "adjustLeave",
            json!({ "memberId": "{zhang}", "typeKey": "annual", "minutes": 480, "validFrom": "2026-01-01", "validTo": "2026-12-31", "note": "补" }),
            "FORBIDDEN",
            "",
        ),
        (
            "limin",
            "importCalendar",
            json!({ "json": "{}", "dryRun": false }),
            "FORBIDDEN",
            "",
        ),
    ];
    refused(&app, rows).await;
}
