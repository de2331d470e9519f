//! One reading for all who ask at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::error::Result;

/// Readings of one thing, one after the other. Each field of each department asks for the sizes of all: those who come while a
/// reading is under way wait for the next one, and share it.
pub(super) struct Flight<T> {
    begun: AtomicU64,
    last: Mutex<Option<(u64, Arc<T>)>>,
}

impl<T> Default for Flight<T> {
    fn default() -> Self {
        Self {
            begun: AtomicU64::new(0),
            last: Mutex::default(),
        }
    }
}

impl<T> Flight<T> {
    /// What a reading gives that began after this was called: one's own, or that of somebody else.
    ///
    /// # Errors
    /// Those of the reading; the next in line then tries again.
    pub(super) async fn join(&self, read: impl AsyncFnOnce() -> Result<Arc<T>>) -> Result<Arc<T>> {
        let before = self.begun.load(Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if let Some((number, found)) = &*last
            && *number > before
        {
            return Ok(found.clone());
        }
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let found = read().await?;
        *last = Some((number, found.clone()));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Notify;

    use super::*;
    use crate::error::Error;

    #[tokio::test]
    async fn who_waits_shares_the_next_reading() {
        let (flight, readings, gate) = (Flight::default(), AtomicU64::new(0), Notify::new());
        let read = async || {
            let number = readings.fetch_add(1, Ordering::SeqCst) + 1;
            if number == 1 {
                gate.notified().await;
            }
            Ok(Arc::new(number))
        };
        let ask = async || *flight.join(&read).await.expect("a number");
        // The first reads. Who comes meanwhile does not get what was begun before they asked, but one reading for all of them.
        let found = tokio::join!(ask(), ask(), ask(), ask(), async { gate.notify_one() });
        assert_eq!(found, (1, 2, 2, 2, ()));
        assert_eq!(ask().await, 3, "nothing is remembered beyond that");
    }

    #[tokio::test]
    async fn a_reading_that_fails_is_nobody_elses() {
        let flight = Flight::default();
        let failed = flight.join(async || Err::<Arc<u8>, _>(Error::NotFound)).await;
        assert!(failed.is_err());
        assert_eq!(*flight.join(async || Ok(Arc::new(7_u8))).await.expect("a number"), 7);
    }
}
