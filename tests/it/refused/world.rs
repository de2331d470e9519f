//! A company in which every mutation has something to be called with.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::{Person, TestApp};

use crate::flow::{leave, submit};
use crate::org::{department, member};

/// An id of the right form that nothing has.
pub(super) const NOWHERE: &str = "01h455vb4pex5vsknk084sn02q";

/// People who are signed in, and ids by the name under which inputs of the tests speak of them.
pub(super) struct World {
    people: BTreeMap<&'static str, Person>,
    ids: BTreeMap<&'static str, Value>,
}

impl World {
    pub(super) async fn new(app: &TestApp) -> Self {
        let mut people = BTreeMap::new();
        for account in ["zhangwei", "limin", "hr", "admin", "wangfang", "cashier"] {
            people.insert(account, app.person(account).await);
        }
        let (zhang, limin, hr, admin) = (&people["zhangwei"], &people["limin"], &people["hr"], &people["admin"]);
        let request = submit(zhang, leave("2026-12-01", "2026-12-01")).await["id"].take();
        let returned = submit(zhang, leave("2026-12-02", "2026-12-02")).await["id"].take();
        let back = task(limin, &returned).await;
        limin
            .change(
                "returnTask",
                json!({ "taskId": back, "to": "START", "comment": "请补充" }),
                "task { id }",
            )
            .await;
        let decided = submit(zhang, leave("2026-12-03", "2026-12-08")).await["id"].take();
        let passed = task(limin, &decided).await;
        limin
            .change("approveTask", json!({ "taskId": passed }), "task { id }")
            .await;
        let sessions = zhang.run("{ sessions { id current } }", json!({})).await;
        let token = json!({ "name": "x", "scopes": ["ORG_READ"], "expiresInDays": 1 });
        let token = zhang.change("createAccessToken", token, "accessToken { id }").await;
        let cashier = people["cashier"].id().await;
        let grant = json!({ "memberId": cashier, "role": "FINANCE", "scope": "DEPARTMENT" });
        let grant = admin.change("grantRole", grant, "grant { id }").await;
        let (rd, team, legal) = (
            department(hr, "产品研发中心").await,
            department(hr, "平台组").await,
            department(hr, "法务部").await,
        );
        let closed = json!({ "parentId": rd["id"], "name": "旧组" });
        let closed = hr.change("createDepartment", closed, "department { id version }").await["department"].take();
        hr.change(
            "closeDepartment",
            json!({ "id": closed["id"], "expectedVersion": closed["version"] }),
            "department { id }",
        )
        .await;
        let li = member(hr, "limin").await;
        let zh = member(hr, "zhangwei").await;
        let ids = [
            ("request", request.clone()),
            ("task", task(limin, &request).await),
            ("returned", returned),
            ("decided", decided),
            ("passed", passed),
            ("session", sessions["sessions"][0]["id"].clone()),
            ("token", token["accessToken"]["id"].clone()),
            ("grant", grant["grant"]["id"].clone()),
            ("zhang", zh["id"].clone()),
            ("zhang.version", zh["version"].clone()),
            ("li", li["id"].clone()),
            ("cashier", json!(cashier)),
            ("rd", rd["id"].clone()),
            ("rd.version", rd["version"].clone()),
            ("team", team["id"].clone()),
            ("team.version", team["version"].clone()),
            ("legal", legal["id"].clone()),
            ("closed", closed["id"].clone()),
            ("closed.version", json!(2)),
        ];
        Self {
            people,
            ids: ids.into(),
        }
    }

    pub(super) fn person(&self, account: &str) -> &Person {
        &self.people[account]
    }

    /// An input with its names in place: `"{task}"` becomes the id of the task, `"task_?"` one that nothing has.
    pub(super) fn fill(&self, input: &Value) -> Value {
        match input {
            Value::String(text) => {
                let name = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
                let known = name.and_then(|name| self.ids.get(name)).cloned();
                known.unwrap_or_else(|| match text.strip_suffix("_?") {
                    Some(kind) => json!(format!("{kind}_{NOWHERE}")),
                    None => input.clone(),
                })
            }
            Value::Array(all) => all.iter().map(|one| self.fill(one)).collect(),
            Value::Object(all) => all
                .iter()
                .map(|(key, one)| (key.clone(), self.fill(one)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }
}

/// The viewer's task of a request.
pub(super) async fn task(person: &Person, request: &Value) -> Value {
    let found = person
        .run(
            "query($id: ID!) { approval(id: $id) { viewerTask { id } } }",
            json!({ "id": request }),
        )
        .await;
    found["approval"]["viewerTask"]["id"].clone()
}

/// Every mutation of a signed-in member that takes an input: who calls it, and an input that is in order.
pub(super) fn mutations() -> Vec<(&'static str, &'static str, Value)> {
    let seat = json!([{ "departmentId": "{team}", "isPrimary": true, "isLeader": false }]);
    let form = leave("2026-12-14", "2026-12-14");
    vec![
        (
            "hr",
            "createMember",
            json!({ "account": "neu", "name": "新人", "memberships": seat }),
        ),
        (
            "hr",
            "updateMember",
            json!({ "id": "{zhang}", "expectedVersion": "{zhang.version}", "alias": "W" }),
        ),
        (
            "hr",
            "disableMember",
            json!({ "id": "{zhang}", "expectedVersion": "{zhang.version}" }),
        ),
        (
            "hr",
            "enableMember",
            json!({ "id": "{zhang}", "expectedVersion": "{zhang.version}" }),
        ),
        ("hr", "createDepartment", json!({ "parentId": "{rd}", "name": "新组" })),
        (
            "hr",
            "updateDepartment",
            json!({ "id": "{team}", "expectedVersion": "{team.version}", "name": "平台二组" }),
        ),
        (
            "hr",
            "moveDepartment",
            json!({ "id": "{team}", "expectedVersion": "{team.version}", "parentId": "{legal}", "position": 0 }),
        ),
        (
            "hr",
            "closeDepartment",
            json!({ "id": "{team}", "expectedVersion": "{team.version}" }),
        ),
        (
            "hr",
            "reopenDepartment",
            json!({ "id": "{closed}", "expectedVersion": "{closed.version}" }),
        ),
        (
            "hr",
            "importMembers",
            json!({ "fileName": "a.csv", "contentBase64": "YQ==", "dryRun": false }),
        ),
        (
            "hr",
            "adjustLeave",
            json!({ "memberId": "{zhang}", "typeKey": "annual", "minutes": 480, "validFrom": "2026-01-01", "validTo": "2026-12-31", "note": "补" }),
        ),
        (
            "hr",
            "importCalendar",
            json!({ "json": "{\"year\":2027,\"notice\":\"n\",\"days\":[]}", "dryRun": false }),
        ),
        (
            "admin",
            "grantRole",
            json!({ "memberId": "{zhang}", "role": "HR", "scope": "ALL" }),
        ),
        ("admin", "revokeRole", json!({ "grantId": "{grant}" })),
        ("admin", "resetPassword", json!({ "memberId": "{zhang}" })),
        (
            "zhangwei",
            "changePassword",
            json!({ "current": tongshi::demo::PASSWORD, "new": "correct horse battery" }),
        ),
        ("zhangwei", "revokeSession", json!({ "sessionId": "{session}" })),
        ("zhangwei", "setLocale", json!({ "locale": "en" })),
        (
            "zhangwei",
            "createAccessToken",
            json!({ "name": "y", "scopes": ["ORG_READ"], "expiresInDays": 1 }),
        ),
        ("zhangwei", "revokeAccessToken", json!({ "accessTokenId": "{token}" })),
        (
            "zhangwei",
            "submitApproval",
            json!({ "templateKey": "leave", "form": form }),
        ),
        (
            "zhangwei",
            "resubmitApproval",
            json!({ "approvalId": "{returned}", "form": form }),
        ),
        ("zhangwei", "withdrawApproval", json!({ "approvalId": "{request}" })),
        ("limin", "approveTask", json!({ "taskId": "{task}" })),
        ("limin", "rejectTask", json!({ "taskId": "{task}", "comment": "不行" })),
        (
            "limin",
            "returnTask",
            json!({ "taskId": "{task}", "to": "START", "comment": "请补充" }),
        ),
        ("limin", "withdrawDecision", json!({ "taskId": "{passed}" })),
        (
            "limin",
            "commentApproval",
            json!({ "approvalId": "{request}", "body": "好" }),
        ),
        (
            "limin",
            "copyApproval",
            json!({ "approvalId": "{request}", "memberIds": ["{cashier}"] }),
        ),
        ("zhangwei", "urgeApproval", json!({ "approvalId": "{request}" })),
        ("limin", "markCopyRead", json!({ "approvalId": "{request}" })),
        (
            "zhangwei",
            "saveApprovalDraft",
            json!({ "templateKey": "leave", "form": {} }),
        ),
        ("zhangwei", "deleteApprovalDraft", json!({ "templateKey": "leave" })),
        ("zhangwei", "markNotificationsRead", json!({ "ids": [] })),
    ]
}
