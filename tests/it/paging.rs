//! Every list page by page while rows are added at both ends: nothing comes twice, nothing that was there from the start is missed.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::{Person, TestApp, both};

use crate::flow::{leave, submit};
use crate::org::member;

both! { requests_are_paged_while_others_come tasks_are_paged_while_they_are_decided people_and_lines_are_paged_while_they_are_added cursors_of_elsewhere_are_refused }

/// One list: where its pages are in the answer, and a document that asks for three at a time.
struct List<'a> {
    person: &'a Person,
    document: &'a str,
    variables: Value,
    /// Names from the data to the connection.
    path: &'a [&'a str],
}

impl List<'_> {
    async fn page(&self, after: &Value) -> Value {
        let mut variables = self.variables.clone();
        variables["after"] = after.clone();
        let mut found = self.person.run(self.document, variables).await;
        for name in self.path {
            found = found[*name].take();
        }
        found
    }

    /// Reads all pages and calls `between` behind each; gives the ids in order.
    async fn walk(&self, mut between: impl AsyncFnMut(usize)) -> Vec<String> {
        let (mut seen, mut after, mut pages) = (Vec::new(), Value::Null, 0);
        loop {
            let page = self.page(&after).await;
            let nodes = page["nodes"].as_array().expect("nodes");
            assert!(nodes.len() <= 3, "{} on a page of three", nodes.len());
            seen.extend(nodes.iter().map(|node| node["id"].as_str().expect("an id").to_owned()));
            if page["pageInfo"]["hasNextPage"] == false {
                return seen;
            }
            assert_eq!(nodes.len(), 3, "only the last page is short");
            let end = page["pageInfo"]["endCursor"].clone();
            assert_ne!(end, after, "it goes on");
            after = end;
            pages += 1;
            assert!(pages < 60, "it never ends");
            between(pages).await;
        }
    }
}

/// Nothing twice, and all that was there from the start.
fn whole(seen: &[String], before: &[String]) {
    let distinct: BTreeSet<&String> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len(), "something came twice");
    let missed: Vec<_> = before.iter().filter(|id| !distinct.contains(id)).collect();
    assert!(missed.is_empty(), "{missed:?} was there and did not come");
}

/// The n-th working day of a quiet stretch, as a form for half a day.
fn half(n: u64) -> Value {
    let start = chrono::NaiveDate::from_ymd_opt(2027, 3, 1).expect("a date");
    let day = start + chrono::Days::new(n / 5 * 7 + n % 5);
    let mut form = leave(&day.to_string(), &day.to_string());
    form["leave_type"] = json!("personal");
    form["end_part"] = json!("AM");
    form
}

async fn requests_are_paged_while_others_come(app: TestApp) {
    let (zhang, limin, hr) = (
        app.person("zhangwei").await,
        app.person("limin").await,
        app.person("hr").await,
    );
    let copy = json!([hr.id().await]);
    let mut ids = Vec::new();
    for n in 0..11 {
        let input = json!({ "templateKey": "leave", "form": half(n), "copyTo": copy });
        let made = zhang.change("submitApproval", input, "approval { id }").await;
        ids.push(made["approval"]["id"].as_str().expect("an id").to_owned());
    }
    let pages = |which: &str| {
        format!(
            "query($after: String) {{ approvals(box: {which}, first: 3, after: $after) {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
        )
    };
    for (person, which) in [(&zhang, "STARTED"), (&zhang, "ALL"), (&limin, "ALL"), (&hr, "COPIED")] {
        let document = pages(which);
        let list = List {
            person,
            document: &document,
            variables: json!({}),
            path: &["approvals"],
        };
        let mut next = 11 + ids.len() as u64;
        let before = ids.clone();
        let mut added = Vec::new();
        let seen = list
            .walk(async |page| {
                if page < 3 {
                    let input = json!({ "templateKey": "leave", "form": half(next), "copyTo": copy });
                    let made = zhang.change("submitApproval", input, "approval { id }").await;
                    added.push(made["approval"]["id"].as_str().expect("an id").to_owned());
                    next += 1;
                }
            })
            .await;
        whole(&seen, &before);
        ids.extend(added);
        let again = list.walk(async |_| {}).await;
        let newest_first = again.iter().zip(ids.iter().rev());
        let differs = newest_first.clone().position(|(found, expected)| found != expected);
        assert!(
            differs.is_none() && again.len() >= ids.len(),
            "{which}: the newest first"
        );
    }
    for task in tasks(&limin).await.iter().take(7) {
        limin
            .change("approveTask", json!({ "taskId": task }), "task { id }")
            .await;
    }
    let document = pages("DONE");
    let done = List {
        person: &limin,
        document: &document,
        variables: json!({}),
        path: &["approvals"],
    };
    let seen = done.walk(async |_| {}).await;
    assert_eq!(seen.len(), 7);
    whole(&seen, &[]);
}

/// Ids of the tasks that wait, all of them.
async fn tasks(person: &Person) -> Vec<String> {
    let found = person
        .run("{ approvalInbox(first: 100) { nodes { id } } }", json!({}))
        .await;
    let nodes = found["approvalInbox"]["nodes"].as_array().expect("tasks");
    nodes
        .iter()
        .map(|node| node["id"].as_str().expect("an id").to_owned())
        .collect()
}

async fn tasks_are_paged_while_they_are_decided(app: TestApp) {
    let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
    for n in 0..10 {
        submit(&zhang, half(n)).await;
    }
    let before = tasks(&limin).await;
    let document = "query($after: String) { approvalInbox(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }";
    let list = List {
        person: &limin,
        document,
        variables: json!({}),
        path: &["approvalInbox"],
    };
    let (mut next, mut decided) = (10, before.iter());
    let seen = list
        .walk(async |_| {
            // What was read is decided, and more comes in behind.
            let task = decided.next().expect("a task");
            limin
                .change("approveTask", json!({ "taskId": task }), "task { id }")
                .await;
            submit(&zhang, half(next)).await;
            next += 1;
        })
        .await;
    whole(&seen, &before);
    assert!(
        seen.starts_with(&before),
        "the oldest first, and in their order: {seen:?}\n{before:?}"
    );
}

async fn people_and_lines_are_paged_while_they_are_added(app: TestApp) {
    let (hr, zhang) = (app.person("hr").await, app.person("zhangwei").await);
    let team = member(&hr, "zhangwei").await["departments"][0]["department"]["id"].take();
    let hire = async |n: usize, name: &str| {
        let seat = json!([{ "departmentId": team, "isPrimary": true, "isLeader": false }]);
        let input = json!({ "account": format!("neu{n}"), "name": name, "memberships": seat });
        hr.change("createMember", input, "member { id }").await;
    };
    let document = "query($after: String) { members(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }";
    let people = List {
        person: &zhang,
        document,
        variables: json!({}),
        path: &["members"],
    };
    let before = people.walk(async |_| {}).await;
    let seen = people
        .walk(async |page| {
            // Names that come before all others, and behind them.
            if page <= 4 {
                hire(page * 2, "阿安").await;
                hire(page * 2 + 1, "左佐").await;
            }
        })
        .await;
    whole(&seen, &before);

    let member = zhang.id().await;
    let give = async |n: usize| {
        let input = json!({ "memberId": member, "typeKey": "lieu", "minutes": 240, "validFrom": "2026-11-01", "validTo": "2027-01-01", "note": format!("加班 {n}") });
        hr.change("adjustLeave", input, "balance { remainingMinutes }").await;
    };
    for n in 0..8 {
        give(n).await;
    }
    let document = "query($after: String) { leaveEntries(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }";
    let entries = List {
        person: &zhang,
        document,
        variables: json!({}),
        path: &["leaveEntries"],
    };
    let before = entries.walk(async |_| {}).await;
    let seen = entries.walk(async |page| give(100 + page).await).await;
    whole(&seen, &before);

    let request = submit(&zhang, half(0)).await["id"].take();
    let say = async |n: usize| {
        zhang
            .change(
                "commentApproval",
                json!({ "approvalId": request, "body": format!("第 {n} 句") }),
                "comment { id }",
            )
            .await;
    };
    for n in 0..8 {
        say(n).await;
    }
    let document = "query($id: ID!, $after: String) { approval(id: $id) { comments(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }";
    let comments = List {
        person: &zhang,
        document,
        variables: json!({ "id": request }),
        path: &["approval", "comments"],
    };
    let before = comments.walk(async |_| {}).await;
    let seen = comments
        .walk(async |page| {
            if page < 5 {
                say(100 + page).await;
            }
        })
        .await;
    assert!(seen.starts_with(&before), "the oldest first");
    whole(&seen, &before);

    let limin = app.person("limin").await;
    let document = "query($after: String) { notifications(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }";
    let notices = List {
        person: &limin,
        document,
        variables: json!({}),
        path: &["notifications"],
    };
    for n in 1..8 {
        submit(&zhang, half(n)).await;
    }
    let before = notices.walk(async |_| {}).await;
    assert!(before.len() >= 8, "{}", before.len());
    let mut next = 8;
    let seen = notices
        .walk(async |page| {
            if page < 4 {
                submit(&zhang, half(next)).await;
                next += 1;
            }
        })
        .await;
    whole(&seen, &before);
}

/// A cursor is for its own list, and no way to read another.
async fn cursors_of_elsewhere_are_refused(app: TestApp) {
    let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
    for n in 0..3 {
        submit(&zhang, half(n)).await;
    }
    let cursor = async |person: &Person, document: &str, name: &str| {
        person.run(document, json!({})).await[name]["pageInfo"]["endCursor"].clone()
    };
    let inbox = cursor(
        &limin,
        "{ approvalInbox(first: 1) { pageInfo { endCursor } } }",
        "approvalInbox",
    )
    .await;
    let people = cursor(&limin, "{ members(first: 1) { pageInfo { endCursor } } }", "members").await;
    assert!(inbox.is_string() && people.is_string());
    for (document, cursors) in [
        (
            "query($after: String) { members(first: 2, after: $after) { nodes { id } } }",
            vec![json!(""), json!("x"), json!("ä".repeat(5_000))],
        ),
        (
            "query($after: String) { approvalInbox(first: 2, after: $after) { nodes { id } } }",
            vec![people, json!(""), json!("task_x")],
        ),
        (
            "query($after: String) { approvals(box: ALL, first: 2, after: $after) { nodes { id } } }",
            vec![json!("0"), json!("' OR 1=1 --")],
        ),
        (
            "query($after: String) { notifications(first: 2, after: $after) { nodes { id } } }",
            vec![json!("null"), json!("%00")],
        ),
        (
            "query($after: String) { leaveEntries(first: 2, after: $after) { nodes { id } } }",
            vec![json!("-1")],
        ),
    ] {
        for after in cursors {
            let refusal = limin.refused(document, json!({ "after": after })).await;
            assert_eq!(
                (refusal.code.as_str(), refusal.fields()),
                ("INVALID", vec!["after"]),
                "{document} {after}"
            );
        }
    }
    // Somebody else's cursor shows nothing of theirs.
    let document =
        "query($after: String) { approvalInbox(first: 50, after: $after) { nodes { assignee { account } } } }";
    let seen = zhang.run(document, json!({ "after": inbox })).await["approvalInbox"]["nodes"].take();
    assert!(
        seen.as_array()
            .expect("tasks")
            .iter()
            .all(|task| task["assignee"]["account"] == "zhangwei"),
        "{seen}"
    );
}
