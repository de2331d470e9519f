//! What a file is by its content, and what it may be called. Pure.

/// Longest name, in characters.
const NAME: usize = 120;
/// Name of a file that has none left.
const NAMELESS: &str = "附件";
/// Types we keep. Decided from the content; plain text is told apart by [`content_type`].
const ALLOWED: [&str; 17] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/bmp",
    "image/heif",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/zip",
];

/// The type of a file by its content; none for what we do not keep. The name only tells CSV from other text.
pub fn content_type(bytes: &[u8], name: &str) -> Option<&'static str> {
    if bytes.is_empty() {
        return None;
    }
    if let Some(found) = infer::get(bytes) {
        return ALLOWED.iter().find(|allowed| **allowed == found.mime_type()).copied();
    }
    let text = !is_markup(bytes) && !bytes.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127));
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        _ if !text => None,
        Some("csv") => Some("text/csv"),
        Some("txt" | "md" | "log") => Some("text/plain"),
        _ => None,
    }
}

/// Whether a text begins as a page or a drawing that could run scripts, behind a byte order mark and blanks.
fn is_markup(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let begins = |word: &[u8]| {
        text.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    infer::get(text).is_some_and(|found| found.matcher_type() == infer::MatcherType::Text)
        || begins(b"<svg")
        || begins(b"<script")
}

/// Whether a browser may show it in place. All else is downloaded.
pub fn is_shown(content_type: &str) -> bool {
    matches!(
        content_type,
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/bmp"
    )
}

/// A name fit to be shown and to be saved under, on any system: no folders, no control or direction characters.
pub fn clean_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .map(|c| {
            if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') {
                '_'
            } else {
                c
            }
        })
        .collect();
    let kept = kept.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let (stem, extension) = match kept.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.chars().count() <= 10 => (stem, Some(extension)),
        _ => (kept, None),
    };
    let tail = extension.map_or(0, |extension| extension.chars().count() + 1);
    let mut name: String = stem.chars().take(NAME - tail).collect();
    if name.is_empty() {
        NAMELESS.clone_into(&mut name);
    }
    if is_device(&name) {
        name.insert(0, '_');
    }
    match extension {
        Some(extension) => format!("{name}.{extension}"),
        None => name,
    }
}

/// Characters that have no shape or turn the writing round.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// Names Windows keeps for devices.
fn is_device(stem: &str) -> bool {
    let stem = stem.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered = |prefix| {
        stem.strip_prefix(prefix)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

/// Value of `Content-Disposition`: the name in ASCII for old readers and in full for others (RFC 6266).
pub fn disposition(name: &str, content_type: &str) -> String {
    use std::fmt::Write;
    let manner = if is_shown(content_type) { "inline" } else { "attachment" };
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut full = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            full.push(char::from(byte));
        } else {
            let _ = write!(full, "%{byte:02X}");
        }
    }
    format!("{manner}; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_names_are_made_harmless() {
        for (given, expected) in [
            ("病假证明.pdf", "病假证明.pdf"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\windows\\system32\\cmd.exe", "cmd.exe"),
            ("C:\\a\\b.txt", "b.txt"),
            ("", "附件"),
            ("...", "附件"),
            ("/", "附件"),
            (" .hidden ", "hidden"),
            ("a\0b\r\nc.png", "abc.png"),
            ("invoice\u{202E}fdp.exe", "invoicefdp.exe"),
            ("CON", "_CON"),
            ("com1.txt", "_com1.txt"),
            ("a<b>:c|d?e*f\".pdf", "a_b__c_d_e_f_.pdf"),
            ("x.", "x"),
            (".pdf", "pdf"),
        ] {
            assert_eq!(clean_name(given), expected, "{given:?}");
        }
    }

    #[test]
    fn types_are_told_by_content() {
        const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        for (bytes, name, expected) in [
            (PNG, "a.png", Some("image/png")),
            (PNG, "a.exe", Some("image/png")),
            (b"%PDF-1.7\n".as_slice(), "a.pdf", Some("application/pdf")),
            (b"MZ\x90\0\x03\0\0\0", "a.pdf", None),
            (b"<html><script>", "a.txt", None),
            (b"<?xml version=\"1.0\"?><svg/>", "a.svg", None),
            (b"<svg xmlns=\"x\"/>", "a.svg", None),
            (b"<svg xmlns=\"x\"/>", "a.png", None),
            (b"\xef\xbb\xbf<!DOCTYPE html>", "a.txt", None),
            (b" \n<SVG onload=alert(1)>", "a.txt", None),
            (b"<3 you", "a.txt", Some("text/plain")),
            ("姓名,部门\n".as_bytes(), "名单.csv", Some("text/csv")),
            ("你好".as_bytes(), "a.TXT", Some("text/plain")),
            (b"\0\x01", "a.txt", None),
            (b"", "a.txt", None),
        ] {
            assert_eq!(content_type(bytes, name), expected, "{name}");
        }
    }

    #[test]
    fn names_travel_in_headers() {
        assert_eq!(
            disposition("病\"假.pdf", "application/pdf"),
            "attachment; filename=\"___.pdf\"; filename*=UTF-8''%E7%97%85%22%E5%81%87.pdf"
        );
        assert!(disposition("a.png", "image/png").starts_with("inline"));
    }

    proptest! {
        #[test]
        fn clean_names_stay_clean(given in "\\PC{0,300}|[./\\\\a\u{202E}\0 ]{0,40}") {
            let name = clean_name(&given);
            prop_assert_eq!(&clean_name(&name), &name);
            prop_assert!((1..=NAME + 1).contains(&name.chars().count()));
            prop_assert!(!name.contains(['/', '\\', '\0', '"', '\n']));
            prop_assert!(axum::http::HeaderValue::from_str(&disposition(&name, "x")).is_ok());
        }
    }
}
