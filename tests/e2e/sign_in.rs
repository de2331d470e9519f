//! Signing in on a phone.

use tests::{Browser, Engine, TestApp};

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
    assert!(!browser.overflows().await, "no sideways scrolling");
    browser.close().await;
}
