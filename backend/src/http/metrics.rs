//! `/metrics`: numbers for Prometheus, to who shows the token of the settings. Without a token in the settings there is no such page.

use std::time::Duration;

use axum::extract::State as Extract;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{State, auth, budget, caller};
use crate::event::relay;
use crate::telemetry::metrics::Sample;

/// What the text is, for who collects it.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Longest the database may take to tell its part.
const PATIENCE: Duration = Duration::from_secs(2);

/// The page.
pub(crate) async fn show(Extract(state): Extract<State>, parts: Parts) -> Response {
    let Some(expected) = &state.cx.config.metrics_token else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let given = caller::text(&parts.headers, AUTHORIZATION).and_then(caller::bearer);
    if !given.is_some_and(|given| same(given, expected.reveal())) {
        let stranger = caller::stranger(&state, &parts);
        if let Err(error) = state.budget.charge(&stranger, budget::REFUSED) {
            return auth::refuse(error, &parts);
        }
        return (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")]).into_response();
    }
    let lag = tokio::time::timeout(PATIENCE, relay::lag(&state.cx)).await;
    let most = state.cx.config.limits.uploads_at_once;
    let sample = Sample {
        sockets: state.crowd.sockets(),
        members: state.crowd.members(),
        uploads: most.saturating_sub(state.uploads.available_permits()),
        head: state.cx.bus.head(),
        events: lag.ok().and_then(Result::ok),
    };
    ([(CONTENT_TYPE, OPEN_METRICS)], state.cx.metrics.render(&sample)).into_response()
}

/// Whether two texts are the same, in a time that tells neither length nor content.
fn same(given: &str, expected: &str) -> bool {
    Sha256::digest(given).ct_eq(&Sha256::digest(expected)).into()
}

/// Routes that are counted by their name; all others are pages of the web app.
const ROUTES: [&str; 9] = [
    "/graphql",
    "/auth/refresh",
    "/auth/sign-out",
    "/healthz",
    "/readyz",
    "/metrics",
    "/files",
    "/files/{id}",
    "/graphiql",
];

/// The name a path of the router is counted under.
pub(crate) fn route(path: Option<&str>) -> &'static str {
    let known = |path: &str| ROUTES.into_iter().find(|route| *route == path);
    path.and_then(known).unwrap_or("app")
}

/// The name a method is counted under.
pub(crate) fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_make_up_is_counted_together() {
        assert_eq!(route(Some("/files/{id}")), "/files/{id}");
        assert_eq!(route(Some("/files/7")), "app");
        assert_eq!(route(None), "app");
        let own: Method = "BREW".parse().expect("a method");
        assert_eq!((method(&Method::GET), method(&own)), ("GET", "OTHER"));
    }

    #[test]
    fn only_the_same_text_is_the_same() {
        assert!(same("0123456789abcdef", "0123456789abcdef"));
        assert!(!same("0123456789abcde", "0123456789abcdef") && !same("", "0123456789abcdef"));
    }
}
