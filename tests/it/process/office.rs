//! People at their desks, and what they do with requests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use serde_json::{Value, json};
use tests::{Person, TestApp};
use tongshi::graphql::id;

const STATE: &str = "query($id: ID!) { approval(id: $id) { id status round version blockReason waitingFor { account } form \
    tasks { id nodeKey status round comment assignee { account } } copies { member { account } } \
    route { key state outcome round needed approvals reason seats { status member { account } } } \
    fields { key text changedFrom } timeline { kind round } viewerActions { name enabled reason } } }";

/// The fixed people of the company.
pub(super) const PEOPLE: [&str; 7] = ["zhangwei", "limin", "wangfang", "hr", "cashier", "admin", "ceo"];

/// A company and everybody who is at work.
pub(super) struct Office {
    pub(super) app: TestApp,
    people: BTreeMap<&'static str, (Person, String)>,
    gone: Mutex<BTreeSet<String>>,
}

impl Office {
    pub(super) async fn open(app: TestApp) -> Self {
        let mut people = BTreeMap::new();
        for account in PEOPLE {
            let person = app.person(account).await;
            let own = person.id().await;
            people.insert(account, (person, own));
        }
        let gone = Mutex::default();
        Self { app, people, gone }
    }

    pub(super) fn person(&self, account: &str) -> &Person {
        &self.people[account].0
    }

    /// Public id of a member.
    pub(super) fn id(&self, account: &str) -> &str {
        &self.people[account].1
    }

    /// The id of a member as definitions of processes write it.
    pub(super) fn raw(&self, account: &str) -> Value {
        json!(id::decode_parts(self.id(account)).expect("an id").1)
    }

    /// A rule that names people.
    pub(super) fn named(&self, accounts: &[&str]) -> Value {
        let members: Vec<Value> = accounts.iter().map(|account| self.raw(account)).collect();
        json!([{ "rule": "MEMBERS", "members": members }])
    }

    /// A node where these people approve, with further settings.
    pub(super) fn approve(&self, key: &str, accounts: &[&str], more: Value) -> Value {
        let mut node = json!({ "key": key, "name": key, "kind": "APPROVE", "rules": self.named(accounts) });
        let object = node.as_object_mut().expect("an object");
        object.extend(more.as_object().expect("an object").clone());
        node
    }

    /// Publishes a process over a form with a note, an amount, a member and a department.
    pub(super) async fn publish(&self, key: &str, nodes: Value, policies: Value) {
        let fields = json!([
            { "key": "note", "label": "说明", "kind": "TEXT" },
            { "key": "amount", "label": "金额", "kind": "NUMBER", "min": 0, "max": 1_000_000 },
            { "key": "subject", "label": "事项", "kind": "TEXT", "material": true },
            { "key": "who", "label": "人员", "kind": "MEMBER" },
            { "key": "where", "label": "部门", "kind": "DEPARTMENT" },
        ]);
        self.app.publish(key, fields, nodes, policies).await;
    }

    /// Asks for something; gives the id of the request.
    pub(super) async fn ask_as(&self, account: &str, template: &str, form: Value) -> Value {
        let input = json!({ "templateKey": template, "form": form });
        let done = self
            .person(account)
            .change("submitApproval", input, "approval { id }")
            .await;
        done["approval"]["id"].clone()
    }

    /// The same of the employee, with an empty form.
    pub(super) async fn ask(&self, template: &str) -> Value {
        self.ask_as("zhangwei", template, json!({})).await
    }

    /// A request as somebody sees it.
    pub(super) async fn seen(&self, account: &str, request: &Value) -> Value {
        let found = self.person(account).run(STATE, json!({ "id": request })).await;
        found["approval"].clone()
    }

    /// Where a request stands.
    pub(super) async fn status(&self, request: &Value) -> String {
        let seen = self.seen("admin", request).await;
        seen["status"].as_str().expect("a status").to_owned()
    }

    /// Whose decision is awaited.
    pub(super) async fn waiting(&self, request: &Value) -> Vec<String> {
        accounts(&self.seen("admin", request).await["waitingFor"], "")
    }

    /// The last task of somebody at a request.
    pub(super) async fn task(&self, account: &str, request: &Value) -> Option<Value> {
        let seen = self.seen("admin", request).await;
        let tasks = seen["tasks"].as_array().expect("tasks").iter().rev();
        let mut own = tasks.filter(|task| task["assignee"]["account"] == account);
        own.next().map(|task| task["id"].clone())
    }

    /// Lets somebody do something with their last task: `approve`, `reject`, `undo`, or `return` with where to: `return:START`.
    /// Gives the code of the refusal, or `done`.
    pub(super) async fn act(&self, account: &str, verb: &str, request: &Value) -> String {
        let task = self
            .task(account, request)
            .await
            .unwrap_or_else(|| panic!("{account} has no task"));
        let (verb, to) = verb.split_once(':').unwrap_or((verb, "START"));
        let (mutation, input) = match verb {
            "approve" => ("approveTask", json!({ "taskId": task })),
            "reject" => ("rejectTask", json!({ "taskId": task, "comment": "不同意" })),
            "return" => ("returnTask", json!({ "taskId": task, "to": to, "comment": "请修改" })),
            "undo" => ("withdrawDecision", json!({ "taskId": task })),
            other => panic!("nobody can {other}"),
        };
        self.person(account).code(mutation, input).await
    }

    /// Plays a scene, `limin approve, wangfang return:START`; each deed is done.
    pub(super) async fn play(&self, request: &Value, scene: &str) {
        for deed in scene.split(", ").filter(|deed| !deed.is_empty()) {
            let (account, verb) = deed.split_once(' ').expect("who and what");
            let done = match verb {
                "resubmit" => {
                    let form = self.seen(account, request).await["form"].clone();
                    let input = json!({ "approvalId": request, "form": form });
                    self.person(account).code("resubmitApproval", input).await
                }
                "withdraw" => {
                    self.person(account)
                        .code("withdrawApproval", json!({ "approvalId": request }))
                        .await
                }
                _ => self.act(account, verb, request).await,
            };
            assert_eq!(done, "done", "{deed} of {scene}");
        }
        self.counters_are_right().await;
    }

    /// Everybody's counter is the length of their list, and nothing that waits is counted as done (2.11, 30).
    pub(super) async fn counters_are_right(&self) {
        const LISTS: &str = "{ viewer { counters { inbox } } approvalInbox(first: 100) { totalCount nodes { status approval { status } } } \
            approvals(box: DONE, first: 100) { totalCount nodes { tasks { status assignee { account } } } } }";
        let gone = self.gone.lock().expect("unpoisoned").clone();
        let asked = ["limin", "wangfang", "hr"].into_iter();
        for account in asked.filter(|account| !gone.contains(*account)) {
            let found = self.person(account).run(LISTS, json!({})).await;
            let inbox = &found["approvalInbox"];
            let waiting = inbox["nodes"].as_array().expect("tasks");
            assert_eq!(inbox["totalCount"], found["viewer"]["counters"]["inbox"], "{account}");
            assert_eq!(inbox["totalCount"].as_u64(), Some(waiting.len() as u64), "{account}");
            assert!(
                waiting.iter().all(|task| task["status"] == "PENDING"),
                "{account}: {inbox}"
            );
            for request in found["approvals"]["nodes"].as_array().expect("requests") {
                let acted = request["tasks"].as_array().expect("tasks").iter().any(|task| {
                    let status = task["status"].as_str().expect("a status");
                    task["assignee"]["account"] == account
                        && ["APPROVED", "REJECTED", "RETURNED", "HANDLED"].contains(&status)
                });
                assert!(acted, "{account} did nothing with what is told as done: {request}");
            }
        }
    }

    /// Disables somebody.
    pub(super) async fn disable(&self, account: &str) {
        let hr = self.person("admin");
        let found = crate::org::member(hr, account).await;
        let input = json!({ "id": found["id"], "expectedVersion": found["version"] });
        hr.change("disableMember", input, "member { status }").await;
        self.gone.lock().expect("unpoisoned").insert(account.to_owned());
    }
}

/// Accounts of a list of members, or of what holds members under a name.
pub(super) fn accounts(list: &Value, under: &str) -> Vec<String> {
    let all = list.as_array().expect("a list").iter();
    all.map(|one| if under.is_empty() { one } else { &one[under] })
        .map(|member| member["account"].as_str().expect("an account").to_owned())
        .collect()
}

/// Who sits at a node and how they stand, of the last time it was entered: `limin APPROVED, wangfang PENDING`.
pub(super) fn seats(seen: &Value, node: &str) -> String {
    let tasks = seen["tasks"].as_array().expect("tasks").iter();
    let of_node: Vec<&Value> = tasks.filter(|task| task["nodeKey"] == node).collect();
    let told = |task: &&Value| {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        format!("{} {}", text(&task["assignee"]["account"]), text(&task["status"]))
    };
    of_node.iter().map(told).collect::<Vec<_>>().join(", ")
}
