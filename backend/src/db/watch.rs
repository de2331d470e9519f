//! Watching a database server: work that waits for one that is gone is ended within seconds, and work goes on when it is back.
//!
//! The driver waits for an answer as long as the network keeps the connection, which can be a quarter of an hour. So one
//! connection of its own asks the server every second whether it is there. When it does not say so, everything that waits is
//! refused, the connections are let go, and nobody asks for new ones until the server answers again: what comes back is not
//! run down by those who waited for it.

use std::str::FromStr;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{Connection, Error as Driver};
use sea_orm::{ConnectionTrait, DbBackend};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::Db;
use super::pool;
use crate::error::{Error, Result};

/// Between two questions.
const PERIOD: Duration = Duration::from_secs(1);
/// Between two questions, when a statement has just failed.
const DOUBT: Duration = Duration::from_millis(50);
/// Longest the server may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(3);
/// Longest the connections that are let go may take to say good-bye.
const FAREWELL: Duration = Duration::from_secs(5);

/// Whether the server is there.
pub(super) struct Health {
    lost: watch::Sender<bool>,
    doubt: Notify,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            lost: watch::Sender::new(false),
            doubt: Notify::new(),
        }
    }
}

impl Health {
    /// A statement failed: it may be the server.
    pub(super) fn doubt(&self) {
        self.doubt.notify_one();
    }
}

impl Db {
    /// Whether the database cannot be reached for now.
    pub fn is_lost(&self) -> bool {
        *self.health.lost.borrow()
    }

    /// Does what needs the database, and gives up when that is lost.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it is; otherwise those of the work.
    pub async fn unless_lost<T, E: From<Error>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> std::result::Result<T, E> {
        tokio::select! {
            biased;
            () = self.lost() => Err(Error::away().into()),
            done = work => done,
        }
    }

    async fn lost(&self) {
        if self.backend() != DbBackend::Postgres || self.health.lost.subscribe().wait_for(|lost| *lost).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Watches the server until told to stop. For an embedded database it does what a server would: it moves what is committed
    /// from the journal into the file.
    pub async fn watch(self, stop: CancellationToken) {
        if self.backend() != DbBackend::Postgres {
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.tidy() => {}
            }
        } else if let Ok(options) = PgConnectOptions::from_str(&self.place.url) {
            let options = pool::session(options);
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.ask(&options) => {}
            }
        }
    }

    /// Writers go on meanwhile: nobody waits for it but one of the readers.
    async fn tidy(&self) {
        let mut before = self.writer.commits();
        loop {
            tokio::time::sleep(PERIOD).await;
            let now = self.writer.commits();
            if now == before {
                continue;
            }
            before = now;
            if let Err(error) = self.read().execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)").await {
                tracing::warn!(%error, "the journal of the database could not be moved into its file");
            }
        }
    }

    async fn ask(&self, options: &PgConnectOptions) {
        let mut line = None;
        loop {
            let answer = tokio::time::timeout(PATIENCE, answers(&mut line, options)).await;
            let found = match answer {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(error.to_string()),
                Err(_) => Err(format!("no answer within {PATIENCE:?}")),
            };
            match found {
                Ok(()) if self.is_lost() => {
                    tracing::info!("the database is back");
                    self.health.lost.send_replace(false);
                }
                Ok(()) => {}
                Err(cause) => {
                    line = None;
                    if !self.is_lost() {
                        tracing::error!(cause, "the database is lost");
                        self.let_go().await;
                    }
                }
            }
            if self.is_lost() {
                tokio::time::sleep(PERIOD).await;
            } else {
                tokio::select! {
                    () = tokio::time::sleep(PERIOD) => {}
                    () = self.health.doubt.notified() => tokio::time::sleep(DOUBT).await,
                }
            }
        }
    }

    /// Ends what waits, and opens connections anew when they are next asked for: nobody knows when the network gives up on the old.
    async fn let_go(&self) {
        let old = self.pools.current().write.clone();
        match super::postgres(&self.place, true, &self.observed, &self.health).await {
            Ok(new) => self.pools.replace(new),
            Err(error) => tracing::error!(error, "the connections could not be replaced"),
        }
        self.health.lost.send_replace(true);
        tokio::spawn(tokio::time::timeout(FAREWELL, old.close()));
    }
}

/// Asks the server whether it is there, over a connection that is kept.
async fn answers(line: &mut Option<PgConnection>, options: &PgConnectOptions) -> Result<(), Driver> {
    match line {
        Some(open) => open.ping().await,
        None => {
            *line = Some(PgConnection::connect_with(options).await?);
            Ok(())
        }
    }
}
