//! Who sends a request: token, language, address.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};

use super::State;
use crate::error::{Error, Locale, Result};
use crate::graphql::Caller;
use crate::identity::service as identity;

/// The value of a header, when it is text.
pub(crate) fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The token of an `Authorization: Bearer ...`.
pub(crate) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim())
        .filter(|token| !token.is_empty())
}

/// The language a request asks for, when it does.
pub(crate) fn language(headers: &HeaderMap) -> Option<Locale> {
    text(headers, ACCEPT_LANGUAGE)
        .filter(|tag| !tag.trim().is_empty())
        .map(Locale::from_tag)
}

/// Network address of the sender.
pub(crate) fn address(parts: &Parts) -> String {
    parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(address)| address.ip().to_canonical().to_string())
        .unwrap_or_default()
}

/// A caller nobody vouches for yet.
pub(crate) fn stranger(parts: &Parts) -> Caller {
    let user_agent = text(&parts.headers, USER_AGENT).unwrap_or_default();
    Caller {
        actor: None,
        locale: language(&parts.headers).unwrap_or_default(),
        address: address(parts),
        user_agent: user_agent.chars().take(256).collect(),
    }
}

/// The caller with the member behind the token, when the request carries one.
///
/// # Errors
/// [`Error::Unauthenticated`] for a token that is not good; no token at all is a stranger.
pub(crate) async fn identify(state: &State, parts: &Parts) -> Result<Caller> {
    let mut caller = stranger(parts);
    let Some(value) = text(&parts.headers, AUTHORIZATION) else {
        return Ok(caller);
    };
    let token = bearer(value).ok_or_else(Error::unauthenticated)?;
    let mut actor = identity::authenticate(&state.cx, token).await?;
    match language(&parts.headers) {
        Some(locale) => actor.locale = locale,
        None => caller.locale = actor.locale,
    }
    caller.actor = Some(actor);
    Ok(caller)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bearer_tokens_are_taken() {
        for (value, expected) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc ", Some("abc")),
            ("Bearer", None),
            ("Bearer ", None),
            ("Basic abc", None),
            ("", None),
        ] {
            assert_eq!(bearer(value), expected, "{value}");
        }
    }
}
