//! Sign modes as one algebra: a node passes at `approve` approvals, fails at `reject` rejections, waits otherwise.

use serde::{Deserialize, Serialize};

use super::settings::Sign;

/// How many votes pass and fail a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Approvals that pass it.
    pub approve: u32,
    /// Rejections that fail it.
    pub reject: u32,
    /// Whether every vote is waited for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wait_for_all: bool,
}

/// Votes so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Seats that count.
    pub seats: u32,
    /// Approvals, with those carried over from an earlier node.
    pub approvals: u32,
    /// Rejections.
    pub rejections: u32,
}

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passed.
    Pass,
    /// It failed.
    Fail,
    /// Votes are missing.
    Open,
}

/// Thresholds of a mode with `n` seats; `None` when they can never be met (more wanted than seats, or a mode not run yet).
pub fn thresholds(sign: Sign, n: u32) -> Option<Thresholds> {
    let (approve, reject, wait_for_all) = match sign {
        Sign::All { wait_for_all } => (n, 1, wait_for_all),
        Sign::Sequential => (n, 1, false),
        Sign::Any { any_may_pass: true } => (1, n, false),
        Sign::Any { any_may_pass: false } => (1, 1, false),
        Sign::Ratio { percent } if (1..=100).contains(&percent) => {
            let approve = u32::try_from((u64::from(percent) * u64::from(n)).div_ceil(100)).ok()?;
            (approve, n.checked_sub(approve)?.checked_add(1)?, false)
        }
        Sign::MOfN { count } if (1..=n).contains(&count) => (count, n - count + 1, false),
        _ => return None,
    };
    (n > 0).then_some(Thresholds {
        approve,
        reject,
        wait_for_all,
    })
}

/// Where a node with these thresholds and votes stands.
pub fn judge(thresholds: Thresholds, tally: Tally) -> Verdict {
    if thresholds.wait_for_all && tally.approvals.saturating_add(tally.rejections) < tally.seats {
        return Verdict::Open;
    }
    if tally.rejections >= thresholds.reject {
        Verdict::Fail
    } else if tally.approvals >= thresholds.approve {
        Verdict::Pass
    } else {
        Verdict::Open
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(sign: Sign, n: u32, approvals: u32, rejections: u32, want: Verdict) {
        let thresholds = thresholds(sign, n).unwrap();
        assert_eq!(
            judge(
                thresholds,
                Tally {
                    seats: n,
                    approvals,
                    rejections
                }
            ),
            want,
            "{sign:?} {n} {approvals}:{rejections}"
        );
    }

    #[test]
    fn modes() {
        let all = Sign::All { wait_for_all: false };
        check(all, 3, 2, 0, Verdict::Open);
        check(all, 3, 3, 0, Verdict::Pass);
        check(all, 3, 2, 1, Verdict::Fail);
        let patient = Sign::All { wait_for_all: true };
        check(patient, 3, 1, 1, Verdict::Open);
        check(patient, 3, 2, 1, Verdict::Fail);
        let any = Sign::Any { any_may_pass: false };
        check(any, 3, 1, 0, Verdict::Pass);
        check(any, 3, 0, 1, Verdict::Fail);
        let lenient = Sign::Any { any_may_pass: true };
        check(lenient, 3, 0, 2, Verdict::Open);
        check(lenient, 3, 0, 3, Verdict::Fail);
        check(Sign::Sequential, 2, 1, 0, Verdict::Open);
        check(Sign::MOfN { count: 2 }, 3, 1, 1, Verdict::Open);
        check(Sign::MOfN { count: 2 }, 3, 1, 2, Verdict::Fail);
        check(Sign::MOfN { count: 2 }, 3, 2, 1, Verdict::Pass);
    }

    #[test]
    fn edge_3_half_of_three_with_one_reject_stays_open() {
        check(Sign::Ratio { percent: 50 }, 3, 0, 1, Verdict::Open);
        check(Sign::Ratio { percent: 50 }, 3, 1, 1, Verdict::Open);
        check(Sign::Ratio { percent: 50 }, 3, 2, 1, Verdict::Pass);
        check(Sign::Ratio { percent: 50 }, 3, 0, 2, Verdict::Fail);
        check(Sign::Ratio { percent: 50 }, 2, 1, 0, Verdict::Pass);
    }

    #[test]
    fn impossible_quorums_have_no_thresholds() {
        assert_eq!(thresholds(Sign::MOfN { count: 4 }, 3), None);
        assert_eq!(thresholds(Sign::MOfN { count: 0 }, 3), None);
        assert_eq!(thresholds(Sign::Ratio { percent: 0 }, 3), None);
        assert_eq!(thresholds(Sign::Ratio { percent: 101 }, 3), None);
        assert_eq!(thresholds(Sign::All { wait_for_all: false }, 0), None);
        assert_eq!(thresholds(Sign::Claim, 3), None);
    }

    fn signs() -> impl Strategy<Value = Sign> {
        prop_oneof![
            any::<bool>().prop_map(|wait_for_all| Sign::All { wait_for_all }),
            any::<bool>().prop_map(|any_may_pass| Sign::Any { any_may_pass }),
            Just(Sign::Sequential),
            (1u32..=100).prop_map(|percent| Sign::Ratio { percent }),
            (1u32..=40).prop_map(|count| Sign::MOfN { count }),
        ]
    }

    proptest! {
        /// However votes fall, they end in exactly one outcome, and a decided node never changes its mind.
        #[test]
        fn every_run_ends_once(sign in signs(), votes in prop::collection::vec(any::<bool>(), 1..40)) {
            let n = u32::try_from(votes.len()).unwrap();
            let Some(thresholds) = thresholds(sign, n) else { return Ok(()) };
            let mut tally = Tally { seats: n, ..Tally::default() };
            let mut outcome = Verdict::Open;
            for approve in votes {
                if approve { tally.approvals += 1 } else { tally.rejections += 1 }
                let verdict = judge(thresholds, tally);
                if outcome != Verdict::Open { continue }
                outcome = verdict;
            }
            prop_assert_ne!(outcome, Verdict::Open);
        }

        /// One more approval never turns a pass into anything else, one more rejection never turns a fail.
        #[test]
        fn votes_are_monotone(sign in signs(), a in 0u32..20, r in 0u32..20, left in 1u32..20) {
            let n = a + r + left;
            let Some(thresholds) = thresholds(sign, n) else { return Ok(()) };
            let at = |approvals, rejections| judge(thresholds, Tally { seats: n, approvals, rejections });
            if at(a, r) == Verdict::Pass { prop_assert_eq!(at(a + 1, r), Verdict::Pass) }
            if at(a, r) == Verdict::Fail { prop_assert_eq!(at(a, r + 1), Verdict::Fail) }
        }

        /// Ratio and m-of-n fail only when approval can no longer be reached, and then at once.
        #[test]
        fn quorum_fails_exactly_when_it_cannot_pass(percent in 1u32..=100, a in 0u32..20, r in 0u32..20, left in 0u32..20) {
            let n = (a + r + left).max(1);
            let thresholds = thresholds(Sign::Ratio { percent }, n).unwrap();
            let verdict = judge(thresholds, Tally { seats: n, approvals: a, rejections: r });
            prop_assert_eq!(verdict == Verdict::Fail, n - r < thresholds.approve);
        }
    }
}
