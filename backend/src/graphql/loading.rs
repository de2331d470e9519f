//! Loaders of one request: what was loaded is not loaded again. A page that knows what it will show loads it at once and feeds
//! it to the loaders; what nobody foresaw is loaded together with what is asked for at the same time.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, HashMapCache};

use super::{cx, holder};
use crate::cx::{Actor, Cx};
use crate::error::Result;
use crate::telemetry::work;

/// The loaders of one request, made when first used. Goes into the data of the request.
#[derive(Default)]
pub struct Loaders(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

/// A loader that remembers what it loaded, for the length of the request.
pub type Loading<L> = Arc<DataLoader<L, HashMapCache>>;

/// The loader of a kind, made for the viewer when it is first used in a request.
///
/// # Errors
/// [`crate::error::Error::Unauthenticated`] when nobody is signed in.
pub fn loader<L: Send + Sync + 'static>(ctx: &Context<'_>, make: impl FnOnce(Cx, Actor) -> L) -> Result<Loading<L>> {
    let (cx, actor) = (cx(ctx)?, holder(ctx)?);
    let fresh = || -> Loading<L> {
        let loader = make(cx.clone(), actor.clone());
        Arc::new(DataLoader::with_cache(loader, work::spawn, HashMapCache::default()))
    };
    let Some(Loaders(known)) = ctx.data_opt::<Loaders>() else {
        return Ok(fresh());
    };
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.get(&TypeId::of::<L>()).cloned()
        && let Ok(found) = found.downcast()
    {
        return Ok(found);
    }
    let made = fresh();
    known.insert(TypeId::of::<L>(), made.clone());
    Ok(made)
}

/// Forgets what was loaded: a mutation has changed it. Called before the answer of the mutation is read.
pub fn forget(ctx: &Context<'_>) {
    if let Some(Loaders(known)) = ctx.data_opt::<Loaders>() {
        known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
