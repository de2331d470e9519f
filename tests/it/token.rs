//! Personal access tokens: what programs may do with them, and what never.

use chrono::TimeDelta;
use entity::identity_token;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::{Person, TestApp, both};

use crate::flow::{leave, submit};
use crate::socket::{closed, hear, say, subscribe, welcome};

const CREATE: &str = "mutation($input: CreateAccessTokenInput!) { createAccessToken(input: $input) { token accessToken { id name scopes expiresAt lastUsedAt } } }";
const LIST: &str = "{ accessTokens { id name scopes lastUsedAt } }";
const REVOKE: &str = "mutation($input: RevokeAccessTokenInput!) { revokeAccessToken(input: $input) { ok } }";
const ME: &str = "{ viewer { roles } }";

fn wanted(name: &str, scopes: &[&str], days: i32) -> Value {
    json!({ "input": { "name": name, "scopes": scopes, "expiresInDays": days } })
}

/// A program of somebody's, and the id of its token.
async fn program(app: &TestApp, owner: &Person, scopes: &[&str]) -> (Person, Value) {
    let made = owner.run(CREATE, wanted("报表", scopes, 30)).await["createAccessToken"].take();
    let mut program = app.stranger();
    program.token = made["token"].as_str().map(str::to_owned);
    (program, made["accessToken"]["id"].clone())
}

both! {
    async fn a_program_does_what_its_scopes_say(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let (reader, _) = program(&app, &zhang, &["ORG_READ", "APPROVAL_READ"]).await;
        assert_eq!(reader.run(ME, json!({})).await["viewer"]["roles"], json!(["MEMBER"]), "no more rights than its owner");
        reader.run("{ members(first: 5) { nodes { name } } approvals(box: STARTED) { nodes { applicant { name } } } }", json!({})).await;
        for (document, scope) in [
            ("{ leaveTypes { key } }", "leave:read"),
            ("{ notifications { nodes { id } } }", "notification:read"),
            ("mutation { markNotificationsRead(input: {}) { __typename } }", "notification:write"),
            ("mutation { withdrawApproval(input: { approvalId: \"x\" }) { approval { id } } }", "approval:write"),
        ] {
            let refusal = reader.clone().in_english().refused(document, json!({})).await;
            assert_eq!(refusal.code, "FORBIDDEN", "{document}");
            assert!(refusal.message.contains(scope), "{}", refusal.message);
        }
        let (writer, _) = program(&app, &zhang, &["APPROVAL_WRITE", "ORG_READ", "LEAVE_READ"]).await;
        assert_eq!(submit(&writer, leave("2026-12-10", "2026-12-10")).await["status"], "RUNNING");
        let events = entity::event_log::Entity::find().all(app.cx.db.read()).await.expect("the log");
        let submitted = |event: &&entity::event_log::Model| event.kind == "approval.submitted" && event.via == entity::Via::Api;
        assert_eq!(events.iter().filter(submitted).count(), 1, "the log tells a program from a person");
    }

    async fn a_program_manages_no_tokens_passwords_or_sessions(app: TestApp) {
        let admin = app.person("admin").await;
        let every: Vec<&str> = vec!["ORG_WRITE", "APPROVAL_WRITE", "LEAVE_WRITE", "CALENDAR_WRITE", "ATTENDANCE_READ", "NOTIFICATION_WRITE", "FILE_WRITE"];
        let (program, id) = program(&app, &admin, &every).await;
        let member = admin.id().await;
        for (document, variables) in [
            (LIST, json!({})),
            ("{ sessions { id } }", json!({})),
            (CREATE, wanted("another", &["ORG_READ"], 1)),
            (REVOKE, json!({ "input": { "accessTokenId": id } })),
            ("mutation { revokeOtherSessions { ended } }", json!({})),
            ("mutation($input: ChangePasswordInput!) { changePassword(input: $input) { ok } }", json!({ "input": { "current": tongshi::demo::PASSWORD, "new": "correct horse battery" } })),
            ("mutation($input: ResetPasswordInput!) { resetPassword(input: $input) { oneTimePassword } }", json!({ "input": { "memberId": member } })),
        ] {
            assert_eq!(program.refused(document, variables).await.code, "FORBIDDEN", "{document}");
        }
    }

    async fn a_token_is_told_once_and_kept_as_a_hash(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        let (program, id) = program(&app, &zhang, &["ORG_READ"]).await;
        let text = program.token.clone().expect("a token");
        assert!(text.starts_with("tongshi_pat_"));
        let rows = identity_token::Entity::find().all(app.cx.db.read()).await.expect("rows");
        assert_eq!(rows.len(), 1);
        assert!(rows[0].hash.len() == 32 && !format!("{:?}", rows[0]).contains(&text["tongshi_pat_".len()..]));
        program.run(ME, json!({})).await;
        let mut listed = Value::Null;
        for _ in 0..100 {
            listed = zhang.run(LIST, json!({})).await["accessTokens"].take();
            if listed[0]["lastUsedAt"].is_string() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!((&listed[0]["id"], &listed[0]["name"], &listed[0]["scopes"]), (&id, &json!("报表"), &json!(["ORG_READ"])));
        assert!(listed[0]["lastUsedAt"].is_string(), "its use is noted");
        assert!(!listed.to_string().contains(&text));
        for (name, scopes, days, field) in [("", &["ORG_READ"][..], 1, "name"), ("x", &[], 1, "scopes"), ("x", &["ORG_READ"], 0, "expiresInDays"), ("x", &["ORG_READ"], 367, "expiresInDays")] {
            let refusal = zhang.refused(CREATE, wanted(name, scopes, days)).await;
            assert_eq!((refusal.code.as_str(), refusal.fields()), ("INVALID", vec![field]));
        }
    }

    async fn a_revoked_token_ends_at_once_and_so_do_its_sockets(app: TestApp) {
        let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
        let (program, id) = program(&app, &zhang, &["APPROVAL_READ"]).await;
        let mut socket = welcome(&app, &program).await;
        let revoke = json!({ "input": { "accessTokenId": id } });
        assert_eq!(limin.refused(REVOKE, revoke.clone()).await.code, "NOT_FOUND");
        zhang.run(REVOKE, revoke.clone()).await;
        assert_eq!(closed(&mut socket).await, 4403);
        assert_eq!(program.refused(ME, json!({})).await.code, "UNAUTHENTICATED");
        assert_eq!(zhang.refused(REVOKE, revoke).await.code, "NOT_FOUND");
        let mut forged = app.stranger();
        forged.token = program.token.as_ref().map(|token| format!("{}AAAA", &token[..token.len() - 4]));
        assert_eq!(forged.refused(ME, json!({})).await.code, "UNAUTHENTICATED");
    }

    async fn a_token_ends_with_its_time_its_owner_and_a_reset_password(app: TestApp) {
        let admin = app.person("admin").await;
        let zhang = app.person("zhangwei").await;
        let (program_one, _) = program(&app, &zhang, &["ORG_READ"]).await;
        let mut socket = welcome(&app, &program_one).await;
        let reset = "mutation($input: ResetPasswordInput!) { resetPassword(input: $input) { oneTimePassword } }";
        admin.run(reset, json!({ "input": { "memberId": zhang.id().await } })).await;
        assert_eq!(closed(&mut socket).await, 4403);
        assert_eq!(program_one.refused(ME, json!({})).await.code, "UNAUTHENTICATED");

        let limin = app.person("limin").await;
        let (program_two, _) = program(&app, &limin, &["ORG_READ"]).await;
        let mut socket = welcome(&app, &program_two).await;
        app.clock.pass(TimeDelta::days(30));
        assert_eq!(closed(&mut socket).await, 4401);
        assert_eq!(program_two.refused(ME, json!({})).await.code, "UNAUTHENTICATED");
    }

    async fn a_program_hears_only_of_what_it_may_read(app: TestApp) {
        let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
        let (deaf, _) = program(&app, &limin, &["LEAVE_READ"]).await;
        let (keen, _) = program(&app, &limin, &["APPROVAL_READ"]).await;
        let (mut nothing, mut all) = (welcome(&app, &deaf).await, welcome(&app, &keen).await);
        for socket in [&mut nothing, &mut all] {
            say(socket, subscribe("e", "subscription{events{... on Event{kind}}}")).await;
            say(socket, json!({ "type": "ping" })).await;
            assert_eq!(hear(socket).await.expect("alive")["type"], "pong");
        }
        submit(&zhang, leave("2026-12-10", "2026-12-10")).await;
        let heard = hear(&mut all).await.expect("an event");
        assert_eq!(heard["payload"]["data"]["events"]["kind"], "approval.submitted");
        // The barrier: an answer asked for after the event was delivered to the other.
        say(&mut nothing, subscribe("q", "{viewer{roles}}")).await;
        loop {
            let next = hear(&mut nothing).await.expect("an answer");
            assert!(!next.to_string().contains("approval."), "{next}");
            if next["id"] == "q" && next["type"] == "complete" {
                break;
            }
        }
    }
}

#[tokio::test]
async fn files_have_scopes_of_their_own() {
    let app = TestApp::start(tests::Engine::Sqlite).await;
    let zhang = app.person("zhangwei").await;
    let (reader, _) = program(&app, &zhang, &["FILE_READ"]).await;
    let (writer, _) = program(&app, &zhang, &["FILE_WRITE"]).await;
    let upload = async |person: &Person| {
        let part = reqwest::multipart::Part::bytes(b"%PDF-1.7\n%x".to_vec()).file_name("a.pdf");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = person.client.post(app.url("/files")).multipart(form);
        request
            .bearer_auth(person.token.as_deref().expect("a token"))
            .send()
            .await
            .expect("an answer")
    };
    assert_eq!(upload(&reader).await.status(), 403);
    let kept: Value = upload(&writer).await.json().await.expect("JSON");
    let url = app.url(kept["url"].as_str().expect("an address"));
    for person in [&reader, &writer] {
        let request = person
            .client
            .get(&url)
            .bearer_auth(person.token.as_deref().expect("a token"));
        assert_eq!(request.send().await.expect("an answer").status(), 200);
    }
}
