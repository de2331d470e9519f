//! Where a request comes from: our own pages, or foreign ones.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

use super::caller;

/// The header our own pages send. Foreign pages cannot without being asked for leave first, which we never give.
pub(crate) const HEADER: &str = "x-tongshi";

/// Whether the page behind a request is our own, or one the settings name. Programs send no origin.
pub(crate) fn allowed(headers: &HeaderMap, others: &[String]) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let own = caller::text(headers, HOST).is_some_and(|host| {
        origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"))
            .is_some_and(|from| from == host)
    });
    own || others.iter().any(|name| name == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_pages_are_kept_out() {
        let allowed = ["https://oa.example.com".to_owned()];
        let check = |origin: Option<&str>, expected: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, "127.0.0.1:8080".parse().expect("header"));
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().expect("header"));
            }
            assert_eq!(super::allowed(&headers, &allowed), expected, "{origin:?}");
        };
        check(None, true);
        check(Some("http://127.0.0.1:8080"), true);
        check(Some("https://127.0.0.1:8080"), true);
        check(Some("https://oa.example.com"), true);
        check(Some("null"), false);
        check(Some(""), false);
        check(Some("http://127.0.0.1:8081"), false);
        check(Some("http://127.0.0.1:8080.evil.com"), false);
        check(Some("https://oa.example.com.evil.com"), false);
        check(Some("file://127.0.0.1:8080"), false);
    }
}
