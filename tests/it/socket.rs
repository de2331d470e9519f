//! The socket: its close codes, and what happens to it when a session or a right ends.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tests::{Engine, Person, TestApp};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) async fn connect(app: &TestApp, protocol: Option<&str>, origin: Option<&str>) -> Result<Socket, Error> {
    let mut request = format!("ws://{}/graphql", app.address)
        .into_client_request()
        .expect("a request");
    for (name, value) in [("sec-websocket-protocol", protocol), ("origin", origin)] {
        if let Some(value) = value {
            request.headers_mut().insert(name, value.parse().expect("a header"));
        }
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

pub(crate) async fn open(app: &TestApp) -> Socket {
    connect(app, Some("graphql-transport-ws"), None)
        .await
        .expect("a socket")
}

pub(crate) async fn say(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).await.expect("sent");
}

pub(crate) async fn hear(socket: &mut Socket) -> Result<Value, u16> {
    loop {
        let message = tokio::time::timeout(Duration::from_secs(20), socket.next())
            .await
            .expect("in time");
        match message {
            Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
            Some(Ok(Message::Close(Some(frame)))) => {
                assert!(frame.reason.len() <= 123);
                return Err(frame.code.into());
            }
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) async fn closed(socket: &mut Socket) -> u16 {
    loop {
        if let Err(code) = hear(socket).await {
            return code;
        }
    }
}

pub(crate) async fn welcome(app: &TestApp, person: &Person) -> Socket {
    let mut socket = open(app).await;
    let token = person.token.as_deref().expect("signed in");
    say(
        &mut socket,
        json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } }),
    )
    .await;
    assert_eq!(hear(&mut socket).await.expect("welcome")["type"], "connection_ack");
    socket
}

pub(crate) fn subscribe(id: &str, query: &str) -> Value {
    json!({ "id": id, "type": "subscribe", "payload": { "query": query } })
}

/// The code with which the stream of events is refused on an open socket.
pub(crate) async fn stream_refused(app: &TestApp, person: &Person) -> String {
    let mut socket = welcome(app, person).await;
    say(&mut socket, subscribe("1", "subscription { events { __typename } }")).await;
    let message = hear(&mut socket).await.expect("an answer");
    assert_eq!(message["type"], "error", "{message:#}");
    message["payload"][0]["extensions"]["code"]
        .as_str()
        .expect("a code")
        .to_owned()
}

#[tokio::test]
async fn every_close_code_has_its_reason() {
    let app = TestApp::start(Engine::Sqlite).await;
    let person = app.person("zhangwei").await;
    let init = |token: &str| json!({ "type": "connection_init", "payload": { "authorization": token } });

    for protocol in [None, Some("graphql-ws")] {
        match connect(&app, protocol, None).await {
            Ok(mut socket) => assert_eq!(closed(&mut socket).await, 4406, "{protocol:?}"),
            // Some clients refuse an answer without the subprotocol they asked for by themselves.
            Err(error) => assert!(matches!(error, Error::Protocol(_)), "{error:?}"),
        }
    }
    for origin in [
        "https://evil.example",
        "null",
        &format!("http://{}.evil.example", app.address),
    ] {
        match connect(&app, Some("graphql-transport-ws"), Some(origin)).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), 403, "{origin}"),
            other => panic!("{origin}: {other:?}"),
        }
    }
    let own = format!("http://{}", app.address);
    connect(&app, Some("graphql-transport-ws"), Some(&own))
        .await
        .expect("our own page");

    let mut socket = open(&app).await;
    say(&mut socket, json!("nonsense")).await;
    assert_eq!(closed(&mut socket).await, 4400);
    let mut socket = open(&app).await;
    socket.send(Message::binary(vec![1])).await.expect("sent");
    assert_eq!(closed(&mut socket).await, 4400);
    let mut socket = open(&app).await;
    say(&mut socket, subscribe("1", "{__typename}")).await;
    assert_eq!(closed(&mut socket).await, 4401);
    for token in ["", "Bearer", "Bearer nonsense"] {
        let mut socket = open(&app).await;
        say(&mut socket, init(token)).await;
        assert_eq!(closed(&mut socket).await, 4401, "{token}");
    }
    let mut socket = welcome(&app, &person).await;
    say(&mut socket, init("again")).await;
    assert_eq!(closed(&mut socket).await, 4429);
    let mut socket = welcome(&app, &person).await;
    for _ in 0..2 {
        say(&mut socket, subscribe("1", "subscription{events{__typename}}")).await;
    }
    assert_eq!(closed(&mut socket).await, 4409);
    let begun = Instant::now();
    let mut silent = open(&app).await;
    assert_eq!(closed(&mut silent).await, 4408);
    assert!(begun.elapsed() < Duration::from_secs(12));
}

#[tokio::test]
async fn operations_are_answered_over_the_socket() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mut socket = welcome(&app, &app.person("zhangwei").await).await;
    say(&mut socket, subscribe("q", "{viewer{member{name}}}")).await;
    let next = hear(&mut socket).await.expect("an answer");
    assert_eq!(next["payload"]["data"]["viewer"]["member"]["name"], "张伟", "{next:#}");
    assert_eq!(
        hear(&mut socket).await.expect("its end"),
        json!({ "id": "q", "type": "complete" })
    );
    for (document, code) in [
        ("{nope}", "INVALID"),
        ("{", "INVALID"),
        (&format!("{{a{}", "(x:[".repeat(2_000)), "TOO_COMPLEX"),
    ] {
        say(&mut socket, subscribe("e", document)).await;
        let error = hear(&mut socket).await.expect("a refusal");
        assert_eq!(
            (
                error["type"].as_str(),
                error["payload"][0]["extensions"]["code"].as_str()
            ),
            (Some("error"), Some(code))
        );
    }
    for id in 0..51 {
        say(
            &mut socket,
            subscribe(&id.to_string(), "subscription{events{__typename}}"),
        )
        .await;
    }
    let refused = loop {
        let heard = hear(&mut socket).await.expect("a refusal");
        // The subscriptions may have news already.
        if heard["type"] != "next" {
            break heard;
        }
    };
    assert_eq!(
        (refused["type"].as_str(), refused["id"].as_str()),
        (Some("error"), Some("50"))
    );
}

#[tokio::test]
async fn the_limits_hold_on_the_socket_too() {
    let app = TestApp::start(Engine::Sqlite).await;
    let person = app.person("zhangwei").await;
    let mut socket = welcome(&app, &person).await;
    for document in crate::transport::abusive() {
        let begun = Instant::now();
        say(&mut socket, subscribe("x", &document)).await;
        let refused = hear(&mut socket).await.expect("a refusal");
        let start: String = document.chars().take(60).collect();
        assert_eq!(refused["type"], "error", "{start}");
        let code = refused["payload"][0]["extensions"]["code"].as_str().unwrap_or_default();
        assert!(["TOO_COMPLEX", "INVALID"].contains(&code), "{start}: {refused:#}");
        assert!(
            refused.to_string().len() < 20_000 && begun.elapsed() < Duration::from_secs(1),
            "{start}: {:?}",
            begun.elapsed()
        );
    }
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for levels in [500, 2_000, 10_000, 100_000] {
            let mut socket = welcome(&app, &person).await;
            let nested = format!("{}1{}", open.repeat(levels), close.repeat(levels));
            let text = format!(
                r#"{{"id":"1","type":"subscribe","payload":{{"query":"{{__typename}}","variables":{nested}}}}}"#
            );
            socket.send(Message::text(text)).await.expect("sent");
            assert_eq!(closed(&mut socket).await, 4400, "{open} {levels}");
        }
    }
    let mut socket = welcome(&app, &person).await;
    let large = Message::text(format!(
        r#"{{"type":"ping","payload":{{"x":"{}"}}}}"#,
        "x".repeat(1024 * 1024)
    ));
    socket.send(large).await.expect("sent");
    assert_eq!(closed(&mut socket).await, 1009, "as large as no request may be");
    welcome(&app, &person).await;
}

#[tokio::test]
async fn a_member_has_so_many_sockets() {
    let app = TestApp::start(Engine::Sqlite).await;
    let person = app.person("zhangwei").await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        sockets.push(welcome(&app, &person).await);
    }
    let mut surplus = open(&app).await;
    let token = person.token.as_deref().expect("signed in");
    say(
        &mut surplus,
        json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } }),
    )
    .await;
    assert_eq!(closed(&mut surplus).await, 4429);
    welcome(&app, &app.person("limin").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_stops_reading_is_dropped() {
    const LARGE: &str = "{__schema{types{name description fields{name description args{name description type{name}} type{name ofType{name}}}}}}";
    let settings = tongshi::config::Settings {
        member_points: Some(0),
        ..Default::default()
    };
    let app = TestApp::start_with(Engine::Sqlite, settings).await;
    let person = app.person("zhangwei").await;
    let mut deaf = welcome(&app, &person).await;
    let mut keen = welcome(&app, &person).await;
    say(&mut deaf, subscribe("0", LARGE)).await;
    let one = hear(&mut deaf).await.expect("an answer").to_string().len();
    let asked = 400;
    for id in 1..=asked {
        let message = Message::text(subscribe(&id.to_string(), LARGE).to_string());
        // The server stops taking requests while its answers are not read.
        if tokio::time::timeout(Duration::from_secs(1), deaf.send(message))
            .await
            .is_err()
        {
            break;
        }
    }
    // Nothing is read for longer than the server waits; others are served meanwhile.
    for turn in 0..35 {
        say(&mut keen, subscribe(&turn.to_string(), "{viewer{roles}}")).await;
        while hear(&mut keen).await.expect("alive")["type"] != "complete" {}
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let mut left = 0;
    let gone = tokio::time::timeout(Duration::from_secs(20), async {
        while let Some(Ok(message)) = deaf.next().await {
            left += message.len();
        }
    });
    gone.await.expect("the server has closed");
    assert!(
        left < asked * one / 2,
        "{left} of {} bytes were kept for it",
        asked * one
    );
}

tests::both! {
    async fn the_end_of_a_session_closes_its_sockets_and_no_others(app: TestApp) {
        let (here, there) = (app.person("zhangwei").await, app.person("zhangwei").await);
        let (mut ended, mut other) = (welcome(&app, &here).await, welcome(&app, &there).await);
        let begun = Instant::now();
        here.run("mutation{signOut{ok}}", json!({})).await;
        assert_eq!(closed(&mut ended).await, 4403);
        assert!(begun.elapsed() < Duration::from_secs(5));
        say(&mut other, json!({ "type": "ping" })).await;
        assert_eq!(hear(&mut other).await.expect("alive")["type"], "pong");
    }

    async fn a_change_of_rights_closes_sockets(app: TestApp) {
        let (admin, cashier) = (app.person("admin").await, app.person("cashier").await);
        let mut socket = welcome(&app, &cashier).await;
        let member = cashier.id().await;
        let input = json!({ "memberId": member, "role": "HR", "scope": "ALL" });
        admin.run("mutation($input: GrantRoleInput!){grantRole(input: $input){__typename}}", json!({ "input": input })).await;
        assert_eq!(closed(&mut socket).await, 4403);
    }

    async fn the_end_of_a_token_closes_its_sockets(app: TestApp) {
        let mut socket = welcome(&app, &app.person("zhangwei").await).await;
        app.clock.pass(TimeDelta::minutes(16));
        assert_eq!(closed(&mut socket).await, 4401);
    }

    async fn a_server_that_stops_says_so(app: TestApp) {
        let mut app = app;
        let mut socket = welcome(&app, &app.person("zhangwei").await).await;
        app.stop().await;
        assert_eq!(closed(&mut socket).await, 1001);
    }
}
