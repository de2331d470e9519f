//! Wrong passwords, counted per account, per network address and per pair of both, in memory.
//!
//! Each attempt is counted before the password is looked at, so that many at once do not slip through, and taken back when the password
//! was right. Where the attempts under way could be too many but need not, the next one waits for them. An account or address with too many is refused for a while; whoever signed in from the same address lately is refused
//! only for their own mistakes, so that nobody can lock somebody else out.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};

/// Wrong passwords after which an account is refused.
pub const MOST_OF_ACCOUNT: u32 = 10;
/// Wrong passwords after which a network address is refused.
pub const MOST_OF_ADDRESS: u32 = 20;
/// How long it is refused, and how long mistakes count.
pub const PAUSE: Duration = Duration::minutes(15);
/// Entries after which old ones are cleared away.
const MANY: usize = 20_000;

/// Mistakes of a while.
#[derive(Clone, Copy, Debug)]
struct Mistakes {
    count: u32,
    /// Of them, attempts of which it is not known yet.
    open: u32,
    last: DateTime<Utc>,
}

/// Why an attempt has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// For the attempts under way: they may turn out right.
    Others,
    /// There were too many mistakes: so many seconds.
    Seconds(u64),
}

/// What mistakes are counted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum By {
    Account(String),
    Address(String),
    Pair(String, String),
}

/// Counts of wrong passwords.
#[derive(Debug, Default)]
pub struct Throttle {
    mistakes: HashMap<By, Mistakes>,
}

/// One attempt to sign in.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// Account, in its normal form; existing or not.
    pub account: &'a str,
    /// Network address.
    pub address: &'a str,
    /// Whether the holder of the account signed in from this address lately.
    pub known_address: bool,
}

impl Attempt<'_> {
    fn keys(&self) -> [(By, u32, bool); 3] {
        let (account, address) = (self.account.to_owned(), self.address.to_owned());
        [
            (By::Pair(account.clone(), address.clone()), MOST_OF_ACCOUNT, true),
            (By::Account(account), MOST_OF_ACCOUNT, !self.known_address),
            (By::Address(address), MOST_OF_ADDRESS, !self.known_address),
        ]
    }
}

impl Throttle {
    /// Counts an attempt as a mistake. It ends with [`Throttle::right`], which takes it back, or with [`Throttle::wrong`].
    ///
    /// # Errors
    /// What to wait for, when there were too many.
    pub fn attempt(&mut self, attempt: &Attempt<'_>, now: DateTime<Utc>) -> Result<(), Wait> {
        if self.mistakes.len() > MANY {
            self.mistakes.retain(|_, mistakes| now - mistakes.last < PAUSE);
        }
        let keys = attempt.keys();
        for (key, most, counts) in &keys {
            let Some(mistakes) = self.mistakes.get(key) else {
                continue;
            };
            let wait = mistakes.last + PAUSE - now;
            if *counts && mistakes.count >= *most && wait > Duration::zero() {
                return Err(match mistakes.open {
                    0 => Wait::Seconds(u64::try_from(wait.num_seconds()).unwrap_or_default().max(1)),
                    _ => Wait::Others,
                });
            }
        }
        for (key, ..) in keys {
            let mistakes = self.mistakes.entry(key).or_insert(Mistakes {
                count: 0,
                open: 0,
                last: now,
            });
            if now - mistakes.last >= PAUSE {
                mistakes.count = 0;
            }
            mistakes.open = mistakes.open.saturating_add(1);
            mistakes.count = mistakes.count.saturating_add(1);
            mistakes.last = now;
        }
        Ok(())
    }

    /// The password was wrong, or nobody waited for the answer: the mistake stays.
    pub fn wrong(&mut self, attempt: &Attempt<'_>) {
        for (key, ..) in attempt.keys() {
            if let Some(mistakes) = self.mistakes.get_mut(&key) {
                mistakes.open = mistakes.open.saturating_sub(1);
            }
        }
    }

    /// The password was right: the mistakes of the pair are forgotten, and this attempt was none of the address.
    pub fn right(&mut self, attempt: &Attempt<'_>) {
        for (key, ..) in attempt.keys() {
            match key {
                By::Address(_) => {
                    if let Some(mistakes) = self.mistakes.get_mut(&key) {
                        mistakes.open = mistakes.open.saturating_sub(1);
                        mistakes.count = mistakes.count.saturating_sub(1);
                    }
                }
                By::Pair(..) | By::Account(_) => {
                    if let Some(mistakes) = self.mistakes.get_mut(&key) {
                        mistakes.open = mistakes.open.saturating_sub(1);
                        // Attempts under way are not forgiven beforehand.
                        mistakes.count = mistakes.open;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn attempt<'a>(account: &'a str, address: &'a str, known_address: bool) -> Attempt<'a> {
        Attempt {
            account,
            address,
            known_address,
        }
    }

    /// An attempt that turns out wrong at once.
    fn wrong(throttle: &mut Throttle, attempt: &Attempt<'_>, now: DateTime<Utc>) -> Result<(), Wait> {
        throttle.attempt(attempt, now)?;
        throttle.wrong(attempt);
        Ok(())
    }

    #[test]
    fn attempts_under_way_are_waited_for() {
        let mut throttle = Throttle::default();
        let one = attempt("a", "10.0.0.1", false);
        for _ in 0..10 {
            assert_eq!(throttle.attempt(&one, at(0)), Ok(()));
        }
        assert_eq!(throttle.attempt(&one, at(0)), Err(Wait::Others));
        throttle.right(&one);
        assert_eq!(throttle.attempt(&one, at(0)), Ok(()), "one was right");
        for _ in 0..10 {
            throttle.wrong(&one);
        }
        assert_eq!(
            throttle.attempt(&one, at(0)),
            Err(Wait::Seconds(900)),
            "the others were not"
        );
    }

    #[test]
    fn an_account_is_refused_for_a_while_from_everywhere_unknown() {
        let mut throttle = Throttle::default();
        for n in 0..10 {
            let address = format!("10.0.0.{n}");
            assert_eq!(wrong(&mut throttle, &attempt("a", &address, false), at(n)), Ok(()));
        }
        assert_eq!(
            wrong(&mut throttle, &attempt("a", "10.0.1.1", false), at(10)),
            Err(Wait::Seconds(899))
        );
        assert_eq!(wrong(&mut throttle, &attempt("b", "10.0.1.1", false), at(10)), Ok(()));
        assert_eq!(
            wrong(&mut throttle, &attempt("a", "10.0.1.2", true), at(10)),
            Ok(()),
            "where the holder signed in before"
        );
        assert_eq!(
            wrong(&mut throttle, &attempt("a", "10.0.1.1", false), at(10 + 900)),
            Ok(())
        );
    }

    #[test]
    fn the_holder_is_refused_for_own_mistakes() {
        let mut throttle = Throttle::default();
        let own = attempt("a", "10.0.0.1", true);
        for n in 0..10 {
            assert_eq!(wrong(&mut throttle, &own, at(n)), Ok(()));
        }
        assert!(wrong(&mut throttle, &own, at(10)).is_err());
    }

    #[test]
    fn an_address_is_refused_for_many_accounts() {
        let mut throttle = Throttle::default();
        for n in 0..20 {
            let account = format!("user{n}");
            assert_eq!(
                wrong(&mut throttle, &attempt(&account, "10.0.0.1", false), at(n)),
                Ok(())
            );
        }
        assert!(wrong(&mut throttle, &attempt("other", "10.0.0.1", false), at(20)).is_err());
        assert!(wrong(&mut throttle, &attempt("other", "10.0.0.2", false), at(20)).is_ok());
    }

    #[test]
    fn right_passwords_leave_no_trace() {
        let mut throttle = Throttle::default();
        for n in 0..200 {
            let account = format!("user{n}");
            let one = attempt(&account, "10.0.0.1", false);
            assert_eq!(throttle.attempt(&one, at(n)), Ok(()));
            throttle.right(&one);
        }
    }
}
