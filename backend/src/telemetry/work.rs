//! What one operation asked of the database: how many statements, how long they took, and which took longest. The numbers
//! travel with the task, and with those it starts through [`spawn`].

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tracing::Instrument;

/// Statements told of when an operation was slow.
const TOLD: usize = 3;
/// Longest text of a statement told, in bytes.
const TEXT: usize = 2_000;

tokio::task_local! {
    static CURRENT: Arc<Work>;
}

/// A statement and how long it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slow {
    /// How long the database took.
    pub took: Duration,
    /// Its text, without the values.
    pub sql: String,
}

/// What an operation asked of the database so far.
#[derive(Debug, Default)]
pub struct Work {
    statements: AtomicU64,
    slowest: Mutex<Vec<Slow>>,
}

impl Work {
    /// Number of statements.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// The statements that took longest, the slowest first.
    pub fn slowest(&self) -> Vec<Slow> {
        self.slowest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, took: Duration, sql: &str) {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let mut slowest = self.slowest.lock().unwrap_or_else(PoisonError::into_inner);
        let place = slowest.partition_point(|slow| slow.took >= took);
        if place < TOLD {
            slowest.truncate(TOLD - 1);
            let sql = sql.get(..sql.floor_char_boundary(TEXT)).unwrap_or_default().to_owned();
            slowest.insert(place, Slow { took, sql });
        }
    }
}

/// Counts what `future` asks of the database as part of `work`.
pub async fn count<F: Future>(work: Arc<Work>, future: F) -> F::Output {
    CURRENT.scope(work, future).await
}

/// A statement has run: part of the work of the present task, if it has any.
pub(crate) fn note(took: Duration, sql: &str) {
    let _ = CURRENT.try_with(|work| work.note(took, sql));
}

/// Starts a task that is part of what the present one does: its statements count, its lines in the log carry the same names.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let future = future.in_current_span();
    match CURRENT.try_with(Arc::clone) {
        Ok(work) => tokio::spawn(CURRENT.scope(work, future)),
        Err(_) => tokio::spawn(future),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_are_kept_in_order() {
        let work = Work::default();
        for took in [5, 1, 9, 7, 3] {
            work.note(Duration::from_millis(took), &format!("SELECT {took}"));
        }
        assert_eq!(work.statements(), 5);
        let told: Vec<_> = work.slowest().into_iter().map(|slow| slow.sql).collect();
        assert_eq!(told, ["SELECT 9", "SELECT 7", "SELECT 5"]);
    }

    #[test]
    fn long_statements_are_cut_between_characters() {
        let work = Work::default();
        work.note(Duration::ZERO, &"同".repeat(TEXT));
        assert_eq!(work.slowest()[0].sql.chars().count(), TEXT / 3);
    }

    #[tokio::test]
    async fn tasks_of_a_task_count_for_it_and_others_do_not() {
        let work = Arc::new(Work::default());
        count(work.clone(), async {
            note(Duration::ZERO, "SELECT 1");
            spawn(async { note(Duration::ZERO, "SELECT 2") })
                .await
                .expect("it ends");
            tokio::spawn(async { note(Duration::ZERO, "SELECT 3") })
                .await
                .expect("it ends");
        })
        .await;
        note(Duration::ZERO, "SELECT 4");
        assert_eq!(work.statements(), 2);
    }
}
