//! Changes of an embedded database that share a commit, and with it the wait for the disk.
//!
//! There is one writer. Who comes while another change is under way joins its round: one transaction of the engine with a mark
//! before each change, so that a change that fails takes back itself alone. The round is committed when nobody is waiting to join
//! it, or when it has become large or old; nobody is told anything of it before. When the commit fails, nothing of the round has
//! happened and all of it are told so. See `docs/decisions/0007-shared-commits.md`.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::{OwnedMutexGuard, watch};

use super::pool::PATIENCE;
use crate::error::{Error, Result};

/// Most changes of a round.
const MOST: usize = 64;
/// Last words of a change that is kept: it can be taken back no more, and the next one up to here. They fail when the engine has
/// ended the transaction by itself, as it does when the disk is full.
pub(super) const MARK: &str = "RELEASE change; SAVEPOINT change";
/// Age at which nobody joins a round any more.
const OLD: Duration = Duration::from_millis(5);

tokio::task_local! {
    /// Rounds a task looked into without a change of its own that is committed with them.
    static SEEN: Mutex<Vec<Fate>>;
}

/// How a round ended; nothing while it lasts.
type Fate = watch::Receiver<Option<End>>;

#[derive(Clone)]
enum End {
    Kept,
    Lost { full: bool, cause: Arc<str> },
}

/// Runs what answers somebody, and waits for the end of the rounds it looked into: what it tells of the changes of others is then
/// as durable as what it tells of its own.
///
/// # Errors
/// [`Error::Unavailable`] when one of them did not happen after all.
pub(crate) async fn honest<T>(answer: impl Future<Output = T>) -> Result<T> {
    SEEN.scope(Mutex::default(), async {
        let answer = answer.await;
        let seen = SEEN.with(|seen| std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner)));
        for fate in seen {
            end(fate).await?;
        }
        Ok(answer)
    })
    .await
}

async fn end(mut fate: Fate) -> Result<()> {
    let found = match fate.wait_for(Option::is_some).await {
        Ok(found) => found.clone(),
        Err(_) => None,
    };
    match found {
        Some(End::Kept) => Ok(()),
        Some(End::Lost { full, cause }) => Err(Error::Unavailable {
            full,
            cause: cause.to_string(),
        }),
        None => Err(Error::away()),
    }
}

/// The place of the one writer. Those who wait for it get it in the order they came.
#[derive(Clone, Default)]
pub(super) struct Writer {
    seat: Arc<tokio::sync::Mutex<Seat>>,
    waiting: Arc<AtomicUsize>,
    commits: Arc<AtomicU64>,
}

#[derive(Default)]
struct Seat {
    round: Option<Round>,
    /// Number of the newest round.
    number: u64,
}

struct Round {
    number: u64,
    outer: Arc<DatabaseTransaction>,
    began: Instant,
    /// Changes to be committed.
    kept: usize,
    /// Whether what has come since the mark is to be taken back.
    failed: bool,
    fate: watch::Sender<Option<End>>,
}

/// A change under way. Taken back unless it is kept.
pub(super) struct Turn {
    fate: Fate,
    kept: bool,
    seat: OwnedMutexGuard<Seat>,
}

impl Writer {
    /// Joins the round of those who write now, or opens one. The transaction is to be let go before the turn.
    pub(super) async fn begin(&self, connection: &DatabaseConnection) -> Result<(Arc<DatabaseTransaction>, Turn)> {
        let mut seat = self.sit().await?;
        let cleared = match &mut seat.round {
            Some(round) => round.clear().await,
            None => Ok(()),
        };
        if let Err(error) = cleared
            && let Some(round) = seat.round.take()
        {
            round.lose(&error);
        }
        if seat.round.is_none() {
            self.open(connection, &mut seat).await?;
        }
        let round = seat.round.as_mut().ok_or_else(Error::away)?;
        // Until it is kept: whoever asked may go away at any moment.
        round.failed = true;
        let (outer, fate) = (round.outer.clone(), round.fate.subscribe());
        let turn = Turn {
            fate,
            kept: false,
            seat,
        };
        Ok((outer, turn))
    }

    /// Rounds committed so far.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    async fn sit(&self) -> Result<OwnedMutexGuard<Seat>> {
        let _waiting = Waiting::in_line(&self.waiting);
        tokio::time::timeout(PATIENCE, self.seat.clone().lock_owned())
            .await
            .map_err(|_| Error::away())
    }

    async fn open(&self, connection: &DatabaseConnection, seat: &mut Seat) -> Result<()> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let outer = match connection.begin_with_options(options).await {
            Ok(outer) => outer,
            Err(error) => {
                // The engine may have begun all the same, and would refuse to begin again for ever. Nobody else is on the only
                // connection, so nothing of anybody's is rolled back; mostly there is nothing to roll back at all.
                let _ = connection.execute_unprepared("ROLLBACK").await;
                return Err(error.into());
            }
        };
        outer.execute_unprepared("SAVEPOINT change").await?;
        seat.number += 1;
        seat.round = Some(Round {
            number: seat.number,
            outer: Arc::new(outer),
            began: Instant::now(),
            kept: 0,
            failed: false,
            fate: watch::Sender::new(None),
        });
        // It stands in line behind those who wait already, and comes also when all of them go away.
        tokio::spawn(self.clone().close(seat.number));
        Ok(())
    }

    /// Commits a round as soon as nobody is waiting to join it.
    async fn close(self, number: u64) {
        loop {
            let mut seat = self.seat.lock().await;
            let Some(round) = seat.round.as_ref().filter(|round| round.number == number) else {
                return;
            };
            let joined = self.waiting.load(Ordering::Acquire) > 0;
            if joined && round.kept < MOST && round.began.elapsed() < OLD {
                continue;
            }
            if let Some(round) = seat.round.take() {
                round.finish().await;
                self.commits.fetch_add(1, Ordering::Relaxed);
            }
            return;
        }
    }
}

impl Round {
    /// Takes back what failed, up to the mark.
    ///
    /// # Errors
    /// When the engine has ended the transaction by itself, as it does when the disk is full: the mark is gone then.
    async fn clear(&mut self) -> Result<(), DbErr> {
        if self.failed {
            self.outer.execute_unprepared("ROLLBACK TO change").await?;
            self.failed = false;
        }
        Ok(())
    }

    async fn finish(mut self) {
        if let Err(error) = self.clear().await {
            return self.lose(&error);
        }
        let Self { outer, kept, fate, .. } = self;
        let done = match Arc::into_inner(outer) {
            Some(outer) if kept > 0 => outer.commit().await,
            // Dropped, it is rolled back.
            _ => Ok(()),
        };
        fate.send_replace(Some(match done {
            Ok(()) => End::Kept,
            Err(error) => lost(&error),
        }));
    }

    fn lose(self, error: &DbErr) {
        let Self { outer, fate, .. } = self;
        drop(outer);
        fate.send_replace(Some(lost(error)));
    }
}

fn lost(error: &DbErr) -> End {
    let cause = error.to_string();
    // The mark is gone when the engine has ended the transaction by itself: for want of room, as a rule, which only the change that
    // met it was told (https://sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
    let ended = cause.contains("no such savepoint");
    End::Lost {
        full: ended || super::fault::is_full(error),
        cause: cause.into(),
    }
}

impl Turn {
    /// Makes the change part of the round and waits for its commit. [`MARK`] is the last it has written.
    ///
    /// # Errors
    /// [`Error::Unavailable`]: nothing has happened.
    pub(super) async fn keep(mut self) -> Result<()> {
        self.kept = true;
        let fate = self.fate.clone();
        drop(self);
        end(fate).await
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(round) = &mut self.seat.round else { return };
        if self.kept {
            round.kept += 1;
            round.failed = false;
        } else if round.kept > 0 {
            let _ = SEEN.try_with(|seen| {
                seen.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(self.fate.clone());
            });
        }
    }
}

/// One who waits, counted for as long as he does.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn in_line(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
