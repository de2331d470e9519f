//! What comes late: every action on a request that has ended, by everyone who once could do it.

use serde_json::{Value, json};
use tests::{Person, TestApp, both};

use super::world::task;
use crate::flow::{decide, leave, submit};

both! { what_has_ended_stays_ended }

async fn what_has_ended_stays_ended(app: TestApp) {
    let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
    let form = leave("2026-12-14", "2026-12-14");
    let approved = submit(&zhang, leave("2026-12-01", "2026-12-01")).await["id"].take();
    let passed = task(&limin, &approved).await;
    decide(&limin, "approveTask", &approved, None).await;
    let withdrawn = submit(&zhang, leave("2026-12-02", "2026-12-02")).await["id"].take();
    let cancelled = task(&limin, &withdrawn).await;
    zhang
        .change("withdrawApproval", json!({ "approvalId": withdrawn }), "__typename")
        .await;
    let before = app.digest().await;
    let check = async |person: &Person, mutation: &str, input: Value, expected: &str| {
        assert_eq!(
            person.code(mutation, input.clone()).await,
            expected,
            "{mutation} {input}"
        );
        assert_eq!(
            app.digest().await.changed(&before),
            [""; 0],
            "{mutation} {input} left something behind"
        );
    };
    for (request, task, decided) in [
        (&approved, &passed, "ALREADY_DECIDED"),
        (&withdrawn, &cancelled, "NOT_ALLOWED_NOW"),
    ] {
        check(&limin, "approveTask", json!({ "taskId": task }), decided).await;
        check(
            &limin,
            "rejectTask",
            json!({ "taskId": task, "comment": "晚了" }),
            decided,
        )
        .await;
        check(
            &limin,
            "returnTask",
            json!({ "taskId": task, "to": "START", "comment": "晚了" }),
            decided,
        )
        .await;
        check(&limin, "withdrawDecision", json!({ "taskId": task }), "NOT_ALLOWED_NOW").await;
        check(
            &zhang,
            "resubmitApproval",
            json!({ "approvalId": request, "form": form }),
            "NOT_ALLOWED_NOW",
        )
        .await;
        check(
            &zhang,
            "withdrawApproval",
            json!({ "approvalId": request }),
            "NOT_ALLOWED_NOW",
        )
        .await;
        check(
            &zhang,
            "urgeApproval",
            json!({ "approvalId": request }),
            "NOT_ALLOWED_NOW",
        )
        .await;
    }
}
