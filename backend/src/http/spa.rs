//! The web app: one page for every path, hashed assets for ever, and the headers that fence it in.
//!
//! Release builds carry `frontend/dist` inside the binary; debug builds read it from disk, so that `bundle --watch` is enough.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use serde::Deserialize;

#[derive(RustEmbed)]
#[folder = "../frontend/dist/"]
struct Web;

/// What the bundler says of its result.
#[derive(Deserialize, Default)]
struct Manifest {
    /// Changes whenever anything a browser loads changes.
    build: String,
    /// CSP sources of the inline scripts of the page.
    scripts: Vec<String>,
    /// CSP sources of the inline styles of the page.
    styles: Vec<String>,
    #[serde(default)]
    files: BTreeMap<String, serde::de::IgnoredAny>,
}

fn manifest() -> Manifest {
    Web::get("manifest.json")
        .and_then(|file| serde_json::from_slice(&file.data).ok())
        .unwrap_or_default()
}

/// Name of the web app's build; `none` in a binary built without it. Browsers compare it with their own.
pub fn build() -> String {
    let build = manifest().build;
    if build.is_empty() { "none".into() } else { build }
}

/// Answers every GET that is no other route: an asset under its name, the page for every path of the app.
pub(crate) async fn serve(request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    let headers = request.headers();
    let named = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if named || path.starts_with("assets/") {
        return asset(path, headers).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response());
    }
    page(headers)
}

fn asset(path: &str, headers: &HeaderMap) -> Option<Response> {
    let manifest = manifest();
    // Only what the bundler lists: neither the manifest nor a compressed copy has an address of its own.
    manifest.files.get(path).filter(|_| path != "index.html")?;
    let (bytes, encoding) = best(path, headers)?;
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=3600"
    };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let mut response = Response::new(body(bytes));
    let out = response.headers_mut();
    out.insert(
        CONTENT_TYPE,
        value(if path.ends_with(".webmanifest") {
            "application/manifest+json"
        } else {
            kind.as_ref()
        }),
    );
    out.insert(CACHE_CONTROL, value(cache));
    encoded(out, encoding);
    Some(response)
}

fn page(headers: &HeaderMap) -> Response {
    let manifest = manifest();
    let Some((bytes, encoding)) = best("index.html", headers) else {
        return (StatusCode::NOT_FOUND, "This server was built without the web app.\n").into_response();
    };
    let tag = format!("\"{}\"", manifest.build);
    let fresh = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(body(bytes))
    };
    let out = response.headers_mut();
    out.insert(
        CONTENT_SECURITY_POLICY,
        value(&policy(&manifest.scripts, &manifest.styles)),
    );
    out.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    out.insert(ETAG, value(&tag));
    if !fresh {
        out.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        encoded(out, encoding);
    }
    response
}

/// What the page may do: run its own files and the inline parts the bundler hashed, and nothing else.
fn policy(scripts: &[String], styles: &[String]) -> String {
    let quoted = |sources: &[String]| sources.iter().map(|source| format!(" '{source}'")).collect::<String>();
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{}; style-src 'self'{}; img-src 'self' data: blob:; \
         connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        quoted(scripts),
        quoted(styles),
    )
}

/// The smallest copy the browser understands.
fn best(path: &str, headers: &HeaderMap) -> Option<(Cow<'static, [u8]>, Option<&'static str>)> {
    for (coding, suffix) in [("br", "br"), ("gzip", "gz")] {
        if accepts(headers, coding)
            && let Some(file) = Web::get(&format!("{path}.{suffix}"))
        {
            return Some((file.data, Some(coding)));
        }
    }
    Web::get(path).map(|file| (file.data, None))
}

/// Whether `Accept-Encoding` names a coding, and not with a weight of zero.
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let lists = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.any(|part| {
            part.strip_prefix("q=")
                .is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
        });
        named && !refused
    })
}

fn body(bytes: Cow<'static, [u8]>) -> Body {
    match bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    }
}

fn encoded(out: &mut HeaderMap, encoding: Option<&'static str>) {
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings_are_taken_by_name_and_weight() {
        let check = |list: &str, coding, expected| {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, value(list))]);
            assert_eq!(accepts(&headers, coding), expected, "{list} {coding}");
        };
        check("gzip, deflate, br", "br", true);
        check("gzip;q=1.0, BR;q=0.5", "br", true);
        check("br;q=0, gzip", "br", false);
        check("", "gzip", false);
        check("broken", "br", false);
    }

    #[test]
    fn the_policy_names_inline_parts_by_hash_and_never_all_of_them() {
        let policy = policy(&["sha256-AAA=".into()], &["sha256-BBB=".into()]);
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-AAA='"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }

    #[tokio::test]
    async fn a_missing_asset_is_missing_and_never_the_page() {
        for path in [
            "/assets/app-0000.wasm",
            "/nothing.js",
            "/manifest.json",
            "/index.html.br",
            "/../Cargo.toml",
        ] {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            assert_eq!(serve(request).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
        let request = Request::post("/").body(Body::empty()).expect("a request");
        assert_eq!(serve(request).await.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
}
