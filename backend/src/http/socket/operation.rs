//! Operations of one socket: each runs as a task of its own and reports through one bounded queue.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Value};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tracing::Instrument;

use super::protocol::{Outcome, Ticket};
use crate::error::{Error, ErrorCode, Locale};
use crate::event::Listener;
use crate::graphql::{Caller, error};
use crate::http::execute::{self, Answer, Bill, Params, Prepared};
use crate::http::{RequestId, State};
use crate::telemetry::log;

/// Results waiting to be sent. A client that does not read holds up its own streams and nothing else.
const QUEUE: usize = 64;

/// What came of which operation.
pub(super) type Report = (Ticket, Outcome);

/// The running operations. Dropped, all end.
pub(super) struct Operations {
    running: HashMap<u64, AbortHandle>,
    reports: mpsc::Sender<Report>,
}

impl Operations {
    /// None yet; what they bring comes out of the receiver.
    pub(super) fn new() -> (Self, mpsc::Receiver<Report>) {
        let (reports, receiver) = mpsc::channel(QUEUE);
        (
            Self {
                running: HashMap::new(),
                reports,
            },
            receiver,
        )
    }

    /// Runs one.
    pub(super) fn start(
        &mut self,
        state: &State,
        mut caller: Caller,
        listener: Option<Arc<Listener>>,
        ticket: Ticket,
        params: Params,
    ) {
        self.running.retain(|_, task| !task.is_finished());
        if let Some(listener) = &listener {
            // Rights as last read, not those of the time of introduction.
            caller.actor = listener.actor().map(|actor| (*actor).clone());
        }
        let run = ticket.run;
        let locale = caller.locale;
        let as_of = state.cx.bus.head();
        let id = RequestId::new(&state.cx);
        let span = log::request(id.as_str(), "socket", "/graphql");
        if let Some(actor) = &caller.actor {
            span.in_scope(|| log::member(actor.member));
        }
        let work = Box::pin(operate(
            state.clone(),
            id.clone(),
            (caller, as_of),
            listener,
            ticket.clone(),
            params,
            self.reports.clone(),
        ));
        let reports = self.reports.clone();
        let guarded = async move {
            if AssertUnwindSafe(work).catch_unwind().await.is_err() {
                let answer = Answer::refusal(Error::internal("a resolver panicked"), locale, id.as_str());
                let _ = reports.send((ticket, Outcome::Failed(answer.errors_json()))).await;
            }
        };
        let task = tokio::spawn(guarded.instrument(span));
        self.running.insert(run, task.abort_handle());
    }

    /// Ends one.
    pub(super) fn stop(&mut self, run: u64) {
        if let Some(task) = self.running.remove(&run) {
            task.abort();
        }
    }

    /// Ends all.
    pub(super) fn stop_all(&mut self) {
        for (_, task) in self.running.drain() {
            task.abort();
        }
    }
}

impl Drop for Operations {
    fn drop(&mut self) {
        self.stop_all();
    }
}

async fn operate(
    state: State,
    id: RequestId,
    (caller, as_of): (Caller, i64),
    listener: Option<Arc<Listener>>,
    ticket: Ticket,
    params: Params,
    reports: mpsc::Sender<Report>,
) {
    let locale = caller.locale;
    let Prepared {
        request,
        kind,
        name,
        bill,
    } = match execute::prepare(&state, params, caller, as_of) {
        Ok(prepared) => prepared,
        Err(error) => {
            state.cx.metrics.operation("refused", error.code().as_str(), None);
            let answer = Answer::refusal(error, locale, id.as_str());
            let _ = reports.send((ticket, Outcome::Failed(answer.errors_json()))).await;
            return;
        }
    };
    if kind == OperationType::Subscription {
        let request = match listener {
            Some(listener) => request.data(listener),
            None => request,
        };
        log::operation(execute::kind_name(kind), &name);
        return follow(&state, request, bill, locale, &id, ticket, &reports).await;
    }
    let ran = async { Ok::<_, Error>(execute::run(&state, kind, &name, request).await) };
    let answer = match state.cx.db.unless_lost(ran).await {
        Ok(response) => Answer::new(response, bill, locale, id.as_str()),
        Err(error) => Answer::refusal(error, locale, id.as_str()),
    };
    let outcome = if answer.ran() {
        let next = Outcome::Next(answer.to_json());
        if reports.send((ticket.clone(), next)).await.is_err() {
            return;
        }
        Outcome::Done
    } else {
        Outcome::Failed(answer.errors_json())
    };
    let _ = reports.send((ticket, outcome)).await;
}

async fn follow(
    state: &State,
    request: Request,
    bill: Bill,
    locale: Locale,
    id: &RequestId,
    ticket: Ticket,
    reports: &mpsc::Sender<Report>,
) {
    let _running = state.cx.metrics.subscription();
    let mut stream = state.schema.execute_stream(request);
    let mut begun = false;
    while let Some(response) = stream.next().await {
        let empty = response.data == Value::Null;
        let failed = response.errors.first().map(error::code);
        let answer = Answer::new(response, bill, locale, id.as_str());
        let ended = empty && !answer.errors.is_empty();
        if ended || !begun {
            let code = failed.map_or("ok", ErrorCode::as_str);
            state.cx.metrics.operation("subscription", code, None);
            begun = true;
        }
        if ended {
            let _ = reports.send((ticket, Outcome::Failed(answer.errors_json()))).await;
            return;
        }
        if reports
            .send((ticket.clone(), Outcome::Next(answer.to_json())))
            .await
            .is_err()
        {
            return;
        }
    }
    let _ = reports.send((ticket, Outcome::Done)).await;
}
