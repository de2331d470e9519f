//! Signs of life for load balancers: `/healthz`, the process lives; `/readyz`, it can serve.

use std::time::Duration;

use axum::extract::State as Extract;
use axum::http::StatusCode;
use sea_orm::DbBackend;

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
    let db = &state.cx.db;
    let reachable = match db.backend() {
        // It is watched; to wait for a connection here would tell how busy we are.
        DbBackend::Postgres => !db.is_lost(),
        _ => matches!(
            tokio::time::timeout(Duration::from_secs(2), db.read().ping()).await,
            Ok(Ok(()))
        ),
    };
    if reachable {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "database not reachable")
    }
}
