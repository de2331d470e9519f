//! The web app: one page for every path, hashed assets for ever, and the headers that fence it in.
//!
//! Release builds carry the bundle inside the binary; debug builds read `frontend/dist` at every request, so that
//! `bundle --watch` is enough.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use serde::Deserialize;

type Bytes = Cow<'static, [u8]>;

/// What the binary carries; `build.rs` says where it lies.
#[derive(RustEmbed)]
#[folder = "$TONGSHI_WEB"]
struct Web;

/// Says that this binary was built without the web app, or that a developer has yet to build it.
const NO_WEB: &str = "This server has no web app inside. 这个服务没有内置网页。\n\n\
                      In a checkout, `cargo run -p bundle` builds it. 在源码目录运行 `cargo run -p bundle` 即可构建。\n";

/// What the bundler says of its result.
#[derive(Deserialize, Default)]
struct Manifest {
    /// Changes whenever anything a browser loads changes.
    build: String,
    /// CSP sources of the inline scripts of the page.
    scripts: Vec<String>,
    /// CSP sources of the inline styles of the page.
    styles: Vec<String>,
    files: BTreeMap<String, Listed>,
}

#[derive(Deserialize)]
struct Listed {
    sha256: String,
}

/// A bundle: a manifest, and a way to the files it lists.
#[derive(Clone)]
struct Site {
    manifest: Arc<Manifest>,
    file: fn(&str) -> Option<Bytes>,
}

impl Site {
    fn read(file: fn(&str) -> Option<Bytes>) -> Self {
        let manifest = file("manifest.json").and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self {
            manifest: Arc::new(manifest.unwrap_or_default()),
            file,
        }
    }

    /// The bundle this server has. In debug it may change between two requests.
    fn own() -> Self {
        static EMBEDDED: LazyLock<Site> = LazyLock::new(|| Site::read(embedded));
        if cfg!(debug_assertions) {
            Self::read(embedded)
        } else {
            EMBEDDED.clone()
        }
    }
}

fn embedded(path: &str) -> Option<Bytes> {
    Web::get(path).map(|file| file.data)
}

/// Name of the web app's build; `none` in a binary built without it. Browsers compare it with their own.
pub fn build() -> String {
    let build = Site::own().manifest.build.clone();
    if build.is_empty() { "none".into() } else { build }
}

/// Answers every GET that is no other route: an asset under its name, the page for every path of the app.
pub(crate) async fn serve(request: Request) -> Response {
    answer(&Site::own(), request.method(), request.uri().path(), request.headers())
}

fn answer(site: &Site, method: &Method, path: &str, headers: &HeaderMap) -> Response {
    let path = path.trim_start_matches('/');
    let named = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let get = method == Method::GET || method == Method::HEAD;
    match () {
        () if !get => (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response(),
        () if named || path.starts_with("assets/") => {
            asset(site, path, headers).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
        }
        () => page(site, headers),
    }
}

/// A file the bundler lists: neither the manifest nor a compressed copy has an address of its own.
fn asset(site: &Site, path: &str, headers: &HeaderMap) -> Option<Response> {
    let listed = site.manifest.files.get(path).filter(|_| path != "index.html")?;
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=3600"
    };
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let mime = match path.rsplit('.').next() {
        Some("webmanifest") => "application/manifest+json",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        _ => mime.as_ref(),
    };
    send(site, path, headers, &listed.sha256, mime, cache)
}

/// The one page. It is asked for again at every visit, and tells by its tag that nothing changed.
fn page(site: &Site, headers: &HeaderMap) -> Response {
    let manifest = &site.manifest;
    let Some(mut response) = send(
        site,
        "index.html",
        headers,
        &manifest.build,
        "text/html; charset=utf-8",
        "no-cache",
    ) else {
        return (StatusCode::NOT_FOUND, NO_WEB).into_response();
    };
    let policy = policy(&manifest.scripts, &manifest.styles);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, value(&policy));
    response
}

/// The smallest copy of a file that the browser understands, or word that it has it already.
fn send(site: &Site, path: &str, headers: &HeaderMap, tag: &str, mime: &str, cache: &str) -> Option<Response> {
    // Weak: the same tag stands for the copy in every coding.
    let tag = format!("W/\"{tag}\"");
    let known = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|known| known.trim() == tag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let (bytes, encoding) = best(site, path, headers)?;
        let mut response = Response::new(match bytes {
            Cow::Borrowed(bytes) => Body::from(bytes),
            Cow::Owned(bytes) => Body::from(bytes),
        });
        response.headers_mut().insert(CONTENT_TYPE, value(mime));
        if let Some(encoding) = encoding {
            response
                .headers_mut()
                .insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    };
    let out = response.headers_mut();
    out.insert(ETAG, value(&tag));
    out.insert(CACHE_CONTROL, value(cache));
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    Some(response)
}

fn best(site: &Site, path: &str, headers: &HeaderMap) -> Option<(Bytes, Option<&'static str>)> {
    for (coding, suffix) in [("br", "br"), ("gzip", "gz")] {
        if accepts(headers, coding)
            && let Some(bytes) = (site.file)(&format!("{path}.{suffix}"))
        {
            return Some((bytes, Some(coding)));
        }
    }
    (site.file)(path).map(|bytes| (bytes, None))
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

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use axum::http::HeaderName;

    use super::*;

    const MANIFEST: &str = r#"{"build":"b1","dev":false,"scripts":["sha256-AAA="],"styles":["sha256-BBB="],"files":{
        "index.html":{"sha256":"00"},"assets/app-1.wasm":{"sha256":"11"},"assets/app-2.js":{"sha256":"22"},
        "manifest.webmanifest":{"sha256":"33"}}}"#;

    fn file(path: &str) -> Option<Bytes> {
        let text: &'static str = match path {
            "manifest.json" => MANIFEST,
            "index.html" => "the page",
            "index.html.br" => "the page in brotli",
            "assets/app-1.wasm" | "assets/app-2.js" | "manifest.webmanifest" => "raw",
            "assets/app-1.wasm.br" => "brotli",
            "assets/app-1.wasm.gz" => "gzip",
            _ => return None,
        };
        Some(Cow::Borrowed(text.as_bytes()))
    }

    fn ask(path: &str, headers: &[(HeaderName, &str)]) -> Response {
        let headers = headers.iter().map(|(name, text)| (name.clone(), value(text))).collect();
        answer(&Site::read(file), &Method::GET, path, &headers)
    }

    fn header<'a>(response: &'a Response, name: &HeaderName) -> &'a str {
        response.headers().get(name).map_or("", |text| text.to_str().unwrap())
    }

    async fn text(response: Response) -> String {
        String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn every_path_of_the_app_is_the_page() {
        for path in ["/", "/approvals", "/approvals/approval_01h455vb4pex5vsknk084sn02q"] {
            let response = ask(path, &[(ACCEPT_ENCODING, "gzip, br")]);
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(header(&response, &CONTENT_TYPE), "text/html; charset=utf-8");
            assert_eq!(header(&response, &CACHE_CONTROL), "no-cache");
            assert_eq!(header(&response, &CONTENT_ENCODING), "br");
            assert!(header(&response, &CONTENT_SECURITY_POLICY).contains("'sha256-AAA='"));
            assert_eq!(text(response).await, "the page in brotli");
        }
    }

    #[tokio::test]
    async fn a_known_page_is_not_sent_again() {
        let tag = header(&ask("/", &[]), &ETAG).to_owned();
        let again = ask("/inbox", &[(IF_NONE_MATCH, &tag)]);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert!(!header(&again, &CONTENT_SECURITY_POLICY).is_empty());
        assert_eq!(text(again).await, "");
        assert_eq!(ask("/", &[(IF_NONE_MATCH, "W/\"b0\"")]).status(), StatusCode::OK);
        assert_eq!(
            ask("/", &[(IF_NONE_MATCH, "\"x\", W/\"b1\"")]).status(),
            StatusCode::NOT_MODIFIED
        );
    }

    #[tokio::test]
    async fn assets_come_typed_for_ever_and_in_the_best_coding() {
        for (codings, encoding, body) in [("br, gzip", "br", "brotli"), ("gzip", "gzip", "gzip"), ("", "", "raw")] {
            let response = ask("/assets/app-1.wasm", &[(ACCEPT_ENCODING, codings)]);
            assert_eq!(header(&response, &CONTENT_TYPE), "application/wasm");
            assert_eq!(header(&response, &CACHE_CONTROL), "public, max-age=31536000, immutable");
            assert_eq!(header(&response, &VARY), "accept-encoding");
            assert_eq!(header(&response, &CONTENT_ENCODING), encoding);
            assert_eq!(text(response).await, body);
        }
        let script = ask("/assets/app-2.js", &[(ACCEPT_ENCODING, "br")]);
        assert_eq!(header(&script, &CONTENT_TYPE), "text/javascript; charset=utf-8");
        assert_eq!(
            header(&script, &CONTENT_ENCODING),
            "",
            "there is no compressed copy of it"
        );
        let manifest = ask("/manifest.webmanifest", &[]);
        assert_eq!(header(&manifest, &CONTENT_TYPE), "application/manifest+json");
        assert_eq!(header(&manifest, &CACHE_CONTROL), "public, max-age=3600");
    }

    #[test]
    fn a_missing_asset_is_missing_and_never_the_page() {
        let missing = [
            "/assets/app-0.wasm",
            "/assets/none",
            "/nothing.js",
            "/manifest.json",
            "/index.html",
            "/assets/app-1.wasm.br",
            "/../Cargo.toml",
        ];
        for path in missing {
            assert_eq!(ask(path, &[]).status(), StatusCode::NOT_FOUND, "{path}");
        }
        let post = answer(&Site::read(file), &Method::POST, "/", &HeaderMap::new());
        assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
    }

    #[tokio::test]
    async fn without_a_web_app_the_server_says_so() {
        let response = answer(&Site::read(|_| None), &Method::GET, "/", &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(text(response).await.contains("cargo run -p bundle"));
    }

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
        assert!(policy.contains("style-src 'self' 'sha256-BBB='"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }
}
