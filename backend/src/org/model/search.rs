//! What a search for people matches: name, alias, pinyin, initials, account, badge number, the end of the mobile number.

/// Fewest digits that search the end of a mobile number; fewer would tell too much and match too many.
const LEAST_DIGITS: usize = 4;
/// Longest search text that is looked at, in characters.
const MOST_SEARCH: usize = 64;

/// A search as it was typed, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchKey {
    /// Without surrounding blanks, lower case: sought in names and aliases, and at the beginning of accounts and badge numbers.
    pub text: String,
    /// Letters and digits alone, when that is all there is besides blanks and marks: sought in pinyin and initials.
    pub latin: Option<String>,
    /// The digits, when there are enough and nothing else: sought at the end of mobile numbers.
    pub digits: Option<String>,
}

/// Takes a search apart; none when there is nothing to seek.
pub fn search_key(typed: &str) -> Option<SearchKey> {
    let text: String = typed
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(MOST_SEARCH)
        .collect::<String>()
        .to_lowercase();
    if text.is_empty() {
        return None;
    }
    let mark = |c: char| c.is_whitespace() || matches!(c, '\'' | '’' | '·' | '-' | '.' | '_');
    let latin: String = text
        .chars()
        .filter(|c| !mark(*c))
        .map(|c| if c == 'ü' { 'v' } else { c })
        .collect();
    let digits: String = text.chars().filter(|c| !mark(*c) && *c != '+').collect();
    let latin = (!latin.is_empty() && latin.chars().all(|c| c.is_ascii_alphanumeric())).then_some(latin);
    let digits = (digits.len() >= LEAST_DIGITS && digits.chars().all(|c| c.is_ascii_digit())).then_some(digits);
    Some(SearchKey { text, latin, digits })
}

/// What of a member is searched.
#[derive(Clone, Copy, Debug, Default)]
pub struct Searched<'a> {
    /// Full name.
    pub name: &'a str,
    /// Other name.
    pub alias: Option<&'a str>,
    /// Readings apart by blanks.
    pub pinyin: &'a str,
    /// Initials of the readings apart by blanks.
    pub initials: &'a str,
    /// Sign-in name.
    pub account: &'a str,
    /// E.164.
    pub mobile: Option<&'a str>,
    /// Badge number.
    pub employee_no: Option<&'a str>,
}

impl SearchKey {
    /// Whether a member is found. The query of the service says the same in SQL.
    pub fn matches(&self, member: &Searched<'_>) -> bool {
        let text = self.text.as_str();
        member.name.to_lowercase().contains(text)
            || member.alias.is_some_and(|alias| alias.to_lowercase().contains(text))
            || member.account.starts_with(text)
            || member
                .employee_no
                .is_some_and(|number| number.to_lowercase().starts_with(text))
            || self.latin.as_deref().is_some_and(|latin| {
                member.pinyin.contains(latin) || member.initials.split(' ').any(|word| word.starts_with(latin))
            })
            || self
                .digits
                .as_deref()
                .is_some_and(|digits| member.mobile.is_some_and(|mobile| mobile.ends_with(digits)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::pinyin;

    fn check(name: &str, typed: &str, expected: bool) {
        let reading = pinyin::read(name);
        let member = Searched {
            name,
            alias: Some("Kevin"),
            pinyin: &reading.pinyin,
            initials: &reading.initials,
            account: "z.wei",
            mobile: Some("+8613800138002"),
            employee_no: Some("YS-0126"),
        };
        let found = search_key(typed).is_some_and(|key| key.matches(&member));
        assert_eq!(found, expected, "{name} by {typed}");
    }

    #[test]
    fn people_are_found_as_they_are_typed() {
        for typed in [
            "张",
            "张伟",
            "zhangwei",
            "Zhang Wei",
            "zhang'wei",
            "zw",
            "ZW",
            "wei",
            "kev",
            "z.we",
            "ys-01",
            "8002",
            "138 0013 8002",
            "+8613800138002",
        ] {
            check("张伟", typed, true);
        }
        for typed in ["李", "zww", "002", "8003", "0126", "z.x"] {
            check("张伟", typed, false);
        }
        check("曾一鸣", "zengym", false);
        check("曾一鸣", "zengyi", true);
        check("曾一鸣", "cengyi", true);
        check("曾一鸣", "zym", true);
        check("单婷", "shant", true);
        check("吕布", "lü", true);
        check("阿依古丽·买买提", "古丽·买", true);
        check("阿依古丽·买买提", "ayigulimai", true);
    }

    #[test]
    fn nothing_typed_seeks_nothing() {
        assert_eq!(search_key(" \t "), None);
        assert_eq!(search_key("\0"), None);
    }
}
