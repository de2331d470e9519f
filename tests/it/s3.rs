//! Files in a store that speaks S3: up, down, kept, restored, and what happens when the store does not do its part.
#![cfg(test)]

use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tests::app::{clock, world_as_it_is_with};
use tests::{Engine, Person, TestApp, database, s3};
use tongshi::backup::{self, Purpose};
use tongshi::config::{S3, Settings};

async fn upload(person: &Person, text: &str) -> (StatusCode, Value) {
    let form = Form::new().part("file", Part::bytes(text.as_bytes().to_vec()).file_name("notes.txt"));
    let answer = person
        .client
        .post(format!("http://{}/files", person.address))
        .header("x-tongshi", "1")
        .bearer_auth(person.token.as_deref().expect("signed in"))
        .multipart(form)
        .send()
        .await
        .expect("an answer");
    (answer.status(), answer.json().await.expect("JSON"))
}

async fn download(person: &Person, id: &Value) -> (StatusCode, String) {
    let answer = person
        .client
        .get(format!(
            "http://{}/files/{}",
            person.address,
            id.as_str().expect("an id")
        ))
        .bearer_auth(person.token.as_deref().expect("signed in"))
        .send()
        .await
        .expect("an answer");
    (answer.status(), answer.text().await.expect("text"))
}

async fn files_go_up_and_down_and_survive(engine: Engine) {
    let store = s3::Store::start().await;
    let app = TestApp::start_with(engine, store.settings("branch/files")).await;
    assert!(!app.folder.path().join("files").exists(), "no folder is made");
    let zhang = app.person("zhangwei").await;
    let mut kept = Vec::new();
    for n in 0..5 {
        let (status, file) = upload(&zhang, &format!("note {n}")).await;
        assert_eq!(status, StatusCode::CREATED, "{file}");
        kept.push(file["id"].clone());
    }
    let keys = store.keys();
    assert_eq!(keys.len(), 5);
    assert!(keys.iter().all(|key| key.starts_with("branch/files/")), "{keys:?}");
    for (n, id) in kept.iter().enumerate() {
        assert_eq!(download(&zhang, id).await, (StatusCode::OK, format!("note {n}")));
    }
    let limin = app.person("limin").await;
    assert_eq!(download(&limin, &kept[0]).await.0, StatusCode::NOT_FOUND, "of others");

    // The server looks at the place before it serves, and leaves nothing behind.
    app.cx
        .files
        .probe(app.cx.ids.next(app.cx.now()))
        .await
        .expect("all is well");
    let place = format!("s3://office/branch/files at http://{}/", store.address);
    assert_eq!(app.cx.files.place(), place);
    assert_eq!(store.keys(), keys);

    // All of it is in a backup, which restores below another prefix and into a folder.
    assert_eq!(
        tongshi::file::service::check(&app.cx).await.expect("checked"),
        Vec::<String>::new()
    );
    let archive = app.folder.path().join("backup.zip");
    let manifest = backup::write(&app.cx, &archive, Purpose::Backup)
        .await
        .expect("a backup");
    assert_eq!(manifest.files, 5);
    for settings in [store.settings("second"), Settings::default()] {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database::empty(engine, folder.path()).await;
        let cx = world_as_it_is_with(&url, folder.path(), clock(), settings).await;
        backup::restore(&cx, &archive).await.expect("restored");
        assert_eq!(cx.files.list().await.expect("a list").len(), 5);
        assert_eq!(
            tongshi::file::service::check(&cx).await.expect("checked"),
            Vec::<String>::new()
        );
    }
    assert_eq!(store.keys().len(), 10);

    // What is changed or taken away behind our back is found.
    store.tamper(&keys[0], Some(b"forged"));
    store.tamper(&keys[1], None);
    let found = tongshi::file::service::check(&app.cx).await.expect("checked");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found.iter().any(|line| line.contains("not those that were uploaded")),
        "{found:?}"
    );
    assert!(found.iter().any(|line| line.contains("missing")), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_go_up_and_down_and_survive_on_sqlite() {
    files_go_up_and_down_and_survive(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_go_up_and_down_and_survive_on_postgres() {
    files_go_up_and_down_and_survive(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_servers_share_the_store() {
    let store = s3::Store::start().await;
    let app = TestApp::start_with(Engine::Postgres, store.settings("")).await;
    let other = app.beside().await;
    let zhang = app.person("zhangwei").await;
    let (_, file) = upload(&zhang, "from one to the other").await;
    let there = Person {
        address: other.address,
        ..zhang
    };
    assert_eq!(download(&there, &file["id"]).await.1, "from one to the other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_refuses_is_told_of_and_leaves_nothing_half_done() {
    let store = s3::Store::start().await;
    let app = TestApp::start_with(Engine::Sqlite, store.settings("files")).await;
    let zhang = app.person("zhangwei").await;
    let (_, file) = upload(&zhang, "kept before").await;

    store.refuse(403);
    let (status, refused) = upload(&zhang, "not kept").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(refused["errors"][0]["extensions"]["code"], "INTERNAL");
    assert!(
        !refused.to_string().contains("office"),
        "where files lie is not told: {refused}"
    );
    assert_eq!(download(&zhang, &file["id"]).await.0, StatusCode::INTERNAL_SERVER_ERROR);
    let problem = tongshi::self_check::run(&app.cx).await.expect_err("it cannot write");
    assert!(
        problem.contains("s3://office/files") && problem.contains("cannot write there"),
        "{problem}"
    );
    assert!(
        !problem.contains('\n') && !problem.contains("a-secret-of-the-tests"),
        "{problem}"
    );

    store.refuse(0);
    assert_eq!(download(&zhang, &file["id"]).await.1, "kept before");
    assert_eq!(
        tongshi::file::service::check(&app.cx).await.expect("checked"),
        Vec::<String>::new()
    );
    zhang.run("{ viewer { member { id } } }", json!({})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_away_is_told_of_as_away_and_work_goes_on() {
    let mut settings = s3::Store::start().await.settings("files");
    if let Some(s3) = &mut settings.s3 {
        s3.endpoint = Some("http://127.0.0.1:1".to_owned());
    }
    let app = TestApp::start_with(Engine::Sqlite, settings).await;
    let zhang = app.person("zhangwei").await;
    let (status, refused) = upload(&zhang, "not kept").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{refused}");
    assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAVAILABLE");
    assert!(
        !refused.to_string().contains("127.0.0.1"),
        "where files lie is not told: {refused}"
    );
    zhang.run("{ viewer { member { id } } }", json!({})).await;
}

#[tokio::test]
async fn a_wrong_key_and_a_store_that_is_not_there_are_told_at_the_start() {
    let store = s3::Store::start().await;
    let right = store.settings("files");
    let s3 = right.s3.clone().expect("settings");
    for (wrong, word) in [
        (
            S3 {
                access_key_id: Some("SOMEBODY".into()),
                ..s3.clone()
            },
            "cannot write there",
        ),
        (
            S3 {
                region: Some("elsewhere".into()),
                ..s3.clone()
            },
            "cannot write there",
        ),
        (
            S3 {
                endpoint: Some("http://127.0.0.1:1".into()),
                ..s3
            },
            "http://127.0.0.1:1",
        ),
    ] {
        let settings = Settings {
            s3: Some(wrong),
            ..right.clone()
        };
        let folder = tempfile::tempdir().expect("a folder");
        let url = database::fresh(Engine::Sqlite, folder.path()).await;
        let cx = world_as_it_is_with(&url, folder.path(), clock(), settings).await;
        let problem = cx.files.probe(cx.ids.next(cx.now())).await.expect_err("refused");
        assert!(problem.contains(word) && !problem.contains('\n'), "{problem}");
    }
    assert_eq!(store.keys(), Vec::<String>::new());
}
