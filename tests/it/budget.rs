//! Points: what a query costs is told, and who has spent all of theirs is told when to come again.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};
use tests::{Engine, Person, TestApp};
use tongshi::config::Settings;

use crate::socket::{hear, say, subscribe, welcome};

/// One point a millisecond, and little at once.
fn poor() -> Settings {
    Settings {
        member_points: Some(1_000),
        member_points_per_second: Some(1_000),
        address_points: Some(1_000),
        address_points_per_second: Some(10),
        ..Settings::default()
    }
}

/// About 990 points: a page, and what stands on it.
const DEAR: &str = "{members(first: 100){nodes{id name account status manager{id} primaryDepartment{id}}}}";

async fn post(person: &Person, query: &str) -> reqwest::Response {
    let mut request = person
        .client
        .post(format!("http://{}/graphql", person.address))
        .json(&json!({ "query": query }));
    if let Some(token) = &person.token {
        request = request.bearer_auth(token);
    }
    request.send().await.expect("an answer")
}

fn wait_of(error: &Value) -> u64 {
    assert_eq!(error["extensions"]["code"], "RATE_LIMITED", "{error:#}");
    error["extensions"]["retryAfterMs"].as_u64().expect("a hint")
}

#[tokio::test]
async fn who_has_spent_all_is_told_when_to_come_again() {
    let app = TestApp::start_with(Engine::Sqlite, poor()).await;
    let (zhang, limin) = (app.person("zhangwei").await, app.person("limin").await);
    let first: Value = post(&zhang, DEAR).await.json().await.expect("JSON");
    let cost = &first["extensions"]["cost"];
    let requested = cost["requested"].as_u64().expect("a cost");
    assert!((700..1_000).contains(&requested), "{cost}");
    assert_eq!(
        (&cost["limit"], &cost["bucket"], &cost["restorePerSecond"]),
        (&json!(50_000), &json!(1_000), &json!(1_000))
    );
    let remaining = cost["remaining"].as_u64().expect("a number");
    assert!(remaining <= 1_000 - requested, "{cost}");

    let asked = Instant::now();
    let refused = post(&zhang, DEAR).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(asked.elapsed() >= Duration::from_millis(100), "who hurries is held up");
    let seconds: u64 = refused.headers()["retry-after"]
        .to_str()
        .expect("text")
        .parse()
        .expect("seconds");
    let body: Value = refused.json().await.expect("JSON");
    assert!(body.get("data").is_none(), "nothing ran: {body:#}");
    let wait = wait_of(&body["errors"][0]);
    assert!(
        (1..=1_001).contains(&wait) && seconds == wait.div_ceil(1_000),
        "{wait} {seconds}"
    );
    assert_eq!(
        post(&limin, DEAR).await.status(),
        StatusCode::OK,
        "others have points of their own"
    );

    // On the socket it is the same purse.
    let mut socket = welcome(&app, &zhang).await;
    say(&mut socket, subscribe("1", DEAR)).await;
    let answer = hear(&mut socket).await.expect("a refusal");
    assert_eq!(answer["type"], "error");
    let wait = wait_of(&answer["payload"][0]);
    tokio::time::sleep(Duration::from_millis(wait)).await;
    say(&mut socket, subscribe("2", DEAR)).await;
    let answer = hear(&mut socket).await.expect("an answer");
    assert_eq!(answer["type"], "next", "the hint of {wait} ms holds: {answer:#}");
}

#[tokio::test]
async fn being_refused_costs_too_and_strangers_share_an_address() {
    let app = TestApp::start_with(Engine::Sqlite, poor()).await;
    let (one, other) = (app.stranger(), app.stranger());
    let mut statuses = Vec::new();
    for turn in 0..400 {
        let who = if turn % 2 == 0 { &one } else { &other };
        statuses.push(post(who, "{").await.status());
        if statuses.last() == Some(&StatusCode::TOO_MANY_REQUESTS) {
            break;
        }
    }
    assert_eq!(
        statuses.last(),
        Some(&StatusCode::TOO_MANY_REQUESTS),
        "{} were answered",
        statuses.len()
    );
    let renew = one.client.post(app.url("/auth/refresh")).header("x-tongshi", "1");
    assert_eq!(
        renew.send().await.expect("an answer").status(),
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn tokens_that_do_not_count_are_not_tried_without_end() {
    let app = TestApp::start_with(Engine::Sqlite, poor()).await;
    let mut guesser = app.stranger();
    let mut statuses = Vec::new();
    for turn in 0..30 {
        guesser.token = Some(format!("tongshi_pat_{}", format!("{turn:02}").repeat(32)));
        statuses.push(post(&guesser, "{viewer{roles}}").await.status());
    }
    assert_eq!(statuses.first(), Some(&StatusCode::UNAUTHORIZED));
    assert_eq!(statuses.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
}

#[tokio::test]
async fn who_guesses_passwords_is_told_when_to_come_again() {
    let app = TestApp::start(Engine::Sqlite).await;
    let stranger = app.stranger();
    let wrong = "mutation{signIn(input:{account:\"limin\",password:\"wrong password\"}){accessToken}}";
    for _ in 0..10 {
        assert!(post(&stranger, wrong).await.headers().get("retry-after").is_none());
    }
    assert_eq!(post(&stranger, wrong).await.headers()["retry-after"], "900");
}

#[tokio::test]
async fn a_proxy_speaks_for_others_only_where_it_is_trusted() {
    let burst = async |app: &TestApp| {
        let client = app.stranger().client;
        let mut refused = 0;
        for turn in 0..30 {
            let request = client
                .post(app.url("/graphql"))
                .json(&json!({ "query": "{serverInfo{build errorCodes}}" }));
            let request = request.header("x-forwarded-for", format!("198.51.100.{turn}"));
            refused += u32::from(request.send().await.expect("an answer").status() == StatusCode::TOO_MANY_REQUESTS);
        }
        refused
    };
    let few = Settings {
        address_points: Some(100),
        address_points_per_second: Some(1),
        ..Settings::default()
    };
    let app = TestApp::start_with(Engine::Sqlite, few.clone()).await;
    assert!(burst(&app).await > 0, "a forged header opens no new purse");
    let trusting = Settings {
        trusted_proxies: Some(vec!["127.0.0.0/8".into()]),
        ..few
    };
    let app = TestApp::start_with(Engine::Sqlite, trusting).await;
    assert_eq!(burst(&app).await, 0, "behind our own proxy everyone has their own");
}

#[test]
fn every_weight_is_of_a_field_there_is() {
    let sdl = tongshi::graphql::schema::build(None, tongshi::graphql::schema::Build::default()).sdl();
    for (name, weight) in tongshi::graphql::limit::WEIGHTS {
        let known =
            name.starts_with("__") || sdl.contains(&format!("\t{name}(")) || sdl.contains(&format!("\t{name}:"));
        assert!(known && weight > 1, "{name}");
    }
}

#[tokio::test]
async fn one_who_asks_without_end_does_not_slow_others_down() {
    let app = TestApp::start(Engine::Sqlite).await;
    let (abuser, other) = (app.person("zhangwei").await, app.person("limin").await);
    let ordinary = "{viewer{member{name} counters{inbox}} approvalInbox(first: 20){nodes{id}}}";
    let slowest = async || {
        let mut times = Vec::new();
        for _ in 0..40 {
            let begun = std::time::Instant::now();
            other.run(ordinary, json!({})).await;
            times.push(begun.elapsed());
        }
        times.sort();
        times[37]
    };
    let calm = slowest().await;
    let flood: Vec<_> = (0..4)
        .map(|_| {
            let abuser = abuser.clone();
            tokio::spawn(async move {
                loop {
                    post(&abuser, DEAR).await;
                }
            })
        })
        .collect();
    // The first seconds spend what had been saved up.
    let begun = std::time::Instant::now();
    while post(&abuser, DEAR).await.status() != StatusCode::TOO_MANY_REQUESTS {
        assert!(begun.elapsed() < Duration::from_secs(60), "the abuser is slowed down");
    }
    let busy = slowest().await;
    for task in flood {
        task.abort();
    }
    // Debug builds on a shared machine: the floor keeps a calm of a few milliseconds from deciding.
    assert!(
        busy <= (calm * 2).max(Duration::from_millis(150)),
        "{calm:?} became {busy:?}"
    );
}
