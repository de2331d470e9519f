//! `/graphql`: GraphQL over HTTP, and the way to the socket.

use std::collections::HashMap;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Query, State as Extract};
use axum::http::header::{ACCEPT, ALLOW, CONTENT_TYPE, RETRY_AFTER, UPGRADE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use axum::response::{IntoResponse, Response};

use super::execute::{self, Answer, Params};
use super::negotiate::{self, Media};
use super::{RequestId, State, caller, socket};
use crate::access::Permission;
use crate::config::in_words;
use crate::cx::Actor;
use crate::error::{Error, ErrorCode, Locale, Result, Text};
use crate::graphql::limit;

/// Largest body of those who may import members: a spreadsheet of 5 MB in Base64.
const IMPORT_BODY: usize = 7 * 1024 * 1024;
/// Longest query string, in bytes.
const QUERY_STRING: usize = 16 * 1024;
/// Longest a body may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(30);

/// Answers a request to `/graphql`.
pub(crate) async fn handle(Extract(state): Extract<State>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let upgrade = caller::text(&parts.headers, UPGRADE).is_some_and(|value| value.eq_ignore_ascii_case("websocket"));
    if upgrade && parts.method == Method::GET {
        return socket::open(state, parts).await;
    }
    let locale = caller::language(&parts.headers).unwrap_or_default();
    let id = RequestId::of(&parts);
    let Some(media) = negotiate::accept(caller::text(&parts.headers, ACCEPT)) else {
        return refuse(
            &state,
            Refusal::plain(StatusCode::NOT_ACCEPTABLE, not_acceptable()),
            Media::Json,
            locale,
            &id,
        );
    };
    match state.cx.db.unless_lost(answer(&state, &parts, body, media, &id)).await {
        Ok(response) => response,
        Err(refusal) => refuse(&state, refusal, media, locale, &id),
    }
}

/// Why a request did not run, with the status that says so whatever the media type. Without one, the media type decides.
struct Refusal {
    status: Option<StatusCode>,
    error: Error,
    allow: Option<&'static str>,
}

impl Refusal {
    fn plain(status: StatusCode, error: Error) -> Self {
        Self {
            status: Some(status),
            error,
            allow: None,
        }
    }

    fn method(allow: &'static str, error: Error) -> Self {
        Self {
            status: Some(StatusCode::METHOD_NOT_ALLOWED),
            error,
            allow: Some(allow),
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let status = match error.code() {
            ErrorCode::Unauthenticated => Some(StatusCode::UNAUTHORIZED),
            ErrorCode::Throttled | ErrorCode::RateLimited => Some(StatusCode::TOO_MANY_REQUESTS),
            ErrorCode::Unavailable => Some(StatusCode::SERVICE_UNAVAILABLE),
            ErrorCode::Internal => Some(StatusCode::INTERNAL_SERVER_ERROR),
            ErrorCode::PayloadTooLarge => Some(StatusCode::PAYLOAD_TOO_LARGE),
            _ => None,
        };
        Self {
            status,
            error,
            allow: None,
        }
    }
}

async fn answer(state: &State, parts: &Parts, body: Body, media: Media, id: &RequestId) -> Result<Response, Refusal> {
    let as_of = state.cx.bus.head();
    let caller = caller::identify(state, parts).await?;
    let locale = caller.locale;
    let params = match parts.method {
        Method::GET | Method::HEAD => from_query(parts)?,
        Method::POST => {
            let imports = |actor: &Actor| actor.can_over_all(Permission::EditOrganisation);
            let large = caller.actor.as_ref().is_some_and(imports);
            let usual = state.cx.config.limits.body_bytes;
            from_body(parts, body, if large { usual.max(IMPORT_BODY) } else { usual }).await?
        }
        _ => return Err(Refusal::method("GET, POST", wrong_method())),
    };
    let prepared = execute::prepare(state, params, caller, as_of)?;
    match prepared.kind {
        OperationType::Mutation if parts.method != Method::POST => {
            return Err(Refusal::method("POST", wrong_method()));
        }
        OperationType::Subscription => {
            return Err(Refusal::from(Error::invalid(
                "query",
                "订阅须通过 WebSocket",
                "Subscriptions need the WebSocket",
            )));
        }
        _ => {}
    }
    let mut response = execute::run(state, prepared.kind, &prepared.name, prepared.request).await;
    let headers = std::mem::take(&mut response.http_headers);
    let later = response.errors.iter().filter_map(|error| error.source::<Error>());
    let later = later.filter_map(retry_after).next();
    let answer = Answer::new(response, prepared.bill, locale, id.as_str());
    let status = if answer.ran() || media == Media::Json {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    let mut response = render(&answer, status, media);
    response.headers_mut().extend(headers);
    response.headers_mut().extend(later);
    Ok(response)
}

fn from_query(parts: &Parts) -> Result<Params, Refusal> {
    if parts.uri.query().is_some_and(|query| query.len() > QUERY_STRING) {
        let error = Error::PayloadTooLarge(Text::new("网址过长", "The URL is too long"));
        return Err(Refusal::plain(StatusCode::URI_TOO_LONG, error));
    }
    let bad = |error| Refusal::plain(StatusCode::BAD_REQUEST, error);
    let Query(mut given) = Query::<HashMap<String, String>>::try_from_uri(&parts.uri).map_err(|_| {
        bad(Error::invalid(
            "query",
            "网址参数有误",
            "The query string is not well formed",
        ))
    })?;
    let mut object = serde_json::Map::new();
    for name in ["query", "operationName"] {
        if let Some(value) = given.remove(name) {
            object.insert(name.to_owned(), value.into());
        }
    }
    for name in ["variables", "extensions"] {
        if let Some(value) = given.remove(name).filter(|value| !value.is_empty()) {
            object.insert(name.to_owned(), parse_json(value.as_bytes(), name).map_err(bad)?);
        }
    }
    Params::read(object.into()).map_err(bad)
}

async fn from_body(parts: &Parts, body: Body, most: usize) -> Result<Params, Refusal> {
    if !negotiate::is_json(caller::text(&parts.headers, CONTENT_TYPE)) {
        let error = Error::invalid("Content-Type", "须为 application/json", "Must be application/json");
        return Err(Refusal::plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, error));
    }
    let bytes = read(body, most).await?;
    let bad = |error| Refusal::plain(StatusCode::BAD_REQUEST, error);
    parse_json(&bytes, "body").and_then(Params::read).map_err(bad)
}

async fn read(body: Body, most: usize) -> Result<Bytes, Refusal> {
    let too_large = || {
        Error::PayloadTooLarge(Text::new(
            format!("请求体超过 {}", in_words(most)),
            format!("The body is larger than {}", in_words(most)),
        ))
    };
    if body.size_hint().lower() > most as u64 {
        return Err(too_large().into());
    }
    match tokio::time::timeout(ARRIVAL, axum::body::to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(too_large().into()),
        Err(_) => {
            let error = Error::invalid("body", "请求体传输超时", "The body took too long to arrive");
            Err(Refusal::plain(StatusCode::REQUEST_TIMEOUT, error))
        }
    }
}

fn parse_json(bytes: &[u8], name: &str) -> Result<serde_json::Value> {
    limit::scan_json(bytes)?;
    serde_json::from_slice(bytes).map_err(|_| Error::invalid(name.to_owned(), "不是有效的 JSON", "Not valid JSON"))
}

fn wrong_method() -> Error {
    Error::invalid("method", "不支持这个请求方法", "This method is not supported")
}

fn not_acceptable() -> Error {
    Error::invalid(
        "Accept",
        "仅提供 application/graphql-response+json 和 application/json",
        "Only application/graphql-response+json and application/json are offered",
    )
}

fn refuse(state: &State, refusal: Refusal, media: Media, locale: Locale, id: &RequestId) -> Response {
    let code = refusal.error.code().as_str();
    state.cx.metrics.operation("refused", code, None);
    let status = refusal.status.unwrap_or(match media {
        Media::Graphql => StatusCode::BAD_REQUEST,
        Media::Json => StatusCode::OK,
    });
    let later = retry_after(&refusal.error);
    let mut response = render(&Answer::refusal(refusal.error, locale, id.as_str()), status, media);
    if let Some(allow) = refusal.allow {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
    }
    response.headers_mut().extend(later);
    response
}

/// The header that says when to come again.
pub(crate) fn retry_after(error: &Error) -> Option<(HeaderName, HeaderValue)> {
    let seconds = match error {
        Error::Throttled { retry_after } => *retry_after,
        Error::RateLimited { retry_after_ms } => retry_after_ms.div_ceil(1_000),
        Error::Unavailable { .. } => 2,
        _ => return None,
    };
    Some((RETRY_AFTER, seconds.max(1).into()))
}

fn render(answer: &Answer, status: StatusCode, media: Media) -> Response {
    (status, [(CONTENT_TYPE, media.content_type())], answer.to_json()).into_response()
}
