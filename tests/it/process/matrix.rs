//! Each state of a request against each action (product 2.1, 2.5), and what is offered against what is done.

use entity::{ApprovalId, ApprovalStatus, approval_case};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tests::{Engine, Findings, TestApp, both};
use tongshi::graphql::id;

use super::office::Office;

both! { each_state_allows_what_the_table_says }

const STATES: [&str; 9] = [
    "RUNNING",
    "RETURNED",
    "BLOCKED",
    "APPROVED",
    "REJECTED",
    "WITHDRAWN",
    "TERMINATED",
    "REVOKING",
    "REVOKED",
];

const ACTIONS: [&str; 10] = [
    "approve",
    "reject",
    "return",
    "undo",
    "resubmit",
    "withdraw",
    "urge",
    "comment",
    "copy",
    "read copy",
];

/// A request in a state, with the task of the first approver and of the second.
struct Case {
    request: Value,
    first: Value,
    second: Option<Value>,
}

struct Desk {
    office: Office,
}

impl Desk {
    async fn new(app: TestApp) -> Self {
        let office = Office::open(app).await;
        let nodes = json!([
            office.approve("one", &["limin"], json!({})),
            office.approve("two", &["wangfang"], json!({}))
        ]);
        office
            .publish("plain", nodes, json!({ "on_reject": { "then": "TERMINATE" } }))
            .await;
        let empty =
            json!({ "key": "two", "name": "two", "kind": "APPROVE", "rules": [], "empty": { "then": "BLOCK" } });
        let nodes = json!([office.approve("one", &["limin"], json!({})), empty]);
        office.publish("stuck", nodes, json!({})).await;
        Self { office }
    }

    /// A fresh request in a state. Those that no mutation leads to yet are written into the row, as a later version will.
    async fn case(&self, state: &str) -> Case {
        let office = &self.office;
        let request = office.ask(if state == "BLOCKED" { "stuck" } else { "plain" }).await;
        let copied = json!({ "approvalId": request, "memberIds": [office.id("hr")] });
        office
            .person("zhangwei")
            .change("copyApproval", copied, "__typename")
            .await;
        let scene = match state {
            "RETURNED" => "limin approve, wangfang return:START",
            "APPROVED" | "REVOKING" | "REVOKED" => "limin approve, wangfang approve",
            "REJECTED" => "limin approve, wangfang reject",
            "WITHDRAWN" => "limin approve, zhangwei withdraw",
            _ => "limin approve",
        };
        for deed in scene.split(", ") {
            let (account, verb) = deed.split_once(' ').expect("a deed");
            let code = match verb {
                "withdraw" => {
                    office
                        .person(account)
                        .code("withdrawApproval", json!({ "approvalId": request }))
                        .await
                }
                _ => office.act(account, verb, &request).await,
            };
            assert_eq!(code, "done", "{state}: {deed}");
        }
        let written = match state {
            "TERMINATED" => Some(ApprovalStatus::Terminated),
            "REVOKING" => Some(ApprovalStatus::Revoking),
            "REVOKED" => Some(ApprovalStatus::Revoked),
            _ => None,
        };
        if let Some(status) = written {
            let id: ApprovalId = id::decode(request.as_str().expect("an id")).expect("an id");
            let conn = office.app.cx.db.write();
            let row = approval_case::Entity::find_by_id(id)
                .one(conn)
                .await
                .expect("an answer")
                .expect("a row");
            let mut row = row.into_active_model();
            row.status = Set(status);
            row.update(conn).await.expect("written");
        }
        assert_eq!(office.status(&request).await, state);
        let first = office.task("limin", &request).await.expect("a task");
        Case {
            second: office.task("wangfang", &request).await,
            first,
            request,
        }
    }

    /// Tries an action; gives the code of the refusal, or `done`.
    async fn attempt(&self, account: &str, action: &str, case: &Case) -> String {
        let Case { request, first, second } = case;
        let task = if account == "limin" {
            first
        } else {
            second.as_ref().unwrap_or(first)
        };
        let of_request = json!({ "approvalId": request });
        let (mutation, input) = match action {
            "approve" => ("approveTask", json!({ "taskId": task })),
            "reject" => ("rejectTask", json!({ "taskId": task, "comment": "不同意" })),
            "return" => (
                "returnTask",
                json!({ "taskId": task, "to": "START", "comment": "请修改" }),
            ),
            "undo" => ("withdrawDecision", json!({ "taskId": task })),
            "resubmit" => (
                "resubmitApproval",
                json!({ "approvalId": request, "form": { "note": "改" } }),
            ),
            "withdraw" => ("withdrawApproval", of_request),
            "urge" => ("urgeApproval", of_request),
            "comment" => ("commentApproval", json!({ "approvalId": request, "body": "说一句" })),
            "copy" => (
                "copyApproval",
                json!({ "approvalId": request, "memberIds": [self.office.id("ceo")] }),
            ),
            _ => ("markCopyRead", of_request),
        };
        self.office.person(account).code(mutation, input).await
    }
}

/// Who may do an action at all.
fn rightful(action: &str) -> &'static str {
    match action {
        "approve" | "reject" | "return" => "wangfang",
        "undo" => "limin",
        "read copy" => "hr",
        _ => "zhangwei",
    }
}

/// What the table of the product says of an action in a state, for the person whose it is.
fn expected(state: &str, action: &str) -> &'static str {
    let decided = ["RETURNED", "BLOCKED", "APPROVED", "REJECTED", "REVOKING", "REVOKED"].contains(&state);
    match (action, state) {
        ("comment" | "copy" | "read copy", _) => "done",
        ("approve" | "reject" | "return" | "undo" | "withdraw" | "urge", "RUNNING") => "done",
        ("resubmit" | "withdraw", "RETURNED") => "done",
        // Of a blocked request nobody holds the second task: the manager's own is decided.
        ("approve" | "reject" | "return", "BLOCKED") => "FORBIDDEN",
        ("approve" | "reject" | "return", _) if decided => "ALREADY_DECIDED",
        _ => "NOT_ALLOWED_NOW",
    }
}

async fn each_state_allows_what_the_table_says(app: TestApp) {
    let mut findings = Findings::default();
    let desk = Desk::new(app).await;
    for state in STATES {
        let mut case = desk.case(state).await;
        for action in ACTIONS {
            let (account, want) = (rightful(action), expected(state, action));
            let want = if (state, account) == ("BLOCKED", "wangfang") {
                "NOT_FOUND"
            } else {
                want
            };
            let before = desk.office.app.digest().await;
            findings.equal(
                format!("{action} while {state}"),
                &desk.attempt(account, action, &case).await,
                &want,
            );
            let after = desk.office.app.digest().await;
            if want == "done" {
                assert!(
                    after.rows("event_log") > before.rows("event_log"),
                    "{action} while {state} is an event"
                );
                case = desk.case(state).await;
            } else {
                findings.equal(
                    format!("{action} while {state} left something behind"),
                    &after.changed(&before),
                    &[""; 0],
                );
            }
        }
    }
}

/// Actions, their names among those offered, and whether they are offered at the task.
fn offered() -> [(&'static str, &'static str, bool); 9] {
    [
        ("approve", "APPROVE", true),
        ("reject", "REJECT", true),
        ("return", "RETURN", true),
        ("undo", "WITHDRAW_DECISION", true),
        ("resubmit", "RESUBMIT", false),
        ("withdraw", "WITHDRAW", false),
        ("urge", "URGE", false),
        ("comment", "COMMENT", false),
        ("copy", "COPY", false),
    ]
}

/// What is offered is done, and what is not offered, or offered with a reason against it, is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_offered_is_done_and_nothing_else() {
    let mut findings = Findings::default();
    const OFFERS: &str = "query($id: ID!) { approval(id: $id) { viewerActions { name enabled reason } \
        tasks { id viewerActions { name enabled reason } } } }";
    let desk = Desk::new(TestApp::start(Engine::Sqlite).await).await;
    for state in STATES {
        for account in ["zhangwei", "limin", "wangfang", "hr", "admin"] {
            let mut fresh: Option<(Case, Value)> = None;
            for (action, name, of_task) in offered() {
                let (case, shown) = match fresh.take() {
                    Some(fresh) => fresh,
                    None => {
                        let case = desk.case(state).await;
                        let asked = json!({ "id": case.request });
                        let shown = desk.office.person(account).run(OFFERS, asked).await["approval"].take();
                        (case, shown)
                    }
                };
                let task = if account == "limin" {
                    Some(&case.first)
                } else {
                    case.second.as_ref()
                };
                let mut tasks = shown["tasks"].as_array().into_iter().flatten();
                let offers = if of_task {
                    tasks
                        .find(|one| Some(&one["id"]) == task)
                        .map(|one| &one["viewerActions"])
                } else {
                    Some(&shown["viewerActions"])
                };
                let all = offers.and_then(Value::as_array).cloned().unwrap_or_default();
                let found = all.iter().find(|one| one["name"] == name);
                let enabled = found.is_some_and(|one| one["enabled"] == true);
                let row = format!("{account} {action} while {state}");
                if let Some(one) = found {
                    findings.same(format!("{row}: {one}"), one["reason"].is_string(), !enabled);
                }
                let done = desk.attempt(account, action, &case).await;
                findings.same(
                    format!("{row}: offered {enabled}, answered {done}"),
                    done == "done",
                    enabled,
                );
                if done != "done" {
                    fresh = Some((case, shown));
                }
            }
        }
    }
}
