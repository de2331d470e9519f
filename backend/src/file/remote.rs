//! How requests reach a store that speaks S3: over our own client.

use std::time::Duration;

use async_trait::async_trait;
use axum::http::Uri;
use http_body_util::BodyExt;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse, HttpService,
};

use crate::outbound::{self, Outbound};

/// Longest a request may take, its bytes included.
const PATIENCE: Duration = Duration::from_secs(60);
/// Where Amazon is, for which TLS is needed.
const AMAZON: &str = "https://s3.amazonaws.com";

/// No answer came from the store, whatever was asked; with all causes.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unreached(String);

/// Makes clients for a store.
#[derive(Debug)]
pub(super) struct Connector(Sender);

#[derive(Clone, Debug)]
struct Sender(Outbound<HttpRequestBody>);

impl Connector {
    /// For the store at an address; none: Amazon.
    ///
    /// # Errors
    /// Says in one line that the system trusts no certificates.
    pub(super) fn new(endpoint: Option<&Uri>) -> Result<Self, String> {
        let amazon = Uri::from_static(AMAZON);
        let client = outbound::client(endpoint.unwrap_or(&amazon)).map_err(|error| format!("s3.endpoint: {error}"))?;
        Ok(Self(Sender(client)))
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}

#[async_trait]
impl HttpService for Sender {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let work = async {
            let answer = self.0.request(request).await.map_err(|error| {
                let kind = if error.is_connect() {
                    HttpErrorKind::Connect
                } else {
                    HttpErrorKind::Request
                };
                HttpError::new(kind, Unreached(outbound::causes(&error)))
            })?;
            let (parts, body) = answer.into_parts();
            let bytes = body.collect().await;
            let bytes = bytes
                .map_err(|error| HttpError::new(HttpErrorKind::Interrupted, Unreached(outbound::causes(&error))))?;
            Ok(HttpResponse::from_parts(parts, bytes.to_bytes().into()))
        };
        tokio::time::timeout(PATIENCE, work)
            .await
            .unwrap_or_else(|late| Err(HttpError::new(HttpErrorKind::Timeout, Unreached(late.to_string()))))
    }
}
