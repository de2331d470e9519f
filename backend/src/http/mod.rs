//! The doors of the server: GraphQL over HTTP and over the socket, sign-in cookies, files, health. Who is it, and how much may it ask for?

mod auth;
mod budget;
mod caller;
mod execute;
mod explorer;
mod file;
mod graphql;
mod header;
mod health;
mod metrics;
mod negotiate;
mod origin;
mod serve;
mod socket;
pub mod spa;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::request::Parts;
use axum::routing::{any, get, post};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

pub use serve::serve;

use crate::cx::Cx;
use crate::graphql::schema::Schema;
use budget::Budget;
use socket::{Crowd, Telling};

/// What the doors need. Cheap to clone.
#[derive(Clone)]
pub struct State {
    /// The world.
    pub cx: Cx,
    /// The public schema.
    pub schema: Schema,
    /// Cancelled when the server stops: sockets close, readiness ends.
    pub stop: CancellationToken,
    /// The open sockets.
    pub(crate) crowd: Crowd,
    /// What the live feed shows.
    pub(crate) telling: Arc<Telling>,
    /// What each caller may still ask for.
    pub(crate) budget: Arc<Budget>,
    /// Turns for uploads.
    pub(crate) uploads: Arc<Semaphore>,
}

impl State {
    /// The doors of a world.
    pub fn new(cx: Cx, schema: Schema, stop: CancellationToken) -> Self {
        Self {
            budget: Arc::new(Budget::new(&cx.config, cx.metrics.clone())),
            crowd: Crowd::new(cx.config.limits.sockets_per_member),
            telling: Arc::default(),
            uploads: Arc::new(Semaphore::new(cx.config.limits.uploads_at_once)),
            cx,
            schema,
            stop,
        }
    }
}

/// All routes.
pub fn router(state: State) -> Router {
    let mut routes = Router::new()
        .route("/graphql", any(graphql::handle))
        .route("/auth/refresh", post(auth::refresh))
        .route("/auth/sign-out", post(auth::sign_out))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .route(
            "/files",
            post(file::upload).layer(DefaultBodyLimit::max(file::body(&state.cx.config.limits))),
        )
        .route("/files/{id}", get(file::download));
    if state.cx.config.graphiql {
        routes = routes.merge(explorer::routes());
    }
    routes
        .fallback(spa::serve)
        .layer(axum::middleware::from_fn_with_state(state.clone(), header::dress))
        .with_state(state)
}

/// Names a request in answers and in the log.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(Arc<str>);

impl RequestId {
    /// A new name.
    pub(crate) fn new(cx: &Cx) -> Self {
        Self(cx.ids.next(cx.now()).simple().to_string().into())
    }

    /// The name of a request.
    pub(crate) fn of(parts: &Parts) -> Self {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .unwrap_or_else(|| Self("".into()))
    }

    /// As text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
