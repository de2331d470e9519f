//! Live events within the process: writers wake the relay, the relay hands numbered events to readers.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::{Notify, broadcast};
use uuid::Uuid;

use super::audience::{Audience, Published};
use crate::cx::Cx;
use crate::error::Result;

/// Batches a reader may be behind before it is told so and reads from the log instead.
const BATCHES: usize = 256;
/// Events kept in memory, so that a crowd that reconnects does not read them from the database one by one.
const KEPT: usize = 4_000;

/// Asks a slice who may read some of its subjects. A subject it does not answer for is read by nobody.
pub type Readers = for<'a> fn(&'a Cx, &'a [Uuid]) -> BoxFuture<'a, Result<HashMap<Uuid, Audience>>>;

/// Joins writers, relay and readers of one process. Cheap to clone. The table stays the truth.
#[derive(Clone)]
pub struct Bus {
    committed: Arc<Notify>,
    readers: Arc<HashMap<&'static str, Readers>>,
    live: broadcast::Sender<Arc<[Arc<Published>]>>,
    recent: Arc<Mutex<Recent>>,
}

#[derive(Default)]
struct Recent {
    events: VecDeque<Arc<Published>>,
    head: i64,
}

impl Default for Bus {
    fn default() -> Self {
        Self::new(HashMap::new())
    }
}

impl Bus {
    /// A bus that asks `readers` by TypeID prefix of the subject.
    pub fn new(readers: HashMap<&'static str, Readers>) -> Self {
        Self {
            committed: Arc::default(),
            readers: Arc::new(readers),
            live: broadcast::Sender::new(BATCHES),
            recent: Arc::default(),
        }
    }

    /// Something was committed.
    pub fn wake(&self) {
        self.committed.notify_one();
    }

    /// Waits until something was committed since the last wait.
    pub async fn committed(&self) {
        self.committed.notified().await;
    }

    /// Number of the newest event published here.
    pub fn head(&self) -> i64 {
        self.recent().head
    }

    /// Who tells the readers of a kind of subject.
    pub(crate) fn readers(&self, subject_type: &str) -> Option<Readers> {
        self.readers.get(subject_type).copied()
    }

    /// Starts at a number without publishing what came before.
    pub(super) fn start(&self, head: i64) {
        self.recent().head = head;
    }

    /// Hands events to the readers, in the order of their numbers.
    pub(super) fn publish(&self, events: Vec<Arc<Published>>) {
        let Some(last) = events.last().map(|event| event.seq) else {
            return;
        };
        {
            let mut recent = self.recent();
            recent.head = last;
            recent.events.extend(events.iter().cloned());
            let surplus = recent.events.len().saturating_sub(KEPT);
            recent.events.drain(..surplus);
        }
        // Nobody listening is no error.
        let _ = self.live.send(events.into());
    }

    /// Events published from now on.
    pub fn listen(&self) -> broadcast::Receiver<Arc<[Arc<Published>]>> {
        self.live.subscribe()
    }

    /// All events after a number that were published here, when none of them has been let go.
    pub(super) fn recent_after(&self, seq: i64) -> Option<Vec<Arc<Published>>> {
        let recent = self.recent();
        let known = match recent.events.front() {
            Some(first) => first.seq <= seq.saturating_add(1),
            None => recent.head <= seq,
        };
        known.then(|| {
            let start = recent.events.partition_point(|event| event.seq <= seq);
            recent.events.range(start..).cloned().collect()
        })
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
