//! Headers every answer carries.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State as Extract};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::{RequestId, State, budget, metrics};
use crate::telemetry::log;

/// What answers carry unless they say otherwise themselves.
const USUAL: [(HeaderName, &str); 7] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (CACHE_CONTROL, "no-store"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Largest headers of a request, in bytes. The reader of the connection stops them too, but only where a read ends.
const HEADERS: usize = 64 * 1024;
/// Longest address of a request, in bytes.
const URI: usize = 16 * 1024;

/// Milliseconds with three digits behind the point.
fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

fn size(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum()
}

/// Names the request, counts it and dresses its answer.
pub(crate) async fn dress(Extract(state): Extract<State>, mut request: Request, next: Next) -> Response {
    let id = RequestId::new(&state.cx);
    request.extensions_mut().insert(id.clone());
    let begun = Instant::now();
    let route = metrics::route(request.extensions().get().map(MatchedPath::as_str));
    let method = metrics::method(request.method());
    let span = log::request(id.as_str(), method, request.uri().path());
    let mut response = if request.uri().to_string().len() > URI {
        StatusCode::URI_TOO_LONG.into_response()
    } else if size(request.headers()) > HEADERS {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response()
    } else {
        next.run(request).instrument(span.clone()).await
    };
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    state.cx.metrics.answered(route, method, status, took);
    span.in_scope(|| tracing::debug!(route, status, duration_ms = millis(took), "answered"));
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        budget::hold().await;
    }
    let headers = response.headers_mut();
    for (name, value) in &USUAL {
        if !headers.contains_key(name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if state.cx.config.secure_cookies {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert("x-request-id", value);
    }
    response
}
