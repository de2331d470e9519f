//! Queries and mutations over HTTP.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use cynic::Operation;
use js_sys::Promise;
use leptos::prelude::set_timeout_with_handle;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, Request, RequestInit, Response};

use crate::api::error::{WireError, notice};
use crate::api::{ApiError, Code, session, wire};
use crate::i18n::locale;

/// A request that takes longer is given up.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Longest a request waits by itself for points to come back, in milliseconds.
const LONGEST_WAIT: u32 = 10_000;

/// An answer to come. It is asked for when it is first awaited.
pub type Pending<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// Data and how new it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply<T> {
    /// What was asked for.
    pub data: T,
    /// The newest event this data includes, where the query asked for `asOf`.
    pub as_of: Option<String>,
}

impl<T> Reply<T> {
    /// The same reply with a part of its data, or with its data in another shape.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Reply<U> {
        Reply {
            data: f(self.data),
            as_of: self.as_of,
        }
    }

    /// Two replies as one, as old as the older of them.
    pub fn join<U>(self, other: Reply<U>) -> Reply<(T, U)> {
        let older = match (&self.as_of, &other.as_of) {
            (Some(a), Some(b)) if number(a) <= number(b) => self.as_of,
            (Some(_), Some(_)) => other.as_of,
            _ => None,
        };
        Reply {
            data: (self.data, other.data),
            as_of: older,
        }
    }
}

/// A cursor as a number, where it is one.
pub(crate) fn number(cursor: &str) -> Option<u64> {
    cursor.parse().ok()
}

/// Asks the server.
pub fn query<Q: DeserializeOwned + 'static, V: Serialize>(operation: Operation<Q, V>) -> Pending<Reply<Q>> {
    let asked = ask(encode(&operation.query, &operation.variables), true);
    Box::pin(async move { typed(&asked.await?) })
}

/// Changes something. Give the input a [`fresh_key`] where it takes one.
pub fn mutate<M: DeserializeOwned + 'static, V: Serialize>(operation: Operation<M, V>) -> Pending<M> {
    let asked = ask(encode(&operation.query, &operation.variables), true);
    Box::pin(async move { Ok(typed(&asked.await?)?.data) })
}

/// A mutation for which nobody needs to be signed in.
pub(crate) fn mutate_unsigned<M: DeserializeOwned + 'static, V: Serialize>(operation: Operation<M, V>) -> Pending<M> {
    let asked = ask(encode(&operation.query, &operation.variables), false);
    Box::pin(async move { Ok(typed(&asked.await?)?.data) })
}

/// A query for which nobody needs to be signed in.
pub(crate) fn query_unsigned<Q: DeserializeOwned + 'static, V: Serialize>(operation: Operation<Q, V>) -> Pending<Q> {
    let asked = ask(encode(&operation.query, &operation.variables), false);
    Box::pin(async move { Ok(typed(&asked.await?)?.data) })
}

/// An idempotency key: one per intent of the user, also for a second try of the same intent.
pub fn fresh_key() -> String {
    let random = web_sys::window().and_then(|window| window.crypto().ok());
    match random {
        // `randomUUID` is missing on plain http pages other than localhost.
        Some(crypto) if js_sys::Reflect::has(&crypto, &"randomUUID".into()).unwrap_or(false) => crypto.random_uuid(),
        _ => format!(
            "{:x}-{:x}",
            js_sys::Date::now() as u64,
            (js_sys::Math::random() * 1e16) as u64
        ),
    }
}

/// The request of an operation.
pub(crate) fn encode<V: Serialize>(document: &str, variables: &V) -> Result<String, ApiError> {
    match serde_json::to_string(variables) {
        Ok(variables) => Ok(wire::request(document, &variables)),
        Err(_) => Err(ApiError::unexpected(0)),
    }
}

/// The answer as what was asked for.
fn typed<Q: DeserializeOwned>(answer: &Value) -> Result<Reply<Q>, ApiError> {
    let data = answer.get("data").unwrap_or(&Value::Null);
    match wire::read(data) {
        Ok(read) => Ok(Reply {
            data: read,
            as_of: data.get("asOf").and_then(Value::as_str).map(str::to_owned),
        }),
        Err(misfit) => Err(unfit(&misfit)),
    }
}

#[cold]
fn unfit(misfit: &wire::Misfit) -> ApiError {
    leptos::logging::error!("the server's answer does not fit: {misfit}");
    ApiError::unexpected(0)
}

/// Sends a GraphQL request, without its types so that all operations share it; an ended session is renewed, silently
/// if that works, else by the person over the page.
fn ask(body: Result<String, ApiError>, signed: bool) -> Pending<Value> {
    Box::pin(async move {
        let body = body?;
        let mut renewed = 0;
        let mut waited = false;
        loop {
            let mut token = session::token().filter(|_| signed);
            if signed && token.is_none() && session::renew(None).await {
                token = session::token();
            }
            let (status, text) = send("/graphql", Some(&body), token.as_deref()).await?;
            let error = match wire::tree(&text) {
                Some(answer) => match WireError::first(&answer) {
                    Some(error) => error,
                    None if (200..300).contains(&status) => return Ok(answer),
                    None => ApiError::unexpected(status),
                },
                None => ApiError::unexpected(status),
            };
            if let (Code::RateLimited, false) = (error.code, waited) {
                // The server says when the same request will be taken; nothing of it ran.
                waited = true;
                pause(error.retry_after_ms.unwrap_or(1_000).min(LONGEST_WAIT)).await;
                continue;
            }
            if error.code == Code::PasswordChangeRequired {
                session::password_wanted();
            }
            if error.code != Code::Unauthenticated || token.is_none() || renewed == 2 {
                notice(&error);
                return Err(error);
            }
            renewed += 1;
            if !session::renew(token.as_deref()).await {
                return Err(error);
            }
        }
    })
}

/// Waits so many milliseconds.
async fn pause(milliseconds: u32) {
    let promise = Promise::new(&mut |resolve, _reject| {
        let wait = Duration::from_millis(milliseconds.into());
        // Resolving a promise with its own resolver cannot throw.
        leptos::prelude::set_timeout(move || drop(resolve.call0(&JsValue::UNDEFINED)), wait);
    });
    // A timer does not fail.
    let _ = JsFuture::from(promise).await;
}

/// POSTs JSON and reads the answer as text, with its status.
pub(crate) async fn send(path: &str, body: Option<&str>, token: Option<&str>) -> Result<(u16, String), ApiError> {
    let headers = Headers::new().map_err(|_| ApiError::network())?;
    let set = |name: &str, value: &str| {
        // Names and values are ours and well formed.
        let _ = headers.set(name, value);
    };
    set("accept", "application/graphql-response+json, application/json");
    set("accept-language", locale().tag());
    set("x-tongshi", "1");
    if body.is_some() {
        set("content-type", "application/json");
    }
    if let Some(token) = token {
        set("authorization", &format!("Bearer {token}"));
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(body));
    }
    let response = fetch(path, &init).await?;
    let text = response.text().map_err(|_| ApiError::network())?;
    let text = JsFuture::from(text).await.map_err(|_| ApiError::network())?;
    Ok((response.status(), text.as_string().unwrap_or_default()))
}

/// `fetch` with a time limit.
pub(crate) async fn fetch(path: &str, init: &RequestInit) -> Result<Response, ApiError> {
    let window = web_sys::window().ok_or_else(ApiError::network)?;
    let late = Rc::new(Cell::new(false));
    let abort = AbortController::new().ok();
    if let Some(abort) = &abort {
        init.set_signal(Some(&abort.signal()));
    }
    let timer = abort.and_then(|abort| {
        let late = Rc::clone(&late);
        set_timeout_with_handle(
            move || {
                late.set(true);
                abort.abort();
            },
            TIMEOUT,
        )
        .ok()
    });
    let request = Request::new_with_str_and_init(path, init).map_err(|_| ApiError::network())?;
    let answer = JsFuture::from(window.fetch_with_request(&request)).await;
    if let Some(timer) = timer {
        timer.clear();
    }
    match answer.map(JsCast::dyn_into::<Response>) {
        Ok(Ok(response)) => Ok(response),
        _ if late.get() => Err(ApiError::timeout()),
        _ => Err(ApiError::network()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_replies_are_as_old_as_the_older() {
        let reply = |as_of: Option<&str>| Reply {
            data: (),
            as_of: as_of.map(str::to_owned),
        };
        let check = |a, b, expected: Option<&str>| {
            assert_eq!(reply(a).join(reply(b)).as_of.as_deref(), expected, "{a:?} {b:?}");
        };
        check(Some("9"), Some("10"), Some("9"));
        check(Some("10"), Some("9"), Some("9"));
        check(Some("9"), None, None);
        check(None, None, None);
    }
}
