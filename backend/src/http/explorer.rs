//! `/graphiql`: a small page to try queries. Offered in `demo`, and where the settings ask for it.

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::State;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// Its routes.
pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route(
            "/graphiql",
            get(|| async { page("text/html; charset=utf-8", include_str!("explorer/page.html")) }),
        )
        .route(
            "/graphiql/explorer.js",
            get(|| async { page("text/javascript; charset=utf-8", include_str!("explorer/explorer.js")) }),
        )
        .route(
            "/graphiql/explorer.css",
            get(|| async { page("text/css; charset=utf-8", include_str!("explorer/explorer.css")) }),
        )
}

fn page(content_type: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, content_type), (CONTENT_SECURITY_POLICY, POLICY)], text).into_response()
}
