//! Who listens, re-read while a stream lives.

use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;

use crate::cx::Actor;
use crate::error::{ErrorCode, Result};

/// Reads the rights of a listener anew; [`Error::Unauthenticated`](crate::error::Error) when the session has ended.
pub type Renew = Box<dyn Fn() -> BoxFuture<'static, Result<Actor>> + Send + Sync>;

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

    /// Reads session and rights anew. Once ended, a session stays so. While they cannot be read, those last read hold.
    pub async fn renew(&self) -> Option<Arc<Actor>> {
        self.actor()?;
        let found = (self.renew)().await;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok(actor) if current.is_some() => *current = Some(Arc::new(actor)),
            Err(error) if error.code() == ErrorCode::Internal => {}
            Ok(_) | Err(_) => *current = None,
        }
        current.clone()
    }
}
