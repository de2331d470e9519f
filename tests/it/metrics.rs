//! What who runs the server sees of it at `/metrics`.
#![cfg(test)]

use std::collections::BTreeMap;

use reqwest::StatusCode;
use sea_orm::ConnectionTrait;
use serde_json::json;
use tests::{Engine, TestApp};
use tongshi::config::Settings;

use crate::flow::{leave, submit};

const TOKEN: &str = "a-token-of-the-tests";

async fn watched(engine: Engine) -> TestApp {
    let settings = Settings {
        metrics_token: Some(TOKEN.to_owned().into()),
        ..Settings::default()
    };
    TestApp::start_with(engine, settings).await
}

/// Status and text for a header `authorization`.
async fn ask(app: &TestApp, authorization: Option<&str>) -> (StatusCode, String) {
    let mut request = app.stranger().client.get(app.url("/metrics"));
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let answer = request.send().await.expect("an answer");
    (answer.status(), answer.text().await.expect("text"))
}

/// All numbers by name and labels.
async fn numbers(app: &TestApp) -> BTreeMap<String, f64> {
    let (status, text) = ask(app, Some(&format!("Bearer {TOKEN}"))).await;
    assert_eq!(status, StatusCode::OK, "{text}");
    assert!(text.ends_with("# EOF\n"), "whole: {text}");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            (name.to_owned(), value.parse().expect("a number"))
        })
        .collect()
}

#[tokio::test]
async fn without_a_token_in_the_settings_there_is_no_such_page() {
    let app = TestApp::start(Engine::Sqlite).await;
    for authorization in [None, Some("Bearer "), Some("Bearer a-token-of-the-tests")] {
        assert_eq!(ask(&app, authorization).await.0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn only_who_shows_the_token_sees_numbers() {
    let app = watched(Engine::Sqlite).await;
    let admin = app.person("admin").await;
    let session = format!("Bearer {}", admin.token.as_deref().expect("signed in"));
    for wrong in [
        None,
        Some("Bearer"),
        Some(TOKEN),
        Some("Basic a-token-of-the-tests"),
        Some("Bearer a-token-of-the-testS"),
        Some("Bearer a-token-of-the-tests-"),
        Some(&session),
    ] {
        let (status, text) = ask(&app, wrong).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{wrong:?}");
        assert!(!text.contains("tongshi_"), "{text}");
    }
    assert!(ask(&app, Some(&format!("bearer {TOKEN}"))).await.1.contains("tongshi_"));
}

#[tokio::test]
async fn guessing_the_token_costs_points() {
    let settings = Settings {
        metrics_token: Some(TOKEN.to_owned().into()),
        address_points: Some(100),
        address_points_per_second: Some(1),
        ..Settings::default()
    };
    let app = TestApp::start_with(Engine::Sqlite, settings).await;
    for status in [401, 401, 429] {
        assert_eq!(ask(&app, Some("Bearer another-token-guessed")).await.0, status);
    }
    assert_eq!(numbers(&app).await["tongshi_throttled_total{reason=\"address\"}"], 1.0);
}

async fn operations_are_counted(engine: Engine) {
    let app = watched(engine).await;
    let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
    let before = numbers(&app).await;
    submit(&zhang, leave("2026-12-01", "2026-12-01")).await;
    for _ in 0..3 {
        zhang
            .run(
                "query Own($first: Int) { approvals(box: STARTED, first: $first) { nodes { id } } }",
                json!({ "first": 5 }),
            )
            .await;
    }
    zhang.refused("{ nonsense }", json!({})).await;
    zhang.refused("{", json!({})).await;
    zhang
        .refused(
            "{ approvals(box: STARTED, after: \"nonsense\") { nodes { id } } }",
            json!({}),
        )
        .await;
    let wrong = json!({ "input": { "account": "zhangwei", "password": "wrong password" } });
    app.stranger()
        .refused(
            "mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }",
            wrong,
        )
        .await;
    let live = limin.listen(None).await;

    let after = numbers(&app).await;
    let grown = |name: &str| after.get(name).unwrap_or(&0.0) - before.get(name).unwrap_or(&0.0);
    assert_eq!(grown("tongshi_operations_total{kind=\"mutation\",outcome=\"ok\"}"), 1.0);
    assert_eq!(
        grown("tongshi_operations_total{kind=\"query\",outcome=\"ok\"}"),
        3.0,
        "{after:#?}"
    );
    assert_eq!(
        grown("tongshi_operations_total{kind=\"query\",outcome=\"INVALID\"}"),
        2.0,
        "{after:#?}"
    );
    assert_eq!(
        grown("tongshi_operations_total{kind=\"refused\",outcome=\"INVALID\"}"),
        1.0
    );
    assert_eq!(
        grown("tongshi_operations_total{kind=\"mutation\",outcome=\"UNAUTHENTICATED\"}"),
        1.0
    );
    assert_eq!(
        grown("tongshi_operation_duration_seconds_count{kind=\"mutation\"}"),
        2.0
    );
    assert_eq!(grown("tongshi_sign_ins_refused_total{reason=\"wrong\"}"), 1.0);
    assert_eq!(
        grown("tongshi_http_requests_total{route=\"/metrics\",method=\"GET\",status=\"200\"}"),
        1.0
    );
    assert_eq!(grown("tongshi_subscriptions"), 1.0);
    assert_eq!(grown("tongshi_sockets"), 1.0);
    assert_eq!(grown("tongshi_socket_members"), 1.0);

    let name = if engine == Engine::Sqlite { "sqlite" } else { "postgres" };
    let statements =
        |verb: &str| format!("tongshi_statement_duration_seconds_count{{engine=\"{name}\",verb=\"{verb}\"}}");
    assert!(grown(&statements("SELECT")) >= 4.0, "{after:#?}");
    assert!(grown(&statements("INSERT")) >= 2.0);
    let pool = if engine == Engine::Sqlite { "write" } else { "shared" };
    let most = format!("tongshi_database_connections{{pool=\"{pool}\",state=\"most\"}}");
    assert_eq!(after[&most], if engine == Engine::Sqlite { 1.0 } else { 16.0 });
    assert!(after["process_resident_memory_bytes"] > 1e6);
    assert_eq!(after["tongshi_database_up"], 1.0);
    assert_eq!(
        after.keys().filter(|key| key.starts_with("tongshi_build_info")).count(),
        1
    );
    assert!(after["tongshi_events_head"] > 0.0);

    // Labels come from closed lists: nothing a client makes up makes a new line.
    let lines = after.len();
    for n in 0..20 {
        zhang
            .run(&format!("query Made{n} {{ made{n}: __typename }}"), json!({}))
            .await;
        let path = app.url(&format!("/made/up/{n}"));
        zhang
            .client
            .request(format!("MADE{n}").parse().expect("a method"), path)
            .send()
            .await
            .expect("an answer");
    }
    let more = numbers(&app).await;
    assert!(
        more.len() <= lines + 20,
        "{} lines became {}: {more:#?}",
        lines,
        more.len()
    );
    assert!(!more.keys().any(|key| key.to_lowercase().contains("made")), "{more:#?}");
    drop(live);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operations_are_counted_on_sqlite() {
    operations_are_counted(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operations_are_counted_on_postgres() {
    operations_are_counted(Engine::Postgres).await;
}

/// Events that got no number, because the relay is gone, are told with their age.
async fn a_relay_that_lags_is_seen(engine: Engine) {
    let mut app = watched(engine).await;
    let zhang = app.person("zhangwei").await;
    submit(&zhang, leave("2026-12-01", "2026-12-01")).await;
    app.stop().await;
    let lag = tongshi::event::relay::lag(&app.cx).await.expect("the lag");
    assert_eq!(
        (lag.waiting, lag.oldest),
        (0, std::time::Duration::ZERO),
        "all was numbered at the end"
    );
    let db = app.cx.db.write();
    db.execute_unprepared("UPDATE event_log SET seq = NULL WHERE seq = (SELECT MAX(seq) FROM event_log)")
        .await
        .expect("the newest loses its number");
    app.clock.pass(chrono::TimeDelta::seconds(90));
    let lag = tongshi::event::relay::lag(&app.cx).await.expect("the lag");
    assert_eq!((lag.waiting, lag.oldest.as_secs()), (1, 90));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_lags_is_seen_on_sqlite() {
    a_relay_that_lags_is_seen(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_lags_is_seen_on_postgres() {
    a_relay_that_lags_is_seen(Engine::Postgres).await;
}
