//! The paths to a member that no query goes: what a change gives back, what the live feed tells, and grants of roles.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::{Findings, Person, TestApp, both};

use super::{FIELDS, members, with_numbers};
use crate::flow::{leave, submit};
use crate::socket::{self, hear, subscribe, welcome};

both! { payloads_and_the_feed_keep_numbers_private }

/// Whose numbers an answer tells, and whom it names without them.
fn told(answer: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut met = Vec::new();
    members(answer, &mut met);
    let (shown, hidden): (Vec<_>, Vec<_>) = met
        .iter()
        .partition(|one| one["mobile"].is_string() || one["email"].is_string() || one["address"].is_string());
    let names = |all: Vec<&Value>| {
        all.iter()
            .filter_map(|one| one["account"].as_str())
            .map(str::to_owned)
            .collect()
    };
    (names(shown), names(hidden))
}

/// What of the feed tells somebody about a comment on their request, with the actor's numbers.
async fn heard_of_a_comment(app: &TestApp, person: &Person, say: impl AsyncFnOnce()) -> Value {
    let mut socket = welcome(app, person).await;
    let document = format!("subscription {{ events {{ ... on Event {{ kind actor {FIELDS} }} }} }}");
    socket::say(&mut socket, subscribe("1", &document)).await;
    socket::say(&mut socket, json!({ "type": "ping" })).await;
    while hear(&mut socket).await.expect("alive")["type"] != "pong" {}
    say().await;
    loop {
        let mut heard = hear(&mut socket).await.expect("alive");
        let event = heard["payload"]["data"]["events"].take();
        if event["kind"] == "approval.commented" {
            return event;
        }
    }
}

async fn payloads_and_the_feed_keep_numbers_private(app: TestApp) {
    let (admin, zhang, limin, cashier) = (
        app.person("admin").await,
        app.person("zhangwei").await,
        app.person("limin").await,
        app.person("cashier").await,
    );
    with_numbers(&admin).await;
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let mut findings = Findings::default();

    // The feed: whoever is above the actor knows the numbers, the others do not.
    let request = submit(&zhang, leave("2026-11-24", "2026-11-24")).await["id"].take();
    let named = format!("请看 @[{}]", cashier.id().await);
    let comment = async |who: &Person, body: &str| {
        let input = json!({ "approvalId": request, "body": body });
        who.change("commentApproval", input, "comment { id }").await;
    };
    let event = heard_of_a_comment(&app, &zhang, async || comment(&limin, &named).await).await;
    findings.same(
        "the applicant hears of who asks back",
        told(&event),
        (set(&[]), set(&["limin"])),
    );
    let event = heard_of_a_comment(&app, &cashier, async || comment(&zhang, &named).await).await;
    findings.same(
        "who was named hears of the applicant",
        told(&event),
        (set(&[]), set(&["zhangwei"])),
    );
    let event = heard_of_a_comment(&app, &limin, async || comment(&zhang, "好").await).await;
    findings.same(
        "who is above hears of the applicant",
        told(&event),
        (set(&["zhangwei"]), set(&[])),
    );

    // Grants: there is nothing to see of them for who gives none.
    let grants = format!("{{ roleGrants {{ member {FIELDS} grantedBy {FIELDS} }} }}");
    for (person, name) in [(&zhang, "zhangwei"), (&limin, "limin"), (&cashier, "cashier")] {
        let (_, answer) = person.send(&grants, json!({})).await;
        findings.same(
            format!("grants to {name}"),
            answer["errors"][0]["extensions"]["code"].as_str(),
            Some("FORBIDDEN"),
        );
        findings.same(
            format!("people of grants to {name}"),
            told(&answer),
            (set(&[]), set(&[])),
        );
    }
    let (shown, _) = told(&admin.run(&grants, json!({})).await);
    findings.holds(format!("the administrator sees them: {shown:?}"), shown.contains("hr"));

    // Payloads: with the right over one department, its members are seen and their superiors elsewhere are not.
    let legal = crate::org::department(&admin, "法务部").await["id"].take();
    let over = json!({ "memberId": cashier.id().await, "role": "HR", "scope": "CUSTOM", "departmentIds": [legal] });
    let granted = admin
        .change("grantRole", over, &format!("grant {{ member {FIELDS} }}"))
        .await;
    findings.same("the one who grants", told(&granted), (set(&["cashier"]), set(&[])));
    let selection =
        format!("member {{ account id version mobile email address manager {FIELDS} managerChain {FIELDS} }}");
    let seat = json!([{ "departmentId": legal, "isPrimary": true, "isLeader": false }]);
    let new = json!({ "account": "new.legal", "name": "新人", "mobile": "13900001234", "memberships": seat, "managerId": zhang.id().await });
    let mut member = cashier.change("createMember", new, &selection).await;
    let mut check = |what: &str, payload: &Value| {
        let (shown, hidden) = told(payload);
        findings.same(format!("{what} shows"), shown, set(&["new.legal"]));
        findings.holds(
            format!("{what} names those above: {hidden:?}"),
            hidden.contains("zhangwei") && hidden.contains("limin"),
        );
    };
    check("a new member", &member);
    for (mutation, more) in [
        ("updateMember", json!({ "alias": "新" })),
        ("disableMember", json!({})),
        ("enableMember", json!({})),
    ] {
        let mut input = json!({ "id": member["member"]["id"], "expectedVersion": member["member"]["version"] });
        for (name, value) in more.as_object().expect("an object") {
            input[name] = value.clone();
        }
        member = cashier.change(mutation, input, &selection).await;
        check(mutation, &member);
    }
}
