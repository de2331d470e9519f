//! Errors on their way out: [`crate::error::Error`] is carried inside and worded where the language is known.

use async_graphql::{Enum, ErrorExtensionValues, ServerError};
use serde_json::json;

use crate::error::{Error, ErrorCode, Locale};

/// Stable codes in `errors[].extensions.code`.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "ErrorCode", remote = "crate::error::ErrorCode")]
pub enum PublicErrorCode {
    /// Sign in first.
    Unauthenticated,
    /// Signed in with a one-time password: change it first.
    PasswordChangeRequired,
    /// Not permitted.
    Forbidden,
    /// Absent, or not visible to the caller.
    NotFound,
    /// Inputs are wrong; `extensions.fields` lists them.
    Invalid,
    /// A stale version (`extensions.currentVersion`) or a reused key.
    Conflict,
    /// Someone decided before; `extensions.by` and `extensions.at`.
    AlreadyDecided,
    /// The state does not allow it now.
    NotAllowedNow,
    /// Not enough leave.
    InsufficientBalance,
    /// Collides with something already there.
    Overlap,
    /// Too often; `extensions.retryAfter` in seconds.
    Throttled,
    /// The points of the caller are spent for now; `extensions.retryAfterMs` in milliseconds.
    RateLimited,
    /// The query asks for too much.
    TooComplex,
    /// Body or file too large.
    PayloadTooLarge,
    /// The database is away or full for now; what was asked for may or may not have been done: try again with the same key.
    Unavailable,
    /// Our fault; `extensions.requestId` finds it in the log.
    Internal,
}

impl PublicErrorCode {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Unauthenticated,
        Self::PasswordChangeRequired,
        Self::Forbidden,
        Self::NotFound,
        Self::Invalid,
        Self::Conflict,
        Self::AlreadyDecided,
        Self::NotAllowedNow,
        Self::InsufficientBalance,
        Self::Overlap,
        Self::Throttled,
        Self::RateLimited,
        Self::TooComplex,
        Self::PayloadTooLarge,
        Self::Unavailable,
        Self::Internal,
    ];
}

/// An error outside any resolver: before a document runs, or in place of its result.
pub fn outside(error: Error) -> ServerError {
    let mut wrapped = ServerError::new("", None);
    wrapped.source = Some(std::sync::Arc::new(error));
    wrapped
}

/// The code callers will see.
pub fn code(error: &ServerError) -> ErrorCode {
    error.source::<Error>().map_or(ErrorCode::Invalid, Error::code)
}

/// Longest message, in bytes, of errors that are not worded by us.
const FOREIGN_MESSAGE: usize = 300;

/// Words an error for its reader. What did not come from us (syntax, unknown field) is INVALID as it stands.
pub fn word(error: &mut ServerError, locale: Locale, request_id: &str) {
    let ours = error.source::<Error>().cloned();
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("requestId", request_id);
    match ours {
        Some(ours) => {
            match &ours {
                Error::Internal(cause) => tracing::error!(request_id, cause, "internal error"),
                Error::Unavailable { cause, .. } => {
                    tracing::error!(request_id, cause, "the database or the files did not answer");
                }
                _ => {}
            }
            let text = ours.text();
            text.get(locale).clone_into(&mut error.message);
            extensions.set("code", ours.code().as_str());
            match &ours {
                Error::Invalid(fields) => {
                    let fields: Vec<_> = fields
                        .iter()
                        .map(|f| json!({ "path": f.path, "message": f.message.get(locale) }))
                        .collect();
                    if let Ok(value) = async_graphql::Value::from_json(json!(fields)) {
                        extensions.set("fields", value);
                    }
                }
                Error::Conflict { current } => extensions.set("currentVersion", *current),
                Error::AlreadyDecided { by, at } => {
                    extensions.set("by", by.as_str());
                    extensions.set("at", at.to_rfc3339());
                }
                Error::Throttled { retry_after } => {
                    extensions.set("retryAfter", *retry_after);
                    extensions.set("retryAfterMs", retry_after.saturating_mul(1_000));
                }
                Error::RateLimited { retry_after_ms } => extensions.set("retryAfterMs", *retry_after_ms),
                _ => {}
            }
        }
        None => {
            let end = error.message.floor_char_boundary(FOREIGN_MESSAGE);
            error.message.truncate(end);
            extensions.set("code", ErrorCode::Invalid.as_str());
        }
    }
    error.extensions = Some(extensions);
}
