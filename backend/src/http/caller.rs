//! Who sends a request: token, language, address.

use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use axum::extract::ConnectInfo;
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use super::{State, budget};
use crate::error::{Error, Locale, Result};
use crate::graphql::Caller;
use crate::identity::service as identity;
use crate::telemetry::log;

/// Where reverse proxies write whom they speak for.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

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

/// Network address of the sender: that of the connection, or what the reverse proxies we trust say it was.
fn address(state: &State, parts: &Parts) -> String {
    let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
        return String::new();
    };
    let forwarded: Vec<&str> = parts
        .headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let trusted = &state.cx.config.trusted_proxies;
    let (peer, found) = (peer.ip().to_canonical(), sender(peer.ip(), &forwarded, trusted));
    if found == peer && !forwarded.is_empty() && trusted.is_empty() {
        static TOLD: Once = Once::new();
        TOLD.call_once(|| {
            tracing::warn!(
                proxy = %peer,
                "X-Forwarded-For is not believed; if a reverse proxy of yours sends it, name its address in trusted_proxies"
            );
        });
    }
    found.to_string()
}

/// The last address of the chain that is not a proxy we trust; what stands before it anybody could have written.
fn sender(peer: IpAddr, forwarded: &[&str], trusted: &[IpNet]) -> IpAddr {
    let mut found = peer.to_canonical();
    for text in forwarded.iter().rev().map(|text| text.trim()) {
        if !trusted.iter().any(|network| network.contains(&found)) {
            break;
        }
        let address = text
            .parse()
            .or_else(|_| text.parse().map(|address: SocketAddr| address.ip()));
        let Ok(address) = address else { break };
        found = address.to_canonical();
    }
    found
}

/// A caller nobody vouches for yet.
pub(crate) fn stranger(state: &State, parts: &Parts) -> Caller {
    let user_agent = text(&parts.headers, USER_AGENT).unwrap_or_default();
    Caller {
        actor: None,
        locale: language(&parts.headers).unwrap_or_default(),
        address: address(state, parts),
        user_agent: user_agent.chars().take(256).collect(),
    }
}

/// The caller with the member behind the token, when the request carries one.
///
/// # Errors
/// [`Error::Unauthenticated`] for a token that is not good, [`Error::RateLimited`] after many of them; no token at all is a stranger.
pub(crate) async fn identify(state: &State, parts: &Parts) -> Result<Caller> {
    let mut caller = stranger(state, parts);
    let Some(value) = text(&parts.headers, AUTHORIZATION) else {
        return Ok(caller);
    };
    let token = bearer(value).ok_or_else(Error::unauthenticated)?;
    let mut actor = match identity::authenticate(&state.cx, token).await {
        Ok(actor) => actor,
        Err(error) => {
            // Trying tokens one after another is no way to keep the database busy.
            state.budget.charge(&caller, budget::REFUSED)?;
            return Err(error);
        }
    };
    match language(&parts.headers) {
        Some(locale) => actor.locale = locale,
        None => caller.locale = actor.locale,
    }
    log::member(actor.member);
    caller.actor = Some(actor);
    Ok(caller)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_proxies_are_believed() {
        let trusted: Vec<IpNet> = ["10.0.0.0/8", "127.0.0.1/32"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        let check = |peer: &str, forwarded: &[&str], expected: &str| {
            let found = sender(peer.parse().unwrap(), forwarded, &trusted);
            assert_eq!(found.to_string(), expected, "{peer} {forwarded:?}");
        };
        check("203.0.113.9", &["1.1.1.1"], "203.0.113.9");
        check("127.0.0.1", &[], "127.0.0.1");
        check("127.0.0.1", &["1.1.1.1", " 203.0.113.9"], "203.0.113.9");
        check("::ffff:127.0.0.1", &["203.0.113.9", "10.1.2.3"], "203.0.113.9");
        check("127.0.0.1", &["1.1.1.1", "203.0.113.9:4711"], "203.0.113.9");
        check("127.0.0.1", &["1.1.1.1", "nonsense"], "127.0.0.1");
        check("127.0.0.1", &["10.0.0.1"], "10.0.0.1");
        check("127.0.0.1", &["2001:db8::1"], "2001:db8::1");
    }

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
