//! Rules of passwords. Pure.

/// Fewest characters of a password.
pub const LEAST_PASSWORD: usize = 8;
/// Most characters of a password.
pub const MOST_PASSWORD: usize = 128;

/// Passwords tried first by everyone who guesses; from public lists of the commonest.
const COMMON: &str = include_str!("common_passwords.txt");

/// Why a password cannot be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFault {
    /// Fewer than [`LEAST_PASSWORD`] characters.
    TooShort,
    /// More than [`MOST_PASSWORD`] characters.
    TooLong,
    /// With NUL.
    Nul,
    /// Guessed at once: common, one character over and over, or the person's own account.
    Guessable,
}

/// Whether a password may be chosen by the holder of `account`. NIST SP 800-63B section 5.1.1.2: length counts, composition does not.
///
/// # Errors
/// Why it may not.
pub fn check_password(password: &str, account: &str) -> Result<(), PasswordFault> {
    let length = password.chars().count();
    if password.contains('\0') {
        return Err(PasswordFault::Nul);
    }
    if length < LEAST_PASSWORD {
        return Err(PasswordFault::TooShort);
    }
    if length > MOST_PASSWORD {
        return Err(PasswordFault::TooLong);
    }
    let lower = password.to_lowercase();
    let mut chars = lower.chars();
    let first = chars.next();
    let own = !account.is_empty() && lower.replace(account, "").chars().count() < 4;
    if own || chars.all(|c| Some(c) == first) || COMMON.lines().any(|common| common == lower) {
        return Err(PasswordFault::Guessable);
    }
    Ok(())
}

/// Whether a text could be a password at all; anything else need not be compared.
pub fn could_be_password(password: &str) -> bool {
    !password.is_empty() && !password.contains('\0') && password.chars().count() <= MOST_PASSWORD
}

/// Letters and digits nobody confuses when reading them out.
const READABLE: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";

/// A one-time password out of random bytes, in groups to read out: `k7mf-29hs-xb4t`. 12 characters of 31: 59 bits.
pub fn one_time_password(random: &[u8; 12]) -> String {
    let mut password = String::new();
    for (at, byte) in random.iter().enumerate() {
        if at > 0 && at % 4 == 0 {
            password.push('-');
        }
        let letter = READABLE.get(usize::from(*byte) % 31).copied().unwrap_or(b'a');
        password.push(char::from(letter));
    }
    password
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords() {
        let check = |password: &str, expected: Option<PasswordFault>| {
            assert_eq!(check_password(password, "zhangwei").err(), expected, "{password:?}");
        };
        check("tongshi-demo", None);
        check("正确的马电池订书钉", None);
        check(&"很".repeat(129), Some(PasswordFault::TooLong));
        check("short", Some(PasswordFault::TooShort));
        check("with\0nul--", Some(PasswordFault::Nul));
        check("aaaaaaaaaa", Some(PasswordFault::Guessable));
        check("12345678", Some(PasswordFault::Guessable));
        check("Password", Some(PasswordFault::Guessable));
        check("P@ssw0rd", Some(PasswordFault::Guessable));
        check("ZhangWei123", Some(PasswordFault::Guessable));
        check("zhangwei-and-more", None);
    }

    #[test]
    fn one_time_passwords_can_be_read_out_and_chosen() {
        let password = one_time_password(&[0, 1, 2, 3, 30, 31, 255, 8, 9, 10, 11, 12]);
        assert_eq!(password.len(), 14);
        assert!(check_password(&password, "zhangwei").is_ok());
        assert!(!password.contains(['0', 'o', '1', 'l', 'i']));
    }
}
