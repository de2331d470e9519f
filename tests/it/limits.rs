//! Limits that were set: each is held to on both sides of it, and its refusal names it.
#![cfg(test)]

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tests::{Engine, Person, TestApp};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tongshi::config::{Limits, Settings};

async fn limited(limits: Limits) -> TestApp {
    let settings = Settings {
        limits: Some(limits),
        member_points: Some(0),
        ..Settings::default()
    };
    TestApp::start_with(Engine::Sqlite, settings).await
}

async fn upload(person: &Person, bytes: usize) -> (StatusCode, Value) {
    let mut content = b"a text\n".repeat(bytes / 7 + 1);
    content.truncate(bytes);
    let form = Form::new().part("file", Part::bytes(content).file_name("notes.txt"));
    let answer = person
        .client
        .post(format!("http://{}/files", person.address))
        .header("x-tongshi", "1")
        .header("accept-language", "en")
        .bearer_auth(person.token.as_deref().expect("signed in"))
        .multipart(form)
        .send()
        .await
        .expect("an answer");
    (answer.status(), answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn bodies_and_files_may_be_so_large() {
    let app = limited(Limits {
        body_bytes: 128 * 1024,
        upload_bytes: 200_000,
        ..Limits::default()
    })
    .await;
    let zhang = app.person("zhangwei").await.in_english();
    assert_eq!(upload(&zhang, 200_000).await.0, StatusCode::CREATED);
    let (status, refused) = upload(&zhang, 200_001).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(refused["errors"][0]["message"], "Files may have at most 195.3 KB");
    assert_eq!(upload(&zhang, 2_000_000).await.0, StatusCode::PAYLOAD_TOO_LARGE);

    let padded = |bytes: usize| json!({ "padding": "x".repeat(bytes) });
    assert_eq!(zhang.send("{ __typename }", padded(120 * 1024)).await.0, StatusCode::OK);
    let (status, refused) = zhang.send("{ __typename }", padded(128 * 1024)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(refused["errors"][0]["message"], "The body is larger than 128 KB");
}

#[tokio::test]
async fn documents_may_ask_for_so_much() {
    let app = limited(Limits {
        depth: 12,
        aliases: 10,
        mutations: 1,
        nodes: 1_000,
        cost: 5_000,
        tokens: 1_000,
        document_bytes: 20_000,
        ..Limits::default()
    })
    .await;
    let zhang = app.person("zhangwei").await.in_english();
    let nested = |levels: usize| {
        format!(
            "{{ viewer {{ member {}{{ id }}{} }} }}",
            "{ manager ".repeat(levels),
            "}".repeat(levels)
        )
    };
    let aliases = |count: usize| {
        format!(
            "{{ {} }}",
            (0..count).map(|n| format!("a{n}: __typename ")).collect::<String>()
        )
    };
    let page = |first: u32| {
        format!("{{ members(first: {first}) {{ nodes {{ directReports(first: 100) {{ nodes {{ id }} }} }} }} }}")
    };
    let marks = |count: usize| {
        format!(
            "mutation {{ {} }}",
            (0..count)
                .map(|n| format!("a{n}: markNotificationsRead(input: {{ ids: [] }}) {{ __typename }} "))
                .collect::<String>()
        )
    };
    for (within, beyond, word) in [
        (nested(8), nested(12), "depth, at most 12"),
        (aliases(10), aliases(11), "aliases, at most 10"),
        (page(5), page(20), "objects on pages, at most 1000"),
        ("{ __typename }".to_owned(), marks(2), "mutations, at most 1"),
        (
            format!("{{ viewer {{ {} }} }}", "__typename ".repeat(990)),
            format!("{{ viewer {{ {} }} }}", "__typename ".repeat(1_000)),
            "number of tokens, at most 1000",
        ),
        (
            format!("{{ __typename }} #{}", "x".repeat(19_000)),
            format!("{{ __typename }} #{}", "x".repeat(20_000)),
            "length in bytes, at most 20000",
        ),
    ] {
        let (_, answer) = zhang.send(&within, json!({})).await;
        assert!(answer["errors"].is_null(), "{within}: {answer}");
        let refused = zhang.refused(&beyond, json!({})).await;
        assert_eq!(refused.code, "TOO_COMPLEX", "{beyond}: {}", refused.message);
        assert!(refused.message.contains(word), "{} should say {word}", refused.message);
    }
    let (_, answer) = zhang.send("{ __typename }", json!({})).await;
    assert_eq!(answer["extensions"]["cost"]["limit"], 5_000);
    let refused = zhang
        .refused("{ members(first: 101) { nodes { id } } }", json!({}))
        .await;
    assert_eq!(refused.code, "INVALID", "pages of a hundred are a promise, no setting");
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

/// Opens a socket and gives what it says first.
async fn open(app: &TestApp, person: &Person) -> (Socket, Option<Message>) {
    let mut request = format!("ws://{}/graphql", app.address)
        .into_client_request()
        .expect("a request");
    request.headers_mut().insert(
        "sec-websocket-protocol",
        "graphql-transport-ws".parse().expect("a header"),
    );
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.expect("a socket");
    let authorization = format!("Bearer {}", person.token.as_deref().expect("signed in"));
    say(
        &mut socket,
        json!({ "type": "connection_init", "payload": { "authorization": authorization } }),
    )
    .await;
    let first = hear(&mut socket).await;
    (socket, first)
}

async fn say(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).await.expect("sent");
}

async fn hear(socket: &mut Socket) -> Option<Message> {
    let next = tokio::time::timeout(Duration::from_secs(10), socket.next());
    next.await.expect("in time").and_then(Result::ok)
}

#[tokio::test]
async fn a_member_has_so_many_sockets_and_each_so_many_operations() {
    let app = limited(Limits {
        sockets_per_member: 2,
        operations_per_socket: 5,
        ..Limits::default()
    })
    .await;
    let zhang = app.person("zhangwei").await;
    let (mut one, welcome) = open(&app, &zhang).await;
    assert_eq!(welcome, Some(Message::text(r#"{"type":"connection_ack"}"#)));
    let (_two, welcome) = open(&app, &zhang).await;
    assert!(matches!(welcome, Some(Message::Text(_))));
    let (_, refused) = open(&app, &zhang).await;
    assert!(
        matches!(&refused, Some(Message::Close(Some(frame))) if u16::from(frame.code) == 4429),
        "{refused:?}"
    );
    let (_, others) = open(&app, &app.person("limin").await).await;
    assert!(matches!(others, Some(Message::Text(_))), "others have their own");

    for n in 0..5 {
        let payload = json!({ "query": "subscription { events { __typename } }" });
        say(
            &mut one,
            json!({ "id": n.to_string(), "type": "subscribe", "payload": payload }),
        )
        .await;
    }
    say(
        &mut one,
        json!({ "id": "more", "type": "subscribe", "payload": { "query": "{ __typename }" } }),
    )
    .await;
    let refused = hear(&mut one)
        .await
        .expect("a refusal")
        .into_text()
        .expect("text")
        .to_string();
    assert!(
        refused.contains("\"more\"") && refused.contains("At most 5 operations at once"),
        "{refused}"
    );
}

#[tokio::test]
async fn an_operation_may_run_so_long() {
    let app = limited(Limits {
        request_seconds: 1,
        ..Limits::default()
    })
    .await;
    let zhang = app.person("zhangwei").await;
    // Who writes waits for the only writer.
    let writer = app.cx.begin().await.expect("the writer");
    let input = json!({ "input": { "templateKey": "leave", "idempotencyKey": "late", "form": crate::flow::leave("2026-12-01", "2026-12-01") } });
    let submit = "mutation($input: SubmitApprovalInput!) { submitApproval(input: $input) { approval { id } } }";
    let begun = std::time::Instant::now();
    let refused = zhang.refused(submit, input.clone()).await;
    assert_eq!(refused.code, "INTERNAL");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    drop(writer);
    zhang.run(submit, input).await;
}
