//! Live events to a crowd: each subscriber has a member, a token and a socket of its own.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures_util::{SinkExt, StreamExt};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tongshi::cx::{Clock, SystemClock};

use crate::company::{Company, Waiting};
use crate::queries;
use crate::server::Server;

/// Events told to everyone: the team calendar changes with each approval of leave.
const EVENTS: usize = 200;
/// Pause between two.
const PAUSE: Duration = Duration::from_millis(50);
/// How long one waits for the last.
const PATIENCE: Duration = Duration::from_secs(20);

const SUBSCRIPTION: &str = "subscription { events(topics: [\"calendar\"]) { __typename ... on Event { cursor at } } }";

/// A socket of a member.
pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Measures from the moment an event carries to its arrival, over all subscribers.
pub(crate) async fn measure(
    server: &Server,
    company: &Company,
    subscribers: usize,
    tasks: &mut impl Iterator<Item = &Waiting>,
) {
    // What the approvals cost when nobody listens.
    let (alone, spent) = approve(server, company, tasks, EVENTS).await;
    let each = spent / alone as f64;
    let idle = server.memory();
    let (stop, _) = tokio::sync::broadcast::channel::<()>(1);
    let mut listeners = Vec::with_capacity(subscribers);
    for member in company.members.iter().rev().take(subscribers) {
        let listener = listen(&server.address, &company.session(*member), stop.subscribe()).await;
        listeners.push(listener);
    }
    let crowded = server.memory();
    let (told, used) = approve(server, company, tasks, EVENTS).await;
    let _ = stop.send(());
    let mut times = Histogram::<u64>::new_with_bounds(1, 60_000_000, 3).expect("bounds");
    let mut least = usize::MAX;
    for listener in listeners {
        let heard = tokio::time::timeout(PATIENCE, listener)
            .await
            .expect("an end in time")
            .expect("a listener");
        least = least.min(heard.len());
        for micros in heard.iter().filter_map(took) {
            times.record(micros.max(1)).expect("within bounds");
        }
    }
    assert_eq!(
        times.len(),
        (told * subscribers) as u64,
        "everybody hears of everything once"
    );
    println!(
        "events  {told} approvals to {subscribers}: each heard at least {least}; p50 {:.1} ms, p99 {:.1} ms, {:.1} us CPU a delivery, \
         {:.1} without the approvals themselves, {:.1} KiB a subscriber",
        times.value_at_quantile(0.5) as f64 / 1e3,
        times.value_at_quantile(0.99) as f64 / 1e3,
        used * 1e6 / times.len() as f64,
        (used - each * told as f64) * 1e6 / times.len() as f64,
        (crowded.own - idle.own) * 1024.0 / subscribers as f64,
    );
}

/// Approves one after another with pauses; gives how many, and the seconds of CPU the server used until all was told.
async fn approve(
    server: &Server,
    company: &Company,
    tasks: &mut impl Iterator<Item = &Waiting>,
    most: usize,
) -> (usize, f64) {
    let before = server.cpu().0;
    let client = reqwest::Client::new();
    let mut told = 0;
    for task in tasks.take(most) {
        let began = Instant::now();
        let answer = client
            .post(format!("http://{}/graphql", server.address))
            .bearer_auth(company.session(task.member))
            .json(&queries::approve(task))
            .send()
            .await
            .expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        assert!(answer.get("errors").is_none(), "{answer:#}");
        told += 1;
        tokio::time::sleep(PAUSE.saturating_sub(began.elapsed())).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    (told, server.cpu().0 - before)
}

/// Opens a socket and subscribes; the subscription stands when this returns.
pub(crate) async fn open(address: &str, token: &str, subscription: &str) -> Socket {
    let mut request = format!("ws://{address}/graphql")
        .into_client_request()
        .expect("a request");
    let headers = request.headers_mut();
    headers.insert(
        "sec-websocket-protocol",
        "graphql-transport-ws".parse().expect("a header"),
    );
    headers.insert("origin", format!("http://{address}").parse().expect("a header"));
    let (mut socket, _) = connect_async(request).await.expect("a socket");
    let init = json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } });
    let subscribe = json!({ "id": "1", "type": "subscribe", "payload": { "query": subscription } });
    for message in [init, subscribe, json!({ "type": "ping" })] {
        socket.send(Message::text(message.to_string())).await.expect("sent");
    }
    // The answer to the ping says that the subscription stands.
    while let Some(Ok(message)) = socket.next().await {
        if message.to_text().is_ok_and(|text| text.contains("\"pong\"")) {
            break;
        }
    }
    socket
}

/// A message and when it came. It is read when all is over: reading takes time of the machine the server runs on.
type Heard = (DateTime<Utc>, Utf8Bytes);

/// Microseconds from an event to its arrival; none for other messages.
fn took((arrived, text): &Heard) -> Option<u64> {
    let message: Value = serde_json::from_str(text).expect("JSON");
    let at = message["payload"]["data"]["events"]["at"].as_str()?;
    let at: DateTime<Utc> = at.parse().expect("a moment");
    Some(u64::try_from((*arrived - at).num_microseconds().unwrap_or(0)).unwrap_or(0))
}

async fn listen(
    address: &str,
    token: &str,
    mut stop: tokio::sync::broadcast::Receiver<()>,
) -> tokio::task::JoinHandle<Vec<Heard>> {
    let mut socket = open(address, token, SUBSCRIPTION).await;
    tokio::spawn(async move {
        let mut heard = Vec::with_capacity(EVENTS);
        loop {
            let message = tokio::select! {
                message = socket.next() => message,
                _ = stop.recv() => return heard,
            };
            match message {
                Some(Ok(Message::Text(text))) => heard.push((SystemClock.now(), text)),
                // Answered by the library.
                Some(Ok(Message::Ping(_))) => {}
                other => panic!("the socket stays open: {other:?}"),
            }
        }
    })
}
