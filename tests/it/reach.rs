//! Each role in each data scope against each kind of data: own, department, department and below, chosen departments, all.

use entity::Role;
use serde_json::{Value, json};
use tests::{Engine, Findings, Person, TestApp, both};
use tongshi::access::Permission;

use crate::flow::{leave, submit};
use crate::org::{department, member};

both! { scopes_reach_as_far_as_they_say nobody_decides_over_themselves a_scope_follows_the_organisation }

/// Whose data is tried: where they sit, as seen by somebody of 产品研发中心.
const SUBJECTS: [(&str, &str); 3] = [
    ("wangfang", "same department"),
    ("zhangwei", "department below"),
    ("hr", "elsewhere"),
];

/// A company in which the cashier sits in 产品研发中心, leads nobody, and is about to be given a role.
struct Company {
    app: TestApp,
    admin: Person,
    holder: Person,
    /// A request of each subject, with the address of its file.
    requests: Vec<(Value, String)>,
    chosen: Value,
}

impl Company {
    async fn new(app: TestApp) -> Self {
        let admin = app.person("admin").await;
        let rd = department(&admin, "产品研发中心").await;
        let who = member(&admin, "cashier").await;
        let seat = json!([{ "departmentId": rd["id"], "isPrimary": true, "isLeader": false }]);
        let moved = json!({ "id": who["id"], "expectedVersion": who["version"], "memberships": seat });
        admin.change("updateMember", moved, "member { id }").await;
        let mut requests = Vec::new();
        for (account, _) in SUBJECTS {
            let person = app.person(account).await;
            let file = upload(&person).await;
            let mut form = leave("2026-12-14", "2026-12-14");
            form["proof"] = json!([file["id"]]);
            let request = submit(&person, form).await["id"].take();
            requests.push((request, file["url"].as_str().expect("an address").to_owned()));
        }
        let chosen = department(&admin, "平台组").await["id"].take();
        Self {
            holder: app.person("cashier").await,
            admin,
            requests,
            chosen,
            app,
        }
    }

    /// Gives the holder a role over a scope; gives the id of the grant.
    async fn grant(&mut self, role: &str, scope: &str) -> Value {
        let mut input = json!({ "memberId": self.holder.id().await, "role": role, "scope": scope });
        if scope == "CUSTOM" {
            input["departmentIds"] = json!([self.chosen]);
        }
        let grant = self.admin.change("grantRole", input, "grant { id }").await["grant"]["id"].take();
        self.holder = self.app.person("cashier").await;
        grant
    }

    /// What the holder may do with a subject, by a letter each: contacts, leave, attendance, edit, adjust, request, file.
    async fn may(&self, account: &str, at: usize) -> String {
        let holder = &self.holder;
        let subject = member(holder, account).await;
        let (id, version) = (&subject["id"], 0);
        let found = async |document: &str| {
            let (_, body) = holder.send(document, json!({ "id": id })).await;
            body.get("errors").is_none()
        };
        let mut letters = String::new();
        let mut note = |letter: char, may: bool| letters.push(if may { letter } else { '-' });
        note('c', subject["mobile"].is_string());
        note(
            'l',
            found("query($id: ID) { leaveBalances(memberId: $id) { remainingMinutes } }").await,
        );
        let days = "query($id: ID) { attendance(memberId: $id, from: \"2026-11-01\", to: \"2026-11-30\") { date } }";
        note('a', found(days).await);
        let stale = json!({ "id": id, "expectedVersion": version });
        note('e', holder.code("updateMember", stale.clone()).await == "CONFLICT");
        let adjust = json!({ "memberId": id, "typeKey": "annual", "minutes": 0, "validFrom": "2026-01-01", "validTo": "2026-12-31", "note": "x" });
        note('m', holder.code("adjustLeave", adjust).await == "INVALID");
        let (request, url) = &self.requests[at];
        let seen = holder
            .run("query($id: ID!) { approval(id: $id) { id } }", json!({ "id": request }))
            .await;
        note('r', seen["approval"].is_object());
        let all = "{ approvals(box: ALL, first: 100) { totalCount nodes { id } } }";
        let all = holder.run(all, json!({})).await["approvals"].take();
        let listed = all["nodes"]
            .as_array()
            .expect("requests")
            .iter()
            .any(|one| one["id"] == *request);
        note('R', listed);
        assert_eq!(
            all["totalCount"].as_u64(),
            Some(all["nodes"].as_array().expect("requests").len() as u64),
            "the count tells no more"
        );
        let got = holder
            .client
            .get(format!("http://{}{url}", holder.address))
            .bearer_auth(holder.token.as_deref().expect("signed in"));
        note('f', got.send().await.expect("an answer").status().is_success());
        letters
    }
}

async fn upload(person: &Person) -> Value {
    use reqwest::multipart::{Form, Part};
    let part = Part::bytes(b"%PDF-1.7\n%x".to_vec()).file_name("证明.pdf");
    let request = person
        .client
        .post(format!("http://{}/files", person.address))
        .multipart(Form::new().part("file", part));
    let sent = request
        .bearer_auth(person.token.as_deref().expect("signed in"))
        .send()
        .await
        .expect("an answer");
    sent.json().await.expect("JSON")
}

/// The letters a role should have over a subject in reach, by the reviewed matrix of roles and permissions.
fn letters(role: Role, reached: bool) -> String {
    use Permission as P;
    let held = |letter: char, permission: Permission| {
        if reached && permission.held_by(role) {
            letter
        } else {
            '-'
        }
    };
    [
        held('c', P::ReadContacts),
        held('l', P::ReadLeave),
        held('a', P::ReadAttendance),
        held('e', P::EditOrganisation),
        held('m', P::AdjustLeave),
        held('r', P::ReadApprovals),
        held('R', P::ReadApprovals),
        held('f', P::ReadApprovals),
    ]
    .into_iter()
    .collect()
}

async fn scopes_reach_as_far_as_they_say(app: TestApp) {
    let mut company = Company::new(app).await;
    let mut findings = Findings::default();
    let roles = [
        ("HR", Role::Hr),
        ("FINANCE", Role::Finance),
        ("PROCESS_ADMINISTRATOR", Role::ProcessAdministrator),
    ];
    for (name, role) in roles {
        for scope in ["OWN", "DEPARTMENT", "DEPARTMENT_TREE", "CUSTOM", "ALL"] {
            let grant = company.grant(name, scope).await;
            for (at, (account, place)) in SUBJECTS.iter().enumerate() {
                let reached = match scope {
                    "OWN" => false,
                    "DEPARTMENT" => *place == "same department",
                    "DEPARTMENT_TREE" => *place != "elsewhere",
                    "CUSTOM" => *place == "department below",
                    _ => true,
                };
                findings.same(
                    format!("{name} over {scope}: {place}"),
                    company.may(account, at).await,
                    letters(role, reached),
                );
            }
            company
                .admin
                .change("revokeRole", json!({ "grantId": grant }), "memberId")
                .await;
        }
    }
    company.holder = company.app.person("cashier").await;
    findings.same(
        "without a role",
        company.may("zhangwei", 1).await,
        letters(Role::Member, true),
    );
    company.grant("ADMINISTRATOR", "ALL").await;
    findings.same(
        "as administrator",
        company.may("zhangwei", 1).await,
        letters(Role::Administrator, true),
    );
}

/// Whoever holds a right does not use it for themselves.
async fn nobody_decides_over_themselves(app: TestApp) {
    let (admin, hr) = (app.person("admin").await, app.person("hr").await);
    let own = hr.id().await;
    let before = app.digest().await;
    let more = json!({ "memberId": own, "typeKey": "annual", "minutes": 4800, "validFrom": "2026-01-01", "validTo": "2026-12-31", "note": "奖励自己" });
    assert_eq!(
        hr.code("adjustLeave", more).await,
        "FORBIDDEN",
        "personnel give themselves no leave"
    );
    let grant = json!({ "memberId": admin.id().await, "role": "HR", "scope": "ALL" });
    assert_eq!(
        admin.code("grantRole", grant).await,
        "NOT_ALLOWED_NOW",
        "nobody changes their own roles"
    );
    let me = member(&hr, "hr").await;
    let home = &me["departments"][0]["department"]["id"];
    let seat = json!([{ "departmentId": home, "isPrimary": true, "isLeader": true }]);
    let lead = json!({ "id": me["id"], "expectedVersion": me["version"], "memberships": seat });
    let refusal = hr
        .attempt("updateMember", &lead, "__typename")
        .await
        .expect_err("refused");
    assert_eq!(
        refusal.fields(),
        ["memberships.0.isLeader"],
        "nobody makes themselves a leader"
    );
    let of_home = department(&hr, "人力行政部").await;
    let lead = json!({ "id": of_home["id"], "expectedVersion": of_home["version"], "name": of_home["name"], "leaderIds": [own] });
    assert_eq!(
        hr.code("updateDepartment", lead).await,
        "NOT_ALLOWED_NOW",
        "nor this way"
    );
    let reset = json!({ "memberId": admin.id().await });
    assert_eq!(admin.code("resetPassword", reset).await, "NOT_ALLOWED_NOW");
    assert_eq!(app.digest().await.changed(&before), [""; 0]);
}

/// Who moves takes their reach with them, and who moves into it is in it.
async fn a_scope_follows_the_organisation(app: TestApp) {
    let mut company = Company::new(app).await;
    company.grant("PROCESS_ADMINISTRATOR", "DEPARTMENT_TREE").await;
    let (admin, holder) = (company.admin.clone(), company.holder.clone());
    let (request, _) = &company.requests[1];
    let sees = async || {
        let seen = holder
            .run(
                "query($id: ID!) { approval(id: $id) { id } approvals(box: ALL) { nodes { id } } }",
                json!({ "id": request }),
            )
            .await;
        let listed = seen["approvals"]["nodes"]
            .as_array()
            .expect("requests")
            .iter()
            .any(|one| one["id"] == *request);
        assert_eq!(seen["approval"].is_object(), listed, "the list and the request agree");
        listed
    };
    assert!(sees().await);
    let team = department(&admin, "平台组").await;
    let (sales, rd) = (
        department(&admin, "销售中心").await,
        department(&admin, "产品研发中心").await,
    );
    let to = |version: &Value, below: &Value| json!({ "id": team["id"], "expectedVersion": version, "parentId": below["id"], "position": 0 });
    let moved = admin
        .change("moveDepartment", to(&team["version"], &sales), "department { version }")
        .await;
    assert!(!sees().await, "the department has left the tree");
    admin
        .change(
            "moveDepartment",
            to(&moved["department"]["version"], &rd),
            "department { id }",
        )
        .await;
    assert!(sees().await, "and is back");
}

/// Right to manage requests over one department is none over another's, even where the request itself may be read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_no_right_to_manage() {
    let app = TestApp::start(Engine::Sqlite).await;
    let (admin, zhang, hr) = (
        app.person("admin").await,
        app.person("zhangwei").await,
        app.person("hr").await,
    );
    let legal = department(&admin, "法务部").await;
    let grant = json!({ "memberId": hr.id().await, "role": "PROCESS_ADMINISTRATOR", "scope": "CUSTOM", "departmentIds": [legal["id"]] });
    admin.change("grantRole", grant, "__typename").await;
    let request = submit(&zhang, leave("2026-12-14", "2026-12-14")).await["id"].take();
    let hr = app.person("hr").await;
    assert_eq!(
        hr.code("urgeApproval", json!({ "approvalId": request })).await,
        "NOT_FOUND"
    );
    zhang
        .change(
            "copyApproval",
            json!({ "approvalId": request, "memberIds": [hr.id().await] }),
            "__typename",
        )
        .await;
    let elsewhere = app.person("cashier").await.id().await;
    let before = app.digest().await;
    assert_eq!(
        hr.code("urgeApproval", json!({ "approvalId": request })).await,
        "FORBIDDEN",
        "it is of another department"
    );
    let onwards = json!({ "approvalId": request, "memberIds": [elsewhere] });
    assert_eq!(hr.code("copyApproval", onwards).await, "FORBIDDEN");
    assert_eq!(app.digest().await.changed(&before), [""; 0]);
    let shown = hr
        .run(
            "query($id: ID!) { approval(id: $id) { viewerActions { name } } }",
            json!({ "id": request }),
        )
        .await;
    let offered: Vec<_> = shown["approval"]["viewerActions"]
        .as_array()
        .expect("actions")
        .iter()
        .map(|one| one["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(offered, ["COMMENT"], "and nothing else is offered");
}
