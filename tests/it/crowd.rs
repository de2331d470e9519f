//! Many people who write at once, on the engine with one writer and on the other: nobody waits long, is refused or overwritten.
//!
//! `TONGSHI_CROWD_SECONDS` says for how long; see `tests/durability/README.md`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::{Engine, Person, TestApp};
use tongshi::config::Settings;

/// People who write.
const PEOPLE: usize = 32;
/// Of them, those who all change one and the same department.
const RIVALS: usize = 8;
/// The others write drafts of their own.
const WRITERS: usize = PEOPLE - RIVALS;
/// Longest any answer may take.
const ANSWER: Duration = Duration::from_secs(5);
const DRAFT: &str = "mutation($input: SaveApprovalDraftInput!) { saveApprovalDraft(input: $input) { draft { form } } }";

const MAKE: &str = "mutation($input: CreateDepartmentInput!) { createDepartment(input: $input) { department { id } } }";
const LOOK: &str = "query($id: ID!) { node(id: $id) { ... on Department { nameEn version } } }";
const CHANGE: &str =
    "mutation($input: UpdateDepartmentInput!) { updateDepartment(input: $input) { department { version } } }";

/// What one of the crowd did.
type Done = (usize, Duration);

/// Writes drafts of their own, each over the one before, until the end; the last one is what is kept.
async fn draft(person: Person, end: Instant) -> Done {
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
    let kept = person
        .run("{ approvalDraft(templateKey: \"leave\") { form } }", json!({}))
        .await;
    assert_eq!(kept["approvalDraft"]["form"]["reason"], format!("第 {} 稿", count - 1));
    (count, slowest)
}

/// The number a department bears for a name, and the version it was read with.
async fn look(person: &Person, department: &Value) -> (usize, Value) {
    let mut found = person.run(LOOK, json!({ "id": department })).await;
    let number = found["node"]["nameEn"].as_str().and_then(|name| name.parse().ok());
    (number.expect("a number"), found["node"]["version"].take())
}

/// Counts a department up until the end, each time from what was read; gives how often that was taken.
async fn count_up(person: Person, department: Value, end: Instant) -> Done {
    let (mut count, mut slowest) = (0, Duration::ZERO);
    while Instant::now() < end {
        let (number, version) = look(&person, &department).await;
        let begun = Instant::now();
        let input = json!({ "id": department, "expectedVersion": version, "name": "点数部", "nameEn": (number + 1).to_string() });
        let (_, answer) = person.send(CHANGE, json!({ "input": input })).await;
        slowest = slowest.max(begun.elapsed());
        match answer["errors"][0]["extensions"]["code"].as_str() {
            None => count += 1,
            Some(code) => assert_eq!(code, "CONFLICT", "{answer:#}"),
        }
    }
    (count, slowest)
}

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
        .take(WRITERS)
        .collect();
    assert_eq!(accounts.len(), WRITERS);
    let mut people = Vec::new();
    for account in &accounts {
        people.push(app.person(account).await);
    }
    let top = admin.run("{ departments { id parentId } }", json!({})).await;
    let mut top = top["departments"].as_array().expect("departments").iter();
    let top = &top.find(|one| one["parentId"].is_null()).expect("a top")["id"];
    let input = json!({ "parentId": top, "name": "点数部", "nameEn": "0" });
    let mut made = admin.run(MAKE, json!({ "input": input })).await;
    let department = made["createDepartment"]["department"]["id"].take();
    let end = Instant::now() + Duration::from_secs(seconds);
    let rivals: Vec<_> = (0..RIVALS)
        .map(|_| tokio::spawn(count_up(admin.clone(), department.clone(), end)))
        .collect();
    let busy: Vec<_> = people
        .into_iter()
        .map(|person| tokio::spawn(draft(person, end)))
        .collect();
    let (mut total, mut slowest) = (0, Duration::ZERO);
    for one in busy {
        let (count, longest) = one.await.expect("no panic, so no refusal");
        assert!(count > 0, "everybody has a turn");
        total += count;
        slowest = slowest.max(longest);
    }
    let mut taken = 0;
    for one in rivals {
        let (count, longest) = one.await.expect("no refusal but conflicts");
        taken += count;
        slowest = slowest.max(longest);
    }
    assert_eq!(
        look(&admin, &department).await.0,
        taken,
        "every change that was taken is there"
    );
    total += taken;
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
