//! What survives: seals that tell of tampering, archives that hold one moment of a company at work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::multipart::{Form, Part};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::app::{clock, world_as_it_is};
use tests::{Engine, Person, TestApp, both, database};
use tongshi::backup::{self, Purpose};
use tongshi::cx::Cx;
use tongshi::event::seal::{self, Finding, Report};
use tongshi::file;

use crate::flow::{leave, submit};

/// The report on a log whose events are all numbered and sealed.
async fn sealed(cx: &Cx) -> Report {
    let mut live = cx.bus.listen();
    let signer = seal::signer(cx).expect("a key");
    loop {
        let report = seal::check(cx, &signer, None).await.expect("a readable log");
        if report.waiting == 0
            && !report
                .findings
                .iter()
                .any(|found| matches!(found, Finding::Unsealed(_)))
        {
            return report;
        }
        cx.bus.wake();
        let _ = tokio::time::timeout(std::time::Duration::from_secs(1), live.recv()).await;
    }
}

async fn findings(cx: &Cx, kept: Option<seal::Chain>) -> Vec<Finding> {
    let signer = seal::signer(cx).expect("a key");
    seal::check(cx, &signer, kept).await.expect("a readable log").findings
}

async fn tamper(cx: &Cx, statement: &str) {
    cx.db.write().execute_unprepared(statement).await.expect("a statement");
}

both! {
    async fn whatever_is_done_to_the_log_is_found(app: TestApp) {
        let zhang = app.person("zhangwei").await;
        for day in ["2026-12-01", "2026-12-02", "2026-12-03"] {
            submit(&zhang, leave(day, day)).await;
        }
        let report = sealed(&app.cx).await;
        assert_eq!(report.findings, []);
        let kept = report.chain;
        assert!(kept.through >= 3, "{kept:?}");

        // A checkpoint kept elsewhere is read back and agrees.
        let signer = seal::signer(&app.cx).unwrap();
        assert_eq!(signer.read(&signer.note(&kept)), Some(kept));
        assert_eq!(findings(&app.cx, Some(kept)).await, []);

        let last = kept.through;
        tamper(&app.cx, &format!("UPDATE event_log SET subject_version = subject_version + 1 WHERE seq = {last}")).await;
        let found = findings(&app.cx, None).await;
        assert!(matches!(found[..], [Finding::Changed(from, through)] if from <= last && through == last), "{found:?}");
        tamper(&app.cx, &format!("UPDATE event_log SET subject_version = subject_version - 1 WHERE seq = {last}")).await;

        tamper(&app.cx, &format!("UPDATE event_seal SET signature = hash WHERE through = {last}")).await;
        assert!(findings(&app.cx, None).await.contains(&Finding::Signature(last)));

        tamper(&app.cx, &format!("DELETE FROM event_log WHERE seq = {last}")).await;
        assert!(findings(&app.cx, None).await.contains(&Finding::Missing(last)));
        // Who also cuts the seals leaves a log that is whole by itself, and shorter than the checkpoint.
        tamper(&app.cx, &format!("DELETE FROM event_seal WHERE through = {last}")).await;
        let before = findings(&app.cx, None).await;
        assert!(before.iter().all(|found| matches!(found, Finding::Unsealed(_))), "{before:?}");
        assert!(findings(&app.cx, Some(kept)).await.contains(&Finding::Cut(last)));
    }

    async fn a_backup_holds_one_moment_of_a_company_at_work(app: TestApp) {
        let file = upload(&app.person("zhangwei").await).await;
        let stop = Arc::new(AtomicBool::new(false));
        let mut writers = Vec::new();
        for (at, account) in ["zhangwei", "limin", "wangfang", "hr", "cashier", "ceo", "admin", "zhangwei"].iter().enumerate() {
            let (person, stop) = (app.person(account).await, stop.clone());
            writers.push(tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                for round in 0.. {
                    if stop.load(Ordering::Relaxed) && round > 0 {
                        break;
                    }
                    let comment = format!("第 {at} 位第 {round} 次");
                    acknowledged.push(note(&person, &comment).await);
                }
                acknowledged
            }));
        }
        let zhang = app.person("zhangwei").await;
        let early = submit(&zhang, leave("2026-12-01", "2026-12-01")).await["id"].take();

        let folder = tempfile::tempdir().expect("a folder");
        let archive = folder.path().join("company.zip");
        let manifest = backup::write(&app.cx, &archive, Purpose::Backup).await.expect("a backup");
        stop.store(true, Ordering::Relaxed);
        for writer in writers {
            assert!(!writer.await.expect("no panic").is_empty());
        }
        assert!(manifest.rows() > 100 && manifest.files == 1, "{manifest:?}");
        assert_eq!(
            backup::write(&app.cx, &archive, Purpose::Backup).await.unwrap_err().split_once(" exists").map(|(_, rest)| rest),
            Some(" already; name another file")
        );

        // Into the same engine and into the other one: a company that grows takes its history along.
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let (cx, home) = restored(engine, &archive).await;
            assert_eq!(sealed_before(&cx).await, [], "{engine:?}");
            assert_eq!(cx.db.integrity().await.expect("readable"), Vec::<String>::new());
            assert_eq!(file::service::check(&cx).await.expect("readable"), Vec::<String>::new());
            let url = cx.config.database_url.clone();
            let again = backup::restore(&cx, &archive).await.unwrap_err();
            assert!(again.contains("not empty"), "{again}");
            cx.db.close().await.expect("closed");

            let server = TestApp::over(engine, url, home, clock()).await;
            let zhang = server.person("zhangwei").await;
            let seen = zhang.run("query($id: ID!) { approval(id: $id) { id status waitingFor { account } } }", json!({ "id": early })).await;
            assert_eq!(seen["approval"]["status"], "RUNNING");
            let bytes = zhang.client.get(server.url(file["url"].as_str().expect("an address")))
                .bearer_auth(zhang.token.as_deref().expect("signed in")).send().await.expect("an answer");
            assert_eq!(bytes.bytes().await.expect("bytes"), TEXT);
            // It is a company to work in, not only to look at.
            crate::flow::decide(&server.person("limin").await, "approveTask", &early, None).await;
            assert_eq!(sealed(&server.cx).await.findings, []);
        }
    }
}

/// What was wrong with a log no server has worked on: what waits for one is no finding.
async fn sealed_before(cx: &Cx) -> Vec<Finding> {
    let mut found = findings(cx, None).await;
    found.retain(|found| !matches!(found, Finding::Unsealed(_)));
    found
}

async fn restored(engine: Engine, archive: &std::path::Path) -> (Cx, TempDir) {
    let home = tempfile::tempdir().expect("a folder");
    let url = database::empty(engine, home.path()).await;
    let cx = world_as_it_is(&url, home.path(), clock()).await;
    backup::restore(&cx, archive).await.expect("restored");
    (cx, home)
}

const TEXT: &[u8] = "病假证明".as_bytes();

async fn upload(person: &Person) -> Value {
    let form = Form::new().part("file", Part::bytes(TEXT).file_name("证明.txt"));
    let sent = person
        .client
        .post(format!("http://{}/files", person.address))
        .bearer_auth(person.token.as_deref().expect("signed in"))
        .multipart(form)
        .send()
        .await;
    sent.expect("an answer").json().await.expect("JSON")
}

/// Saves a draft: a small write anyone may make any number of times.
async fn note(person: &Person, text: &str) -> Value {
    let form = json!({ "reason": text });
    person
        .run(
            "mutation($input: SaveApprovalDraftInput!) { saveApprovalDraft(input: $input) { draft { form } } }",
            json!({ "input": { "templateKey": "leave", "form": form } }),
        )
        .await
}

#[tokio::test]
async fn what_is_no_whole_backup_is_refused_and_nothing_is_left_behind() {
    let app = TestApp::start(Engine::Sqlite).await;
    let folder = tempfile::tempdir().expect("a folder");
    let whole = folder.path().join("whole.zip");
    backup::write(&app.cx, &whole, Purpose::Backup).await.expect("a backup");
    let export = folder.path().join("export.zip");
    backup::write(&app.cx, &export, Purpose::Export)
        .await
        .expect("an export");
    let bytes = std::fs::read(&whole).expect("bytes");
    let cut = folder.path().join("cut.zip");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).expect("written");
    let text = folder.path().join("text.zip");
    std::fs::write(&text, "hello").expect("written");

    let home = tempfile::tempdir().expect("a folder");
    let url = database::empty(Engine::Sqlite, home.path()).await;
    let cx = world_as_it_is(&url, home.path(), clock()).await;
    for (file, part) in [
        (&export, "an export"),
        (&cut, "not a whole archive"),
        (&text, "not a whole archive"),
        (&folder.path().join("absent.zip"), "absent.zip"),
    ] {
        let said = backup::restore(&cx, file).await.unwrap_err();
        assert!(said.contains(part), "{said}");
    }
    assert!(
        !home.path().join("seal.key").exists(),
        "no key is left of a refused backup"
    );
    backup::restore(&cx, &whole).await.expect("the whole one still fits");
}
