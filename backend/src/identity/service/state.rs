//! What identity keeps in this process: keys, the gate before the hasher, wrong passwords, who was looked up lately.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use entity::{MemberId, SessionId};
use tokio::sync::{OnceCell, Semaphore};
use uuid::Uuid;

use crate::cx::{Actor, Cx};
use crate::error::{Error, Result};
use crate::identity::clock::Forward;
use crate::identity::throttle::Throttle;
use crate::identity::token::{ACCESS_LIFETIME, Keys};
use crate::secret::{self, SESSIONS};

/// Hashes that may run at once: each takes 19 MiB.
const HASHES_AT_ONCE: usize = 4;
/// How often the file of the secrets is looked at. A new key signs only long after.
const LOOK: Duration = Duration::from_secs(2);

/// Kept in [`crate::cx::Memory`].
pub(super) struct State {
    ring: Mutex<Option<Ring>>,
    clock: Forward,
    pub(super) gate: Semaphore,
    pub(super) dummy: OnceCell<String>,
    throttle: Mutex<Throttle>,
    seen: Mutex<HashMap<Uuid, Seen>>,
}

/// The keys, and the file they were read from.
struct Ring {
    keys: Arc<Keys>,
    folder: PathBuf,
    changed: Option<SystemTime>,
    looked: Instant,
}

/// A session or personal access token looked up lately.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) at: Instant,
    /// None when it is no longer good.
    pub(super) actor: Option<Arc<Actor>>,
    /// Hash of a personal access token; empty for a session.
    pub(super) hash: Vec<u8>,
    /// When a personal access token ends.
    pub(super) expires_at: DateTime<Utc>,
}

impl Seen {
    pub(super) fn new(actor: Option<Actor>) -> Self {
        Self {
            at: Instant::now(),
            actor: actor.map(Arc::new),
            hash: Vec::new(),
            expires_at: DateTime::UNIX_EPOCH,
        }
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            ring: Mutex::default(),
            clock: Forward::default(),
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

    /// The keys as the file has them, seconds ago at most. While it cannot be read, those read last hold.
    pub(super) fn keys(&self) -> Result<Arc<Keys>> {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let ring = ring
            .as_mut()
            .ok_or_else(|| Error::internal("identity was not started"))?;
        if ring.looked.elapsed() >= LOOK {
            ring.looked = Instant::now();
            let changed = secret::changed(&ring.folder, &SESSIONS);
            if changed != ring.changed {
                match secret::keys(&ring.folder, &SESSIONS) {
                    Ok(secrets) => {
                        ring.keys = Arc::new(Keys::new(&secrets));
                        ring.changed = changed;
                    }
                    Err(problem) => tracing::error!(problem, "the secrets could not be read again"),
                }
            }
        }
        Ok(ring.keys.clone())
    }

    /// An access token, and when it ends for who goes by the time of the machine.
    pub(super) fn access(&self, cx: &Cx, member: MemberId, session: SessionId) -> Result<(String, DateTime<Utc>)> {
        let made = self.keys()?.access(member, session, token_time(cx));
        let (token, _) = made.ok_or_else(|| Error::internal("cannot sign a token"))?;
        Ok((token, cx.now() + ACCESS_LIFETIME))
    }

    pub(super) fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, HashMap<Uuid, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time tokens are made and checked by; see [`Forward`].
pub fn token_time(cx: &Cx) -> DateTime<Utc> {
    State::of(cx).clock.tell(cx.now(), Instant::now())
}

/// Loads the server's secrets, or makes the first one. To be called before anyone signs in.
///
/// # Errors
/// Says in one line what is wrong with the secret file.
pub fn start(cx: &Cx) -> Result<(), String> {
    let folder = cx.config.data_dir.clone();
    let changed = secret::changed(&folder, &SESSIONS);
    let secrets = secret::keys(&folder, &SESSIONS)?;
    let ring = Ring {
        keys: Arc::new(Keys::new(&secrets)),
        changed: changed.or_else(|| secret::changed(&folder, &SESSIONS)),
        folder,
        looked: Instant::now(),
    };
    *State::of(cx).ring.lock().unwrap_or_else(PoisonError::into_inner) = Some(ring);
    Ok(())
}
