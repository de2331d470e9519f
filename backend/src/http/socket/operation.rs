//! Operations of one socket: each runs as a task of its own and reports through one bounded queue.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Value};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::protocol::{Outcome, Ticket};
use crate::error::{Error, Locale};
use crate::event::Listener;
use crate::graphql::Caller;
use crate::http::execute::{self, Answer, Bill, Params, Prepared};
use crate::http::{RequestId, State};

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
        let work = operate(
            state.clone(),
            (caller, as_of),
            listener,
            ticket.clone(),
            params,
            self.reports.clone(),
        );
        let reports = self.reports.clone();
        let id = RequestId::new(&state.cx);
        let task = tokio::spawn(async move {
            if AssertUnwindSafe(work).catch_unwind().await.is_err() {
                let answer = Answer::refusal(Error::internal("a resolver panicked"), locale, id.as_str());
                let _ = reports.send((ticket, Outcome::Failed(answer.errors_json()))).await;
            }
        });
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
    (caller, as_of): (Caller, i64),
    listener: Option<Arc<Listener>>,
    ticket: Ticket,
    params: Params,
    reports: mpsc::Sender<Report>,
) {
    let id = RequestId::new(&state.cx);
    let locale = caller.locale;
    let Prepared { request, kind, bill } = match execute::prepare(&state, params, caller, as_of) {
        Ok(prepared) => prepared,
        Err(error) => {
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
        return follow(&state, request, bill, locale, &id, ticket, &reports).await;
    }
    let answer = Answer::new(execute::run(&state.schema, request).await, bill, locale, id.as_str());
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
    let mut stream = state.schema.execute_stream(request);
    while let Some(response) = stream.next().await {
        let empty = response.data == Value::Null;
        let answer = Answer::new(response, bill, locale, id.as_str());
        if empty && !answer.errors.is_empty() {
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
