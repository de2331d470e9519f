//! Live events within the process: writers wake the relay, the relay hands numbered events to readers.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entity::{EventId, MemberId};
use futures_util::future::BoxFuture;
use tokio::sync::{Notify, broadcast};
use uuid::Uuid;

use super::audience::{Audience, Published};
use crate::cx::{Cx, Memory};
use crate::error::Result;

/// Batches a reader may be behind before it is told so and reads from the log instead.
const BATCHES: usize = 256;
/// Events kept in memory, so that a crowd that reconnects does not read them from the database one by one.
const KEPT: usize = 4_000;
/// Own events the relay has not come round to, before they are let go.
const OWN: usize = 1_000;

/// Asks a slice who may read some of its subjects. A subject it does not answer for is read by nobody.
pub type Readers = for<'a> fn(&'a Cx, &'a [Uuid]) -> BoxFuture<'a, Result<HashMap<Uuid, Audience>>>;

/// Lets go of what a process remembers of a subject, which has changed.
pub type Forget = fn(&Memory, Uuid);

/// Joins writers, relay and readers of one process. Cheap to clone. The table stays the truth.
#[derive(Clone)]
pub struct Bus {
    committed: Arc<Notify>,
    readers: Arc<HashMap<&'static str, Readers>>,
    forgets: Arc<HashMap<&'static str, Forget>>,
    own: Arc<Mutex<HashSet<EventId>>>,
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
        Self::new(HashMap::new(), HashMap::new())
    }
}

impl Bus {
    /// A bus that asks `readers` who may know of a subject and tells `forgets` that it changed, by TypeID prefix of the subject.
    pub fn new(readers: HashMap<&'static str, Readers>, forgets: HashMap<&'static str, Forget>) -> Self {
        Self {
            committed: Arc::default(),
            readers: Arc::new(readers),
            forgets: Arc::new(forgets),
            own: Arc::default(),
            live: broadcast::Sender::new(BATCHES),
            recent: Arc::default(),
        }
    }

    /// Whether anything about subjects of this kind is remembered.
    pub(crate) fn remembers(&self, subject_type: &str) -> bool {
        self.forgets.contains_key(subject_type)
    }

    /// A change of this process was committed: forgets its subject at once, and not again when the relay comes to the event.
    pub(crate) fn changed_here(&self, memory: &Memory, subject_type: &str, subject: Uuid, event: EventId) {
        let Some(forget) = self.forgets.get(subject_type) else {
            return;
        };
        forget(memory, subject);
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if own.len() >= OWN {
            own.clear();
        }
        own.insert(event);
    }

    /// Forgets the subjects of events other processes wrote.
    fn changed_elsewhere(&self, memory: &Memory, events: &[Arc<Published>]) {
        for event in events {
            if let Some(forget) = self.forgets.get(&*event.subject_type)
                && !self
                    .own
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .remove(&event.id)
            {
                forget(memory, event.subject_id);
            }
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

    /// Hands events to the readers, in the order of their numbers. What they tell of is forgotten first, so that whoever asks
    /// again because of an event is not answered from before it.
    pub(super) fn publish(&self, memory: &Memory, events: Vec<Arc<Published>>) {
        self.changed_elsewhere(memory, &events);
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

    /// Whether an event after a number tells of the sessions or rights of a member, or may have.
    pub fn concerned_since(&self, seq: i64, member: MemberId) -> bool {
        self.recent_after(seq)
            .is_none_or(|events| events.iter().any(|event| event.concerns_session(member)))
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
