//! A database that is away, stands still or is full: answers come in time, nothing acknowledged is lost, work goes on by itself.

use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use tests::app::clock;
use tests::{Engine, Person, TestApp, Wire, database};

use crate::flow::{leave, submit};

/// Longest an answer may take, whatever the database does.
const ANSWER: Duration = Duration::from_secs(5);
/// Longest until work goes on once the database is back.
const BACK: Duration = Duration::from_secs(10);
const DRAFT: &str = "mutation($input: SaveApprovalDraftInput!) { saveApprovalDraft(input: $input) { draft { form } } }";

/// A server whose database is at the far end of a wire.
async fn wired() -> (TestApp, Wire) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = database::fresh(Engine::Postgres, folder.path()).await;
    let (wire, url) = Wire::to_database(&url).await;
    (TestApp::over(Engine::Postgres, url, folder, clock()).await, wire)
}

async fn readiness(app: &TestApp) -> StatusCode {
    let answer = app.stranger().client.get(app.url("/readyz")).send();
    answer.await.expect("an answer").status()
}

/// Waits until the server says whether it is ready.
async fn until(app: &TestApp, status: StatusCode, within: Duration) {
    let begun = Instant::now();
    while readiness(app).await != status {
        assert!(begun.elapsed() < within, "not {status} within {within:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What asking came to: the code of the refusal, none when it was done; always in time.
async fn attempt(person: &Person, document: &str, variables: Value) -> Option<String> {
    let begun = Instant::now();
    let (_, body) = person.send(document, variables).await;
    assert!(begun.elapsed() < ANSWER, "{:?}: {body}", begun.elapsed());
    body["errors"][0]["extensions"]["code"].as_str().map(str::to_owned)
}

/// People who read and write on; each hears the outcome of each attempt, the last of them good.
async fn crowd(app: &TestApp, during: impl Future<Output = ()>) -> Vec<Option<String>> {
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let mut busy = Vec::new();
    for account in [
        "zhangwei", "limin", "wangfang", "hr", "cashier", "ceo", "admin", "zhangwei",
    ] {
        let (person, stopped) = (app.person(account).await, stopped.clone());
        busy.push(tokio::spawn(async move {
            let mut seen = Vec::new();
            while !*stopped.borrow() {
                let form = json!({ "input": { "templateKey": "leave", "form": { "reason": seen.len().to_string() } } });
                seen.push(attempt(&person, DRAFT, form).await);
                seen.push(attempt(&person, "{ approvalInbox(first: 10) { totalCount } }", json!({})).await);
            }
            seen
        }));
    }
    during.await;
    stop.send_replace(true);
    let mut all = Vec::new();
    for one in busy {
        all.extend(one.await.expect("no panic"));
    }
    all
}

/// What is told while the database is away is that, and nothing else.
fn only_outages(seen: &[Option<String>]) {
    assert!(seen.iter().any(Option::is_none), "work was done");
    let told: Vec<_> = seen.iter().flatten().collect();
    assert!(!told.is_empty(), "somebody was refused");
    // Who asks again and again while nothing runs runs out of points, too.
    let known = ["UNAVAILABLE", "RATE_LIMITED"];
    assert!(told.iter().all(|code| known.contains(&code.as_str())), "{told:?}");
}

async fn out_and_back(take: fn(&Wire)) {
    let (app, wire) = wired().await;
    let zhang = app.person("zhangwei").await;
    let mut ears = zhang.listen(None).await;
    let known = submit(&zhang, leave("2026-12-10", "2026-12-10")).await;
    ears.until("approval.submitted").await;
    let seen = crowd(&app, async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let before = wire.attempts();
        take(&wire);
        let begun = Instant::now();
        until(&app, StatusCode::SERVICE_UNAVAILABLE, ANSWER).await;
        // Somebody who comes now is told so at once, and when to come again.
        let asked = Instant::now();
        let request = zhang
            .client
            .post(app.url("/graphql"))
            .bearer_auth(zhang.token.as_deref().expect("signed in"));
        let refused = request
            .json(&json!({ "query": "{ viewer { roles } }" }))
            .send()
            .await
            .expect("an answer");
        assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.headers()["retry-after"], "2");
        tokio::time::sleep(Duration::from_secs(5)).await;
        let (attempts, seconds) = (wire.attempts() - before, begun.elapsed().as_secs());
        // One a second and place in the pool.
        assert!(
            attempts <= 17 * seconds,
            "{attempts} connections were asked for in {seconds} s"
        );
        wire.mend();
        until(&app, StatusCode::OK, BACK).await;
        attempt_until_done(&zhang).await;
    })
    .await;
    only_outages(&seen);
    // The stream goes on where it was, and nothing acknowledged is gone.
    let later = submit(&zhang, leave("2026-12-11", "2026-12-11")).await;
    let heard = ears.until("approval.submitted").await;
    assert_eq!(heard.last().expect("an event")["subject"], later["id"]);
    let seen = zhang
        .run(
            "query($id: ID!) { approval(id: $id) { status } }",
            json!({ "id": known["id"] }),
        )
        .await;
    assert_eq!(seen["approval"]["status"], "RUNNING");
}

/// Work goes on within the time it may take to.
async fn attempt_until_done(person: &Person) {
    let begun = Instant::now();
    while let Some(code) = attempt(person, "{ approvalInbox(first: 10) { totalCount } }", json!({})).await {
        assert!(begun.elapsed() < BACK, "still {code}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_cut_off() {
    out_and_back(Wire::cut).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_stands_still() {
    out_and_back(Wire::freeze).await;
}

/// Processes that serve one database, as the server names them.
async fn backends(name: &str) -> Vec<String> {
    let server = sea_orm::Database::connect(format!("{}/postgres", tests::postgres::server()))
        .await
        .expect("the server");
    let query = format!("SELECT pid FROM pg_stat_activity WHERE datname = '{name}'");
    let rows = server
        .query_all_raw(Statement::from_string(DbBackend::Postgres, query))
        .await
        .expect("processes");
    let pids = rows
        .iter()
        .map(|row| row.try_get::<i32>("", "pid").expect("a number").to_string());
    let pids = pids.collect();
    server.close().await.expect("closed");
    pids
}

fn signal(name: &str, pids: &[String]) {
    let done = Command::new("kill").arg(name).args(pids).status().expect("kill");
    assert!(done.success(), "{name} {pids:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_of_the_database_that_are_stopped() {
    let app = TestApp::start(Engine::Postgres).await;
    let zhang = app.person("zhangwei").await;
    let url = app.cx.config.database_url.clone();
    let (_, name) = url.rsplit_once('/').expect("a name");
    // The watch has a line of its own by now.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let pids = backends(name).await;
    signal("-STOP", &pids);
    let frozen = zhang.send("{ approvalInbox(first: 10) { totalCount } }", json!({}));
    let begun = Instant::now();
    let (_, body) = frozen.await;
    // Lock files of the server may let new processes in: then work went on, over new connections.
    assert!(begun.elapsed() < ANSWER, "{:?} {body}", begun.elapsed());
    attempt_until_done(&zhang).await;
    signal("-CONT", &pids);
    attempt_until_done(&zhang).await;
    until(&app, StatusCode::OK, BACK).await;
    submit(&zhang, leave("2026-12-10", "2026-12-10")).await;
}

async fn pragma(app: &TestApp, text: &str) -> i64 {
    let statement = Statement::from_string(DbBackend::Sqlite, text.to_owned());
    let row = app.cx.db.write().query_one_raw(statement).await.expect("an answer");
    row.and_then(|row| row.try_get_by_index(0).ok()).unwrap_or_default()
}

async fn no_room(app: TestApp, fill: impl AsyncFnOnce(&TestApp), empty: impl AsyncFnOnce(&TestApp)) {
    let zhang = app.person("zhangwei").await;
    let known = submit(&zhang, leave("2026-12-10", "2026-12-10")).await;
    fill(&app).await;
    let mut kept = Vec::new();
    let refusal = loop {
        let body = "满".repeat(3_000);
        let input = json!({ "input": { "approvalId": known["id"], "body": body } });
        let begun = Instant::now();
        let (_, answer) = zhang
            .send(
                "mutation($input: CommentApprovalInput!) { commentApproval(input: $input) { comment { id } } }",
                input,
            )
            .await;
        assert!(begun.elapsed() < ANSWER, "{:?}", begun.elapsed());
        match answer["data"]["commentApproval"]["comment"]["id"].as_str() {
            Some(id) => kept.push(id.to_owned()),
            None => break answer["errors"][0].clone(),
        }
        assert!(kept.len() < 2_000, "the disk never fills");
    };
    assert_eq!(refusal["extensions"]["code"], "UNAVAILABLE", "{refusal}");
    assert!(
        refusal["message"].as_str().is_some_and(|said| said.contains("磁盘")),
        "{refusal}"
    );
    // Reading goes on, again and again, and the process is ready for it.
    let comments = "query($id: ID!) { approval(id: $id) { status commentCount } }";
    let seen = zhang.run(comments, json!({ "id": known["id"] })).await;
    assert_eq!(
        seen["approval"]["commentCount"],
        kept.len(),
        "what was acknowledged, and no more"
    );
    assert_eq!(readiness(&app).await, StatusCode::OK);
    for _ in 0..20 {
        let input = json!({ "input": { "approvalId": known["id"], "body": "满".repeat(3_900) } });
        let document = "mutation($input: CommentApprovalInput!) { commentApproval(input: $input) { comment { id } } }";
        assert!(matches!(
            attempt(&zhang, document, input).await.as_deref(),
            None | Some("UNAVAILABLE")
        ));
    }
    let before = zhang.run(comments, json!({ "id": known["id"] })).await["approval"]["commentCount"].take();
    empty(&app).await;
    let begun = Instant::now();
    loop {
        let form = json!({ "input": { "templateKey": "leave", "form": { "reason": "有地方了" } } });
        if attempt(&zhang, DRAFT, form).await.is_none() {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(15), "writing goes on by itself");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // The relay goes on as well.
    let mut ears = zhang.listen(None).await;
    submit(&zhang, leave("2026-12-11", "2026-12-11")).await;
    ears.until("approval.submitted").await;
    let after = zhang.run(comments, json!({ "id": known["id"] })).await["approval"]["commentCount"].take();
    assert_eq!(before, after);
    assert_eq!(app.cx.db.integrity().await.expect("readable"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_may_not_grow() {
    let app = TestApp::start(Engine::Sqlite).await;
    let fill = async |app: &TestApp| {
        let pages = pragma(app, "PRAGMA page_count").await;
        pragma(app, &format!("PRAGMA max_page_count = {}", pages + 12)).await;
    };
    let empty = async |app: &TestApp| {
        pragma(app, "PRAGMA max_page_count = 1000000").await;
    };
    no_room(app, fill, empty).await;
}

/// A small file system of its own, which needs the rights of root; gone when it is dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let disk = Self(tempfile::tempdir().expect("a folder"));
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"])
            .arg(disk.0.path());
        let done = mount.stderr(std::process::Stdio::null()).status();
        done.is_ok_and(|status| status.success()).then_some(disk)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full() {
    // Without the rights to mount one, the file that may not grow is the test of it.
    let Some(disk) = SmallDisk::mount() else { return };
    let folder = tempfile::tempdir_in(disk.0.path()).expect("a folder");
    let url = database::fresh(Engine::Sqlite, folder.path()).await;
    let app = TestApp::over(Engine::Sqlite, url, folder, clock()).await;
    let ballast = disk.0.path().join("ballast");
    let fill = async |_: &TestApp| {
        // Everything but a little.
        let mut file = std::fs::File::create(&ballast).expect("a file");
        let piece = vec![7_u8; 64 * 1024];
        while std::io::Write::write_all(&mut file, &piece).is_ok() {}
        let size = file.metadata().expect("a size").len();
        file.set_len(size - 256 * 1024).expect("a little room");
    };
    let empty = async |_: &TestApp| std::fs::remove_file(&ballast).expect("removed");
    no_room(app, fill, empty).await;
}
