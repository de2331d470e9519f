//! Operations of one socket: each runs as a task of its own and reports through one bounded queue.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, Value};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tracing::Instrument;

use super::protocol::{Outcome, Ticket};
use super::telling::Shape;
use crate::error::{Error, ErrorCode, Locale};
use crate::event::Listener;
use crate::graphql::event::{Handover, Items};
use crate::graphql::{Caller, error};
use crate::http::budget;
use crate::http::execute::{self, Answer, Bill, Ending, Params, Prepared};
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
        mut request,
        kind,
        name,
        text,
        bill,
    } = match execute::prepare(&state, params, caller, as_of) {
        Ok(prepared) => prepared,
        Err(error) => {
            state.cx.metrics.operation("refused", error.code().as_str(), None);
            if error.code() == ErrorCode::RateLimited {
                budget::hold().await;
            }
            let answer = Answer::refusal(error, locale, id.as_str());
            let _ = reports.send((ticket, Outcome::Failed(answer.errors_json()))).await;
            return;
        }
    };
    if kind == OperationType::Subscription {
        log::operation(execute::kind_name(kind), &name);
        let document = request.parsed_query().ok();
        let shape = document.and_then(|document| state.telling.shape(&text, document));
        if let Some(listener) = listener {
            request = request.data(listener);
        }
        let teller = Teller {
            state,
            bill,
            locale,
            id,
            ticket,
            reports,
            begun: false,
        };
        return teller.follow(request, shape).await;
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

/// Who tells a subscriber what a subscription brings.
struct Teller {
    state: State,
    bill: Bill,
    locale: Locale,
    id: RequestId,
    ticket: Ticket,
    reports: mpsc::Sender<Report>,
    begun: bool,
}

/// Nothing more is to be told.
struct Over;

impl Teller {
    async fn follow(mut self, request: Request, shape: Option<Arc<Shape>>) {
        let running = self.state.cx.metrics.subscription();
        let handover = Handover::default();
        let request = match shape {
            Some(_) => request.data(handover.clone()),
            None => request,
        };
        let mut stream = self.state.schema.execute_stream(request).boxed();
        while let Some(response) = stream.next().await {
            if self.tell(response).await.is_err() {
                return;
            }
        }
        drop(stream);
        if let (Some(shape), Some(items)) = (shape, handover.take())
            && self.share(&shape, items).await.is_err()
        {
            return;
        }
        drop(running);
        let _ = self.reports.send((self.ticket, Outcome::Done)).await;
    }

    /// Tells what others may be told as well.
    async fn share(&mut self, shape: &Shape, mut items: Items) -> Result<(), Over> {
        let mut ending = Ending::new(self.bill);
        while let Some(item) = items.next().await {
            match self.state.telling.show(&self.state.schema, shape, item).await {
                Ok(shared) => {
                    self.begin("ok");
                    self.send(Outcome::Next(ending.answer(&shared))).await?;
                }
                Err(response) => self.tell(*response).await?,
            }
        }
        Ok(())
    }

    async fn tell(&mut self, response: Response) -> Result<(), Over> {
        let empty = response.data == Value::Null;
        let failed = response
            .errors
            .first()
            .map_or("ok", |error| error::code(error).as_str());
        let answer = Answer::new(response, self.bill, self.locale, self.id.as_str());
        if empty && !answer.errors.is_empty() {
            self.begun = false;
            self.begin(failed);
            let _ = self.send(Outcome::Failed(answer.errors_json())).await;
            return Err(Over);
        }
        self.begin(failed);
        self.send(Outcome::Next(answer.to_json())).await
    }

    /// Counts the subscription once, and its failure.
    fn begin(&mut self, code: &'static str) {
        if !self.begun {
            self.state.cx.metrics.operation("subscription", code, None);
            self.begun = true;
        }
    }

    async fn send(&self, outcome: Outcome) -> Result<(), Over> {
        let sent = self.reports.send((self.ticket.clone(), outcome)).await;
        sent.map_err(|_| Over)
    }
}
