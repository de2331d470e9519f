//! Conventions of the public API, shared by the slices: ids, lists, errors, accessors.

pub mod connection;
pub mod cookie;
pub mod error;
pub mod event;
pub mod id;
pub mod limit;
pub mod loading;
pub mod node;
pub mod scalar;
pub mod schema;
pub mod scope;

use async_graphql::Context;

use crate::cx::{Actor, Cx};
use crate::error::{Error, Locale, Result};

/// Who asks over GraphQL: nobody yet, or a member.
#[derive(Clone)]
pub struct Caller {
    /// The member, when signed in.
    pub actor: Option<Actor>,
    /// Language of the answer.
    pub locale: Locale,
    /// Network address, for throttling and the list of sessions.
    pub address: String,
    /// Browser, as it names itself.
    pub user_agent: String,
}

/// The world, for handing on to a service.
pub fn cx<'a>(ctx: &Context<'a>) -> Result<&'a Cx> {
    ctx.data_opt::<Cx>()
        .ok_or_else(|| Error::internal("the schema was built without a world"))
}

/// Who asks.
///
/// # Errors
/// [`Error::Unauthenticated`] when nobody is signed in, [`Error::PasswordChangeRequired`] for a one-time password.
pub fn actor<'a>(ctx: &Context<'a>) -> Result<&'a Actor> {
    let holder = holder(ctx)?;
    holder.settled()?;
    Ok(holder)
}

/// Who asks, even with a one-time password: for what leads out of that state, and for reading who one is.
///
/// # Errors
/// [`Error::Unauthenticated`] when nobody is signed in.
pub fn holder<'a>(ctx: &Context<'a>) -> Result<&'a Actor> {
    caller(ctx)?.actor.as_ref().ok_or_else(Error::unauthenticated)
}

/// How the request came, signed in or not.
pub fn caller<'a>(ctx: &Context<'a>) -> Result<&'a Caller> {
    ctx.data_opt::<Caller>()
        .ok_or_else(|| Error::internal("the request carries no caller"))
}

/// Language of the answer.
pub fn locale(ctx: &Context<'_>) -> Locale {
    ctx.data_opt::<Caller>()
        .map_or_else(Locale::default, |caller| caller.locale)
}
