//! The life of the one WebSocket as a state machine over a clock that is handed in: heartbeat, backoff, resume. PURE.
//!
//! Speaks `graphql-transport-ws`. The driver feeds [`Input`]s, carries out [`Output`]s and calls again with
//! [`Input::Tick`] at [`Link::deadline`]. Times are milliseconds of any steady clock.

use serde::Deserialize;
use serde_json::Value;

use crate::api::wire;

/// A ping after so much silence.
pub const PING_AFTER: f64 = 25_000.0;
/// So much silence is a dead link.
pub const DEAD_AFTER: f64 = 40_000.0;
/// Opening, and the handshake after it, may take so long each.
const HANDSHAKE: f64 = 10_000.0;
const BACKOFF_MIN: f64 = 500.0;
const BACKOFF_MAX: f64 = 20_000.0;
/// So many handshakes failed in a row: something on the way blocks sockets; polling takes over.
const BLOCKED_AFTER: u32 = 3;
/// How long a new token may take before the link tries on its own.
const TOKEN_WAIT: f64 = 15_000.0;

/// Where the link stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    /// Nobody is signed in.
    Idle,
    /// The socket is being opened.
    Connecting {
        /// Given up then.
        until: f64,
    },
    /// The socket is open, the server has not acknowledged yet.
    Handshaking {
        /// Given up then.
        until: f64,
    },
    /// Events flow.
    Open {
        /// When the server was last heard.
        heard: f64,
        /// When a ping was last sent.
        pinged: f64,
    },
    /// The next try comes then.
    Waiting {
        /// When.
        until: f64,
    },
    /// The server refused the token; a new one is on its way.
    Refreshing {
        /// Tried with the old one then.
        until: f64,
    },
    /// The browser says that there is no network.
    Offline {
        /// Tried nevertheless then: browsers are sometimes wrong.
        until: f64,
    },
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input<'a> {
    /// There is a (new) access token.
    Token(String),
    /// The session has ended; it may be taken up again, from the same cursor.
    Expired,
    /// The session is over.
    SignedOut,
    /// The socket is open.
    Opened,
    /// The socket is closed, with this code.
    Closed(u16),
    /// A frame came.
    Message(&'a str),
    /// The deadline has come.
    Tick,
    /// The network is back, the page is shown again, or the user asks to try.
    Wake,
    /// The browser lost its network.
    NetworkLost,
}

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Open a socket.
    Open,
    /// Send this frame.
    Send(String),
    /// Close the socket; no `Closed` is expected for it.
    Close,
    /// Get a new access token.
    Refresh,
    /// An item of the event stream.
    Deliver(Value),
}

/// The link.
#[derive(Debug)]
pub struct Link {
    state: State,
    token: Option<String>,
    /// The token of the present connection.
    used: Option<String>,
    cursor: Option<String>,
    /// Failed tries in a row.
    attempt: u32,
    /// Failed handshakes in a row.
    refused: u32,
    /// When the server was last heard, over all connections.
    heard: Option<f64>,
    /// Builds the `subscribe` payload for a cursor, as JSON.
    subscribe: fn(Option<&str>) -> String,
}

impl Link {
    /// A link that will subscribe with this payload.
    pub fn new(subscribe: fn(Option<&str>) -> String) -> Self {
        Self {
            state: State::Idle,
            token: None,
            used: None,
            cursor: None,
            attempt: 0,
            refused: 0,
            heard: None,
            subscribe,
        }
    }

    /// Where the link stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// When [`Input::Tick`] is due.
    pub fn deadline(&self) -> Option<f64> {
        match self.state {
            State::Idle => None,
            State::Connecting { until }
            | State::Handshaking { until }
            | State::Waiting { until }
            | State::Refreshing { until }
            | State::Offline { until } => Some(until),
            State::Open { heard, pinged } => Some((heard + DEAD_AFTER).min(heard.max(pinged) + PING_AFTER)),
        }
    }

    /// Sockets do not come through; whoever needs news has to ask.
    pub fn is_blocked(&self) -> bool {
        self.refused >= BLOCKED_AFTER && !matches!(self.state, State::Open { .. } | State::Idle)
    }

    /// Failed tries in a row; 0 while all is well.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// When the server was last heard.
    pub fn heard(&self) -> Option<f64> {
        self.heard
    }

    /// The newest event known.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Begins after this event, where nothing was heard yet.
    pub fn begin_after(&mut self, cursor: &str) {
        if self.cursor.is_none() {
            self.cursor = Some(cursor.to_owned());
        }
    }

    /// One step. `random` is uniform in 0..1.
    pub fn step(&mut self, now: f64, random: f64, input: Input<'_>) -> Vec<Output> {
        match input {
            Input::Token(token) => {
                self.token = Some(token);
                match self.state {
                    State::Idle | State::Refreshing { .. } => self.open(now),
                    _ => Vec::new(),
                }
            }
            Input::Expired => {
                let live = self.has_socket();
                self.state = State::Idle;
                self.token = None;
                if live { vec![Output::Close] } else { Vec::new() }
            }
            Input::SignedOut => {
                let live = self.has_socket();
                *self = Self::new(self.subscribe);
                if live { vec![Output::Close] } else { Vec::new() }
            }
            Input::Opened => self.opened(now),
            Input::Closed(code) => self.closed(now, random, code),
            Input::Message(text) => self.message(now, random, text),
            Input::Tick => self.tick(now, random),
            Input::Wake => match self.state {
                State::Waiting { .. } | State::Offline { .. } => {
                    self.attempt = 0;
                    self.open(now)
                }
                State::Open { heard, .. } if now - heard >= DEAD_AFTER => self.lost(now, random, true),
                State::Open { heard, .. } if now - heard >= 5_000.0 => self.ping(now, heard),
                _ => Vec::new(),
            },
            Input::NetworkLost => {
                if self.state == State::Idle {
                    return Vec::new();
                }
                let live = self.has_socket();
                self.attempt = self.attempt.max(1);
                self.state = State::Offline {
                    until: now + BACKOFF_MAX,
                };
                if live { vec![Output::Close] } else { Vec::new() }
            }
        }
    }

    fn has_socket(&self) -> bool {
        matches!(
            self.state,
            State::Connecting { .. } | State::Handshaking { .. } | State::Open { .. }
        )
    }

    fn open(&mut self, now: f64) -> Vec<Output> {
        self.used.clone_from(&self.token);
        self.state = State::Connecting { until: now + HANDSHAKE };
        vec![Output::Open]
    }

    fn opened(&mut self, now: f64) -> Vec<Output> {
        let State::Connecting { .. } = self.state else {
            return Vec::new();
        };
        self.state = State::Handshaking { until: now + HANDSHAKE };
        let bearer = wire::quoted(&format!("Bearer {}", self.used.as_deref().unwrap_or_default()));
        let init = format!(r#"{{"type":"connection_init","payload":{{"authorization":{bearer}}}}}"#);
        vec![Output::Send(init)]
    }

    fn closed(&mut self, now: f64, random: f64, code: u16) -> Vec<Output> {
        if !self.has_socket() {
            return Vec::new();
        }
        match code {
            4401 | 4403 => self.refused_token(now, random, false),
            _ => self.lost(now, random, false),
        }
    }

    /// The server does not take the token. A newer one is tried at once, else one is asked for; a token that is
    /// refused although it is new waits like any other failure.
    fn refused_token(&mut self, now: f64, random: f64, close: bool) -> Vec<Output> {
        let was_open = matches!(self.state, State::Open { .. });
        let mut out = if close { vec![Output::Close] } else { Vec::new() };
        self.attempt += 1;
        if self.used != self.token {
            out.extend(self.open(now));
        } else if was_open || self.attempt <= 1 {
            self.state = State::Refreshing {
                until: now + TOKEN_WAIT,
            };
            out.push(Output::Refresh);
        } else {
            self.state = State::Waiting {
                until: now + self.backoff(random),
            };
            out.push(Output::Refresh);
        }
        out
    }

    /// The connection is gone or never came.
    fn lost(&mut self, now: f64, random: f64, close: bool) -> Vec<Output> {
        if matches!(self.state, State::Connecting { .. } | State::Handshaking { .. }) {
            self.attempt += 1;
            self.refused += 1;
        }
        self.state = State::Waiting {
            until: now + self.backoff(random),
        };
        if close { vec![Output::Close] } else { Vec::new() }
    }

    /// Full jitter over an exponentially growing span, and never less than the shortest wait.
    fn backoff(&self, random: f64) -> f64 {
        let exponent = i32::try_from(self.attempt.min(10)).unwrap_or(10);
        let span = (BACKOFF_MIN * 2f64.powi(exponent)).min(BACKOFF_MAX);
        (span * random.clamp(0.0, 1.0)).max(BACKOFF_MIN)
    }

    fn ping(&mut self, now: f64, heard: f64) -> Vec<Output> {
        self.state = State::Open { heard, pinged: now };
        vec![Output::Send(r#"{"type":"ping"}"#.to_owned())]
    }

    fn tick(&mut self, now: f64, random: f64) -> Vec<Output> {
        match self.state {
            State::Connecting { until } | State::Handshaking { until } if now >= until => self.lost(now, random, true),
            State::Waiting { until } | State::Refreshing { until } | State::Offline { until } if now >= until => {
                self.open(now)
            }
            State::Open { heard, .. } if now - heard >= DEAD_AFTER => {
                self.attempt = self.attempt.max(1);
                self.lost(now, random, true)
            }
            State::Open { heard, pinged } if now - heard.max(pinged) >= PING_AFTER => self.ping(now, heard),
            _ => Vec::new(),
        }
    }

    fn message(&mut self, now: f64, random: f64, text: &str) -> Vec<Output> {
        if !self.has_socket() {
            return Vec::new();
        }
        self.heard = Some(now);
        if let State::Open { pinged, .. } = self.state {
            self.state = State::Open { heard: now, pinged };
        }
        let Some(frame) = wire::parse::<Frame>(text) else {
            return self.lost(now, random, true);
        };
        match (frame.kind.as_str(), self.state) {
            ("connection_ack", State::Handshaking { .. }) => {
                self.state = State::Open {
                    heard: now,
                    pinged: now,
                };
                self.attempt = 0;
                self.refused = 0;
                let payload = (self.subscribe)(self.cursor.as_deref());
                let frame = format!(r#"{{"id":"events","type":"subscribe","payload":{payload}}}"#);
                vec![Output::Send(frame)]
            }
            ("ping", _) => vec![Output::Send(r#"{"type":"pong"}"#.to_owned())],
            ("next", State::Open { .. }) => {
                let Some(item) = frame
                    .payload
                    .as_ref()
                    .and_then(|payload| payload.pointer("/data/events"))
                else {
                    return self.stream_failed(now, random, frame.payload.as_ref());
                };
                if let Some(cursor) = item.get("cursor").and_then(Value::as_str) {
                    self.cursor = Some(cursor.to_owned());
                }
                vec![Output::Deliver(item.clone())]
            }
            ("error", State::Open { .. }) => self.stream_failed(now, random, frame.payload.as_ref()),
            // The stream ended: the server is going down, or knows better. Try again with the cursor.
            ("complete", State::Open { .. }) => self.lost(now, random, true),
            _ => Vec::new(),
        }
    }

    fn stream_failed(&mut self, now: f64, random: f64, payload: Option<&Value>) -> Vec<Output> {
        if payload.is_some_and(|payload| wire::says(payload, "UNAUTHENTICATED")) {
            return self.refused_token(now, random, true);
        }
        self.attempt += 1;
        self.lost(now, random, true)
    }
}

#[derive(Deserialize)]
struct Frame {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    payload: Option<Value>,
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
