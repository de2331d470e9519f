//! Signs of life for load balancers: `/healthz`, the process lives; `/readyz`, it can serve.

use std::time::Duration;

use axum::extract::State as Extract;
use axum::http::StatusCode;

use super::State;

/// The process lives.
pub(crate) async fn live() -> &'static str {
    "ok"
}

/// It can serve: not stopping, database reachable.
pub(crate) async fn ready(Extract(state): Extract<State>) -> (StatusCode, &'static str) {
    if state.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    match tokio::time::timeout(Duration::from_secs(2), state.cx.db.read().ping()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready"),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "database not reachable"),
    }
}
