//! The live feed: the one subscription, what its items mean, and how the link stands.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use cynic::{QueryBuilder, SubscriptionBuilder};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;

use super::transport::http::encode;
use super::transport::link::{Input, Link, State};
use super::transport::socket::{self, Ears};
use super::{live, query, schema, session, wire};
use crate::i18n::Stamp;

/// While sockets are blocked, the server is asked so often.
const POLL: Duration = Duration::from_secs(10);

/// How the link to the server stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Connection {
    /// News come, or there is nobody to get any.
    #[default]
    Online,
    /// Cut since then; the next try comes then.
    Waiting {
        /// When what is shown was last known to be true.
        since: Stamp,
        /// The next try.
        until: Stamp,
    },
    /// Cut since then; a try is under way.
    Connecting {
        /// When what is shown was last known to be true.
        since: Stamp,
    },
}

thread_local! {
    static CONNECTION: ArcRwSignal<Connection> = ArcRwSignal::new(Connection::Online);
    static POLLING: RefCell<Option<IntervalHandle>> = const { RefCell::new(None) };
    /// The last poll did not get through, or none has been made yet.
    static POLL_FAILED: Cell<bool> = const { Cell::new(true) };
    static STARTED: Cell<f64> = const { Cell::new(0.0) };
}

/// How the link to the server stands.
pub fn connection() -> Signal<Connection> {
    CONNECTION.with(Clone::clone).into()
}

/// Whether changes can be sent now. Decisions are disabled while they cannot.
pub fn online() -> Signal<bool> {
    let connection = connection();
    Signal::derive(move || connection.get() == Connection::Online)
}

/// Tries to connect at once.
pub fn retry_now() {
    socket::tell(Input::Wake);
}

#[derive(cynic::QueryVariables, Clone)]
struct EventsVars {
    after: Option<String>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Subscription", variables = "EventsVars")]
#[expect(dead_code, reason = "only its selection is used: items are decoded one by one")]
struct Events {
    #[arguments(after: $after)]
    events: StreamItem,
}

#[derive(cynic::InlineFragments, Clone, Debug)]
#[cynic(graphql_type = "EventStreamItem")]
enum StreamItem {
    Event(Event),
    Lagged(#[expect(dead_code, reason = "its cursor is for the link")] Lagged),
    Reset(#[expect(dead_code, reason = "its cursor is for the link")] Reset),
    #[cynic(fallback)]
    Other,
}

/// Something happened that the viewer may know of.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct Event {
    /// Where the log stands after it.
    pub cursor: String,
    /// What happened: `approval.submitted`.
    pub kind: String,
    /// What it happened to.
    pub subject: cynic::Id,
    /// What to load again.
    pub topics: Vec<String>,
    /// The subject's version after it; 0 for subjects without one.
    pub version: i32,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(dead_code, reason = "asked for, so that the link can remember it")]
struct Lagged {
    cursor: String,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(dead_code, reason = "asked for, so that the link can remember it")]
struct Reset {
    cursor: String,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
struct AsOf {
    as_of: String,
}

pub(super) fn start() {
    STARTED.set(js_sys::Date::now());
    let link = Link::new(|cursor| {
        let operation = Events::build(EventsVars {
            after: cursor.map(str::to_owned),
        });
        // A cursor is always JSON.
        encode(operation.query(), operation.variables()).unwrap_or_default()
    });
    let ears = Ears {
        item: heard,
        refresh: session::renew_soon,
        changed,
    };
    socket::start(link, ears);
    let handle = window_event_listener_untyped("visibilitychange", |_| {
        if live::page_is_shown() {
            socket::tell(Input::Wake);
            live::shown();
        }
    });
    // The page listens as long as it lives.
    std::mem::forget(handle);
}

pub(super) fn tell_token(token: String) {
    socket::tell(Input::Token(token));
}

pub(super) fn tell_expired() {
    socket::tell(Input::Expired);
}

pub(super) fn tell_signed_out() {
    socket::tell(Input::SignedOut);
}

/// The stream begins after the first reply, so that nothing between the two is missed.
pub(super) fn begin_after(cursor: &str) {
    socket::with_link(|link| link.begin_after(cursor));
}

fn heard(item: Value) {
    match wire::read(&item) {
        Ok(StreamItem::Event(event)) => live::touch(&event.topics, Some(&event.cursor)),
        // Nothing is lost by lagging: the stream goes on from the cursor.
        Ok(StreamItem::Lagged(_)) => {}
        Ok(StreamItem::Reset(_) | StreamItem::Other) | Err(_) => live::touch_all(),
    }
}

fn changed(link: &Link) {
    poll_while(link.is_blocked());
    let since = Stamp(link.heard().unwrap_or(STARTED.get()));
    let cut = link.attempt() > 0 && (!link.is_blocked() || POLL_FAILED.get());
    let next = match link.state() {
        _ if !cut => Connection::Online,
        State::Idle | State::Open { .. } => Connection::Online,
        State::Waiting { until } | State::Offline { until } => Connection::Waiting {
            since,
            until: Stamp(until),
        },
        State::Connecting { .. } | State::Handshaking { .. } | State::Refreshing { .. } => {
            Connection::Connecting { since }
        }
    };
    let before = CONNECTION.with(GetUntracked::get_untracked);
    if before != next {
        CONNECTION.with(|connection| connection.set(next));
        if next == Connection::Online {
            live::resume();
        }
    }
}

/// Where sockets do not come through: asks how far the log is, and loads again what is shown when it has moved.
fn poll_while(blocked: bool) {
    POLLING.with(|cell| {
        let mut cell = cell.borrow_mut();
        match (blocked, cell.take()) {
            (true, None) => {
                POLL_FAILED.set(true);
                *cell = set_interval_with_handle(poll, POLL).ok();
                poll();
            }
            (true, running) => *cell = running,
            (false, Some(running)) => running.clear(),
            (false, None) => {}
        }
    });
}

fn poll() {
    if !live::page_is_shown() {
        return;
    }
    spawn_local(async {
        let reply = query(AsOf::build(())).await;
        let failed = reply.is_err();
        if let Ok(reply) = reply {
            live::touch_older_than(&reply.data.as_of);
        }
        if POLL_FAILED.replace(failed) == failed {
            return;
        }
        socket::with_link(|link| changed(link));
        if !failed {
            // The server is back, or was never gone: perhaps sockets come through now.
            socket::tell(Input::Wake);
        }
    });
}
