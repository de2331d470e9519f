//! Reading brackets and tokens off a text without parsing it.

use super::{BRACKETS, too_many};
use crate::config::Limits;
use crate::error::{Error, Result};

/// Checks size, nesting and number of tokens of a GraphQL document. Whether it is well formed is for the parser to say.
///
/// # Errors
/// [`Error::TooComplex`] naming the limit, [`Error::Invalid`] for a string without end.
pub fn document(text: &str, limits: &Limits) -> Result<()> {
    if text.len() > limits.document_bytes {
        return Err(too_many("长度（字节）", "length in bytes", limits.document_bytes));
    }
    let (mut depth, mut tokens) = (0_usize, 0_usize);
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let length = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                rest = tail;
                continue;
            }
            b'#' => {
                rest = after_line(tail);
                continue;
            }
            b'"' => string(rest).ok_or_else(|| {
                Error::invalid("query", "文档中有未结束的字符串", "A string in the document has no end")
            })?,
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > BRACKETS {
                    return Err(too_many("括号嵌套层数", "nesting of brackets", BRACKETS));
                }
                1
            }
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                1
            }
            _ if is_word(byte) => rest.iter().take_while(|byte| is_word(**byte)).count(),
            _ => 1,
        };
        tokens += 1;
        if tokens > limits.tokens {
            return Err(too_many("词元数", "number of tokens", limits.tokens));
        }
        rest = rest.get(length.max(1)..).unwrap_or_default();
    }
    Ok(())
}

/// Checks the nesting of a JSON text.
///
/// # Errors
/// [`Error::TooComplex`] naming the limit.
pub fn json(text: &[u8]) -> Result<()> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in text {
        if quoted {
            (quoted, escaped) = match byte {
                _ if escaped => (true, false),
                b'\\' => (true, true),
                b'"' => (false, false),
                _ => (true, false),
            };
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > BRACKETS {
                    return Err(too_many("括号嵌套层数", "nesting of brackets", BRACKETS));
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+') || !byte.is_ascii()
}

fn after_line(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    end.and_then(|end| text.get(end..)).unwrap_or_default()
}

/// Length of the string or block string that `text` begins with; none when it has no end. A plain string ends with its line
/// at the latest, so that an unclosed quote hides no brackets from the count.
fn string(text: &[u8]) -> Option<usize> {
    if text.starts_with(b"\"\"\"") {
        let mut at = 3;
        loop {
            let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
            if rest.starts_with(b"\\\"\"\"") {
                at += 4;
            } else if rest.starts_with(b"\"\"\"") {
                return Some(at + 3);
            } else {
                at += 1;
            }
        }
    }
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate().skip(1) {
        match byte {
            b'\n' | b'\r' => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, passes: bool) {
        assert_eq!(
            document(text, &Limits::default()).is_ok(),
            passes,
            "{}",
            text.get(..80).unwrap_or(text)
        );
    }

    #[test]
    fn brackets_of_every_kind_are_counted_outside_strings_and_comments() {
        for (open, close) in [("{a", "}"), ("[", "]"), ("(a:", ")"), ("{a:{", "}}")] {
            for levels in [500, 1_000, 2_000, 4_000, 10_000] {
                check(&format!("{}{}", open.repeat(levels), close.repeat(levels)), false);
            }
        }
        check(&format!("{{a(b:{}{})}}", "[".repeat(62), "]".repeat(62)), true);
        check(&format!("{{a(b:{}{})}}", "[".repeat(63), "]".repeat(63)), false);
        check(&format!("{{a(b:\"{}\")}}", "[".repeat(500)), true);
        check(&format!("{{a(b:\"\\\"{}\")}}", "[".repeat(500)), true);
        check(&format!("{{a(b:\"\"\"\\\"\"\"{}\"\"\")}}", "[".repeat(500)), true);
        check(&format!("{{a}} # {}", "[".repeat(500)), true);
        check(&format!("# \n {}", "[".repeat(500)), false);
        check(&format!("\"\n{}", "[".repeat(500)), false);
        check(&format!("\"\"\"{}", "[".repeat(500)), false);
        check(&format!("\" {}", "[".repeat(500)), false);
    }

    #[test]
    fn tokens_and_bytes_are_counted() {
        check(&format!("{{{}}}", "a ".repeat(1_998)), true);
        check(&format!("{{{}}}", "a ".repeat(1_999)), false);
        check(&"!".repeat(2_001), false);
        check(&" ".repeat(100_000), true);
        check(&" ".repeat(100_001), false);
    }

    #[test]
    fn json_nesting_is_counted_outside_strings() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels)).into_bytes();
        assert!(json(&nested(64)).is_ok());
        assert!(json(&nested(65)).is_err());
        assert!(json(format!("{{\"a\":\"\\\"{}\"}}", "[".repeat(500)).as_bytes()).is_ok());
        assert!(json("{\"a\":".repeat(100_000).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_scanned_to_its_end(text in "\\PC*|[\\[\\](){}\"\\\\#\n a1]{0,400}") {
            let _ = document(&text, &Limits::default());
            let _ = json(text.as_bytes());
        }
    }
}
