//! The live feed of one reader: from a cursor on, without loss or doubling, permission checked at each delivery.

use std::sync::Arc;

use async_stream::try_stream;
use futures_util::Stream;
use tokio::sync::broadcast::error::RecvError;

use super::audience::{Published, Topic, View};
use super::listener::Listener;
use super::relay::{self, newest};
use crate::cx::Cx;
use crate::error::Result;

/// Further behind than this, loading everything again is cheaper than following.
const FARTHEST: i64 = 10_000;

/// What a reader is told.
#[derive(Clone, Debug)]
pub enum Item {
    /// Something happened that the reader may know of.
    Event(Arc<Published>, View),
    /// The reader was too slow: so many events were passed by and are now read from the log, behind this number.
    Lagged {
        /// Number of the last event considered.
        seq: i64,
        /// Events passed by, those the reader may not know of among them.
        skipped: u64,
    },
    /// The cursor is unknown or too old: load everything again, then go on from this number.
    Reset {
        /// Where the feed goes on.
        seq: i64,
    },
}

/// A number as clients keep it. Cursors compare as texts.
pub fn cursor(seq: i64) -> String {
    format!("{seq:016}")
}

/// The number inside a cursor; none when it is none of ours.
pub fn parse_cursor(cursor: &str) -> Option<i64> {
    let digits = cursor.len() == 16 && cursor.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| cursor.parse().ok()).flatten()
}

/// Follows the events after a cursor, or from now on. `topics` keeps those that touch one of them.
///
/// It listens before it reads the backlog, so nothing falls between; what comes both ways is told once. The stream ends
/// when the session of the listener does.
pub fn events(
    cx: Cx,
    listener: Arc<Listener>,
    after: Option<String>,
    topics: Option<Vec<Topic>>,
) -> impl Stream<Item = Result<Item>> + Send + 'static {
    try_stream! {
        let mut live = cx.bus.listen();
        let head = cx.db.unless_lost(newest(&cx)).await?.max(cx.bus.head());
        let mut last = match after.as_deref().map(parse_cursor) {
            None => head,
            Some(Some(seq)) if seq <= head && head - seq <= FARTHEST => seq,
            Some(_) => {
                yield Item::Reset { seq: head };
                head
            }
        };
        let mut behind = true;
        loop {
            let batch: Arc<[Arc<Published>]> = if behind {
                match cx.bus.recent_after(last) {
                    Some(recent) => {
                        behind = false;
                        recent.into()
                    }
                    None => {
                        let page = cx.db.unless_lost(relay::page(&cx, last, cx.bus.head())).await?;
                        behind = !page.is_empty();
                        page.into()
                    }
                }
            } else {
                match live.recv().await {
                    Ok(batch) => batch,
                    Err(RecvError::Closed) => break,
                    Err(RecvError::Lagged(_)) => {
                        behind = true;
                        // Numbers have no gaps.
                        let skipped = u64::try_from(cx.bus.head() - last).unwrap_or_default();
                        yield Item::Lagged { seq: last, skipped };
                        continue;
                    }
                }
            };
            for event in batch.iter().filter(|event| event.seq > last).cloned().collect::<Vec<_>>() {
                last = event.seq;
                let Some(actor) = listener.actor() else { return };
                let told = event.concerns_session(actor.member);
                if let Some(view) = event.view(&actor).filter(|view| wanted(view, topics.as_deref())) {
                    yield Item::Event(event, view);
                }
                // Rights or sessions of the reader changed: nothing more on the old ones.
                if told && listener.renew().await.is_none() {
                    return;
                }
            }
        }
    }
}

fn wanted(view: &View, topics: Option<&[Topic]>) -> bool {
    topics.is_none_or(|topics| view.topics.iter().any(|topic| topics.contains(topic)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cursors_that_are_not_ours_are_unknown() {
        for wrong in [
            "",
            "1",
            "+000000000000001",
            "-000000000000001",
            "000000000000000a",
            "00000000000000001",
            "９９９９９９",
        ] {
            assert_eq!(parse_cursor(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn cursors_come_back_and_compare_like_their_numbers(a in 0_i64..1 << 53, b in 0_i64..1 << 53) {
            prop_assert_eq!(parse_cursor(&cursor(a)), Some(a));
            prop_assert_eq!(cursor(a).cmp(&cursor(b)), a.cmp(&b));
        }
    }
}
