//! What the doors ask of identity.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;

use crate::cx::{Actor, Cx};
use crate::error::{Error, Result};

/// A member whose token is good, and until when it is.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The member with present rights.
    pub actor: Actor,
    /// When the token ends.
    pub expires_at: DateTime<Utc>,
}

/// A new pair of tokens for a browser.
#[derive(Clone, Debug)]
pub struct Renewed {
    /// For the `Authorization` header.
    pub access_token: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// For the cookie.
    pub refresh_token: String,
    /// When that one ends without use.
    pub refresh_expires_at: DateTime<Utc>,
}

/// Tells whose a token is.
pub trait Authenticator: Send + Sync {
    /// The member behind a bearer token. Rights and session are those of the present, seconds old at most; with `fresh`
    /// they are read anew.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the token is not good, any more or at all.
    fn authenticate<'a>(&'a self, cx: &'a Cx, token: &'a str, fresh: bool) -> BoxFuture<'a, Result<SignedIn>>;

    /// A new pair of tokens for a refresh token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when it is not good, any more or at all.
    fn refresh<'a>(&'a self, cx: &'a Cx, token: &'a str, address: &'a str) -> BoxFuture<'a, Result<Renewed>>;

    /// Ends the session of a refresh token. A token that is not good ends nothing.
    fn sign_out<'a>(&'a self, cx: &'a Cx, token: &'a str) -> BoxFuture<'a, Result<()>>;
}

/// How the server knows people.
pub type Identity = Arc<dyn Authenticator>;

/// Knows nobody.
pub struct Stranger;

impl Authenticator for Stranger {
    fn authenticate<'a>(&'a self, _: &'a Cx, _: &'a str, _: bool) -> BoxFuture<'a, Result<SignedIn>> {
        Box::pin(async { Err(Error::unauthenticated()) })
    }

    fn refresh<'a>(&'a self, _: &'a Cx, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Renewed>> {
        Box::pin(async { Err(Error::unauthenticated()) })
    }

    fn sign_out<'a>(&'a self, _: &'a Cx, _: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}
