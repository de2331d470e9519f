//! Idempotency keys: the same key from the same member replays the first result.
//!
//! The key is claimed inside the transaction of the change, so that two equal requests in the same millisecond end in one
//! change and two equal answers: the later one waits for the row or the writer lock and then finds the result.

use entity::{MemberId, event_idempotency as row};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, TryInsertResult};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::cx::Cx;
use crate::db::Tx;
use crate::error::{Error, Result, Text};

/// A claimed key, to be finished with the result of the change.
pub struct Key {
    member: MemberId,
    key: String,
}

/// What to do with a request that carries a key.
pub enum Replay<T> {
    /// It is the first: do it, then call [`finish_once`]. None when the caller gave no key.
    First(Option<Key>),
    /// It was done: answer this again, once the empty change is committed. The first may be on its way still.
    Again(T),
}

/// Claims `key` for `operation` with `parameters`, or finds what the first request answered.
///
/// # Errors
/// [`Error::Invalid`] for an empty or overlong key, [`Error::KeyConflict`] when the key was used with other parameters.
pub async fn begin_once<T: DeserializeOwned>(
    cx: &Cx,
    tx: &Tx,
    member: MemberId,
    key: Option<&str>,
    operation: &str,
    parameters: &impl Serialize,
) -> Result<Replay<T>> {
    let Some(key) = key else { return Ok(Replay::First(None)) };
    Ok(
        match claim(cx, tx, member, key, (operation, parameters), Value::Null).await? {
            Some(first) => Replay::Again(serde_json::from_value(first)?),
            None => Replay::First(Some(Key {
                member,
                key: key.to_owned(),
            })),
        },
    )
}

/// The same for a change whose answer is known before it is made: gives what the first request answered, if there was one. There
/// is nothing to finish.
///
/// # Errors
/// As [`begin_once`].
pub async fn answer_once<T: Serialize + DeserializeOwned>(
    cx: &Cx,
    tx: &Tx,
    member: MemberId,
    key: Option<&str>,
    (operation, parameters): (&str, &impl Serialize),
    answer: &T,
) -> Result<Option<T>> {
    let Some(key) = key else { return Ok(None) };
    let first = claim(
        cx,
        tx,
        member,
        key,
        (operation, parameters),
        serde_json::to_value(answer)?,
    )
    .await?;
    Ok(first.map(serde_json::from_value).transpose()?)
}

/// Claims a key, or finds what is kept under it.
async fn claim(
    cx: &Cx,
    tx: &Tx,
    member: MemberId,
    key: &str,
    (operation, parameters): (&str, &impl Serialize),
    result: Value,
) -> Result<Option<Value>> {
    if key.is_empty() || key.len() > 128 || key.contains('\0') {
        return Err(Error::invalid(
            "idempotencyKey",
            "须为 1 到 128 个字符",
            "Must have 1 to 128 characters",
        ));
    }
    let hash = Sha256::digest(serde_json::to_vec(&(operation, parameters))?).to_vec();
    let claim = row::ActiveModel {
        member_id: Set(member),
        key: Set(key.to_owned()),
        operation: Set(operation.to_owned()),
        request_hash: Set(hash.clone()),
        result: Set(result),
        created_at: Set(cx.now()),
    };
    let inserted = row::Entity::insert(claim)
        .on_conflict_do_nothing_on([row::Column::MemberId, row::Column::Key])
        .exec_without_returning(&**tx)
        .await?;
    if matches!(inserted, TryInsertResult::Inserted(rows) if rows > 0) {
        return Ok(None);
    }
    let first = row::Entity::find_by_id((member, key.to_owned()))
        .one(&**tx)
        .await?
        .ok_or(Error::NotFound)?;
    if first.request_hash != hash {
        return Err(Error::KeyConflict(Text::new(
            "这个幂等键已用于另一个请求",
            "This idempotency key was used for another request",
        )));
    }
    Ok(Some(first.result))
}

/// Remembers what the change answered, at its end.
pub fn finish_once(tx: &Tx, key: Option<Key>, result: &impl Serialize) -> Result<()> {
    let Some(Key { member, key }) = key else { return Ok(()) };
    let update = row::Entity::update_many().set(row::ActiveModel {
        result: Set(serde_json::to_value(result)?),
        ..Default::default()
    });
    let claimed = row::Column::MemberId.eq(member).and(row::Column::Key.eq(key));
    tx.later(&update.filter(claimed));
    Ok(())
}
