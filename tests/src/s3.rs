//! A store that speaks as much of S3 as we use: put, get, head, delete, list. It checks who asks and that the bytes are those that
//! were signed, and can be told to refuse.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tongshi::config::{S3, Settings};

/// Name of the key that is let in.
pub const KEY: &str = "OFFICE";
/// Keys on one page of a list: few, so that there are several pages.
const PAGE: usize = 2;

#[derive(Clone, Default)]
struct Kept {
    objects: Arc<Mutex<BTreeMap<String, Bytes>>>,
    refuse: Arc<AtomicU16>,
}

impl Kept {
    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Bytes>> {
        self.objects.lock().expect("unpoisoned")
    }
}

/// A store with one bucket, `office`.
pub struct Store {
    /// Where it listens.
    pub address: SocketAddr,
    kept: Kept,
    serving: JoinHandle<()>,
}

impl Drop for Store {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Store {
    /// An empty one.
    pub async fn start() -> Self {
        let kept = Kept::default();
        let router = Router::new()
            .route("/office", any(bucket))
            .route("/office/", any(bucket))
            .route("/office/{*key}", any(object))
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(kept.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self { address, kept, serving }
    }

    /// Settings of a server that keeps its files here, below a prefix.
    pub fn settings(&self, prefix: &str) -> Settings {
        Settings {
            files: Some(format!("s3://office/{prefix}")),
            s3: Some(S3 {
                endpoint: Some(format!("http://{}", self.address)),
                region: Some("cn-north-1".into()),
                access_key_id: Some(KEY.into()),
                secret_access_key: Some("a-secret-of-the-tests".to_owned().into()),
            }),
            ..Settings::default()
        }
    }

    /// Answers everything with this status from now on; 0: as it should.
    pub fn refuse(&self, status: u16) {
        self.kept.refuse.store(status, Ordering::SeqCst);
    }

    /// Keys of all objects.
    pub fn keys(&self) -> Vec<String> {
        self.kept.objects().keys().cloned().collect()
    }

    /// Changes the bytes of an object behind the back of the server, or takes it away.
    pub fn tamper(&self, key: &str, bytes: Option<&'static [u8]>) {
        let mut objects = self.kept.objects();
        let there = match bytes {
            Some(bytes) => objects.insert(key.to_owned(), Bytes::from_static(bytes)),
            None => objects.remove(key),
        };
        assert!(there.is_some(), "{key} is there");
    }
}

fn error(status: StatusCode, code: &str) -> Response {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>");
    (status, [("content-type", "application/xml")], body).into_response()
}

/// Whether the request is signed by the key, for the region and for these bytes.
fn refusal(kept: &Kept, headers: &HeaderMap, body: &Bytes) -> Option<Response> {
    if let Ok(status) = StatusCode::from_u16(kept.refuse.load(Ordering::SeqCst)) {
        return Some(error(status, "Refused"));
    }
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let authorization = text("authorization");
    let signed = authorization.starts_with(&format!("AWS4-HMAC-SHA256 Credential={KEY}/"))
        && authorization.contains("/cn-north-1/s3/aws4_request")
        && authorization.contains("Signature=");
    let hash: String = sha256(body);
    if signed && text("x-amz-content-sha256") == hash {
        None
    } else {
        Some(error(StatusCode::FORBIDDEN, "SignatureDoesNotMatch"))
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn object(
    State(kept): State<Kept>,
    method: Method,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(refusal) = refusal(&kept, &headers, &body) {
        return refusal;
    }
    let tag = |bytes: &Bytes| format!("\"{}\"", &sha256(bytes)[..32]);
    match method {
        Method::PUT => {
            let tag = tag(&body);
            kept.objects().insert(key, body);
            [("etag", tag)].into_response()
        }
        Method::GET | Method::HEAD => match kept.objects().get(&key) {
            Some(bytes) => {
                let modified = "Mon, 23 Nov 2026 02:00:00 GMT".to_owned();
                ([("etag", tag(bytes)), ("last-modified", modified)], bytes.clone()).into_response()
            }
            None => error(StatusCode::NOT_FOUND, "NoSuchKey"),
        },
        Method::DELETE => {
            kept.objects().remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => error(StatusCode::NOT_IMPLEMENTED, "NotImplemented"),
    }
}

async fn bucket(
    State(kept): State<Kept>,
    method: Method,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(refusal) = refusal(&kept, &headers, &body) {
        return refusal;
    }
    if method != Method::GET || asked.get("list-type").map(String::as_str) != Some("2") {
        return error(StatusCode::NOT_IMPLEMENTED, "NotImplemented");
    }
    let prefix = asked.get("prefix").cloned().unwrap_or_default();
    let after = asked.get("continuation-token").cloned().unwrap_or_default();
    let objects = kept.objects();
    let mut found = objects
        .iter()
        .filter(|(key, _)| key.starts_with(&prefix) && **key > after);
    let page: Vec<_> = found.by_ref().take(PAGE).collect();
    let contents: String = page
        .iter()
        .map(|(key, bytes)| {
            format!(
                "<Contents><Key>{key}</Key><LastModified>2026-11-23T02:00:00.000Z</LastModified>\
                 <ETag>\"{}\"</ETag><Size>{}</Size></Contents>",
                &sha256(bytes)[..32],
                bytes.len()
            )
        })
        .collect();
    let more = match (page.last(), found.next()) {
        (Some((key, _)), Some(_)) => {
            format!("<IsTruncated>true</IsTruncated><NextContinuationToken>{key}</NextContinuationToken>")
        }
        _ => "<IsTruncated>false</IsTruncated>".to_owned(),
    };
    let body = format!("<?xml version=\"1.0\"?><ListBucketResult>{contents}{more}</ListBucketResult>");
    ([("content-type", "application/xml")], body).into_response()
}
