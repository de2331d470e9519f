//! A request between two people in two browsers.

use chrono::Days;
use serde_json::json;
use tests::{Browser, Engine, TestApp};

use super::{personal, tuesday};
use crate::flow::submit;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_appears_is_approved_and_the_applicant_sees_it_without_reload() {
    let app = TestApp::start_in_the_present(Engine::Sqlite).await;
    let manager = Browser::open(&app, 1440, 900).await;
    manager.sign_in("limin").await;
    manager.go("/approvals").await;
    manager.see("都处理完了").await;

    let zhang = app.person("zhangwei").await;
    let request = submit(&zhang, personal(0)).await;
    let id = request["id"].as_str().expect("an id");
    manager.see("张伟").await;

    let applicant = Browser::open(&app, 390, 844).await;
    applicant.sign_in("zhangwei").await;
    applicant.go(&format!("/approvals/{id}")).await;
    applicant.see("李敏").await;

    manager.click("张伟").await;
    manager.see("办理签证").await;
    manager.click("同意").await;
    applicant.see("已通过").await;

    assert_eq!(manager.complaints().await, Vec::<String>::new());
    assert_eq!(applicant.complaints().await, Vec::<String>::new());
    manager.close().await;
    applicant.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manager_decides_with_the_keyboard_alone_and_takes_it_back() {
    let app = TestApp::start_in_the_present(Engine::Sqlite).await;
    let zhang = app.person("zhangwei").await;
    // Four days also go to the head of the department, so the manager's word is not the last one and can be taken back.
    let mut form = personal(0);
    form["end_date"] = json!(tuesday(0) + Days::new(3));
    let request = submit(&zhang, form).await;
    let waits_for = async || {
        let document = "query($id: ID!) { approval(id: $id) { waitingFor { account } } }";
        zhang.run(document, json!({ "id": request["id"] })).await["approval"]["waitingFor"][0]["account"].take()
    };

    let manager = Browser::open(&app, 1440, 900).await;
    manager.sign_in("limin").await;
    // Away from any field, then: go to approvals, open the first, approve.
    manager.find("main").await;
    manager.press("ga").await;
    manager.see("张伟").await;
    manager.press("j").await;
    manager.see("办理签证").await;
    manager.press("a").await;
    manager.until(async || waits_for().await == "wangfang").await;

    // Within the moment a decision can be taken back, nothing else has to be pressed. The server knows before the browser does.
    manager.see("撤销").await;
    manager.press("z").await;
    manager.until(async || waits_for().await == "limin").await;
    manager.see("办理签证").await;
    assert_eq!(manager.complaints().await, Vec::<String>::new());
    manager.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_outlives_the_server_and_catches_up() {
    let app = TestApp::start_in_the_present(Engine::Sqlite).await;
    let manager = Browser::open(&app, 1440, 900).await;
    manager.sign_in("limin").await;
    manager.go("/approvals").await;
    manager.see("都处理完了").await;
    manager.script("window.stayed = true").await;

    let app = app.restart_in_place().await;
    let zhang = app.person("zhangwei").await;
    submit(&zhang, personal(0)).await;
    manager.see("张伟").await;
    // Once, not twice: the backlog and the live feed tell of the same request.
    let rows = manager
        .script("return document.querySelectorAll('main [data-task], main .row, main .item').length")
        .await;
    assert!(rows.as_u64().is_some_and(|rows| rows <= 1), "{rows}");
    assert_eq!(
        manager.script("return window.stayed").await,
        true,
        "it was not reloaded"
    );
    manager.close().await;
}
