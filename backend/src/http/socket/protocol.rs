//! The protocol `graphql-transport-ws` as a state machine. Pure: frames and moments go in, steps come out.
//!
//! Source: PROTOCOL.md of the reference implementation, `graphql-ws`.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::graphql::limit;
use crate::http::execute::Params;

/// Longest a client may take to introduce itself.
pub(crate) const INTRODUCTION: Duration = Duration::from_secs(10);
/// How often we ask for a sign of life.
pub(crate) const PING: Duration = Duration::from_secs(25);
/// Silence after which a client is gone.
pub(crate) const SILENCE: Duration = Duration::from_secs(60);
/// Longest id of an operation, in bytes.
const ID: usize = 128;
/// Longest reason a close frame may carry, in bytes.
const REASON: usize = 123;

/// Why a socket closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Close {
    /// Code of the close frame.
    pub(crate) code: u16,
    /// Reason, at most 123 bytes and without internals.
    pub(crate) reason: String,
}

impl Close {
    fn new(code: u16, reason: &str) -> Self {
        Self {
            code,
            reason: reason
                .get(..reason.floor_char_boundary(REASON))
                .unwrap_or_default()
                .to_owned(),
        }
    }

    /// The server stops, or the client went silent.
    pub(crate) fn going_away() -> Self {
        Self::new(1001, "Going away")
    }

    /// The message is larger than a request may be.
    pub(crate) fn too_big() -> Self {
        Self::new(1009, "Message too big")
    }

    fn bad() -> Self {
        Self::new(4400, "Invalid message received")
    }

    /// There is no good token, or it has ended: get a new one.
    pub(crate) fn unauthorized() -> Self {
        Self::new(4401, "Unauthorized")
    }

    /// The session was ended: sign in.
    pub(crate) fn forbidden() -> Self {
        Self::new(4403, "Forbidden")
    }

    /// It cannot be found out now who it is.
    pub(crate) fn try_again_later() -> Self {
        Self::new(1013, "Try again later")
    }

    /// The client asked for another subprotocol, or none.
    pub(crate) fn subprotocol() -> Self {
        Self::new(4406, "Subprotocol not acceptable")
    }

    /// Too many introductions from one address.
    pub(crate) fn too_many_requests() -> Self {
        Self::new(4429, "Too many requests")
    }

    /// Too many sockets of one member.
    pub(crate) fn too_many_sockets() -> Self {
        Self::new(4429, "Too many sockets")
    }
}

/// What is to be done next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Send a text frame.
    Send(String),
    /// Send a ping frame.
    Ping,
    /// Close the socket; nothing follows.
    Close(Close),
    /// Find out whose token it is, then call [`Protocol::welcome`].
    Authenticate {
        /// Value of `authorization`, when given.
        authorization: Option<String>,
        /// Value of `acceptLanguage`, when given.
        language: Option<String>,
    },
    /// Run an operation.
    Start(Ticket, Params),
    /// End an operation.
    Stop(u64),
}

/// Names one run of an operation: ids may be used again, numbers are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// Id given by the client.
    pub(crate) id: String,
    /// Number of the run.
    pub(crate) run: u64,
}

/// What an operation brings.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A result, as JSON.
    Next(String),
    /// It could not run; errors as JSON. Nothing follows.
    Failed(Value),
    /// Nothing follows.
    Done,
}

#[derive(Debug, PartialEq, Eq)]
enum Phase {
    Waiting,
    Introduced,
    Ready,
    Closed,
}

/// The state of one socket. Moments are counted from its opening.
pub(crate) struct Protocol {
    phase: Phase,
    most: usize,
    runs: HashMap<String, u64>,
    started: u64,
    heard: Duration,
    pinged: Duration,
}

impl Protocol {
    /// A socket just opened, for so many operations at once.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            phase: Phase::Waiting,
            most,
            runs: HashMap::new(),
            started: 0,
            heard: Duration::ZERO,
            pinged: Duration::ZERO,
        }
    }

    /// A frame of any kind came in.
    pub(crate) fn heard(&mut self, now: Duration) {
        self.heard = now;
    }

    /// A text frame came in.
    pub(crate) fn text(&mut self, text: &str) -> Vec<Step> {
        if self.phase == Phase::Closed {
            return Vec::new();
        }
        match self.message(text) {
            Ok(step) => step.into_iter().collect(),
            Err(close) => self.close(close),
        }
    }

    /// A binary frame came in.
    pub(crate) fn binary(&mut self) -> Vec<Step> {
        self.close(Close::bad())
    }

    /// The token was good.
    pub(crate) fn welcome(&mut self) -> Vec<Step> {
        if self.phase != Phase::Introduced {
            return Vec::new();
        }
        self.phase = Phase::Ready;
        vec![Step::Send(json!({"type": "connection_ack"}).to_string())]
    }

    /// The socket is to close.
    pub(crate) fn close(&mut self, close: Close) -> Vec<Step> {
        if self.phase == Phase::Closed {
            return Vec::new();
        }
        self.phase = Phase::Closed;
        vec![Step::Close(close)]
    }

    /// Time went by.
    pub(crate) fn tick(&mut self, now: Duration) -> Vec<Step> {
        if matches!(self.phase, Phase::Waiting | Phase::Introduced) && now >= INTRODUCTION {
            return self.close(Close::new(4408, "Connection initialisation timeout"));
        }
        if now.saturating_sub(self.heard) >= SILENCE {
            return self.close(Close::going_away());
        }
        if self.phase == Phase::Ready && now.saturating_sub(self.pinged) >= PING {
            self.pinged = now;
            return vec![Step::Ping];
        }
        Vec::new()
    }

    /// An operation brought something. What comes after its end is dropped.
    pub(crate) fn outcome(&mut self, ticket: &Ticket, outcome: Outcome) -> Option<Step> {
        if self.phase != Phase::Ready || self.runs.get(&ticket.id) != Some(&ticket.run) {
            return None;
        }
        let id = Value::from(ticket.id.as_str());
        let text = match outcome {
            Outcome::Next(payload) => {
                return Some(Step::Send(format!(
                    r#"{{"id":{id},"type":"next","payload":{payload}}}"#
                )));
            }
            Outcome::Failed(errors) => json!({"id": id, "type": "error", "payload": errors}),
            Outcome::Done => json!({"id": id, "type": "complete"}),
        };
        self.runs.remove(&ticket.id);
        Some(Step::Send(text.to_string()))
    }

    fn message(&mut self, text: &str) -> Result<Option<Step>, Close> {
        limit::scan_json(text.as_bytes()).map_err(|_| Close::bad())?;
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
            return Err(Close::bad());
        };
        let payload = message.remove("payload").filter(|payload| !payload.is_null());
        let kind = message.get("type").and_then(Value::as_str).unwrap_or_default();
        let object = payload.as_ref().is_none_or(Value::is_object);
        match kind {
            "connection_init" if object => self.introduce(&payload.unwrap_or_default()),
            "ping" if object => Ok(Some(Step::Send(match payload {
                Some(payload) => json!({"type": "pong", "payload": payload}).to_string(),
                None => json!({"type": "pong"}).to_string(),
            }))),
            "pong" if object => Ok(None),
            "subscribe" => self.subscribe(read_id(&message)?, payload.unwrap_or_default()),
            "complete" => Ok(self.runs.remove(&read_id(&message)?).map(Step::Stop)),
            _ => Err(Close::bad()),
        }
    }

    fn introduce(&mut self, payload: &Value) -> Result<Option<Step>, Close> {
        if self.phase != Phase::Waiting {
            return Err(Close::new(4429, "Too many initialisation requests"));
        }
        self.phase = Phase::Introduced;
        let text = |names: [&str; 2]| {
            names
                .iter()
                .find_map(|name| payload.get(name))
                .and_then(Value::as_str)
                .map(ToOwned::to_owned)
        };
        Ok(Some(Step::Authenticate {
            authorization: text(["authorization", "Authorization"]),
            language: text(["acceptLanguage", "Accept-Language"]),
        }))
    }

    fn subscribe(&mut self, id: String, payload: Value) -> Result<Option<Step>, Close> {
        let params = Params::read(payload).map_err(|_| Close::bad())?;
        if self.phase != Phase::Ready {
            return Err(Close::unauthorized());
        }
        if self.runs.contains_key(&id) {
            return Err(Close::new(4409, &format!("Subscriber for {id} already exists")));
        }
        if self.runs.len() >= self.most {
            let message = format!("At most {} operations at once", self.most);
            let errors = json!([{"message": message, "extensions": {"code": "TOO_COMPLEX"}}]);
            return Ok(Some(Step::Send(
                json!({"id": id, "type": "error", "payload": errors}).to_string(),
            )));
        }
        self.started += 1;
        self.runs.insert(id.clone(), self.started);
        Ok(Some(Step::Start(Ticket { id, run: self.started }, params)))
    }
}

fn read_id(message: &serde_json::Map<String, Value>) -> Result<String, Close> {
    message
        .get("id")
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty() && id.len() <= ID)
        .map(ToOwned::to_owned)
        .ok_or_else(Close::bad)
}

#[cfg(test)]
#[path = "protocol_test.rs"]
mod tests;
