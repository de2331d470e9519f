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

    /// Reads session and rights anew. A change of rights ends the stream like the end of the session: what was loaded under
    /// the old ones must not be read on. While they cannot be read, those last read hold.
    pub async fn renew(&self) -> Option<Arc<Actor>> {
        let before = self.actor()?;
        let found = (self.renew)().await;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok(actor) if current.is_some() && actor.grants == before.grants => *current = Some(Arc::new(actor)),
            Err(error) if matches!(error.code(), ErrorCode::Internal | ErrorCode::Unavailable) => {}
            Ok(_) | Err(_) => *current = None,
        }
        current.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Grant, Reach};
    use crate::error::{Error, Locale};
    use entity::{MemberId, Role, Via};
    use uuid::Uuid;

    fn actor(roles: &[Role]) -> Actor {
        Actor {
            member: MemberId(Uuid::nil()),
            name: String::new(),
            session: None,
            token: None,
            grants: roles
                .iter()
                .map(|role| Grant {
                    role: *role,
                    reach: Reach::All,
                })
                .collect(),
            departments: Arc::new([]),
            locale: Locale::Zh,
            via: Via::Web,
            must_change_password: false,
        }
    }

    async fn check(found: fn() -> Result<Actor>, stays: bool) {
        let listener = Listener::new(actor(&[Role::Hr]), Box::new(move || Box::pin(async move { found() })));
        assert_eq!(listener.renew().await.is_some(), stays);
        assert_eq!(listener.actor().is_some(), stays);
        assert_eq!(listener.renew().await.is_some(), stays, "once ended stays ended");
    }

    #[tokio::test]
    async fn streams_end_with_session_and_rights() {
        check(|| Ok(actor(&[Role::Hr])), true).await;
        check(|| Ok(actor(&[])), false).await;
        check(|| Ok(actor(&[Role::Hr, Role::Administrator])), false).await;
        check(|| Err(Error::unauthenticated()), false).await;
        check(|| Err(Error::internal("a broken row")), true).await;
        check(|| Err(Error::away()), true).await;
    }
}
