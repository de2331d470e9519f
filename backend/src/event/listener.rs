//! Who listens, re-read while a stream lives.

use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;

use crate::cx::Actor;

/// Reads the rights of a listener anew; none when the session has ended.
pub type Renew = Box<dyn Fn() -> BoxFuture<'static, Option<Actor>> + Send + Sync>;

/// A member behind a live stream. Rights are those last read, seconds ago at most; none once the session has ended.
pub struct Listener {
    current: RwLock<Option<Arc<Actor>>>,
    renew: Renew,
}

impl Listener {
    /// A listener signed in as `actor`.
    pub fn new(actor: Actor, renew: Renew) -> Self {
        Self {
            current: RwLock::new(Some(Arc::new(actor))),
            renew,
        }
    }

    /// The member with rights as last read.
    pub fn actor(&self) -> Option<Arc<Actor>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads session and rights anew. Once ended, a session stays so.
    pub async fn renew(&self) -> Option<Arc<Actor>> {
        self.actor()?;
        let found = (self.renew)().await.map(Arc::new);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.is_some() {
            current.clone_from(&found);
        }
        current.clone()
    }
}
