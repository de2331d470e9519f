//! Wake-up calls within the process: writers wake the relay.

use std::sync::Arc;

use tokio::sync::Notify;

/// Tells the relay that something was committed. Only a wake-up call: the table stays the truth.
#[derive(Clone, Default)]
pub struct Bus {
    committed: Arc<Notify>,
}

impl Bus {
    /// Something was committed.
    pub fn wake(&self) {
        self.committed.notify_one();
    }

    /// Waits until something was committed since the last wait.
    pub async fn committed(&self) {
        self.committed.notified().await;
    }
}
