//! The time of tokens: a clock that never goes back.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

/// A step back that is worth a word to who runs the server.
const WORTH_TELLING: TimeDelta = TimeDelta::seconds(30);

/// Tells the time tokens are made and checked by. It is the time of the machine, unless that was set back: then it goes on from where
/// it was, as fast as time passes, so that no token that had ended counts again, and new ones count and end as ever.
///
/// It belongs to one process and is kept nowhere. Behind a leap forward that was taken back it stays ahead of the machine, until that
/// catches up or the process is started anew; other processes, unless they saw the leap too, refuse its access tokens as too early, and
/// their bearers renew them. A restart believes the machine again: access tokens made ahead of it are refused and renewed, and of those
/// that had ended before a step back one may count again for its ten minutes. What is kept in the database, when sessions end, goes by
/// the time of the machine; a session that was found ended is ended there for good.
#[derive(Default)]
pub struct Forward(Mutex<Option<Last>>);

#[derive(Clone, Copy)]
struct Last {
    time: DateTime<Utc>,
    at: Instant,
    told: bool,
}

impl Forward {
    /// The time, where the machine says `machine` in the moment `at`.
    pub fn tell(&self, machine: DateTime<Utc>, at: Instant) -> DateTime<Utc> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(before) = *last else {
            *last = Some(Last {
                time: machine,
                at,
                told: false,
            });
            return machine;
        };
        let passed = TimeDelta::from_std(at.saturating_duration_since(before.at)).unwrap_or_default();
        let on = before.time.checked_add_signed(passed).unwrap_or(before.time);
        let back = on - machine > WORTH_TELLING;
        if back && !before.told {
            tracing::warn!(
                seconds = (on - machine).num_seconds(),
                "the clock of the machine was set back; tokens go by the time before that until it catches up or the server is restarted"
            );
        }
        let time = on.max(machine);
        *last = Some(Last {
            time,
            at: before.at.max(at),
            told: back,
        });
        time
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_goes_with_the_machine_and_never_back() {
        let (clock, start) = (Forward::default(), Instant::now());
        let time = |seconds: i64| DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap();
        let check = |after: u64, machine: i64, expected: i64| {
            let told = clock.tell(time(machine), start + Duration::from_secs(after));
            assert_eq!(
                told,
                time(expected),
                "{after} s after the start, where the machine says {machine}"
            );
        };
        check(0, 0, 0);
        check(1, 1, 1);
        // An hour ahead, and back: on from there, as fast as time passes.
        check(2, 3_602, 3_602);
        check(3, 3, 3_603);
        check(600, 600, 4_200);
        // A day back.
        check(601, -85_799, 4_201);
        // The machine has caught up.
        check(602, 9_000, 9_000);
        check(603, 9_001, 9_001);
        // A moment from another thread, a little earlier.
        check(602, 9_001, 9_001);
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        let (clock, start) = (Forward::default(), Instant::now());
        let last = clock.tell(DateTime::<Utc>::MAX_UTC, start);
        assert_eq!(clock.tell(DateTime::UNIX_EPOCH, start + Duration::from_secs(5)), last);
    }
}
