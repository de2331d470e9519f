//! Many people who write at once, on the engine with one writer and on the other.
//!
//! `TONGSHI_CROWD_SECONDS` says for how long; see `tests/durability/README.md`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tests::{Engine, TestApp};
use tongshi::config::Settings;

/// People who write.
const PEOPLE: usize = 32;
/// Longest any answer may take.
const ANSWER: Duration = Duration::from_secs(5);
const DRAFT: &str = "mutation($input: SaveApprovalDraftInput!) { saveApprovalDraft(input: $input) { draft { form } } }";

async fn all_write(engine: Engine) {
    let told = std::env::var("TONGSHI_CROWD_SECONDS").ok();
    let seconds = told.map_or(3, |told| told.parse().expect("a number"));
    let settings = Settings {
        member_points: Some(0),
        address_points: Some(0),
        ..Settings::default()
    };
    let app = Arc::new(TestApp::start_with(engine, settings).await);
    let admin = app.person("admin").await;
    let all = admin
        .run("{ members(first: 100) { nodes { account } } }", json!({}))
        .await;
    let accounts: Vec<String> = all["members"]["nodes"]
        .as_array()
        .expect("members")
        .iter()
        .filter_map(|one| one["account"].as_str().map(str::to_owned))
        .take(PEOPLE)
        .collect();
    assert_eq!(accounts.len(), PEOPLE);
    let mut people = Vec::new();
    for account in &accounts {
        people.push(app.person(account).await);
    }
    let end = Instant::now() + Duration::from_secs(seconds);
    let busy: Vec<_> = people
        .into_iter()
        .map(|person| {
            tokio::spawn(async move {
                let (mut count, mut slowest) = (0, Duration::ZERO);
                while Instant::now() < end {
                    let begun = Instant::now();
                    let form = json!({ "reason": format!("第 {count} 稿") });
                    let kept = person
                        .run(DRAFT, json!({ "input": { "templateKey": "leave", "form": form } }))
                        .await;
                    assert_eq!(kept["saveApprovalDraft"]["draft"]["form"], form);
                    slowest = slowest.max(begun.elapsed());
                    count += 1;
                }
                (count, slowest)
            })
        })
        .collect();
    let (mut total, mut slowest) = (0, Duration::ZERO);
    for one in busy {
        let (count, longest): (usize, Duration) = one.await.expect("no panic, so no refusal");
        assert!(count > 0, "everybody has a turn");
        total += count;
        slowest = slowest.max(longest);
    }
    println!("{PEOPLE} people on {engine:?} for {seconds} s: {total} writes, slowest {slowest:?}");
    assert!(slowest < ANSWER, "{slowest:?}");
    assert_eq!(app.cx.db.integrity().await.expect("readable"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    all_write(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    all_write(Engine::Postgres).await;
}
