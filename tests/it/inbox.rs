//! What waits for a person, narrowed to what they look for: the list, its length and its pages.
#![cfg(test)]

use serde_json::{Value, json};
use tests::{Person, both};

use crate::flow::{decide, leave, submit};

const INBOX: &str = "query($filter: ApprovalFilter, $first: Int, $after: String) { \
    approvalInbox(filter: $filter, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } \
    nodes { approval { id number department { id } applicant { id account } template { key } } } } viewer { counters { inbox } } }";

/// The requests that wait, oldest first, and how many there are in all.
async fn waiting(person: &Person, filter: Value) -> (Vec<String>, i64) {
    let found = person.run(INBOX, json!({ "first": 50, "filter": filter })).await;
    (numbers(&found), total(&found))
}

fn numbers(found: &Value) -> Vec<String> {
    let nodes = found["approvalInbox"]["nodes"].as_array().expect("tasks");
    nodes
        .iter()
        .map(|task| task["approval"]["number"].as_str().expect("a number").to_owned())
        .collect()
}

fn total(found: &Value) -> i64 {
    found["approvalInbox"]["totalCount"].as_i64().expect("a count")
}

fn number(request: &Value) -> String {
    request["number"].as_str().expect("a number").to_owned()
}

both! {
    async fn a_filter_narrows_the_inbox_its_length_and_its_pages(app: TestApp) {
        let (cashier, hr, ceo) = (app.person("cashier").await, app.person("hr").await, app.person("ceo").await);
        let before = waiting(&ceo, Value::Null).await.0.len();
        let mut own = waiting(&ceo, json!({ "applicantId": cashier.id().await })).await.0;
        let mut others = waiting(&ceo, json!({ "applicantId": hr.id().await })).await.0;
        for day in ["01", "02", "03", "04", "07"] {
            let day = format!("2026-12-{day}");
            own.push(number(&submit(&cashier, leave(&day, &day)).await));
            let mut form = leave(&day, &day);
            form["leave_type"] = json!("personal");
            others.push(number(&submit(&hr, form).await));
        }
        let all = before + 10;
        assert_eq!(waiting(&ceo, Value::Null).await.1, i64::try_from(all).expect("few"));

        let check = async |filter: Value, expected: &[String]| {
            let (found, total) = waiting(&ceo, filter.clone()).await;
            assert_eq!(found, expected, "{filter}");
            assert_eq!(total, i64::try_from(expected.len()).expect("few"), "{filter}");
        };
        check(json!({ "applicantId": cashier.id().await }), &own).await;
        check(json!({ "applicantId": hr.id().await }), &others).await;
        check(json!({ "search": "何静怡" }), &own).await;
        check(json!({ "search": " Cashier " }), &own).await;
        check(json!({ "search": own[2] }), &own[2..3]).await;
        check(json!({ "search": "100%" }), &[]).await;
        check(json!({ "templateKeys": ["expense"] }), &[]).await;
        check(json!({ "templateKeys": [] }), &[]).await;
        check(json!({ "statuses": ["RETURNED"] }), &[]).await;
        check(json!({ "unreadOnly": true }), &[]).await;
        check(json!({ "submittedTo": "2026-11-22", "search": "cashier" }), &[]).await;
        check(json!({ "templateKeys": ["leave"], "statuses": ["RUNNING"], "search": "cashier", "submittedFrom": "2026-11-23" }), &own).await;
        assert_eq!(waiting(&ceo, json!({ "templateKeys": ["leave"] })).await.0.len(), all);

        // Page by page the same, though the pages of the whole list would mix them.
        let mut read = Vec::new();
        let mut after = Value::Null;
        loop {
            let page = ceo.run(INBOX, json!({ "first": 2, "after": after, "filter": { "search": "cashier" } })).await;
            assert_eq!(total(&page), i64::try_from(own.len()).expect("few"), "told on every page");
            assert_eq!(page["viewer"]["counters"]["inbox"], all, "the counter of the shell stays that of all");
            read.extend(numbers(&page));
            after = page["approvalInbox"]["pageInfo"]["endCursor"].clone();
            if page["approvalInbox"]["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(read, own);
    }

    async fn what_is_decided_leaves_the_narrowed_inbox_and_nothing_foreign_comes_in(app: TestApp) {
        let (zhang, limin, wang) = (app.person("zhangwei").await, app.person("limin").await, app.person("wangfang").await);
        let request = submit(&zhang, leave("2026-12-10", "2026-12-10")).await;
        let kind = json!({ "templateKeys": ["leave"] });
        assert_eq!(waiting(&limin, kind.clone()).await, (vec![number(&request)], 1));
        assert_eq!(waiting(&wang, kind.clone()).await, (Vec::new(), 0), "it waits for somebody else");
        decide(&limin, "approveTask", &request["id"], None).await;
        assert_eq!(waiting(&limin, kind).await, (Vec::new(), 0));

        let refused = limin.refused(INBOX, json!({ "filter": { "applicantId": "no id" } })).await;
        assert_eq!(refused.code, limin.refused("query($filter: ApprovalFilter) { approvals(box: ALL, filter: $filter) { totalCount } }",
            json!({ "filter": { "applicantId": "no id" } })).await.code, "as every other list says it");
    }
}
