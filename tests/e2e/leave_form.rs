//! Asking for leave on a phone, by touch and typing alone.

use chrono::Days;
use serde_json::json;
use tests::{Browser, Engine, TestApp};
use thirtyfour::Key;

use super::tuesday;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leave_is_asked_for_on_a_phone_and_a_draft_survives_a_reload() {
    let app = TestApp::start_in_the_present(Engine::Sqlite).await;
    let phone = Browser::open(&app, 390, 844).await;
    phone.sign_in("zhangwei").await;
    phone.go("/start/leave").await;
    phone.tap("#field-leave_type input[value=personal]").await;
    phone.type_into("#field-reason textarea", "搬家").await;
    // What was typed is kept without being asked, and comes back.
    phone.see("已保存").await;
    phone.go("/start/leave").await;
    phone.see("草稿").await;
    phone
        .until(async || {
            phone
                .script("return document.querySelector('#field-reason textarea')?.value")
                .await
                == "搬家"
        })
        .await;

    // Nothing is sent while something is missing; the field says what.
    phone.tap("form button[type=submit]").await;
    phone.find("#field-start_date [aria-invalid=true]").await;

    let (from, to) = (tuesday(1), tuesday(1) + Days::new(1));
    phone
        .fill("#field-start_date .field:nth-child(1) input", &from.to_string())
        .await;
    phone
        .fill("#field-start_date .field:nth-child(2) input", &to.to_string())
        .await;
    phone.press(Key::Tab).await;
    // The server's own preview: days counted, and the people it will go to.
    phone.see("2 天").await;
    phone.see("李敏").await;
    phone.tap("form button[type=submit]").await;
    phone
        .until(async || {
            phone
                .script("return location.pathname")
                .await
                .as_str()
                .is_some_and(|path| path.starts_with("/approvals/"))
        })
        .await;
    phone.see("搬家").await;
    assert!(!phone.overflows().await, "no sideways scrolling");

    let mine = app
        .person("zhangwei")
        .await
        .run(
            "{ approvals(box: STARTED, first: 2) { nodes { status leave { minutes } } } }",
            json!({}),
        )
        .await;
    assert_eq!(
        mine["approvals"]["nodes"],
        json!([{ "status": "RUNNING", "leave": { "minutes": 960 } }]),
        "once"
    );
    assert_eq!(phone.complaints().await, Vec::<String>::new());
    phone.close().await;
}
