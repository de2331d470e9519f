//! Signing in and out, refresh tokens, passwords, and what throttles those who guess.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tests::{Person, TestApp, both};

const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { accessToken expiresAt viewer { roles member { account mobile } } } }";
const CHANGE: &str = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) { ok } }";
const VIEWER: &str = "{ viewer { member { account } mustChangePassword } }";

fn credentials(account: &str, password: &str) -> Value {
    json!({ "input": { "account": account, "password": password } })
}

/// What a browser does when its access token ends: the new token, or the status.
async fn refresh(app: &TestApp, cookie: &str) -> Result<(String, String), StatusCode> {
    let response = reqwest::Client::new()
        .post(app.url("/auth/refresh"))
        .header("cookie", format!("tongshi_refresh={cookie}"))
        .header("x-tongshi", "1")
        .header("origin", app.url(""))
        .send()
        .await
        .expect("an answer");
    if response.status() != StatusCode::OK {
        return Err(response.status());
    }
    let next = cookie_of(&response);
    let body: Value = response.json().await.expect("JSON");
    Ok((next, body["accessToken"].as_str().expect("a token").to_owned()))
}

fn cookie_of(response: &reqwest::Response) -> String {
    let header = response
        .headers()
        .get("set-cookie")
        .expect("a cookie")
        .to_str()
        .expect("text");
    assert!(
        header.contains("HttpOnly") && header.contains("SameSite=Strict") && header.contains("Path=/auth"),
        "{header}"
    );
    let value = header
        .split(';')
        .next()
        .and_then(|pair| pair.split_once('='))
        .expect("a pair")
        .1;
    value.to_owned()
}

/// Signs in and gives access token and refresh cookie.
async fn session(app: &TestApp, account: &str) -> (String, String) {
    let body = json!({ "query": SIGN_IN, "variables": credentials(account, tongshi::demo::PASSWORD) });
    let response = reqwest::Client::new()
        .post(app.url("/graphql"))
        .json(&body)
        .send()
        .await
        .expect("an answer");
    let cookie = cookie_of(&response);
    let body: Value = response.json().await.expect("JSON");
    (
        body["data"]["signIn"]["accessToken"]
            .as_str()
            .expect("a token")
            .to_owned(),
        cookie,
    )
}

fn holder(app: &TestApp, token: &str) -> Person {
    let mut person = app.stranger();
    person.token = Some(token.to_owned());
    person
}

both! {
    async fn whoever_signs_in_is_known(app: TestApp) {
        let signed = app.stranger().run(SIGN_IN, credentials(" ZhangWei ", tongshi::demo::PASSWORD)).await;
        let viewer = &signed["signIn"]["viewer"];
        assert_eq!(viewer["member"]["account"], "zhangwei");
        assert!(viewer["member"]["mobile"].is_string(), "one's own number");
        assert_eq!(viewer["roles"], json!(["MEMBER"]));
        let limin = app.person("limin").await.run("{ viewer { roles permissions } }", json!({})).await;
        assert_eq!(limin["viewer"]["roles"], json!(["DEPARTMENT_LEADER", "MEMBER"]));
    }

    async fn unknown_accounts_and_wrong_passwords_look_the_same(app: TestApp) {
        let stranger = app.stranger();
        let unknown = stranger.refused(SIGN_IN, credentials("nobody", "wrong password")).await;
        for (account, password) in [("zhangwei", "wrong password"), ("zhangwei", ""), ("", ""), ("张伟", "x")] {
            let refusal = stranger.refused(SIGN_IN, credentials(account, password)).await;
            assert_eq!((refusal.code.as_str(), &refusal.message), ("UNAUTHENTICATED", &unknown.message), "{account}");
        }
        assert_eq!(stranger.refused(SIGN_IN, credentials("zhangwei", "a\0b")).await.code, "INVALID", "no text holds NUL");
        let long = stranger.refused(SIGN_IN, credentials("zhangwei", &"x".repeat(5_000))).await;
        assert_eq!(long.message, unknown.message);
    }

    async fn those_who_guess_are_slowed_down(app: TestApp) {
        let stranger = app.stranger();
        for account in ["limin", "nobody"] {
            for n in 0..10 {
                let refusal = stranger.refused(SIGN_IN, credentials(account, &format!("wrong password {n}"))).await;
                assert_eq!(refusal.code, "UNAUTHENTICATED", "{account} {n}");
            }
            let refusal = stranger.refused(SIGN_IN, credentials(&account.to_uppercase(), tongshi::demo::PASSWORD)).await;
            assert_eq!(refusal.code, "THROTTLED", "{account}");
            assert!((1..=900).contains(&refusal.extensions["retryAfter"].as_i64().expect("seconds")));
        }
        app.clock.pass(TimeDelta::minutes(15));
        assert!(stranger.run(SIGN_IN, credentials("limin", tongshi::demo::PASSWORD)).await["signIn"]["accessToken"].is_string());
    }

    async fn a_refresh_token_has_one_successor_and_reuse_ends_the_session(app: TestApp) {
        let (token, first) = session(&app, "zhangwei").await;
        let at_once = futures_util::future::join_all((0..10).map(|_| refresh(&app, &first))).await;
        let mut successors: Vec<String> = at_once.into_iter().map(|renewed| renewed.expect("renewed").0).collect();
        successors.dedup();
        assert_eq!(successors.len(), 1, "a lost answer is given again");
        let second = successors.remove(0);
        assert!(second != first);

        app.clock.pass(TimeDelta::seconds(11));
        let (third, access) = refresh(&app, &second).await.expect("the live one");
        holder(&app, &access).run(VIEWER, json!({})).await;
        assert_eq!(refresh(&app, &first).await.err(), Some(StatusCode::UNAUTHORIZED), "spent long ago");
        assert_eq!(refresh(&app, &third).await.err(), Some(StatusCode::UNAUTHORIZED), "the whole family has ended");
        for token in [token, access] {
            let refusal = holder(&app, &token).refused(VIEWER, json!({})).await;
            assert_eq!(refusal.code, "UNAUTHENTICATED", "access tokens too");
        }
    }

    async fn tokens_end_and_are_not_taken_for_each_other(app: TestApp) {
        let (token, cookie) = session(&app, "zhangwei").await;
        assert_eq!(holder(&app, &cookie).refused(VIEWER, json!({})).await.code, "UNAUTHENTICATED");
        assert!(refresh(&app, &token).await.is_err());
        assert!(refresh(&app, "").await.is_err());
        app.clock.pass(TimeDelta::minutes(11));
        assert_eq!(holder(&app, &token).refused(VIEWER, json!({})).await.code, "UNAUTHENTICATED");
        assert!(refresh(&app, &cookie).await.is_ok());
        app.clock.pass(TimeDelta::days(15));
        assert!(refresh(&app, &cookie).await.is_err());
    }

    async fn a_new_password_ends_the_other_sessions(app: TestApp) {
        let (here, elsewhere) = (app.person("zhangwei").await, app.person("zhangwei").await);
        let change = |current: &str, new: &str| json!({ "input": { "current": current, "new": new } });
        let wrong = [("wrong password", "correct horse battery", "current"), (tongshi::demo::PASSWORD, "short", "new"), (tongshi::demo::PASSWORD, "12345678", "new")];
        for (current, new, field) in wrong {
            let refusal = here.refused(CHANGE, change(current, new)).await;
            assert_eq!((refusal.code.as_str(), refusal.fields()), ("INVALID", vec![field]));
        }
        here.run(CHANGE, change(tongshi::demo::PASSWORD, "正确的马电池订书钉")).await;
        here.run(VIEWER, json!({})).await;
        assert_eq!(elsewhere.refused(VIEWER, json!({})).await.code, "UNAUTHENTICATED");
        let stranger = app.stranger();
        assert_eq!(stranger.refused(SIGN_IN, credentials("zhangwei", tongshi::demo::PASSWORD)).await.code, "UNAUTHENTICATED");
        stranger.run(SIGN_IN, credentials("zhangwei", "正确的马电池订书钉")).await;
    }

    async fn an_administrator_resets_a_password_and_nobody_else(app: TestApp) {
        const RESET: &str = "mutation($input: ResetPasswordInput!) { resetPassword(input: $input) { oneTimePassword } }";
        let zhang = app.person("zhangwei").await;
        let id = zhang.run("{ viewer { member { id } } }", json!({})).await["viewer"]["member"]["id"].take();
        let input = json!({ "input": { "memberId": id } });
        for account in ["limin", "hr"] {
            assert_eq!(app.person(account).await.refused(RESET, input.clone()).await.code, "FORBIDDEN", "{account}");
        }
        let admin = app.person("admin").await;
        let reset = admin.run(RESET, input).await;
        assert_eq!(zhang.refused(VIEWER, json!({})).await.code, "UNAUTHENTICATED");
        let password = reset["resetPassword"]["oneTimePassword"].as_str().expect("a password");
        let signed = app.stranger().run(SIGN_IN, credentials("zhangwei", password)).await;
        let zhang = holder(&app, signed["signIn"]["accessToken"].as_str().expect("a token"));
        assert_eq!(zhang.run(VIEWER, json!({})).await["viewer"]["mustChangePassword"], true);
        assert_eq!(admin.refused(RESET, json!({ "input": { "memberId": "member_00000000000000000000000000" } })).await.code, "NOT_FOUND");
    }

    async fn a_one_time_password_opens_nothing_but_the_way_to_another(app: TestApp) {
        const CREATE: &str = "mutation($input: CreateMemberInput!) { createMember(input: $input) { oneTimePassword } }";
        let hr = app.person("hr").await;
        let team = hr.run("{ viewer { member { departments { department { id } } } } }", json!({})).await;
        let team = team["viewer"]["member"]["departments"][0]["department"]["id"].clone();
        let input = json!({ "account": "xin.ren", "name": "新人", "mobile": "13912340000", "memberships": [{ "departmentId": team, "isPrimary": true, "isLeader": false }] });
        let given = hr.run(CREATE, json!({ "input": input })).await["createMember"]["oneTimePassword"].take();
        let given = given.as_str().expect("a password");
        let signed = app.stranger().run(SIGN_IN, credentials("xin.ren", given)).await;
        let new = holder(&app, signed["signIn"]["accessToken"].as_str().expect("a token"));

        let seen = new.run("{ asOf viewer { mustChangePassword permissions member { name manager { name } awayToday { until } } counters { inbox } } organisation { name } }", json!({})).await;
        assert_eq!(seen["viewer"]["mustChangePassword"], true);
        for shut in [
            "{ departments { id } }",
            "{ members { nodes { id } } }",
            "{ approvalInbox { nodes { id } } }",
            "{ leaveBalances { remainingMinutes } }",
            "{ notifications { nodes { id } } }",
            "{ node(id: \"member_00000000000000000000000000\") { id } }",
            "mutation { setLocale(input: { locale: \"en\" }) { viewer { locale } } }",
            "mutation { saveApprovalDraft(input: { templateKey: \"leave\", form: {} }) { draft { templateKey } } }",
        ] {
            let refusal = new.refused(shut, json!({})).await;
            assert_eq!(refusal.code, "PASSWORD_CHANGE_REQUIRED", "{shut}");
            assert_eq!(refusal.message, "请先修改初始密码，再继续使用");
        }
        let english = new.clone().in_english().refused("{ departments { id } }", json!({})).await;
        assert_eq!(english.message, "Choose a password of your own before you go on");
        assert_eq!(crate::socket::stream_refused(&app, &new).await, "PASSWORD_CHANGE_REQUIRED");
        let file = new.client.get(app.url("/files/file_01h455vb4pex5vsknk084sn02q")).bearer_auth(new.token.as_deref().expect("a token"));
        assert_eq!(file.send().await.expect("an answer").status(), 403);

        new.run(CHANGE, json!({ "input": { "current": given, "new": "正确的马电池订书钉" } })).await;
        new.run("{ departments { id } }", json!({})).await;
        assert_eq!(new.run(VIEWER, json!({})).await["viewer"]["mustChangePassword"], false);
    }

    async fn sessions_are_listed_and_ended_by_their_owner(app: TestApp) {
        const SESSIONS: &str = "{ sessions { id current address } }";
        const REVOKE: &str = "mutation($input: RevokeSessionInput!) { revokeSession(input: $input) { ok } }";
        let (here, elsewhere, limin) = (app.person("zhangwei").await, app.person("zhangwei").await, app.person("limin").await);
        let listed = here.run(SESSIONS, json!({})).await;
        let listed = listed["sessions"].as_array().expect("sessions");
        assert_eq!(listed.len(), 2);
        let other = listed.iter().find(|session| session["current"] == false).expect("the other");
        let input = json!({ "input": { "sessionId": other["id"] } });
        assert_eq!(limin.refused(REVOKE, input.clone()).await.code, "NOT_FOUND");
        here.run(REVOKE, input).await;
        assert_eq!(elsewhere.refused(VIEWER, json!({})).await.code, "UNAUTHENTICATED");
        here.run("mutation { signOut { ok } }", json!({})).await;
        assert_eq!(here.refused(VIEWER, json!({})).await.code, "UNAUTHENTICATED");
    }
}
