//! When a live query is fetched again: a state machine over a clock that is handed in. PURE.

/// News are collected for so long before a refetch, in milliseconds.
const COALESCE: f64 = 150.0;
/// At most so much is added at random, so that a thousand browsers do not come at once.
const JITTER: f64 = 200.0;

/// Why the data is out of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Want {
    /// An event with this number touched it; a reply that includes the number settles it.
    Event(u64),
    /// Only a fetch that starts after this settles it.
    Fresh,
}

/// The state of one live query.
#[derive(Debug, Default)]
pub(super) struct Refetch {
    /// The newest event the data includes.
    as_of: Option<u64>,
    want: Option<Want>,
    /// When the fetch is due.
    due: Option<f64>,
    in_flight: bool,
    /// A reason came while a fetch was under way.
    again: bool,
    mounted: bool,
}

impl Refetch {
    /// An event touched the data; without a number nobody knows when.
    pub(super) fn touch(&mut self, cursor: Option<u64>, now: f64, random: f64) {
        if let (Some(cursor), Some(as_of)) = (cursor, self.as_of)
            && cursor <= as_of
        {
            return;
        }
        let want = cursor.map_or(Want::Fresh, Want::Event);
        self.again |= self.in_flight;
        self.want = self.want.max(Some(want));
        self.plan(now + COALESCE + JITTER * random);
    }

    /// Fresh data is wanted now.
    pub(super) fn force(&mut self, now: f64) {
        self.again |= self.in_flight;
        self.want = Some(Want::Fresh);
        self.due = Some(now);
    }

    /// Something shows the data, or nothing does any longer.
    pub(super) fn mount(&mut self, mounted: bool, now: f64) {
        self.mounted = mounted;
        if mounted && self.want.is_some() {
            self.plan(now);
        }
    }

    /// When to call [`Refetch::begin`]; never while nothing shows the data or a fetch is under way.
    pub(super) fn due(&self) -> Option<f64> {
        if self.mounted && !self.in_flight {
            self.due
        } else {
            None
        }
    }

    /// Whether a fetch begins now.
    pub(super) fn begin(&mut self, now: f64) -> bool {
        let go = self.due().is_some_and(|due| now >= due);
        if go {
            self.in_flight = true;
            self.due = None;
        }
        go
    }

    /// A reply came; `as_of` is the newest event it includes.
    pub(super) fn done(&mut self, as_of: Option<u64>, now: f64, random: f64) {
        self.in_flight = false;
        self.as_of = as_of;
        let settled = match self.want {
            Some(Want::Event(cursor)) => as_of.map_or(!self.again, |as_of| as_of >= cursor),
            Some(Want::Fresh) => !self.again,
            None => true,
        };
        self.again = false;
        if settled {
            self.want = None;
            self.due = None;
        } else {
            self.plan(now + COALESCE + JITTER * random);
        }
    }

    /// The fetch failed; the data stays out of date until something asks again.
    pub(super) fn failed(&mut self) {
        self.in_flight = false;
        self.want = Some(Want::Fresh);
        self.again = false;
        self.due = None;
    }

    /// The data is out of date.
    pub(super) fn is_wanted(&self) -> bool {
        self.want.is_some()
    }

    fn plan(&mut self, at: f64) {
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(as_of: u64) -> Refetch {
        let mut query = Refetch::default();
        query.mount(true, 0.0);
        query.force(0.0);
        assert!(query.begin(0.0));
        query.done(Some(as_of), 10.0, 0.0);
        assert_eq!(query.due(), None);
        query
    }

    #[test]
    fn collects_events_and_fetches_once() {
        let mut query = fetched(5);
        query.touch(Some(6), 100.0, 0.0);
        query.touch(Some(7), 200.0, 0.0);
        query.touch(Some(8), 240.0, 1.0);
        assert_eq!(query.due(), Some(250.0));
        assert!(!query.begin(249.0));
        assert!(query.begin(250.0));
        assert!(!query.begin(251.0));
        query.done(Some(8), 300.0, 0.0);
        assert_eq!(query.due(), None);
        assert!(!query.is_wanted());
    }

    #[test]
    fn ignores_what_the_reply_includes() {
        let mut query = fetched(5);
        query.touch(Some(5), 100.0, 0.0);
        query.touch(Some(3), 100.0, 0.0);
        assert_eq!(query.due(), None);
    }

    #[test]
    fn an_event_during_a_fetch_is_not_lost() {
        let mut query = fetched(5);
        query.touch(Some(6), 100.0, 0.0);
        assert!(query.begin(250.0));
        query.touch(Some(9), 260.0, 0.0);
        assert_eq!(query.due(), None);
        query.done(Some(8), 300.0, 0.0);
        assert_eq!(query.due(), Some(410.0));
        assert!(query.begin(450.0));
        query.touch(Some(10), 460.0, 0.0);
        query.done(Some(10), 470.0, 0.0);
        assert_eq!(query.due(), None);
    }

    #[test]
    fn replies_that_do_not_say_how_new_they_are() {
        let mut query = fetched(5);
        query.touch(Some(6), 100.0, 0.0);
        assert!(query.begin(250.0));
        query.done(None, 300.0, 0.0);
        assert_eq!(query.due(), None);
        query.touch(Some(6), 400.0, 0.0);
        assert!(query.begin(550.0));
        query.touch(Some(7), 560.0, 0.0);
        query.done(None, 600.0, 0.0);
        assert!(query.due().is_some());
    }

    #[test]
    fn a_wish_for_fresh_data_needs_a_fetch_that_starts_later() {
        let mut query = fetched(5);
        query.touch(Some(6), 100.0, 0.0);
        assert!(query.begin(250.0));
        query.force(260.0);
        query.done(Some(99), 300.0, 0.0);
        assert!(query.due().is_some());
        assert!(query.begin(1_000.0));
        query.done(Some(99), 1_100.0, 0.0);
        assert_eq!(query.due(), None);
    }

    #[test]
    fn what_nobody_shows_waits() {
        let mut query = fetched(5);
        query.mount(false, 50.0);
        query.touch(Some(6), 100.0, 0.0);
        assert_eq!(query.due(), None);
        assert!(!query.begin(1_000.0));
        query.mount(true, 2_000.0);
        assert!(query.begin(2_000.0));
    }

    #[test]
    fn what_nobody_shows_and_nothing_touched_is_kept() {
        let mut query = fetched(5);
        query.mount(false, 50.0);
        query.mount(true, 60.0);
        assert_eq!(query.due(), None);
    }

    #[test]
    fn a_failure_waits_for_the_next_reason() {
        let mut query = fetched(5);
        query.touch(Some(6), 100.0, 0.0);
        assert!(query.begin(250.0));
        query.failed();
        assert_eq!(query.due(), None);
        assert!(query.is_wanted());
        query.touch(Some(7), 1_000.0, 0.0);
        assert_eq!(query.due(), Some(1_150.0));
    }
}
