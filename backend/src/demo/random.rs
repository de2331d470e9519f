//! Randomness and ids that come out the same each time.

use chrono::{DateTime, Utc};
use entity::Id;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use crate::cx::Ids;

/// A seeded source of choices and ids.
pub(super) struct Seeded {
    pub(super) rng: StdRng,
    serial: u64,
}

impl Seeded {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            serial: 0,
        }
    }

    /// A new id for an object made at `at`.
    pub(super) fn id<T: Id>(&mut self, at: DateTime<Utc>) -> T {
        T::from_uuid(self.uuid(at))
    }

    /// A UUIDv7 of the moment; a serial in its middle keeps ids of one millisecond in order.
    pub(super) fn uuid(&mut self, at: DateTime<Utc>) -> Uuid {
        self.serial += 1;
        // Version and variant overwrite bits of the first and third byte; the serial stands behind them.
        let serial = self.serial & 0xffff_ffff;
        let tail: u128 = (u128::from(serial) << 24) | u128::from(self.rng.random::<u32>() >> 8);
        let bytes = tail.to_be_bytes();
        let mut random = [0_u8; 10];
        random.copy_from_slice(bytes.get(6..).unwrap_or(&[0; 10]));
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// The same source behind the interface services use.
pub(super) struct SeededIds {
    inner: std::sync::Mutex<Seeded>,
}

impl SeededIds {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            inner: std::sync::Mutex::new(Seeded::new(seed)),
        }
    }
}

impl Ids for SeededIds {
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        self.inner
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .uuid(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_repeat_with_the_seed_and_grow_with_time_and_order() {
        let at: DateTime<Utc> = "2026-11-23T02:00:00Z".parse().expect("a moment");
        let make = |seed| {
            let mut source = Seeded::new(seed);
            (0..5_000).map(|_| source.uuid(at)).collect::<Vec<_>>()
        };
        let ids = make(1);
        assert_eq!(ids, make(1));
        assert_ne!(ids, make(2));
        assert!(ids.is_sorted(), "ids of one moment keep their order");
    }
}
