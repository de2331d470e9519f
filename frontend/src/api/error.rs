//! What can go wrong between the app and the server, as one type that is ready to show.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::wire;
use crate::t;

/// Why it did not work: the server's closed list, and what can happen on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Nobody is signed in, or the session has ended.
    Unauthenticated,
    /// Signed in with a one-time password: it must be changed first.
    PasswordChangeRequired,
    /// Not permitted.
    Forbidden,
    /// Absent, or not for this person to see.
    NotFound,
    /// The input is wrong; see [`ApiError::fields`].
    Invalid,
    /// Someone else changed it in between.
    Conflict,
    /// Someone else decided before.
    AlreadyDecided,
    /// The state does not allow it now.
    NotAllowedNow,
    /// Not enough leave.
    InsufficientBalance,
    /// Collides with something already there.
    Overlap,
    /// Too often.
    Throttled,
    /// Too much at once; see [`ApiError::retry_after`].
    RateLimited,
    /// The query asks for too much.
    TooComplex,
    /// A body or file that is too large.
    PayloadTooLarge,
    /// The server's fault.
    Internal,
    /// The server cannot be reached.
    Network,
    /// The server did not answer in time.
    Timeout,
    /// The server knows no such request: it is of another version than this page.
    Outdated,
    /// The answer is none that this version of the app understands.
    Unexpected,
}

impl Code {
    fn from_word(word: &str) -> Self {
        match word {
            "UNAUTHENTICATED" => Self::Unauthenticated,
            "PASSWORD_CHANGE_REQUIRED" => Self::PasswordChangeRequired,
            "FORBIDDEN" => Self::Forbidden,
            "NOT_FOUND" => Self::NotFound,
            "INVALID" => Self::Invalid,
            "CONFLICT" => Self::Conflict,
            "ALREADY_DECIDED" => Self::AlreadyDecided,
            "NOT_ALLOWED_NOW" => Self::NotAllowedNow,
            "INSUFFICIENT_BALANCE" => Self::InsufficientBalance,
            "OVERLAP" => Self::Overlap,
            "THROTTLED" => Self::Throttled,
            "RATE_LIMITED" => Self::RateLimited,
            "TOO_COMPLEX" => Self::TooComplex,
            "PAYLOAD_TOO_LARGE" => Self::PayloadTooLarge,
            "INTERNAL" | "UNAVAILABLE" => Self::Internal,
            _ => Self::Unexpected,
        }
    }
}

/// One wrong field of an input.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FieldProblem {
    /// Where: `form.start_date`, `account`.
    pub path: String,
    /// What is wrong, in the reader's language.
    pub message: String,
}

/// A refused or failed request.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// Why.
    pub code: Code,
    /// One sentence in the reader's language.
    pub message: String,
    /// The wrong fields of an [`Code::Invalid`] input.
    pub fields: Vec<FieldProblem>,
    /// Finds the cause in the server's log.
    pub request_id: Option<String>,
    /// The current version, for [`Code::Conflict`].
    pub current_version: Option<i32>,
    /// Who decided, for [`Code::AlreadyDecided`].
    pub by: Option<String>,
    /// Milliseconds until it may be tried again, for [`Code::Throttled`] and [`Code::RateLimited`].
    pub retry_after_ms: Option<u32>,
}

impl ApiError {
    /// An error with a text and nothing else.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            fields: Vec::new(),
            request_id: None,
            current_version: None,
            by: None,
            retry_after_ms: None,
        }
    }

    /// The server cannot be reached.
    pub fn network() -> Self {
        Self::new(Code::Network, t!(api.network))
    }

    /// The server did not answer in time.
    pub fn timeout() -> Self {
        Self::new(Code::Timeout, t!(api.timeout))
    }

    /// The answer cannot be read; `status` is the HTTP status it came with.
    pub fn unexpected(status: u16) -> Self {
        match status {
            401 => Self::new(Code::Unauthenticated, t!(api.session_ended)),
            413 => Self::new(Code::PayloadTooLarge, t!(api.too_large)),
            429 => Self::new(Code::Throttled, t!(api.throttled)),
            502..=504 => Self::new(Code::Network, t!(api.network)),
            _ => Self::new(Code::Unexpected, t!(api.unexpected)),
        }
    }

    /// The problem of one field, by its path.
    pub fn field(&self, path: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| field.path == path)
            .map(|field| field.message.as_str())
    }

    /// The request may work when it is sent again unchanged.
    pub fn is_passing(&self) -> bool {
        matches!(
            self.code,
            Code::Network | Code::Timeout | Code::Throttled | Code::RateLimited | Code::Internal
        )
    }
}

thread_local! {
    static OUTDATED: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// Whether a request showed that this page and the server are of different versions (tracked).
pub fn outdated() -> bool {
    OUTDATED.with(Get::get)
}

/// Remembers what an error tells of the versions.
pub(super) fn notice(error: &ApiError) {
    if error.code == Code::Outdated {
        OUTDATED.with(|outdated| outdated.set(true));
    }
}

/// `errors[]` of a GraphQL response.
#[derive(Debug, Deserialize)]
pub(super) struct WireError {
    #[serde(default)]
    message: String,
    #[serde(default)]
    extensions: Option<WireExtensions>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireExtensions {
    code: Option<String>,
    fields: Option<Vec<FieldProblem>>,
    request_id: Option<String>,
    current_version: Option<i32>,
    by: Option<String>,
    retry_after_ms: Option<f64>,
}

impl WireError {
    /// The first of an answer's errors.
    pub(super) fn first(answer: &Value) -> Option<ApiError> {
        let first = answer.get("errors")?.get(0)?;
        Some(wire::read::<Self>(first).map_or_else(|_| ApiError::unexpected(0), ApiError::from))
    }
}

impl From<WireError> for ApiError {
    fn from(wire: WireError) -> Self {
        let extensions = wire.extensions.unwrap_or_default();
        // What the server refuses as input names its fields; what names none was refused as a document.
        if extensions.code.as_deref() == Some("INVALID") && extensions.fields.is_none() {
            return Self {
                request_id: extensions.request_id,
                ..Self::new(Code::Outdated, t!(api.outdated))
            };
        }
        Self {
            code: extensions.code.as_deref().map_or(Code::Unexpected, Code::from_word),
            message: wire.message,
            fields: extensions.fields.unwrap_or_default(),
            request_id: extensions.request_id,
            current_version: extensions.current_version,
            by: extensions.by,
            retry_after_ms: extensions.retry_after_ms.map(|wait| wait.max(0.0) as u32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_servers_errors() {
        let read = |text: &str| WireError::first(&serde_json::from_str(text).unwrap());
        let error = read(
            r#"{"data":null,"errors":[{"message":"请检查","path":["submitApproval"],"locations":[],
                "extensions":{"code":"INVALID","fields":[{"path":"form.reason","message":"请填写"}],"requestId":"r1"}}]}"#,
        )
        .unwrap();
        assert_eq!(error.code, Code::Invalid);
        assert_eq!(error.field("form.reason"), Some("请填写"));
        assert_eq!(error.field("form.other"), None);
        assert_eq!(error.request_id.as_deref(), Some("r1"));

        let limited = r#"{"errors":[{"message":"x","extensions":{"code":"RATE_LIMITED","retryAfterMs":66}}]}"#;
        let error = read(limited).unwrap();
        assert_eq!((error.code, error.retry_after_ms), (Code::RateLimited, Some(66)));
        assert!(error.is_passing());

        let other = r#"{"errors":[{"message":"Unknown field","extensions":{"code":"INVALID","requestId":"r2"}}]}"#;
        let error = read(other).unwrap();
        assert_eq!((error.code, error.request_id.as_deref()), (Code::Outdated, Some("r2")));
        assert_ne!(error.message, "Unknown field");
        let error = read(r#"{"errors":[{"message":"x","extensions":{"code":"NEW_ONE"}}]}"#).unwrap();
        assert_eq!(error.code, Code::Unexpected);
        let error =
            read(r#"{"errors":[{"message":"x","extensions":{"code":"CONFLICT","currentVersion":7}}]}"#).unwrap();
        assert_eq!(error.current_version, Some(7));
        assert_eq!(read(r#"{"data":{}}"#), None);
        assert_eq!(read(r#"{"data":{},"errors":[]}"#), None);
    }
}
