//! Running a document, the same for HTTP and the socket: limits first, then the executor, then wording.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Request, Response, ServerError, Value, Variables};
use futures_util::FutureExt;
use serde::Serialize;
use serde_json::{Map, json};

use super::State;
use super::budget::{self, Balance};
use crate::config::Limits;
use crate::cx::Cx;
use crate::db::honest;
use crate::error::{Error, Locale, Result};
use crate::graphql::limit::{self, Measure};
use crate::graphql::loading::Loaders;
use crate::graphql::schema::AsOf;
use crate::graphql::{Caller, error, scope};
use crate::telemetry::log;
use crate::telemetry::work::{self, Work};

/// Most errors told at once.
const ERRORS: usize = 20;

/// Documents remembered before all are let go.
const DOCUMENTS: usize = 200;
/// Longest text of one that is remembered, in bytes.
const SHORT: usize = 4 * 1024;

/// The parameters of a request, checked for their types.
#[derive(Debug, Default)]
pub(crate) struct Params {
    query: String,
    operation_name: Option<String>,
    variables: Variables,
}

impl Params {
    /// Reads the parameters from a JSON object.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the parameter.
    pub(crate) fn read(value: serde_json::Value) -> Result<Self> {
        use serde_json::Value as Json;
        let Json::Object(mut object) = value else {
            return Err(Error::invalid(
                "body",
                "请求体须为一个 JSON 对象",
                "The body must be one JSON object",
            ));
        };
        let query = match object.remove("query") {
            Some(Json::String(query)) => query,
            _ => return Err(Error::invalid("query", "query 须为字符串", "query must be a string")),
        };
        let operation_name = match object.remove("operationName") {
            None | Some(Json::Null) => None,
            Some(Json::String(name)) => Some(name).filter(|name| !name.is_empty()),
            Some(_) => {
                return Err(Error::invalid("operationName", "须为字符串", "Must be a string"));
            }
        };
        let variables = read_map(&mut object, "variables")?;
        read_map(&mut object, "extensions")?;
        Ok(Self {
            query,
            operation_name,
            variables: Variables::from_json(Json::Object(variables)),
        })
    }
}

fn read_map(object: &mut Map<String, serde_json::Value>, name: &str) -> Result<Map<String, serde_json::Value>> {
    match object.remove(name) {
        None | Some(serde_json::Value::Null) => Ok(Map::new()),
        Some(serde_json::Value::Object(map)) => Ok(map),
        Some(_) => Err(Error::invalid(
            name.to_owned(),
            "须为 JSON 对象",
            "Must be a JSON object",
        )),
    }
}

/// A document within the limits, paid for and ready to run.
pub(crate) struct Prepared {
    /// For the executor.
    pub(crate) request: Request,
    /// Query, mutation or subscription.
    pub(crate) kind: OperationType,
    /// What the log calls it.
    pub(crate) name: String,
    /// Text of the document.
    pub(crate) text: String,
    /// What it costs, and what is left.
    pub(crate) bill: Bill,
}

/// What an operation costs, and what is left to the caller where there is a limit.
#[derive(Clone, Copy)]
pub(crate) struct Bill {
    measure: Measure,
    most: u64,
    balance: Option<Balance>,
}

/// Parses a document, holds it to the limits and takes its cost from the caller's points.
///
/// # Errors
/// [`Error::Invalid`] or [`Error::TooComplex`] with the reason; [`Error::Unauthenticated`] when strangers ask about the schema;
/// [`Error::RateLimited`] when the points are spent.
pub(crate) fn prepare(state: &State, params: Params, caller: Caller, as_of: i64) -> Result<Prepared> {
    let parsed = parse(&state.cx, &params, &caller).and_then(|parsed| {
        let bill = Bill {
            measure: parsed.measure,
            most: state.cx.config.limits.cost,
            balance: state.budget.charge(&caller, parsed.measure.cost)?,
        };
        Ok((parsed, bill))
    });
    let (parsed, bill) = match parsed {
        Ok(found) => found,
        Err(error @ Error::RateLimited { .. }) => return Err(error),
        Err(error) => {
            // Being refused is not free either.
            state.budget.charge(&caller, budget::LEAST)?;
            return Err(error);
        }
    };
    let mut request = Request::new(String::new())
        .variables(params.variables)
        .data(caller)
        .data(AsOf(as_of));
    request.operation_name = params.operation_name;
    if parsed.kind != OperationType::Subscription {
        // A stream lives too long to remember what it loaded.
        request = request.data(Loaders::default());
    }
    request.set_parsed_query(ExecutableDocument::clone(&parsed.document));
    Ok(Prepared {
        request,
        kind: parsed.kind,
        name: parsed.name,
        text: params.query,
        bill,
    })
}

struct Parsed {
    document: Arc<ExecutableDocument>,
    kind: OperationType,
    name: String,
    measure: Measure,
}

/// Documents as they were parsed, by their text, which says all about them: clients send the same few again and again.
#[derive(Default)]
struct Documents(Mutex<HashMap<String, Arc<ExecutableDocument>>>);

impl Documents {
    fn known(&self) -> MutexGuard<'_, HashMap<String, Arc<ExecutableDocument>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, text: &str, limits: &Limits) -> Result<Arc<ExecutableDocument>> {
        if let Some(document) = self.known().get(text) {
            return Ok(document.clone());
        }
        limit::scan_document(text, limits)?;
        let document = async_graphql::parser::parse_query(text).map_err(|error| syntax(&error))?;
        let document = Arc::new(document);
        if text.len() <= SHORT {
            let mut known = self.known();
            if known.len() >= DOCUMENTS {
                known.clear();
            }
            known.insert(text.to_owned(), document.clone());
        }
        Ok(document)
    }
}

fn parse(cx: &Cx, params: &Params, caller: &Caller) -> Result<Parsed> {
    let limits = &cx.config.limits;
    let document = cx.memory.get::<Documents>().read(&params.query, limits)?;
    let operation = limit::operation(&document, params.operation_name.as_deref())?;
    let kind = operation.ty;
    let measure = limit::measure(&document, operation, &params.variables, limits)?;
    if caller.actor.is_none() && limit::introspects(&document) {
        return Err(Error::unauthenticated());
    }
    if let Some(token) = caller.actor.as_ref().and_then(|actor| actor.token) {
        scope::check(&document, operation, token.scopes)?;
    }
    let name = limit::name(&document, operation, params.operation_name.as_deref());
    Ok(Parsed {
        kind,
        name,
        measure,
        document,
    })
}

/// Where the text stops being GraphQL. The message of the parser would echo the text.
fn syntax(error: &async_graphql::parser::Error) -> Error {
    let (line, column) = error.positions().next().map_or((1, 1), |at| (at.line, at.column));
    Error::invalid(
        "query",
        format!("GraphQL 语法错误：第 {line} 行第 {column} 列"),
        format!("GraphQL syntax error at line {line}, column {column}"),
    )
}

/// The name of a kind of operation in metrics and log.
pub(crate) fn kind_name(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

/// Runs a query or mutation, and counts it. One that takes long is told in the log, with what it asked of the database.
pub(crate) async fn run(state: &State, kind: OperationType, name: &str, request: Request) -> Response {
    let (work, begun, kind) = (Arc::new(Work::default()), Instant::now(), kind_name(kind));
    log::operation(kind, name);
    let response = match work::count(work.clone(), honest(Box::pin(patiently(state, request)))).await {
        Ok(response) => response,
        Err(error) => Response::from_errors(vec![error::outside(error)]),
    };
    let took = begun.elapsed();
    let outcome = response
        .errors
        .first()
        .map_or("ok", |error| error::code(error).as_str());
    state.cx.metrics.operation(kind, outcome, Some(took));
    if took >= state.cx.config.slow_operation {
        let slowest: Vec<_> = work
            .slowest()
            .iter()
            .map(|slow| format!("{:.1} ms: {}", slow.took.as_secs_f64() * 1e3, slow.sql))
            .collect();
        tracing::warn!(
            operation = name,
            kind,
            outcome,
            duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            statements = work.statements(),
            slowest = slowest.join("; "),
            "slow operation"
        );
    }
    response
}

/// A panic or endless work ends this request alone.
async fn patiently(state: &State, request: Request) -> Response {
    let work = AssertUnwindSafe(state.schema.execute(request)).catch_unwind();
    match tokio::time::timeout(state.cx.config.limits.patience(), work).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Response::from_errors(vec![error::outside(Error::internal("a resolver panicked"))]),
        Err(_) => Response::from_errors(vec![error::outside(Error::internal("a request ran out of time"))]),
    }
}

impl Bill {
    /// For `extensions.cost`: `actual` is the number of fields in the answer.
    fn tell(self, actual: u64) -> serde_json::Value {
        let mut cost = json!({"requested": self.measure.cost, "actual": actual, "limit": self.most});
        if let (Some(Balance { remaining, points }), Some(cost)) = (self.balance, cost.as_object_mut()) {
            cost.insert("remaining".to_owned(), remaining.into());
            cost.insert("bucket".to_owned(), points.bucket.into());
            cost.insert("restorePerSecond".to_owned(), points.per_second.into());
        }
        cost
    }
}

/// Fields in an answer.
fn fields(value: &Value) -> u64 {
    match value {
        Value::Object(map) => map.values().map(|value| 1 + fields(value)).sum(),
        Value::List(items) => items.iter().map(fields).sum(),
        _ => 0,
    }
}

/// Data of an answer that many are told, each with a bill of his own.
pub(crate) struct Shared {
    /// As JSON.
    pub(crate) data: String,
    /// Fields in it.
    pub(crate) fields: u64,
}

impl Shared {
    /// The data of a response; none when there are errors to be told.
    pub(crate) fn of(response: &Response) -> Option<Self> {
        let data = response
            .errors
            .is_empty()
            .then(|| serde_json::to_string(&response.data).ok())??;
        Some(Self {
            data,
            fields: fields(&response.data),
        })
    }
}

/// The end of answers to one who was billed; made anew only when the number of fields is another one than before.
pub(crate) struct Ending {
    bill: Bill,
    last: Option<(u64, String)>,
}

impl Ending {
    /// None yet.
    pub(crate) fn new(bill: Bill) -> Self {
        Self { bill, last: None }
    }

    /// The answer as [`Answer`] would write it.
    pub(crate) fn answer(&mut self, shared: &Shared) -> String {
        let (_, cost) = match self.last.take() {
            Some(last) if last.0 == shared.fields => self.last.insert(last),
            _ => {
                let cost = self.bill.tell(shared.fields).to_string();
                self.last.insert((shared.fields, cost))
            }
        };
        let data = &shared.data;
        format!(r#"{{"data":{data},"extensions":{{"cost":{cost}}}}}"#)
    }
}

/// An answer as clients read it. Without `data` the request itself was wrong and nothing ran.
#[derive(Serialize)]
pub(crate) struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<ServerError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<serde_json::Value>,
}

impl Answer {
    /// The answer to a request that was not run.
    pub(crate) fn refusal(error: Error, locale: Locale, request_id: &str) -> Self {
        let mut wrapped = error::outside(error);
        error::word(&mut wrapped, locale, request_id);
        Self {
            data: None,
            errors: vec![wrapped],
            extensions: None,
        }
    }

    /// The answer to a request that ran, or failed validation.
    pub(crate) fn new(mut response: Response, bill: Bill, locale: Locale, request_id: &str) -> Self {
        response.errors.truncate(ERRORS);
        for wrong in &mut response.errors {
            error::word(wrong, locale, request_id);
        }
        let ran = response.errors.is_empty()
            || response.data != Value::Null
            || response.errors.iter().any(|error| !error.path.is_empty());
        let cost = bill.tell(fields(&response.data));
        Self {
            data: ran.then_some(response.data),
            errors: response.errors,
            extensions: Some(json!({ "cost": cost })),
        }
    }

    /// Whether anything ran.
    pub(crate) fn ran(&self) -> bool {
        self.data.is_some()
    }

    /// As JSON. Values of answers are always JSON, so nothing is lost by the fallback.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| r#"{"errors":[{"message":"INTERNAL"}]}"#.to_owned())
    }

    /// Its errors as JSON.
    pub(crate) fn errors_json(&self) -> serde_json::Value {
        serde_json::to_value(&self.errors).unwrap_or_default()
    }
}
