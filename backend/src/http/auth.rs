//! `/auth`: the browser trades its refresh cookie for a new access token, or gives it up.
//!
//! The cookie is the only credential a browser sends by itself, so both ask for our own header, which no other site can set,
//! and for our own origin.

use axum::body::Body;
use axum::extract::State as Extract;
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::execute::Answer;
use super::{RequestId, State, budget, caller, graphql, origin};
use crate::error::{Error, ErrorCode, Result};
use crate::graphql::cookie;
use crate::identity::service as identity;

/// `POST /auth/refresh`: a new access token in the body, a new refresh token in the cookie.
pub(crate) async fn refresh(Extract(state): Extract<State>, request: Request<Body>) -> Response {
    let (parts, _) = request.into_parts();
    match state.cx.db.unless_lost(try_refresh(&state, &parts)).await {
        Ok(response) => response,
        Err(error) => {
            let ended = error.code() == ErrorCode::Unauthenticated;
            let mut response = refuse(error, &parts);
            if ended && let Ok(value) = cookie::clear(state.cx.config.secure_cookies).parse() {
                response.headers_mut().insert(SET_COOKIE, value);
            }
            response
        }
    }
}

async fn try_refresh(state: &State, parts: &Parts) -> Result<Response> {
    check(state, parts)?;
    state.budget.charge(&caller::stranger(state, parts), budget::RENEWAL)?;
    let token = token(parts).ok_or_else(Error::unauthenticated)?;
    let renewed = identity::refresh(&state.cx, token).await?;
    let seconds = (renewed.refresh_expires_at - state.cx.now()).num_seconds();
    let set = cookie::set(&renewed.refresh, seconds, state.cx.config.secure_cookies);
    let body = json!({"accessToken": renewed.access, "expiresAt": renewed.expires_at});
    Ok(([(SET_COOKIE, set)], axum::Json(body)).into_response())
}

/// `POST /auth/sign-out`: ends the session of the cookie and takes the cookie away.
pub(crate) async fn sign_out(Extract(state): Extract<State>, request: Request<Body>) -> Response {
    let (parts, _) = request.into_parts();
    let done = match check(&state, &parts) {
        Ok(()) => match token(&parts) {
            Some(token) => {
                let ended = identity::sign_out_by_token(&state.cx, token);
                state.cx.db.unless_lost(ended).await
            }
            None => Ok(()),
        },
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => (
            StatusCode::NO_CONTENT,
            [(SET_COOKIE, cookie::clear(state.cx.config.secure_cookies))],
        )
            .into_response(),
        Err(error) => refuse(error, &parts),
    }
}

fn token(parts: &Parts) -> Option<&str> {
    caller::text(&parts.headers, COOKIE).and_then(cookie::read)
}

fn check(state: &State, parts: &Parts) -> Result<()> {
    let ours = parts.headers.contains_key(origin::HEADER);
    if ours && origin::allowed(&parts.headers, &state.cx.config.allowed_origins) {
        Ok(())
    } else {
        Err(Error::forbidden("请求来源不被允许", "The request comes from elsewhere"))
    }
}

/// An error as the body of an answer outside GraphQL.
pub(crate) fn refuse(error: Error, parts: &Parts) -> Response {
    let status = match error.code() {
        ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden | ErrorCode::PasswordChangeRequired => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Throttled | ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    let locale = caller::language(&parts.headers).unwrap_or_default();
    let later = graphql::retry_after(&error);
    let answer = Answer::refusal(error, locale, RequestId::of(parts).as_str());
    let mut response = (status, [(CONTENT_TYPE, "application/json")], answer.to_json()).into_response();
    response.headers_mut().extend(later);
    response
}
