//! The relay: numbers and seals events after they were committed, and publishes them in that order.
//!
//! Numbers are given after commit, because a transaction that began earlier may commit later: a reader who remembers a
//! number can then never miss an event. Among several processes on PostgreSQL one numbers at a time and all publish.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{EventId, MemberId, event_log as log};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::audience::{Audience, Published, Topic};
use super::seal;
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::telemetry::metrics::EventLag;

/// Events numbered or published at a time.
pub(super) const PAGE: u64 = 500;
/// Advisory lock of the process that numbers: "tongshi" in ASCII.
const LOCK: i64 = 0x0074_6f6e_6773_6869;
/// Pause after an error of the database.
const PAUSE: Duration = Duration::from_secs(1);

const NUMBER: &str = "UPDATE event_log SET seq = numbered.next FROM (
    SELECT id, row_number() OVER (ORDER BY id) + (SELECT COALESCE(MAX(seq), 0) FROM event_log) AS next
    FROM (SELECT id FROM event_log WHERE seq IS NULL ORDER BY id LIMIT 500) AS waiting
) AS numbered WHERE event_log.id = numbered.id";

/// Numbers what a former process left, and starts publishing behind it.
pub async fn start(cx: &Cx) -> Result<()> {
    while number(cx, false).await? {}
    cx.bus.start(newest(cx).await?);
    Ok(())
}

/// Runs until cancelled. Call [`start`] before.
pub async fn run(cx: Cx, stop: CancellationToken) {
    let net = match cx.db.backend() {
        DbBackend::Postgres => Duration::from_millis(250),
        _ => Duration::from_secs(1),
    };
    // What was numbered before there were seals, or loaded in bulk.
    let mut unsealed = true;
    while !stop.is_cancelled() {
        let rest = match cx.db.unless_lost(turn(&cx, unsealed)).await {
            Ok(true) => continue,
            Ok(false) => {
                unsealed = false;
                net
            }
            Err(error) => {
                if !cx.db.is_lost() {
                    tracing::error!(%error, "the relay of events could not work");
                }
                PAUSE
            }
        };
        tokio::select! {
            () = stop.cancelled() => break,
            () = cx.bus.committed() => {}
            () = tokio::time::sleep(rest) => {}
        }
    }
}

/// Numbers and publishes once; says whether more is waiting.
async fn turn(cx: &Cx, unsealed: bool) -> Result<bool> {
    let more = number(cx, unsealed).await?;
    let events = page(cx, cx.bus.head(), i64::MAX).await?;
    let full = events.len() as u64 >= PAGE;
    cx.bus.publish(&cx.memory, events);
    Ok(full || more)
}

/// Number of the newest numbered event.
pub(super) async fn newest(cx: &Cx) -> Result<i64> {
    let found: Option<Option<i64>> = log::Entity::find()
        .select_only()
        .column_as(log::Column::Seq.max(), "seq")
        .into_tuple()
        .one(cx.db.read())
        .await?;
    Ok(found.flatten().unwrap_or_default())
}

/// What the relay has before it: how far behind are those who follow?
pub async fn lag(cx: &Cx) -> Result<EventLag> {
    let waiting = log::Entity::find().filter(log::Column::Seq.is_null());
    let oldest = waiting
        .clone()
        .select_only()
        .column(log::Column::At)
        .order_by_asc(log::Column::Id)
        .limit(1)
        .into_tuple::<DateTime<Utc>>()
        .one(cx.db.read())
        .await?;
    Ok(EventLag {
        waiting: match oldest {
            Some(_) => waiting.count(cx.db.read()).await?,
            None => 0,
        },
        oldest: oldest.map_or(Duration::ZERO, |at| (cx.now() - at).to_std().unwrap_or_default()),
        unpublished: newest(cx).await?.saturating_sub(cx.bus.head()).try_into().unwrap_or(0),
    })
}

/// Gives numbers to committed events that have none, and seals them; says whether there may be more. `unsealed` seals even when
/// none waits for a number. Nothing when another process is at it.
async fn number(cx: &Cx, unsealed: bool) -> Result<bool> {
    let waiting = log::Entity::find()
        .select_only()
        .column(log::Column::Id)
        .filter(log::Column::Seq.is_null())
        .limit(1)
        .into_tuple::<EventId>()
        .one(cx.db.read())
        .await?;
    if waiting.is_none() && !unsealed {
        return Ok(false);
    }
    let signer = seal::signer(cx)?;
    let tx = cx.db.change().await?;
    let backend = cx.db.backend();
    if backend == DbBackend::Postgres {
        // Who stands still while he holds it must not stop the others.
        let lock = format!(
            "SELECT pg_try_advisory_xact_lock({LOCK}) AS ours, set_config('idle_in_transaction_session_timeout', '4s', true)"
        );
        let row = tx.query_one_raw(Statement::from_string(backend, lock)).await?;
        let ours = row.map(|row| row.try_get::<bool>("", "ours")).transpose()?;
        if ours != Some(true) {
            return Ok(false);
        }
    }
    let done = tx.execute_raw(Statement::from_string(backend, NUMBER)).await?;
    let more = seal::extend(&*tx, &signer, cx.now()).await?;
    tx.commit().await?;
    Ok(more || done.rows_affected() >= PAGE)
}

#[derive(FromQueryResult)]
struct Row {
    id: EventId,
    seq: Option<i64>,
    at: DateTime<Utc>,
    kind: String,
    actor_id: Option<MemberId>,
    subject_type: String,
    subject_id: Uuid,
    subject_version: i32,
    topics: Value,
}

/// The next events after `after` and up to `until`, at most [`PAGE`], with their readers.
pub(super) async fn page(cx: &Cx, after: i64, until: i64) -> Result<Vec<Arc<Published>>> {
    let rows = log::Entity::find()
        .filter(log::Column::Seq.gt(after))
        .filter(log::Column::Seq.lte(until))
        .order_by_asc(log::Column::Seq)
        .limit(PAGE)
        .select_only()
        .columns([
            log::Column::Id,
            log::Column::Seq,
            log::Column::At,
            log::Column::Kind,
            log::Column::ActorId,
            log::Column::SubjectType,
            log::Column::SubjectId,
            log::Column::SubjectVersion,
            log::Column::Topics,
        ])
        .into_model::<Row>()
        .all(cx.db.read())
        .await?;
    let mut audiences = audiences(cx, &rows).await?;
    let nobody = Arc::new(Audience::default());
    rows.into_iter()
        .map(|row| {
            let key = (row.subject_type.clone(), row.subject_id);
            let audience = audiences
                .get_mut(&key)
                .map_or_else(|| nobody.clone(), |found| found.clone());
            publish(row, audience)
        })
        .collect()
}

async fn audiences(cx: &Cx, rows: &[Row]) -> Result<HashMap<(String, Uuid), Arc<Audience>>> {
    let mut subjects: HashMap<&str, Vec<Uuid>> = HashMap::new();
    for row in rows {
        subjects.entry(&row.subject_type).or_default().push(row.subject_id);
    }
    let mut all = HashMap::new();
    for (kind, mut ids) in subjects {
        let Some(readers) = cx.bus.readers(kind) else { continue };
        ids.sort_unstable();
        ids.dedup();
        let found = readers(cx, &ids).await?;
        all.extend(
            found
                .into_iter()
                .map(|(id, audience)| ((kind.to_owned(), id), Arc::new(audience))),
        );
    }
    Ok(all)
}

fn publish(row: Row, audience: Arc<Audience>) -> Result<Arc<Published>> {
    let topics: Vec<String> = serde_json::from_value(row.topics)?;
    Ok(Arc::new(Published {
        seq: row
            .seq
            .ok_or_else(|| Error::internal("an event without number was read"))?,
        id: row.id,
        at: row.at,
        kind: row.kind.into(),
        actor: row.actor_id,
        subject_type: row.subject_type.into(),
        subject_id: row.subject_id,
        version: row.subject_version,
        topics: topics.iter().filter_map(|topic| Topic::parse(topic)).collect(),
        audience,
    }))
}
