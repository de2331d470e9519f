//! Journeys in a real browser against the real server.

use chrono::{Datelike, Days, NaiveDate, Utc};
use serde_json::{Value, json};
use tests::{Browser, Engine, TestApp};

use crate::flow::submit;

/// Personal leave of two days in the week after next. It needs no balance, so the journey works in any year.
fn personal() -> Value {
    #[expect(clippy::disallowed_methods, reason = "browsers live in the present")]
    let today = Utc::now().date_naive();
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday())) + Days::new(14);
    let day = |after: u64| -> NaiveDate { monday + Days::new(after) };
    json!({ "leave_type": "personal", "start_date": day(1), "start_part": "AM", "end_date": day(2), "end_part": "PM", "reason": "办理签证" })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_appears_is_approved_and_the_applicant_sees_it_without_reload() {
    let app = TestApp::start_in_the_present(Engine::Sqlite).await;
    let manager = Browser::open(&app, 1440, 900).await;
    manager.sign_in("limin").await;
    manager.go("/approvals").await;
    manager.see("都处理完了").await;

    let zhang = app.person("zhangwei").await;
    let request = submit(&zhang, personal()).await;
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
async fn a_wrong_password_is_told_under_the_field_and_a_right_one_opens_the_workbench() {
    let app = TestApp::start_in_the_present(Engine::Sqlite).await;
    let browser = Browser::open(&app, 390, 844).await;
    browser.go("/").await;
    browser.type_into("input[autocomplete=username]", "zhangwei").await;
    browser.type_into("input[type=password]", "wrong-password").await;
    browser.press(thirtyfour::Key::Enter).await;
    browser.find("[aria-invalid=true]").await;
    browser.type_into("input[type=password]", "").await;
    browser
        .script("document.querySelector('input[type=password]').select()")
        .await;
    browser.type_into("input[type=password]", tongshi::demo::PASSWORD).await;
    browser.press(thirtyfour::Key::Enter).await;
    browser.see("张伟").await;
    assert!(
        !browser
            .script("return document.documentElement.scrollWidth > innerWidth")
            .await
            .as_bool()
            .expect("a bool"),
        "no sideways scrolling"
    );
    browser.close().await;
}
