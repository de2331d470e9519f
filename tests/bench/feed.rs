//! Live events to a crowd: each subscriber has a member, a token and a socket of its own.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures_util::{SinkExt, StreamExt};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
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

/// Measures from the moment an event carries to its arrival, over all subscribers.
pub(crate) async fn measure(
    server: &Server,
    company: &Company,
    subscribers: usize,
    tasks: &mut impl Iterator<Item = &Waiting>,
) {
    let idle = server.memory();
    let (stop, _) = tokio::sync::broadcast::channel::<()>(1);
    let mut listeners = Vec::with_capacity(subscribers);
    for member in company.members.iter().rev().take(subscribers) {
        let listener = listen(&server.address, &company.session(*member), stop.subscribe()).await;
        listeners.push(listener);
    }
    let crowded = server.memory();
    let cpu = server.cpu();
    let client = reqwest::Client::new();
    let mut told = 0;
    for task in tasks.take(EVENTS) {
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
    let used = server.cpu().0 - cpu.0;
    let _ = stop.send(());
    let mut times = Histogram::<u64>::new_with_bounds(1, 60_000_000, 3).expect("bounds");
    let mut least = usize::MAX;
    for listener in listeners {
        let own = tokio::time::timeout(PATIENCE, listener)
            .await
            .expect("an end in time")
            .expect("a listener");
        least = least.min(own.len());
        for micros in own {
            times.record(micros.max(1)).expect("within bounds");
        }
    }
    println!(
        "events  {told} approvals to {subscribers}: each heard at least {least}; p50 {:.1} ms, p99 {:.1} ms, {:.1} us CPU a delivery, \
         {:.1} KiB a subscriber",
        times.value_at_quantile(0.5) as f64 / 1e3,
        times.value_at_quantile(0.99) as f64 / 1e3,
        used * 1e6 / times.len() as f64,
        (crowded.own - idle.own) * 1024.0 / subscribers as f64,
    );
}

async fn listen(
    address: &str,
    token: &str,
    mut stop: tokio::sync::broadcast::Receiver<()>,
) -> tokio::task::JoinHandle<Vec<u64>> {
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
    let subscribe = json!({ "id": "1", "type": "subscribe", "payload": { "query": SUBSCRIPTION } });
    for message in [init, subscribe, json!({ "type": "ping" })] {
        socket.send(Message::text(message.to_string())).await.expect("sent");
    }
    // The answer to the ping says that the subscription stands.
    while let Some(Ok(message)) = socket.next().await {
        if message.to_text().is_ok_and(|text| text.contains("\"pong\"")) {
            break;
        }
    }
    tokio::spawn(async move {
        let mut times = Vec::with_capacity(EVENTS);
        loop {
            let message = tokio::select! {
                message = socket.next() => message,
                _ = stop.recv() => return times,
            };
            let arrived = SystemClock.now();
            let Some(Ok(Message::Text(text))) = message else {
                if matches!(message, None | Some(Err(_) | Ok(Message::Close(_)))) {
                    return times;
                }
                continue;
            };
            let message: Value = serde_json::from_str(&text).expect("JSON");
            match message["type"].as_str() {
                Some("next") => {
                    let at = message["payload"]["data"]["events"]["at"].as_str();
                    if let Some(at) = at.and_then(|at| at.parse::<DateTime<Utc>>().ok()) {
                        times.push(u64::try_from((arrived - at).num_microseconds().unwrap_or(0)).unwrap_or(0));
                    }
                }
                Some("ping") => {
                    let pong = json!({ "type": "pong" }).to_string();
                    if socket.send(Message::text(pong)).await.is_err() {
                        return times;
                    }
                }
                _ => {}
            }
        }
    })
}
