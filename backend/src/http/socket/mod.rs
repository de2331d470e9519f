//! The socket: `graphql-transport-ws` over WebSocket. The [`protocol`] decides, this edge does.

mod crowd;
mod operation;
mod protocol;
mod telling;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use futures_util::SinkExt;
use futures_util::future::{BoxFuture, OptionFuture};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

pub(crate) use self::crowd::Crowd;
use self::crowd::Place;
use self::operation::Operations;
use self::protocol::{Close, Protocol, Step};
pub(crate) use self::telling::Telling;
use super::{State, budget, caller, origin};
use crate::error::{ErrorCode, Locale, Result};
use crate::event::Listener;
use crate::graphql::Caller;
use crate::identity::service as identity;

/// The subprotocol we speak.
const SUBPROTOCOL: &str = "graphql-transport-ws";
/// Most that may wait to be sent, in bytes.
const UNSENT: usize = 2 * 1024 * 1024;
/// Longest a client may leave a message unread.
const UNREAD: Duration = Duration::from_secs(30);
/// How often a socket looks at the time. The fewer things it waits for, the less each message costs.
const TICK: Duration = Duration::from_secs(1);
/// How often session and rights are read again without being told of a change.
const RENEWAL: Duration = Duration::from_secs(30);

/// Upgrades a request to a socket.
pub(crate) async fn open(state: State, mut parts: Parts) -> Response {
    if !origin::allowed(&parts.headers, &state.cx.config.allowed_origins) {
        return (StatusCode::FORBIDDEN, "origin not allowed").into_response();
    }
    let caller = caller::stranger(&state, &parts);
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &state).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let most = state.cx.config.limits.body_bytes;
    upgrade
        .protocols([SUBPROTOCOL])
        .max_message_size(most)
        .max_frame_size(most)
        .read_buffer_size(4 * 1024)
        .write_buffer_size(4 * 1024)
        .max_write_buffer_size(UNSENT)
        .on_upgrade(move |socket| async move {
            let known = socket.protocol().is_some_and(|name| name == SUBPROTOCOL);
            let _counted = state.crowd.enter();
            Session::new(state, caller, socket).run(known).await;
        })
}

/// A client that has shown a good token.
struct Guest {
    listener: Arc<Listener>,
    expires_at: DateTime<Utc>,
    place: Place,
}

/// One socket from opening to close.
struct Session {
    state: State,
    caller: Caller,
    socket: WebSocket,
    protocol: Protocol,
    operations: Operations,
    outcomes: mpsc::Receiver<operation::Report>,
    guest: Option<Guest>,
    opened: Instant,
    /// Age at which session and rights are read again.
    renewal: Duration,
}

/// The socket has closed.
struct Gone;

impl Session {
    fn new(state: State, caller: Caller, socket: WebSocket) -> Self {
        let (operations, outcomes) = Operations::new();
        Self {
            protocol: Protocol::new(state.cx.config.limits.operations_per_socket),
            state,
            caller,
            socket,
            operations,
            outcomes,
            guest: None,
            opened: Instant::now(),
            renewal: RENEWAL,
        }
    }

    async fn run(mut self, known: bool) {
        if !known {
            let steps = self.protocol.close(Close::subprotocol());
            let _ = self.follow(steps).await;
            return;
        }
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let place = self.guest.as_ref().map(|guest| &guest.place);
            let called = OptionFuture::from(place.map(Place::called));
            let steps = tokio::select! {
                frame = self.socket.recv() => match frame {
                    Some(Ok(frame)) => self.frame(&frame),
                    Some(Err(error)) if is_too_big(&error) => self.protocol.close(Close::too_big()),
                    Some(Err(_)) | None => return,
                },
                Some(report) = self.outcomes.recv() => self.reports(report),
                _ = tick.tick() => self.tick().await,
                Some(()) = called => self.called().await,
            };
            if self.follow(steps).await.is_err() {
                return;
            }
        }
    }

    fn frame(&mut self, frame: &Message) -> Vec<Step> {
        self.protocol.heard(self.opened.elapsed());
        match frame {
            Message::Text(text) => self.protocol.text(text),
            Message::Binary(_) => self.protocol.binary(),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => Vec::new(),
        }
    }

    /// What operations brought so far, to be sent in one go.
    fn reports(&mut self, first: operation::Report) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut next = Some(first);
        while let Some((ticket, outcome)) = next {
            steps.extend(self.protocol.outcome(&ticket, outcome));
            next = self.outcomes.try_recv().ok();
        }
        // A feed ends with its session: say why at once.
        if self
            .guest
            .as_ref()
            .is_some_and(|guest| guest.listener.actor().is_none())
        {
            steps.extend(self.farewell());
        }
        steps
    }

    async fn tick(&mut self) -> Vec<Step> {
        let now = identity::token_time(&self.state.cx);
        if self.state.stop.is_cancelled() {
            return self.protocol.close(Close::going_away());
        }
        if self.guest.as_ref().is_some_and(|guest| guest.expires_at <= now) {
            return self.farewell();
        }
        let age = self.opened.elapsed();
        let mut steps = self.protocol.tick(age);
        if age >= self.renewal {
            self.renewal = age + RENEWAL;
            steps.extend(self.renew().await);
        }
        steps
    }

    /// The server stops, or the session or the rights of the guest may have changed.
    async fn called(&mut self) -> Vec<Step> {
        if self.state.stop.is_cancelled() {
            return self.protocol.close(Close::going_away());
        }
        self.renew().await
    }

    async fn renew(&mut self) -> Vec<Step> {
        let Some(guest) = &self.guest else { return Vec::new() };
        if guest.listener.renew().await.is_some() {
            Vec::new()
        } else {
            self.farewell()
        }
    }

    /// The close of a session that is over: 4401 when only the token ended, 4403 when the session did.
    fn farewell(&mut self) -> Vec<Step> {
        let expired = self
            .guest
            .as_ref()
            .is_none_or(|guest| guest.expires_at <= identity::token_time(&self.state.cx));
        self.protocol.close(if expired {
            Close::unauthorized()
        } else {
            Close::forbidden()
        })
    }

    async fn follow(&mut self, steps: Vec<Step>) -> Result<(), Gone> {
        let mut written = false;
        let mut steps = std::collections::VecDeque::from(steps);
        while let Some(step) = steps.pop_front() {
            match step {
                Step::Send(text) => {
                    self.feed(Message::Text(text.into())).await?;
                    written = true;
                }
                Step::Ping => {
                    self.feed(Message::Ping(Vec::new().into())).await?;
                    written = true;
                }
                Step::Close(Close { code, reason }) => {
                    self.operations.stop_all();
                    let frame = CloseFrame {
                        code,
                        reason: reason.into(),
                    };
                    self.feed(Message::Close(Some(frame))).await?;
                    let _ = tokio::time::timeout(Duration::from_secs(2), self.flush_and_wait()).await;
                    return Err(Gone);
                }
                Step::Authenticate {
                    authorization,
                    language,
                } => {
                    let close = self
                        .introduce(authorization.as_deref(), language.as_deref())
                        .await
                        .err();
                    steps.extend(match close {
                        Some(close) => self.protocol.close(close),
                        None => self.protocol.welcome(),
                    });
                }
                Step::Start(ticket, params) => {
                    let listener = self.guest.as_ref().map(|guest| guest.listener.clone());
                    self.operations
                        .start(&self.state, self.caller.clone(), listener, ticket, params);
                }
                Step::Stop(run) => self.operations.stop(run),
            }
        }
        if written {
            within(self.socket.flush()).await
        } else {
            Ok(())
        }
    }

    async fn feed(&mut self, message: Message) -> Result<(), Gone> {
        within(self.socket.feed(message)).await
    }

    /// Lets the client read the close frame before the connection goes.
    async fn flush_and_wait(&mut self) {
        if self.socket.flush().await.is_ok() {
            while let Some(Ok(_)) = self.socket.recv().await {}
        }
    }

    async fn introduce(&mut self, authorization: Option<&str>, language: Option<&str>) -> Result<(), Close> {
        let token = authorization
            .and_then(caller::bearer)
            .ok_or_else(Close::unauthorized)?
            .to_owned();
        let cx = self.state.cx.clone();
        let before = cx.bus.head();
        // Introducing oneself again and again costs the address.
        let cost = self.state.budget.charge(&self.caller, budget::LEAST);
        cost.map_err(|_| Close::too_many_requests())?;
        let identity::Admitted {
            mut actor,
            expires_at,
            pass,
        } = cx
            .db
            .unless_lost(identity::admit(&cx, &token))
            .await
            .map_err(|error| match error.code() {
                ErrorCode::Unavailable | ErrorCode::Internal => Close::try_again_later(),
                _ => Close::unauthorized(),
            })?;
        let place = self
            .state
            .crowd
            .seat(actor.member)
            .ok_or_else(Close::too_many_sockets)?;
        let locale = language.map_or(self.caller.locale, Locale::from_tag);
        actor.locale = locale;
        self.caller.locale = locale;
        self.caller.actor = Some(actor.clone());
        let renew = Box::new(move || -> BoxFuture<'static, _> {
            let (cx, token) = (cx.clone(), token.clone());
            Box::pin(async move {
                identity::forget_pass(&cx, pass);
                let mut actor = cx.db.unless_lost(identity::authenticate(&cx, &token)).await?;
                actor.locale = locale;
                Ok(actor)
            })
        });
        let member = actor.member;
        let listener = Arc::new(Listener::new(actor, renew));
        // From now on it is called; what came while it was found out who this is, it has to look for.
        if self.state.cx.bus.concerned_since(before, member) && listener.renew().await.is_none() {
            return Err(Close::forbidden());
        }
        self.guest = Some(Guest {
            expires_at,
            listener,
            place,
        });
        Ok(())
    }
}

async fn within(write: impl Future<Output = Result<(), axum::Error>>) -> Result<(), Gone> {
    match tokio::time::timeout(UNREAD, write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Gone),
    }
}

fn is_too_big(error: &axum::Error) -> bool {
    let text = error.to_string();
    text.contains("too long") || text.contains("too large") || text.contains("Space limit")
}
