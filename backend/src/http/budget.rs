//! How much a caller may ask for: every request costs points. Members have a bucket each, callers who are not signed in share
//! one per network address; buckets fill again with time.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use entity::MemberId;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::config::{Config, Points};
use crate::error::{Error, Result};
use crate::graphql::Caller;
use crate::telemetry::Metrics;

/// Points of a request that is refused before it is measured, and the least any request costs.
pub(crate) const LEAST: u64 = 10;
/// Points of showing a token that does not count.
pub(crate) const REFUSED: u64 = 50;
/// Points of a renewed session, of a file taken in and of one given out.
pub(crate) const RENEWAL: u64 = 50;
/// See [`RENEWAL`].
pub(crate) const UPLOAD: u64 = 500;
/// See [`RENEWAL`].
pub(crate) const DOWNLOAD: u64 = 20;
/// How long one who has spent his points waits for being told so. Who asks again at once, with many hands, is then answered some
/// hundred times a second instead of some ten thousand times, and takes no time from others.
const HELD: Duration = Duration::from_millis(100);
/// Buckets after which full ones are cleared away.
const MANY: usize = 10_000;

/// The buckets of all callers.
pub(crate) struct Budget {
    members: Option<Buckets<MemberId>>,
    addresses: Option<Buckets<IpAddr>>,
    metrics: Metrics,
}

/// What is left after a request was paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Balance {
    /// Points left.
    pub(crate) remaining: u32,
    /// The bucket.
    pub(crate) points: Points,
}

impl Budget {
    /// Full buckets as the settings say.
    pub(crate) fn new(config: &Config, metrics: Metrics) -> Self {
        Self {
            members: config.member_points.and_then(Buckets::new),
            addresses: config.address_points.and_then(Buckets::new),
            metrics,
        }
    }

    /// Takes points from the bucket of a caller. None where there is no limit.
    ///
    /// # Errors
    /// [`Error::RateLimited`] with the time after which the same request will be taken.
    pub(crate) fn charge(&self, caller: &Caller, cost: u64) -> Result<Option<Balance>> {
        let (whose, found) = match &caller.actor {
            Some(actor) => ("member", charge(self.members.as_ref(), &actor.member, cost)),
            None => (
                "address",
                charge(self.addresses.as_ref(), &network(&caller.address), cost),
            ),
        };
        if found.is_err() {
            self.metrics.throttled(whose);
        }
        found
    }
}

fn charge<K: Hash + Eq + Clone>(buckets: Option<&Buckets<K>>, key: &K, cost: u64) -> Result<Option<Balance>> {
    buckets.map(|buckets| buckets.take(key, cost)).transpose()
}

struct Buckets<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>,
    points: Points,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn new(points: Points) -> Option<Self> {
        let quota = Quota::per_second(NonZeroU32::new(points.per_second)?).allow_burst(NonZeroU32::new(points.bucket)?);
        Some(Self {
            limiter: RateLimiter::dashmap(quota).with_middleware(),
            points,
        })
    }

    fn take(&self, key: &K, cost: u64) -> Result<Balance> {
        // A bucket smaller than the cost is emptied by it: what the settings give is the most anybody can spend at once.
        let cost = u32::try_from(cost.max(LEAST))
            .unwrap_or(u32::MAX)
            .min(self.points.bucket);
        let cost = NonZeroU32::new(cost).unwrap_or(NonZeroU32::MIN);
        if self.limiter.len() > MANY {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key_n(key, cost) {
            Ok(Ok(left)) => Ok(Balance {
                remaining: left.remaining_burst_capacity(),
                points: self.points,
            }),
            Ok(Err(not_yet)) => Err(limited(not_yet.wait_time_from(self.limiter.clock().now()))),
            Err(_) => Err(limited(Duration::from_secs(1))),
        }
    }
}

/// Holds up the answer to one who has spent his points.
pub(crate) async fn hold() {
    tokio::time::sleep(HELD).await;
}

fn limited(wait: Duration) -> Error {
    let wait = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    Error::RateLimited {
        retry_after_ms: wait.saturating_add(1),
    }
}

/// Whom an address stands for: a home or office has a whole network of IPv6 addresses.
fn network(address: &str) -> IpAddr {
    match address.parse() {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        Ok(address) => address,
        Err(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_emptied_and_says_when_it_will_do() {
        let points = Points {
            bucket: 100,
            per_second: 10,
        };
        let buckets = Buckets::new(points).expect("a bucket");
        let left = |cost| buckets.take(&1, cost).expect("enough").remaining;
        assert!((89..=91).contains(&left(1)), "the least any request costs");
        assert!((39..=41).contains(&left(50)));
        let Err(Error::RateLimited { retry_after_ms }) = buckets.take(&1, 80) else {
            panic!("there is not enough");
        };
        assert!((3_000..=4_100).contains(&retry_after_ms), "{retry_after_ms}");
        assert!(
            buckets.take(&2, 1_000_000).is_ok(),
            "others have their own, and no request is impossible for ever"
        );
    }

    #[test]
    fn callers_are_told_apart_by_network() {
        let same = |a: &str, b: &str| network(a) == network(b);
        assert!(!same("10.0.0.1", "10.0.0.2"));
        assert!(same("2001:db8:1:2::1", "2001:db8:1:2:ffff::2"));
        assert!(!same("2001:db8:1:2::1", "2001:db8:1:3::1"));
        assert!(same("", "nonsense"));
    }
}
