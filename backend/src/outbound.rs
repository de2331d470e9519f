//! Requests this server makes itself: to a collector of traces, to a store of files. HTTP/1.1, over TLS with the certificates the
//! system trusts.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Uri;
use hyper::body::Body;
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

/// Longest a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a connection nobody uses is kept.
const IDLE: Duration = Duration::from_secs(60);

/// Sends requests, over connections it keeps.
pub(crate) type Outbound<B> = Client<HttpsConnector<HttpConnector>, B>;

/// A client for one address.
///
/// # Errors
/// Says in one line that the system trusts no certificates, where the address needs them.
pub(crate) fn client<B>(address: &Uri) -> Result<Outbound<B>, String>
where
    B: Body + Send,
    B::Data: Send,
{
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS: {error}"))?;
    let tls = if address.scheme_str() == Some("https") {
        builder
            .with_native_roots()
            .map_err(|error| format!("{address}: this system trusts no certificates: {error}"))?
    } else {
        builder.with_root_certificates(RootCertStore::empty())
    };
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    http.set_nodelay(true);
    http.set_connect_timeout(Some(CONNECT));
    let https = HttpsConnectorBuilder::new()
        .with_tls_config(tls.with_no_client_auth())
        .https_or_http()
        .enable_http1()
        .wrap_connector(http);
    Ok(Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .build(https))
}

/// What went wrong, with its causes: of TLS the outermost says only that there was no connection.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !told.contains(&text) {
            told = format!("{told}: {text}");
        }
        next = cause.source();
    }
    told
}

/// Reads the address of another server.
///
/// # Errors
/// Says what is wrong with it.
pub(crate) fn address(text: &str) -> Result<Uri, String> {
    let wrong = || format!("{text:?} is no address such as http://127.0.0.1:4318 or https://example.com");
    let address: Uri = text.parse().map_err(|_| wrong())?;
    let known = matches!(address.scheme_str(), Some("http" | "https"));
    if !known || address.host().is_none_or(str::is_empty) || address.query().is_some() {
        return Err(wrong());
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_told_once_each() {
        #[derive(Debug, thiserror::Error)]
        #[error("{text}")]
        struct Layer {
            text: &'static str,
            source: Option<Box<Layer>>,
        }
        let layer = |text, source: Option<Layer>| Layer {
            text,
            source: source.map(Box::new),
        };
        let inner = layer("unknown issuer", None);
        let same = layer("unknown issuer", Some(inner));
        assert_eq!(
            causes(&layer("no connection", Some(same))),
            "no connection: unknown issuer"
        );
    }

    #[test]
    fn addresses_have_a_scheme_and_a_host() {
        for right in [
            "http://127.0.0.1:4318",
            "https://minio.example.com/",
            "http://[::1]:9000/base",
        ] {
            assert!(address(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "127.0.0.1:4318",
            "localhost",
            "ftp://example.com",
            "http://",
            "http://a/?b=c",
            "http://a b",
        ] {
            assert!(address(wrong).expect_err(wrong).contains("http://"), "{wrong}");
        }
    }
}
