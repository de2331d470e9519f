//! Who is asked: each kind of rule, in the preview and in fact (product 2.4).

use serde_json::{Value, json};
use tests::{Findings, TestApp, both};

use super::office::{Office, accounts};
use crate::org::department;

both! { each_rule_finds_its_people_in_the_preview_and_in_fact applicants_choose_within_limits branches_go_by_the_form }

const PREVIEW: &str = "query($input: SubmitApprovalInput!) { approvalPreview(input: $input) { canSubmit \
    fieldErrors { path } route { key kind seats { member { account } } } } }";

/// Accounts at a node, as the preview tells them.
async fn foreseen(office: &Office, account: &str, template: &str, form: &Value, node: &str) -> Vec<String> {
    let input = json!({ "input": { "templateKey": template, "form": form } });
    let found = office.person(account).run(PREVIEW, input).await["approvalPreview"].take();
    assert_eq!(found["canSubmit"], true, "{template}: {found}");
    let route = found["route"].as_array().expect("a route");
    let of_node = route.iter().find(|step| step["key"] == node);
    of_node
        .map(|step| accounts(&step["seats"], "member"))
        .unwrap_or_default()
}

async fn each_rule_finds_its_people_in_the_preview_and_in_fact(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    let hr = office.person("hr");
    let raw = |of: &Value| {
        json!(
            tongshi::graphql::id::decode_parts(of["id"].as_str().expect("an id"))
                .expect("an id")
                .1
        )
    };
    let (finance, root) = (department(hr, "财务部").await, department(hr, "远山科技").await);
    let cashier = crate::org::member(hr, "cashier").await;
    let post = json!({ "id": cashier["id"], "expectedVersion": cashier["version"], "positionName": "总账会计" });
    hr.change("updateMember", post, "member { id }").await;
    let positions = hr.run("{ positions { id name } }", json!({})).await["positions"].take();
    let named = |one: &&Value| one["name"] == "总账会计";
    let post = positions
        .as_array()
        .expect("positions")
        .iter()
        .find(named)
        .expect("a position");
    let leader = |account: &str, json: &Value| {
        json["leaders"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["account"] == account)
    };
    assert!(leader("ceo", &root), "the head of the company");
    let form = json!({ "who": office.id("cashier"), "where": finance["id"] });
    let finance_leader = finance["leaders"][0]["account"].as_str().expect("a leader").to_owned();
    let leads = finance_leader.as_str();
    for (key, applicant, rules, expected) in [
        (
            "members",
            "zhangwei",
            office.named(&["hr", "limin"]),
            vec!["hr", "limin"],
        ),
        (
            "repeated",
            "zhangwei",
            office.named(&["hr", "limin", "hr"]),
            vec!["hr", "limin"],
        ),
        (
            "role",
            "zhangwei",
            json!([{ "rule": "ROLE", "role": "HR" }]),
            vec!["hr"],
        ),
        (
            "position",
            "zhangwei",
            json!([{ "rule": "POSITION", "position": raw(post) }]),
            vec!["cashier"],
        ),
        (
            "leader-1",
            "zhangwei",
            json!([{ "rule": "DEPARTMENT_LEADER", "level": 1 }]),
            vec!["limin"],
        ),
        (
            "leader-2",
            "zhangwei",
            json!([{ "rule": "DEPARTMENT_LEADER", "level": 2 }]),
            vec!["wangfang"],
        ),
        (
            "leader-3",
            "zhangwei",
            json!([{ "rule": "DEPARTMENT_LEADER", "level": 3 }]),
            vec!["ceo"],
        ),
        (
            "top-1",
            "zhangwei",
            json!([{ "rule": "DEPARTMENT_LEADER", "level": 1, "from": "TOP" }]),
            vec!["ceo"],
        ),
        (
            "top-2",
            "zhangwei",
            json!([{ "rule": "DEPARTMENT_LEADER", "level": 2, "from": "TOP" }]),
            vec!["wangfang"],
        ),
        (
            "of-field",
            "zhangwei",
            json!([{ "rule": "DEPARTMENT_LEADER", "level": 1, "of": { "of": "FIELD", "field": "where" } }]),
            vec![leads],
        ),
        (
            "of-finance",
            "zhangwei",
            json!([{ "rule": "DEPARTMENT_LEADER", "level": 1, "of": { "of": "DEPARTMENT", "department": raw(&finance) } }]),
            vec![leads],
        ),
        (
            "line",
            "zhangwei",
            json!([{ "rule": "CONSECUTIVE_LEADERS", "levels": 2 }]),
            vec!["limin", "wangfang"],
        ),
        (
            "whole-line",
            "zhangwei",
            json!([{ "rule": "CONSECUTIVE_LEADERS", "levels": 20 }]),
            vec!["limin", "wangfang", "ceo"],
        ),
        (
            "manager-1",
            "zhangwei",
            json!([{ "rule": "MANAGER", "level": 1 }]),
            vec!["limin"],
        ),
        (
            "manager-2",
            "zhangwei",
            json!([{ "rule": "MANAGER", "level": 2 }]),
            vec!["wangfang"],
        ),
        (
            "manager-9",
            "zhangwei",
            json!([{ "rule": "MANAGER", "level": 9 }]),
            vec!["ceo"],
        ),
        (
            "applicant",
            "zhangwei",
            json!([{ "rule": "APPLICANT" }]),
            vec!["zhangwei"],
        ),
        (
            "field",
            "zhangwei",
            json!([{ "rule": "MEMBER_FIELD", "field": "who" }]),
            vec!["cashier"],
        ),
        (
            "joined",
            "zhangwei",
            json!([{ "rule": "MANAGER", "level": 1 }, { "rule": "ROLE", "role": "HR" }]),
            vec!["limin", "hr"],
        ),
        // The applicant leads their own department, and the ones above: somebody else decides, as far up as it takes.
        (
            "leader-of-self",
            "limin",
            json!([{ "rule": "DEPARTMENT_LEADER", "level": 1 }]),
            vec!["wangfang"],
        ),
        (
            "leader-of-self-2",
            "wangfang",
            json!([{ "rule": "DEPARTMENT_LEADER", "level": 1 }]),
            vec!["ceo"],
        ),
        (
            "leader-of-all",
            "ceo",
            json!([{ "rule": "DEPARTMENT_LEADER", "level": 3 }]),
            vec!["admin"],
        ),
        (
            "manager-of-all",
            "ceo",
            json!([{ "rule": "MANAGER", "level": 1 }]),
            vec!["admin"],
        ),
    ] {
        let node = json!({ "key": "ask", "name": "ask", "kind": "APPROVE", "rules": rules });
        office.publish(key, json!([node]), json!({})).await;
        let before = office.app.digest().await;
        findings.equal(
            format!("{key} is foreseen"),
            &foreseen(&office, applicant, key, &form, "ask").await,
            &expected,
        );
        findings.equal(
            format!("{key}: looking ahead changes nothing"),
            &office.app.digest().await.changed(&before),
            &[""; 0],
        );
        let request = office.ask_as(applicant, key, form.clone()).await;
        findings.equal(format!("{key} in fact"), &office.waiting(&request).await, &expected);
    }
}

async fn applicants_choose_within_limits(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    let rules = json!([{ "rule": "CHOSEN_BY_APPLICANT", "at_most": 2 }]);
    office
        .publish(
            "chosen",
            json!([{ "key": "ask", "name": "ask", "kind": "APPROVE", "rules": rules }]),
            json!({}),
        )
        .await;
    let zhang = office.person("zhangwei");
    let ids = |accounts: &[&str]| {
        accounts
            .iter()
            .map(|account| office.id(account).to_owned())
            .collect::<Vec<_>>()
    };
    office.disable("cashier").await;
    let before = office.app.digest().await;
    for (chosen, field) in [
        (json!({}), "chosenApprovers.ask"),
        (json!({ "ask": [] }), "chosenApprovers.ask"),
        (
            json!({ "ask": ids(&["limin", "wangfang", "hr"]) }),
            "chosenApprovers.ask",
        ),
        (json!({ "ask": ids(&["limin", "cashier"]) }), "chosenApprovers.ask.1"),
        (
            json!({ "ask": ids(&["limin"]), "moon": ids(&["hr"]) }),
            "chosenApprovers.moon",
        ),
        (json!({ "ask": ["x"] }), "chosenApprovers.ask.0"),
    ] {
        let input = json!({ "templateKey": "chosen", "form": {}, "chosenApprovers": chosen });
        let refusal = zhang
            .attempt("submitApproval", &input, "__typename")
            .await
            .expect_err("refused");
        findings.equal(
            chosen,
            &(refusal.code.as_str(), refusal.fields()),
            &("INVALID", vec![field]),
        );
    }
    assert_eq!(office.app.digest().await.changed(&before), [""; 0]);
    let input = json!({ "templateKey": "chosen", "form": {}, "chosenApprovers": { "ask": ids(&["hr", "wangfang"]) } });
    let done = zhang.change("submitApproval", input, "approval { id }").await;
    let request = &done["approval"]["id"];
    findings.equal(
        "in the order of the choice",
        &office.waiting(request).await,
        &["hr", "wangfang"],
    );
    office.play(request, "hr return:START, zhangwei resubmit").await;
    findings.equal(
        "a correction keeps the choice",
        &office.waiting(request).await,
        &["hr", "wangfang"],
    );
}

async fn branches_go_by_the_form(app: TestApp) {
    let mut findings = Findings::default();
    let office = Office::open(app).await;
    let branch = |key: &str, when: Option<&str>, account: &str| {
        let nodes = json!([office.approve(&format!("ask-{key}"), &[account], json!({}))]);
        json!({ "key": key, "name": key, "when": when, "nodes": nodes })
    };
    let split = json!({ "key": "split", "name": "金额", "kind": "EXCLUSIVE", "branches": [
        branch("large", Some("form.amount >= 5000"), "wangfang"),
        branch("named", Some("form.note == '特批'"), "ceo"),
        branch("other", None, "limin"),
    ] });
    let last = office.approve("last", &["hr"], json!({}));
    office
        .publish("amount", json!([split, last]), json!({ "resubmit": "RESUME_HERE" }))
        .await;
    for (form, expected) in [
        (json!({ "amount": 4999.99 }), "limin"),
        // Exactly on the threshold.
        (json!({ "amount": 5000 }), "wangfang"),
        (json!({ "amount": 5000.01 }), "wangfang"),
        (json!({ "amount": 0 }), "limin"),
        (json!({ "amount": 1, "note": "特批" }), "ceo"),
        // The first branch that holds is taken.
        (json!({ "amount": 9000, "note": "特批" }), "wangfang"),
    ] {
        let request = office.ask_as("zhangwei", "amount", form.clone()).await;
        findings.equal(&form, &office.waiting(&request).await, &[expected]);
        let key = if expected == "limin" {
            "ask-other"
        } else if expected == "ceo" {
            "ask-named"
        } else {
            "ask-large"
        };
        findings.equal(
            format!("{form} is foreseen"),
            &foreseen(&office, "zhangwei", "amount", &form, key).await,
            &[expected],
        );
    }
    // Corrected across the threshold: the other branch decides (2.11, 14).
    let request = office.ask_as("zhangwei", "amount", json!({ "amount": 10 })).await;
    office.play(&request, "limin approve, hr return:START").await;
    let input = json!({ "approvalId": request, "form": { "amount": 5000 } });
    office
        .person("zhangwei")
        .change("resubmitApproval", input, "approval { id }")
        .await;
    assert_eq!(office.waiting(&request).await, ["wangfang"]);
    // Without the amount no branch can be told: that is a fault of the form, and nobody is asked by chance.
    let blind = office.ask_as("zhangwei", "amount", json!({ "note": "x" })).await;
    let seen = office.seen("zhangwei", &blind).await;
    assert!(
        ["BLOCKED", "RUNNING"].contains(&seen["status"].as_str().unwrap()),
        "{}",
        seen["status"]
    );
    assert_eq!(seen["status"] == "BLOCKED", seen["blockReason"].is_string());
}
