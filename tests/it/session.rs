//! Sessions over time and over processes: keys that are rotated, hashes that are renewed, ends that are known everywhere.

use std::time::{Duration, Instant};

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::TimeDelta;
use entity::{identity_credential, identity_session, org_member};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tests::{Engine, Person, TestApp, both};
use tongshi::config::Settings;
use tongshi::secret::{self, SESSIONS};

use crate::socket::{closed, welcome};

const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }";
const ME: &str = "{ viewer { roles } }";

fn credentials(account: &str, password: &str) -> Value {
    json!({ "input": { "account": account, "password": password } })
}

/// Header of the token somebody carries.
fn header(person: &Person) -> String {
    let token = person.token.as_deref().expect("signed in");
    token.split('.').next().expect("a header").to_owned()
}

both! {
    async fn keys_are_rotated_while_people_work(app: TestApp) {
        let before = app.person("zhangwei").await;
        let mut socket = welcome(&app, &before).await;
        let folder = app.cx.config.data_dir.clone();
        assert_eq!(secret::rotate(&folder, &SESSIONS, app.cx.now()), Ok(2));
        app.clock.pass(TimeDelta::seconds(31));
        let begun = Instant::now();
        let after = loop {
            let after = app.person("limin").await;
            if header(&after) != header(&before) {
                break after;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "the new key is taken up");
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        after.run(ME, json!({})).await;
        before.run(ME, json!({})).await;
        crate::socket::say(&mut socket, json!({ "type": "ping" })).await;
        assert_eq!(crate::socket::hear(&mut socket).await.expect("alive")["type"], "pong");
        let renewed = before.client.post(app.url("/auth/refresh")).header("x-tongshi", "1");
        assert_eq!(renewed.send().await.expect("an answer").status(), 200, "and renewed across the change");
        let app = app.restart().await;
        let (mut before, mut after) = (before, after);
        for person in [&mut before, &mut after] {
            person.address = app.address;
            person.run(ME, json!({})).await;
        }
    }

    async fn a_weak_hash_is_renewed_at_the_next_sign_in(app: TestApp) {
        let params = Params::new(8 * 1024, 1, 1, None).expect("parameters");
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hash = weak.hash_password(tongshi::demo::PASSWORD.as_bytes()).expect("a hash").to_string();
        let zhang = org_member::Entity::find().filter(org_member::Column::Account.eq("zhangwei"));
        let zhang = zhang.one(app.cx.db.read()).await.expect("a row").expect("zhangwei");
        let row = identity_credential::ActiveModel { member_id: Set(zhang.id), password_hash: Set(hash), ..Default::default() };
        row.update(app.cx.db.write()).await.expect("stored");
        app.person("zhangwei").await;
        let stored = identity_credential::Entity::find_by_id(zhang.id).one(app.cx.db.read()).await.expect("a row").expect("a credential");
        assert!(stored.password_hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", stored.password_hash);
        app.person("zhangwei").await;
    }

    async fn all_other_sessions_are_ended_at_once(app: TestApp) {
        let (here, one, two) = (app.person("zhangwei").await, app.person("zhangwei").await, app.person("zhangwei").await);
        let limin = app.person("limin").await;
        let mut socket = welcome(&app, &one).await;
        let ended = here.run("mutation { revokeOtherSessions { ended } }", json!({})).await;
        assert_eq!(ended["revokeOtherSessions"]["ended"], 2);
        assert_eq!(closed(&mut socket).await, 4403);
        for gone in [&one, &two] {
            assert_eq!(gone.refused(ME, json!({})).await.code, "UNAUTHENTICATED");
        }
        for stays in [&here, &limin] {
            stays.run(ME, json!({})).await;
        }
    }

    async fn aliases_are_no_way_round_the_throttle(app: TestApp) {
        let stranger = app.stranger();
        let many: String = (0..10)
            .map(|n| format!("s{n}: signIn(input: {{ account: \"LiMin\", password: \"wrong {n}\" }}) {{ accessToken }} "))
            .collect();
        let mut codes = Vec::new();
        for turn in 0..2 {
            // One error ends a mutation whose fields may not be null, so each is its own document after the first refusal.
            let (_, body) = stranger.send(&format!("mutation {{ {many} }}"), json!({})).await;
            codes.extend(body["errors"].as_array().cloned().unwrap_or_default());
            for n in 0..8 {
                codes.push(json!({ "extensions": { "code": stranger.refused(SIGN_IN, credentials(" limin ", &format!("w{turn}{n}"))).await.code } }));
            }
        }
        let guessed = codes.iter().filter(|error| error["extensions"]["code"] == "UNAUTHENTICATED").count();
        assert!(guessed <= 10, "{guessed} guesses");
        assert!(codes.iter().any(|error| error["extensions"]["code"] == "THROTTLED"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ends_in_one_process_ends_in_the_others() {
    let app = TestApp::start(Engine::Postgres).await;
    let other = app.beside().await;
    let at_other = |person: &Person| Person {
        address: other.address,
        ..person.clone()
    };
    let (here, admin) = (app.person("zhangwei").await, app.person("admin").await);
    let there = at_other(&here);
    there.run(ME, json!({})).await;
    let mut socket = welcome(&other, &there).await;
    let begun = Instant::now();
    here.run("mutation { signOut { ok } }", json!({})).await;
    assert_eq!(closed(&mut socket).await, 4403);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    loop {
        let (_, body) = there.send(ME, json!({})).await;
        if body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED" {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "a session lives on elsewhere");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    // A role taken away closes sockets elsewhere, too, and is gone from requests.
    let hr = app.person("hr").await;
    let mut socket = welcome(&other, &at_other(&hr)).await;
    let grants = admin
        .run("{ roleGrants { id role member { account } } }", json!({}))
        .await;
    let grants = grants["roleGrants"].as_array().expect("grants").clone();
    let grant = grants
        .iter()
        .find(|grant| grant["member"]["account"] == "hr" && grant["role"] == "HR")
        .expect("a grant");
    let begun = Instant::now();
    admin
        .run(
            "mutation($input: RevokeRoleInput!) { revokeRole(input: $input) { __typename } }",
            json!({ "input": { "grantId": grant["id"] } }),
        )
        .await;
    assert_eq!(closed(&mut socket).await, 4403);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_member_has_so_many_sessions_and_the_oldest_end() {
    let app = TestApp::start(Engine::Sqlite).await;
    let first = app.person("zhangwei").await;
    let second = app.person("zhangwei").await;
    for _ in 0..47 {
        app.clock.pass(TimeDelta::milliseconds(10));
        app.person("zhangwei").await;
    }
    let live = identity_session::Entity::find().filter(identity_session::Column::RevokedAt.is_null());
    assert_eq!(live.all(app.cx.db.read()).await.expect("rows").len(), 48);
    tokio::time::sleep(Duration::from_millis(3_100)).await;
    assert_eq!(first.refused(ME, json!({})).await.code, "UNAUTHENTICATED");
    second.run(ME, json!({})).await;
}

/// Passwords hashed so far.
async fn hashes(app: &TestApp) -> u64 {
    let asked = app
        .stranger()
        .client
        .get(app.url("/metrics"))
        .bearer_auth("of-the-tests-alone")
        .send();
    let text = asked.await.expect("an answer").text().await.expect("numbers");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("tongshi_password_hashes_total "));
    line.expect("a number").parse().expect("a number")
}

/// What a refusal costs, counted instead of timed: hashes, and statements up to the answer. The least of some tries: what the server
/// does by itself meanwhile only adds to them.
async fn the_work_of_a_refusal_tells_nothing(engine: Engine) {
    let settings = Settings {
        metrics_token: Some("of-the-tests-alone".to_owned().into()),
        ..Settings::default()
    };
    let app = TestApp::start_with(engine, settings).await;
    let (stranger, hr) = (app.stranger(), app.person("hr").await);
    let gone = crate::org::member(&hr, "cashier").await;
    let disable = json!({ "id": gone["id"], "expectedVersion": gone["version"] });
    hr.change("disableMember", disable, "member { id }").await;
    // The first refusal of all hashes the password nobody has.
    stranger
        .refused(SIGN_IN, credentials("nobody-at-all", "wrong password"))
        .await;
    let too_long = "x".repeat(129);
    let cases = [
        ("no-such-person", "wrong password"),
        ("limin", "wrong password"),
        ("cashier", "wrong password"),
        ("no-such-person", too_long.as_str()),
        ("limin", too_long.as_str()),
        ("cashier", too_long.as_str()),
    ];
    let mut told = Vec::new();
    for (account, password) in cases {
        let mut least = (u64::MAX, u64::MAX);
        for _ in 0..8 {
            if told.first().is_some_and(|(_, _, first)| *first == least) {
                break;
            }
            // Until what the one before is counted by has been written down, behind its answer.
            tokio::time::sleep(Duration::from_millis(250)).await;
            let before = (hashes(&app).await, app.cx.db.statements());
            let refusal = stranger.refused(SIGN_IN, credentials(account, password)).await;
            let statements = app.cx.db.statements() - before.1;
            assert_eq!(refusal.code, "UNAUTHENTICATED", "{account}: {}", refusal.message);
            let hashed = hashes(&app).await - before.0;
            least = (least.0.min(hashed), least.1.min(statements));
        }
        app.clock.pass(TimeDelta::minutes(16));
        told.push((account, password.len(), least));
    }
    let (_, _, first) = told[0];
    assert_eq!(first.0, 1, "{told:?}");
    assert!(first.1 > 0, "{told:?}");
    assert!(told.iter().all(|(_, _, cost)| *cost == first), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_work_of_a_refusal_tells_nothing_on_sqlite() {
    the_work_of_a_refusal_tells_nothing(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_work_of_a_refusal_tells_nothing_on_postgres() {
    the_work_of_a_refusal_tells_nothing(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_sign_ins_at_once_all_get_their_turn() {
    let app = TestApp::start(Engine::Sqlite).await;
    let many = (0..60).map(|_| app.person("zhangwei"));
    assert_eq!(futures_util::future::join_all(many).await.len(), 60);
}
