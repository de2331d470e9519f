//! The event log: audit trail, outbox and live feed at once. Knows no slice.
//!
//! A change appends its event in its own transaction with [`append`]. After commit the relay numbers new events and
//! publishes them; see [`relay`]. Readers remember a number (`seq`), never a time, and follow the [`feed`].

mod audience;
mod bus;
mod idempotency;
mod listener;

pub mod feed;
pub mod relay;
pub mod seal;

use entity::{Id, MemberId, Via, event_log};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::Value;
use uuid::Uuid;

pub use audience::{Audience, Published, Topic, View};
pub use bus::{Bus, Forget, Readers};
pub use idempotency::{Key, Replay, answer_once, begin_once, finish_once};
pub use listener::{Listener, Renew};

use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::Result;

/// An event about to be appended.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Past tense with its slice: `approval.submitted`.
    pub kind: &'static str,
    /// TypeID prefix of the subject.
    pub subject_type: &'static str,
    /// Id of the subject.
    pub subject_id: Uuid,
    /// Version of the subject after the change; 0 for subjects without one.
    pub subject_version: i32,
    /// Topics touched; see [`topic`].
    pub topics: Vec<String>,
    /// What a reader of the history needs.
    pub payload: Value,
}

impl Draft {
    /// An event of `subject`, without topics and payload.
    pub fn new<T: Id>(kind: &'static str, subject: T) -> Self {
        Self {
            kind,
            subject_type: T::PREFIX,
            subject_id: subject.uuid(),
            subject_version: 0,
            topics: Vec::new(),
            payload: Value::Null,
        }
    }

    /// With the version of the subject after the change.
    #[must_use]
    pub fn version(mut self, version: i32) -> Self {
        self.subject_version = version;
        self
    }

    /// With a topic.
    #[must_use]
    pub fn topic(mut self, topic: impl Into<String>) -> Self {
        self.topics.push(topic.into());
        self
    }

    /// With a payload.
    #[must_use]
    pub fn payload(mut self, payload: Value) -> Self {
        self.payload = payload;
        self
    }
}

/// Names of topics. Who may listen to one is decided by the slice of the subject at each delivery.
pub mod topic {
    use entity::{Id, MemberId};

    /// What waits for a member: to-do list and its counters.
    pub fn inbox(member: MemberId) -> String {
        format!("inbox:{member}")
    }

    /// Requests a member started.
    pub fn started(member: MemberId) -> String {
        format!("started:{member}")
    }

    /// Copies sent to a member.
    pub fn copied(member: MemberId) -> String {
        format!("copied:{member}")
    }

    /// Notices to a member.
    pub fn notifications(member: MemberId) -> String {
        format!("notifications:{member}")
    }

    /// Leave balance and requests of a member.
    pub fn leave(member: MemberId) -> String {
        format!("leave:{member}")
    }

    /// Sessions and rights of a member.
    pub fn session(member: MemberId) -> String {
        format!("session:{member}")
    }

    /// One object: `approval:<id>`.
    pub fn object<T: Id>(id: T) -> String {
        format!("{}:{}", T::PREFIX, id.uuid().simple())
    }

    /// Topics of one member alone, by the name before the colon.
    pub const OWN: [&str; 6] = ["inbox", "started", "copied", "notifications", "leave", SESSION];
    /// See [`session`].
    pub(super) const SESSION: &str = "session";
    /// The organisation: members, departments, roles.
    pub const ORGANISATION: &str = "org";
    /// The working calendar and who is away.
    pub const CALENDAR: &str = "calendar";
}

/// Appends an event to the log, in the transaction of the change it tells of.
pub async fn append(cx: &Cx, tx: &Tx, actor: &Actor, draft: Draft) -> Result<()> {
    append_as(cx, tx, Some(actor.member), actor.via, draft).await
}

/// Appends an event nobody in particular caused: timers, set-up.
pub async fn append_as(cx: &Cx, tx: &Tx, actor: Option<MemberId>, via: Via, draft: Draft) -> Result<()> {
    append_all(cx, tx, vec![(actor, via, draft)])
}

/// Appends the events of one change at its end, in this order and in one statement.
pub fn append_all(cx: &Cx, tx: &Tx, drafts: Vec<(Option<MemberId>, Via, Draft)>) -> Result<()> {
    let mut rows = Vec::with_capacity(drafts.len());
    for (actor, via, draft) in drafts {
        let id = cx.id();
        tx.touch(draft.subject_type, draft.subject_id, id);
        rows.push(event_log::ActiveModel {
            id: Set(id),
            seq: Set(None),
            at: Set(cx.now()),
            kind: Set(draft.kind.to_owned()),
            actor_id: Set(actor),
            via: Set(via),
            subject_type: Set(draft.subject_type.to_owned()),
            subject_id: Set(draft.subject_id),
            subject_version: Set(draft.subject_version),
            topics: Set(serde_json::to_value(draft.topics)?),
            payload: Set(draft.payload),
        });
    }
    if !rows.is_empty() {
        tx.later(&event_log::Entity::insert_many(rows));
    }
    Ok(())
}
