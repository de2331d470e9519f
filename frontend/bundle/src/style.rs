//! The style sheets as one file in a fixed order, and the icon sprite.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// What `frontend/style` holds.
#[derive(Debug, Default)]
pub(crate) struct Style {
    pub css: String,
    /// The contents of `icons.svg`; the page carries it, so that `<use href="#name">` works at once.
    pub sprite: String,
}

/// Sheets named here come first, in this order (by start of the file name); the rest follow by name.
const ORDER: [&str; 4] = ["tokens", "base", "components", "pages"];

/// Reads the folder; a missing folder is an empty style.
pub(crate) fn collect(dir: &Path) -> Result<Style> {
    let mut style = Style::default();
    if !dir.is_dir() {
        return Ok(style);
    }
    let mut sheets: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "css") {
            sheets.push(path);
        } else if path.file_name().is_some_and(|name| name == "icons.svg") {
            style.sprite = read(&path)?.trim().to_owned();
        }
    }
    sheets.sort_by_key(|path| {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        (
            ORDER
                .iter()
                .position(|start| name.starts_with(start))
                .unwrap_or(ORDER.len()),
            name,
        )
    });
    for sheet in sheets {
        style.css.push_str(&minify(&read(&sheet)?));
    }
    Ok(style)
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Takes out comments and the white space that means nothing. Strings stay as they are; selectors, `calc` and values
/// keep their single spaces, because there a space has a meaning.
fn minify(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut chars = css.chars().peekable();
    let mut space = false;
    while let Some(c) = chars.next() {
        if c == '/' && chars.peek() == Some(&'*') {
            chars.next();
            let mut last = ' ';
            for c in chars.by_ref() {
                if last == '*' && c == '/' {
                    break;
                }
                last = c;
            }
            space = true;
        } else if c.is_whitespace() {
            space = true;
        } else {
            let tight = |c: char| matches!(c, '{' | '}' | ';' | ',');
            if space && !tight(c) && out.chars().next_back().is_some_and(|before| !tight(before)) {
                out.push(' ');
            }
            space = false;
            if c == '}' && out.ends_with(';') {
                out.pop();
            }
            out.push(c);
            if matches!(c, '"' | '\'') {
                quoted(c, &mut chars, &mut out);
            }
        }
    }
    out
}

/// Copies the rest of a string up to its closing quote.
fn quoted(quote: char, chars: &mut impl Iterator<Item = char>, out: &mut String) {
    let mut escaped = false;
    for c in chars {
        out.push(c);
        if c == quote && !escaped {
            return;
        }
        escaped = c == '\\' && !escaped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(css: &str, minified: &str) {
        assert_eq!(minify(css), minified);
        assert_eq!(minify(minified), minified, "minifying twice changes nothing");
    }

    #[test]
    fn only_meaningless_space_goes() {
        check("a  b > c { color : red; }\n", "a b > c{color : red}");
        check("a { width: calc(1px + 2px) }", "a{width: calc(1px + 2px)}");
        check("a :hover, b { x: y; z: w; }", "a :hover,b{x: y;z: w}");
        check("@media (a) and (b) { c { d: e } }", "@media (a) and (b){c{d: e}}");
        check("/* note */ a { b: c /* d */ e }", "a{b: c e}");
        check("a { content: \"x  {;/* \\\" \" }", "a{content: \"x  {;/* \\\" \"}");
        check("", "");
    }

    #[test]
    fn sheets_come_in_order() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["zebra.css", "components-b.css", "tokens.css", "components-a.css"] {
            std::fs::write(dir.path().join(name), format!(".{}{{}}", name.trim_end_matches(".css"))).unwrap();
        }
        std::fs::write(dir.path().join("icons.svg"), "<svg/>\n").unwrap();
        let style = collect(dir.path()).unwrap();
        assert_eq!(style.css, ".tokens{}.components-a{}.components-b{}.zebra{}");
        assert_eq!(style.sprite, "<svg/>");
        assert_eq!(collect(&dir.path().join("none")).unwrap().css, "");
    }
}
