//! What no two members share: sign-in names, employee numbers, mobile numbers, addresses.

use std::collections::{HashMap, HashSet};

/// Sign-in names that are given, with how often each reading occurred.
#[derive(Default)]
pub(super) struct Accounts {
    given: HashSet<String>,
    readings: HashMap<String, usize>,
}

impl Accounts {
    /// Takes a name that is free by arrangement.
    pub(super) fn take(&mut self, account: &str) -> String {
        self.given.insert(account.to_owned());
        account.to_owned()
    }

    /// The first free one made from a reading: `hanxue`, `hanxue2` ...
    pub(super) fn of(&mut self, reading: &str) -> String {
        let plain: String = reading
            .chars()
            .take_while(|c| *c != ' ')
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let plain = if plain.is_empty() { "member".to_owned() } else { plain };
        let count = self.readings.entry(plain.clone()).or_default();
        loop {
            *count += 1;
            let account = if *count == 1 {
                plain.clone()
            } else {
                format!("{plain}{count}")
            };
            if self.given.insert(account.clone()) {
                return account;
            }
        }
    }
}

/// Mobile number of the n-th member.
pub(super) fn mobile(number: usize) -> String {
    format!("+86138{:08}", 130_000 + number)
}

/// Employee number of the n-th member.
pub(super) fn employee_no(number: usize) -> String {
    format!("YS-{number:05}")
}

/// Work address of an account.
pub(super) fn work_email(account: &str) -> String {
    format!("{account}@yuanshan.example")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_given_once() {
        let mut accounts = Accounts::default();
        accounts.take("wangwei2");
        let check = |accounts: &mut Accounts, reading: &str, expected: &str| assert_eq!(accounts.of(reading), expected);
        check(&mut accounts, "wangwei", "wangwei");
        check(&mut accounts, "wangwei", "wangwei3");
        check(&mut accounts, "shanwei chanwei", "shanwei");
        check(&mut accounts, "", "member");
    }
}
