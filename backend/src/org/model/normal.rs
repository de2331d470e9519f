//! Normal forms of what people and spreadsheets write: accounts, telephone numbers, e-mail addresses, dates.

use chrono::NaiveDate;

use crate::org::fault::Fault;

/// Longest account, in characters.
pub const MOST_ACCOUNT: usize = 64;
/// Longest name of a person, in characters.
pub const MOST_NAME: usize = 64;
/// Longest other text of a member, in characters.
pub const MOST_TEXT: usize = 256;

/// Years in which people begin to work.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// A text without surrounding blanks; none when nothing is left.
///
/// # Errors
/// More than `most` characters, or control characters.
pub fn text(raw: &str, most: usize) -> Result<Option<String>, Fault> {
    let text = raw.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > most {
        return Err(Fault::TooLong { most });
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::ControlCharacter);
    }
    Ok(Some(text.to_owned()))
}

/// The name of a person.
///
/// # Errors
/// Empty, too long, or with control characters.
pub fn name(raw: &str) -> Result<String, Fault> {
    text(raw, MOST_NAME)?.ok_or(Fault::Missing)
}

/// An account, lower case.
///
/// # Errors
/// Empty, too long, or with characters outside `[a-z0-9._-]`, or not beginning with a letter or digit.
pub fn account(raw: &str) -> Result<String, Fault> {
    let account = raw.trim().to_ascii_lowercase();
    if account.is_empty() {
        return Err(Fault::Missing);
    }
    if account.chars().count() > MOST_ACCOUNT {
        return Err(Fault::TooLong { most: MOST_ACCOUNT });
    }
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    if !account.chars().all(good) || !account.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err(Fault::BadAccount);
    }
    Ok(account)
}

/// A mobile number in E.164 (`+8613800138000`). Without a country code it is Chinese. Blanks, dashes, brackets and the marks of
/// spreadsheets (`13800138000.0`, `1.3800138E10`, a leading `'`) are understood.
///
/// # Errors
/// Not a telephone number.
pub fn mobile(raw: &str) -> Result<Option<String>, Fault> {
    let raw = raw.trim().trim_start_matches('\'').trim();
    if raw.is_empty() {
        return Ok(None);
    }
    let raw = number_of_float(raw).unwrap_or_else(|| raw.to_owned());
    let mut digits = String::new();
    let mut international = false;
    for (at, c) in raw.chars().enumerate() {
        match c {
            '+' | '＋' if at == 0 => international = true,
            '0'..='9' => digits.push(c),
            '０'..='９' => digits.extend(char::from_digit(u32::from(c) - u32::from('０'), 10)),
            ' ' | '-' | '(' | ')' | '.' | '\u{a0}' | '\u{3000}' | '－' | '（' | '）' => {}
            _ => return Err(Fault::BadMobile),
        }
    }
    if let Some(rest) = digits.strip_prefix("00").filter(|_| !international) {
        digits = rest.to_owned();
        international = true;
    }
    let national = |number: &str| {
        number.len() == 11 && number.starts_with('1') && number.chars().nth(1).is_some_and(|c| ('3'..='9').contains(&c))
    };
    if let Some(number) = digits.strip_prefix("86").filter(|number| national(number)) {
        return Ok(Some(format!("+86{number}")));
    }
    if international {
        // E.164: a country code that is not 0, and at most 15 digits in all.
        if digits.starts_with("86") || digits.starts_with('0') || !(7..=15).contains(&digits.len()) {
            return Err(Fault::BadMobile);
        }
        return Ok(Some(format!("+{digits}")));
    }
    if national(&digits) {
        Ok(Some(format!("+86{digits}")))
    } else {
        Err(Fault::BadMobile)
    }
}

/// The whole number in the text of a float: `13800138000.0`, `1.3800138E+10`.
fn number_of_float(raw: &str) -> Option<String> {
    if !raw.contains('.') && !raw.contains(['e', 'E']) {
        return None;
    }
    let value: f64 = raw.parse().ok()?;
    (value.fract() == 0.0 && (0.0..1e15).contains(&value)).then(|| format!("{value:.0}"))
}

/// An e-mail address with its domain in lower case.
///
/// # Errors
/// Not of the form `local@domain.tld`.
pub fn email(raw: &str) -> Result<Option<String>, Fault> {
    let Some(email) = text(raw, 254).map_err(|_| Fault::BadEmail)? else {
        return Ok(None);
    };
    let (local, domain) = email.rsplit_once('@').ok_or(Fault::BadEmail)?;
    let domain = domain.to_lowercase();
    let labels = domain.split('.').count();
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let local_mark = |c: char| c.is_whitespace() || matches!(c, '@' | ',' | ';' | '<' | '>' | '"' | '(' | ')');
    if local.is_empty() || local.chars().any(local_mark) || labels < 2 || !domain.split('.').all(label) {
        return Err(Fault::BadEmail);
    }
    Ok(Some(format!("{local}@{domain}")))
}

/// A civil date in one of the forms spreadsheets hold: `2026-03-15`, `2026/3/15`, `2026.3.15`, `2026年3月15日`, with or without a time.
///
/// # Errors
/// None of them.
pub fn date(raw: &str) -> Result<Option<NaiveDate>, Fault> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Ok(None);
    }
    let day = raw.split([' ', 'T']).next().unwrap_or(raw);
    let day = day.trim_end_matches('日').replace(['年', '月', '/', '.'], "-");
    let parts: Vec<u32> = day.split('-').map(|part| part.parse().unwrap_or(0)).collect();
    let [year, month, day] = parts.as_slice() else {
        return Err(Fault::BadDate);
    };
    let year = i32::try_from(*year).ok().filter(|year| YEARS.contains(year));
    year.and_then(|year| NaiveDate::from_ymd_opt(year, *month, *day))
        .map(Some)
        .ok_or(Fault::BadDate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn mobiles() {
        let check = |raw: &str, expected: Result<Option<&str>, Fault>| {
            assert_eq!(mobile(raw), expected.map(|number| number.map(str::to_owned)), "{raw}");
        };
        let good = Ok(Some("+8613800138000"));
        for raw in [
            "13800138000",
            " 138 0013 8000 ",
            "138-0013-8000",
            "13800138000.0",
            "1.3800138E10",
            "1.3800138e+10",
            "+8613800138000",
            "+86 138-0013-8000",
            "8613800138000",
            "008613800138000",
            "'13800138000",
            "'+8613800138000",
            "１３８００１３８０００",
            "(86)13800138000",
        ] {
            check(raw, good.clone());
        }
        check("", Ok(None));
        check("+1 415 555 2671", Ok(Some("+14155552671")));
        check("+852 5123 4567", Ok(Some("+85251234567")));
        for raw in [
            "12345",
            "1380013800",
            "138001380001",
            "12800138000",
            "abc",
            "+86123",
            "+0123456789",
            "138x0138000",
            "13800138000.5",
        ] {
            check(raw, Err(Fault::BadMobile));
        }
    }

    #[test]
    fn accounts() {
        let check = |raw: &str, expected: Result<&str, Fault>| {
            assert_eq!(account(raw), expected.map(str::to_owned), "{raw}");
        };
        check(" ZhangWei ", Ok("zhangwei"));
        check("li.ming-2_x", Ok("li.ming-2_x"));
        check("", Err(Fault::Missing));
        check(".li", Err(Fault::BadAccount));
        check("张伟", Err(Fault::BadAccount));
        check("a b", Err(Fault::BadAccount));
        check(&"a".repeat(65), Err(Fault::TooLong { most: MOST_ACCOUNT }));
    }

    #[test]
    fn emails() {
        let check = |raw: &str, expected: Result<Option<&str>, Fault>| {
            assert_eq!(email(raw), expected.map(|email| email.map(str::to_owned)), "{raw}");
        };
        check("Li.Ming@Example.COM", Ok(Some("Li.Ming@example.com")));
        check(" ", Ok(None));
        check("张伟@例子.公司", Ok(Some("张伟@例子.公司")));
        for raw in ["a", "a@", "@b.cn", "a@b", "a b@c.cn", "a@b..cn", "a@-b.cn", "a;b@c.cn"] {
            check(raw, Err(Fault::BadEmail));
        }
    }

    #[test]
    fn dates() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 5).unwrap();
        for raw in [
            "2026-03-05",
            "2026/3/5",
            "2026.3.5",
            "2026年3月5日",
            "2026-03-05 00:00:00",
            "2026-03-05T08:00:00",
        ] {
            assert_eq!(date(raw), Ok(Some(day)), "{raw}");
        }
        for raw in ["2026-02-30", "3/5/2026", "去年", "46000"] {
            assert_eq!(date(raw), Err(Fault::BadDate), "{raw}");
        }
        assert_eq!(date(" "), Ok(None));
    }

    #[test]
    fn texts() {
        assert_eq!(text("  深圳 ", 4), Ok(Some("深圳".to_owned())));
        assert_eq!(text("a\0b", 9), Err(Fault::ControlCharacter));
        assert_eq!(text("12345", 4), Err(Fault::TooLong { most: 4 }));
        assert_eq!(name("  "), Err(Fault::Missing));
    }

    proptest! {
        #[test]
        fn normal_forms_are_stable(raw in "\\PC{0,20}") {
            if let Ok(Some(number)) = mobile(&raw) {
                prop_assert_eq!(mobile(&number), Ok(Some(number)));
            }
            if let Ok(account_) = account(&raw) {
                prop_assert_eq!(account(&account_), Ok(account_));
            }
            if let Ok(Some(address)) = email(&raw) {
                prop_assert_eq!(email(&address), Ok(Some(address)));
            }
        }

        #[test]
        fn any_chinese_mobile_as_a_float_is_understood(number in 13_000_000_000_u64..19_999_999_999) {
            prop_assert_eq!(mobile(&format!("{number}.0")), mobile(&number.to_string()));
        }
    }
}
