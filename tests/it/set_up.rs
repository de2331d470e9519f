//! The first start: a server nobody can administer yet is opened by the code of its terminal, once.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::{Engine, TestApp};

const STAGE: &str = "{ setUp }";
const FOUND: &str = "mutation($input: SetUpInput!) { setUp(input: $input) { accessToken viewer { roles mustChangePassword member { account name } } } }";
const DEMO: &str = "mutation($input: SetUpDemoInput!) { setUpDemo(input: $input) { stage } }";
const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }";

fn company(code: &str) -> Value {
    json!({ "input": { "code": code, "organisation": "远山科技", "account": "Zhou", "name": "周明远", "password": "correct horse battery" } })
}

async fn begun(engine: Engine) -> (TestApp, String) {
    let app = TestApp::start_empty(engine).await;
    let code = tongshi::set_up::begin(&app.cx).await.expect("begun").expect("a code");
    (app, code)
}

async fn a_company_is_founded_once(engine: Engine) {
    let (app, code) = begun(engine).await;
    let stranger = app.stranger();
    assert_eq!(stranger.run(STAGE, json!({})).await["setUp"], "NEEDED");
    for wrong in ["", "aaaa-bbbb-cccc", &code[..9]] {
        let refusal = stranger.refused(FOUND, company(wrong)).await;
        assert_eq!(
            (refusal.code.as_str(), refusal.fields()),
            ("INVALID", vec!["code"]),
            "{wrong}"
        );
    }
    for (field, value) in [
        ("organisation", ""),
        ("name", " "),
        ("account", "a b"),
        ("account", ""),
        ("password", "short"),
        ("password", "12345678"),
    ] {
        let mut input = company(&code);
        input["input"][field] = json!(value);
        let refusal = stranger.refused(FOUND, input).await;
        assert_eq!(
            (refusal.code.as_str(), refusal.fields()),
            ("INVALID", vec![field]),
            "{value}"
        );
    }
    // Read off the terminal, with other letters and without hyphens.
    let typed = code.replace('-', " ").to_uppercase();
    let made = stranger.run(FOUND, company(&typed)).await["setUp"].take();
    assert_eq!(made["viewer"]["member"], json!({ "account": "zhou", "name": "周明远" }));
    assert_eq!(
        (&made["viewer"]["mustChangePassword"], &made["viewer"]["roles"][0]),
        (&json!(false), &json!("ADMINISTRATOR"))
    );
    let mut admin = app.stranger();
    admin.token = made["accessToken"].as_str().map(str::to_owned);
    let found = admin
        .run(
            "{ organisation { name } approvalTemplates { key } leaveTypes { key } }",
            json!({}),
        )
        .await;
    assert_eq!(found["organisation"]["name"], "远山科技");
    assert!(!found["leaveTypes"].as_array().expect("kinds").is_empty());

    assert_eq!(stranger.run(STAGE, json!({})).await["setUp"], "DONE");
    for document in [FOUND, DEMO] {
        let input = if document == FOUND {
            company(&code)
        } else {
            json!({ "input": { "code": code, "password": "correct horse battery" } })
        };
        assert_eq!(
            stranger.refused(document, input).await.code,
            "NOT_ALLOWED_NOW",
            "the code is used up"
        );
    }
    assert!(
        tongshi::set_up::begin(&app.cx).await.expect("asked").is_none(),
        "no second code"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_company_is_founded_once_on_sqlite() {
    a_company_is_founded_once(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_company_is_founded_once_on_postgres() {
    a_company_is_founded_once(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_are_first_one_is() {
    let (app, code) = begun(Engine::Sqlite).await;
    let tries = (0..6).map(|_| {
        let (person, input) = (app.stranger(), company(&code));
        async move { person.send(FOUND, input).await.1 }
    });
    let answers = futures_util::future::join_all(tries).await;
    let made = answers
        .iter()
        .filter(|answer| answer["data"]["setUp"]["accessToken"].is_string())
        .count();
    assert_eq!(made, 1, "{answers:#?}");
}

#[tokio::test]
async fn a_code_is_not_guessed() {
    let (app, code) = begun(Engine::Sqlite).await;
    let stranger = app.stranger();
    for turn in 0..10 {
        assert_eq!(
            stranger
                .refused(FOUND, company(&format!("aaaa-bbbb-ccc{turn}")))
                .await
                .code,
            "INVALID"
        );
    }
    assert_eq!(
        stranger.refused(FOUND, company(&code)).await.code,
        "THROTTLED",
        "even the right one, for a while"
    );
    app.clock.pass(chrono::TimeDelta::minutes(16));
    stranger.run(FOUND, company(&code)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_company_gets_the_password_that_was_chosen() {
    let (app, code) = begun(Engine::Sqlite).await;
    let stranger = app.stranger();
    let begun = stranger
        .run(
            DEMO,
            json!({ "input": { "code": code, "password": "correct horse battery" } }),
        )
        .await;
    assert_eq!(begun["setUpDemo"]["stage"], "FILLING");
    assert_eq!(stranger.refused(FOUND, company(&code)).await.code, "NOT_ALLOWED_NOW");
    let since = Instant::now();
    loop {
        let stage = stranger.run(STAGE, json!({})).await["setUp"].take();
        if stage == "DONE" {
            break;
        }
        assert!(
            stage == "FILLING" && since.elapsed() < Duration::from_secs(240),
            "{stage} {:?}",
            since.elapsed()
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let credentials = |password: &str| json!({ "input": { "account": "admin", "password": password } });
    assert_eq!(
        stranger
            .refused(SIGN_IN, credentials(tongshi::demo::PASSWORD))
            .await
            .code,
        "UNAUTHENTICATED"
    );
    stranger.run(SIGN_IN, credentials("correct horse battery")).await;
}

#[tokio::test]
async fn a_server_looks_at_itself_before_it_serves() {
    use std::os::unix::fs::PermissionsExt;
    let lines = async |app: &TestApp| tongshi::self_check::run(&app.cx).await;
    let app = TestApp::start_empty(Engine::Sqlite).await;
    let file = app.folder.path().join("tongshi.db");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    let found = lines(&app).await.expect("strong enough");
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(
        found[2].contains("SQLite 3.") && found[2].contains("durable commits"),
        "{found:?}"
    );
    assert_eq!(
        std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777,
        0o600,
        "put right"
    );

    let seal = app.folder.path().join("seal.key");
    let whole = std::fs::read(&seal).expect("a key");
    std::fs::write(&seal, "short").expect("written");
    assert!(lines(&app).await.expect_err("weak").contains("seal.key"));
    std::fs::write(&seal, whole).expect("written");
    let secret = app.folder.path().join("secret.key");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o640)).expect("a mode");
    assert!(lines(&app).await.expect_err("weak").contains("chmod 600"));
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    std::fs::set_permissions(app.folder.path(), std::fs::Permissions::from_mode(0o777)).expect("a mode");
    assert!(lines(&app).await.expect_err("weak").contains("chmod 700"));

    let app = TestApp::start_empty(Engine::Postgres).await;
    let weak = lines(&app)
        .await
        .expect_err("the server of the tests is fast and not durable");
    assert!(weak.contains("fsync = off"), "{weak}");
}
