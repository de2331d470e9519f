//! Seals: every event is part of a chain of hashes, so that a changed, missing or cut-off row is found.
//!
//! The relay seals events in the transaction that numbers them. A seal covers the events after the seal before it; its hash is
//! taken over the hash before and the events in one canonical form, and it is signed. Who keeps a [checkpoint](Signer::note)
//! elsewhere can also prove that nobody has rewritten or cut the whole log.

mod check;
mod note;

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use entity::{event_log, event_seal};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};

pub use check::{Finding, Report, check};
pub use note::Signer;

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::secret;

/// Events one seal may cover.
const MOST: u64 = 2_000;

/// How far the chain has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Number of the last event covered.
    pub through: i64,
    /// Hash over all events up to there.
    pub hash: [u8; 32],
}

impl Chain {
    /// Before the first event.
    pub const START: Self = Self {
        through: 0,
        hash: [0; 32],
    };

    /// With the next events; none when they do not follow on, or are none.
    pub fn with(&self, events: &[event_log::Model]) -> Result<Option<Self>> {
        let mut hash = Sha256::new();
        hash.update(self.hash);
        let mut through = self.through;
        for event in events {
            through += 1;
            if event.seq != Some(through) {
                return Ok(None);
            }
            let form = form(event)?;
            hash.update((form.len() as u64).to_be_bytes());
            hash.update(form);
        }
        Ok((through > self.through).then(|| Self {
            through,
            hash: hash.finalize().into(),
        }))
    }

    fn of(seal: &event_seal::Model) -> Self {
        Self {
            through: seal.through,
            // A hash of another length matches no events.
            hash: seal.hash.as_slice().try_into().unwrap_or_default(),
        }
    }
}

/// An event in canonical form, as JSON with sorted keys: the same bytes whichever engine keeps it and however that writes JSON.
fn form(event: &event_log::Model) -> Result<Vec<u8>> {
    let parts = (
        event.seq,
        event.id,
        // Both engines keep microseconds.
        event.at.timestamp_micros(),
        &event.kind,
        event.actor_id,
        event.via,
        &event.subject_type,
        event.subject_id,
        event.subject_version,
        &event.topics,
        &event.payload,
    );
    let mut form = serde_json::to_value(parts)?;
    form.sort_all_objects();
    Ok(serde_json::to_vec(&form)?)
}

#[derive(Default)]
struct State {
    signer: OnceLock<Arc<Signer>>,
}

/// The server's key for seals, made at the first start.
///
/// # Errors
/// The cause says in one line what is wrong with the key file.
pub fn signer(cx: &Cx) -> Result<Arc<Signer>> {
    let state = cx.memory.get::<State>();
    if let Some(signer) = state.signer.get() {
        return Ok(signer.clone());
    }
    let secret = secret::load_or_create(&cx.config.data_dir, &secret::SEALS).map_err(Error::internal)?;
    Ok(state.signer.get_or_init(|| Arc::new(Signer::new(&secret))).clone())
}

/// Seals numbered events that are not sealed yet, at most [`MOST`]; says whether there may be more. One process at a time.
pub(super) async fn extend(connection: &impl ConnectionTrait, signer: &Signer, now: DateTime<Utc>) -> Result<bool> {
    let last = newest(connection).await?;
    let events = event_log::Entity::find()
        .filter(event_log::Column::Seq.gt(last.through))
        .order_by_asc(event_log::Column::Seq)
        .limit(MOST)
        .all(connection)
        .await?;
    let Some(next) = last.with(&events)? else {
        if !events.is_empty() {
            // A log with a gap is not sealed over, and whoever runs the server has to hear of it.
            tracing::error!(
                after = last.through,
                "an event is missing, so nothing more is sealed; run: tongshi verify"
            );
        }
        return Ok(false);
    };
    event_seal::Entity::insert(event_seal::ActiveModel {
        through: Set(next.through),
        hash: Set(next.hash.to_vec()),
        signature: Set(signer.sign(&next).to_vec()),
        at: Set(now),
    })
    .exec_without_returning(connection)
    .await?;
    Ok(events.len() as u64 >= MOST)
}

/// Where the chain ends.
pub async fn newest(connection: &impl ConnectionTrait) -> Result<Chain> {
    let last = event_seal::Entity::find()
        .order_by_desc(event_seal::Column::Through)
        .one(connection)
        .await?;
    Ok(last.as_ref().map_or(Chain::START, Chain::of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::{EventId, Via};
    use serde_json::json;
    use uuid::Uuid;

    fn event(seq: i64, payload: serde_json::Value) -> event_log::Model {
        event_log::Model {
            id: EventId(Uuid::from_u128(7)),
            seq: Some(seq),
            at: DateTime::UNIX_EPOCH,
            kind: "approval.submitted".into(),
            actor_id: None,
            via: Via::Web,
            subject_type: "approval".into(),
            subject_id: Uuid::from_u128(9),
            subject_version: 1,
            topics: json!(["inbox:1"]),
            payload,
        }
    }

    fn check(events: &[event_log::Model], same: bool) {
        let told = [event(1, json!({"a": 1, "b": [1.5, "请假"]})), event(2, json!(null))];
        let chain = Chain::START.with(&told).unwrap();
        assert_eq!(Chain::START.with(events).unwrap() == chain, same, "{events:?}");
    }

    #[test]
    fn whatever_changes_an_event_changes_the_chain() {
        let (first, second) = (event(1, json!({"b": [1.5, "请假"], "a": 1})), event(2, json!(null)));
        check(&[first.clone(), second.clone()], true);
        check(std::slice::from_ref(&first), false);
        check(&[second.clone(), first.clone()], false);
        check(&[event(1, json!({"b": [1.5, "请假"], "a": 2})), second.clone()], false);
        let changes: [fn(&mut event_log::Model); 9] = [
            |event| event.id = EventId(Uuid::nil()),
            |event| event.at += chrono::TimeDelta::microseconds(1),
            |event| event.kind.push('!'),
            |event| event.actor_id = Some(entity::MemberId(Uuid::nil())),
            |event| event.via = Via::System,
            |event| event.subject_type.push('s'),
            |event| event.subject_id = Uuid::nil(),
            |event| event.subject_version = 2,
            |event| event.topics = json!([]),
        ];
        for change in changes {
            let mut changed = second.clone();
            change(&mut changed);
            check(&[first.clone(), changed], false);
        }
    }

    #[test]
    fn a_gap_ends_the_chain() {
        let found = Chain::START.with(&[event(1, json!(1)), event(3, json!(1))]).unwrap();
        assert_eq!(found, None);
        assert_eq!(Chain::START.with(&[]).unwrap(), None);
    }
}
