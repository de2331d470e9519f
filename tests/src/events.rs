//! Live events over a socket, as the web app receives them.

use std::collections::VecDeque;
use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::postgres::PATIENCE;

const SUBSCRIPTION: &str = "subscription($after: String) { events(after: $after) { __typename \
    ... on Event { cursor id at kind subject topics version actor { name } } ... on Lagged { cursor skipped } ... on Reset { cursor } } }";

/// An open subscription.
pub struct Events {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Cursor of the last item.
    pub cursor: Option<String>,
    /// Heard and not asked for yet.
    early: VecDeque<Value>,
}

impl Events {
    pub(crate) async fn open(address: SocketAddr, token: &str, after: Option<&str>) -> Self {
        let mut request = format!("ws://{address}/graphql")
            .into_client_request()
            .expect("a request");
        let headers = request.headers_mut();
        headers.insert(
            "sec-websocket-protocol",
            "graphql-transport-ws".parse().expect("a header"),
        );
        headers.insert("origin", format!("http://{address}").parse().expect("a header"));
        let (socket, _) = connect_async(request).await.expect("a socket");
        let mut events = Self {
            socket,
            cursor: after.map(str::to_owned),
            early: VecDeque::new(),
        };
        events
            .say(json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } }))
            .await;
        assert_eq!(events.hear().await["type"], "connection_ack");
        let payload = json!({ "query": SUBSCRIPTION, "variables": { "after": after } });
        events
            .say(json!({ "id": "1", "type": "subscribe", "payload": payload }))
            .await;
        // The answer to a ping says that the server has dealt with everything before it, the subscription included.
        events.say(json!({ "type": "ping" })).await;
        loop {
            let message = events.hear().await;
            if message["type"] == "pong" {
                return events;
            }
            events.early.push_back(message);
        }
    }

    async fn say(&mut self, message: Value) {
        self.socket
            .send(Message::text(message.to_string()))
            .await
            .expect("sent");
    }

    async fn hear(&mut self) -> Value {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next())
                .await
                .expect("a message in time");
            match message.expect("an open socket").expect("a whole message") {
                Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                Message::Close(frame) => panic!("closed: {frame:?}"),
                _ => {}
            }
        }
    }

    /// The code the server closes the socket with; what comes before is passed over.
    pub async fn closed(&mut self) -> u16 {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next())
                .await
                .expect("an end in time");
            if let Message::Close(frame) = message.expect("a close frame").expect("a whole message") {
                return frame.map_or(1005, |frame| frame.code.into());
            }
        }
    }

    /// The next item of the stream.
    pub async fn next(&mut self) -> Value {
        loop {
            let mut message = match self.early.pop_front() {
                Some(message) => message,
                None => self.hear().await,
            };
            match message["type"].as_str() {
                Some("next") => {
                    assert!(message["payload"].get("errors").is_none(), "{message:#}");
                    let item = message["payload"]["data"]["events"].take();
                    self.cursor = item["cursor"].as_str().map(str::to_owned);
                    return item;
                }
                Some("ping") => self.say(json!({ "type": "pong" })).await,
                Some("pong") => {}
                _ => panic!("{message:#}"),
            }
        }
    }

    /// Waits for an event of a kind and gives all items up to it.
    pub async fn until(&mut self, kind: &str) -> Vec<Value> {
        let mut seen = Vec::new();
        loop {
            let item = self.next().await;
            let found = item["kind"] == kind;
            seen.push(item);
            if found {
                return seen;
            }
        }
    }
}
