//! What identity keeps in this process: keys, the gate before the hasher, wrong passwords, who was looked up lately.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use entity::SessionId;
use tokio::sync::{OnceCell, Semaphore};

use crate::cx::{Actor, Cx};
use crate::error::{Error, Result};
use crate::identity::throttle::Throttle;
use crate::identity::token::Keys;
use crate::secret;

/// Hashes that may run at once: each takes 19 MiB.
const HASHES_AT_ONCE: usize = 4;

/// Kept in [`crate::cx::Memory`].
pub(super) struct State {
    keys: OnceLock<Keys>,
    pub(super) gate: Semaphore,
    pub(super) dummy: OnceCell<String>,
    throttle: Mutex<Throttle>,
    seen: Mutex<HashMap<SessionId, Seen>>,
}

/// A session looked up lately.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) at: Instant,
    /// None when the session is no longer good.
    pub(super) actor: Option<Arc<Actor>>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            keys: OnceLock::new(),
            gate: Semaphore::new(HASHES_AT_ONCE),
            dummy: OnceCell::new(),
            throttle: Mutex::default(),
            seen: Mutex::default(),
        }
    }
}

impl State {
    pub(super) fn of(cx: &Cx) -> Arc<Self> {
        cx.memory.get()
    }

    pub(super) fn keys(&self) -> Result<&Keys> {
        self.keys
            .get()
            .ok_or_else(|| Error::internal("identity was not started"))
    }

    pub(super) fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, HashMap<SessionId, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Loads the server's secret, or makes it at the first start. To be called before anyone signs in.
///
/// # Errors
/// Says in one line what is wrong with the secret file.
pub fn start(cx: &Cx) -> Result<(), String> {
    let secret = secret::load_or_create(&cx.config.data_dir, &secret::SESSIONS)?;
    State::of(cx).keys.get_or_init(|| Keys::new(&secret));
    Ok(())
}
