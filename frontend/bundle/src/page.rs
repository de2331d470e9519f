//! `index.html`: fills the template in, and hashes what it runs inline so that the security policy can name it.

use anyhow::{Result, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

/// What the page refers to, as paths relative to the bundle's folder.
#[derive(Debug)]
pub(crate) struct Entry {
    pub css: String,
    pub glue: String,
    pub wasm: String,
    /// SVG symbols, put into the page itself.
    pub sprite: String,
}

/// The finished page with the CSP sources of its inline parts.
#[derive(Debug)]
pub(crate) struct Page {
    pub html: String,
    pub scripts: Vec<String>,
    pub styles: Vec<String>,
}

/// Replaces `{{css}}`, `{{glue}}`, `{{wasm}}`, `{{sprite}}` and `{{build}}`; any other `{{name}}` is an error.
pub(crate) fn render(template: &str, entry: &Entry, build: &str) -> Result<Page> {
    let mut html = String::with_capacity(template.len() + entry.sprite.len());
    for line in template.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !(line.starts_with("<!--") && line.ends_with("-->")) {
            html.push_str(line);
            html.push('\n');
        }
    }
    let paths = [("css", &entry.css), ("glue", &entry.glue), ("wasm", &entry.wasm)];
    for (name, path) in paths {
        html = html.replace(&format!("{{{{{name}}}}}"), &format!("/{path}"));
    }
    html = html.replace("{{build}}", build);
    // The sprite comes last: it is not searched for names.
    if let Some((_, rest)) = html.replace("{{sprite}}", "").split_once("{{") {
        bail!(
            "index.html asks for an unknown value: {{{{{}",
            rest.lines().next().unwrap_or_default()
        );
    }
    let html = html.replace("{{sprite}}", &entry.sprite);
    Ok(Page {
        scripts: inline(&html, "script"),
        styles: inline(&html, "style"),
        html,
    })
}

/// CSP sources of the elements `<tag>` without a `src`.
fn inline(html: &str, tag: &str) -> Vec<String> {
    let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
    let mut found = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once(&open) {
        let Some((attributes, after)) = after.split_once('>') else {
            break;
        };
        let Some((content, after)) = after.split_once(&close) else {
            break;
        };
        if !attributes.contains("src=") {
            found.push(format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(content))));
        }
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            css: "assets/app-1.css".into(),
            glue: "assets/app-2.js".into(),
            wasm: "assets/app-3.wasm".into(),
            sprite: "<svg><symbol id=\"x\"/></svg>".into(),
        }
    }

    #[test]
    fn values_are_filled_in_and_inline_parts_hashed() {
        let template = "<!-- note -->\n  <link href=\"{{css}}\">\n<script>alert(1)</script>\n\
                        <script src=\"{{glue}}\"></script><style>a{}</style>{{sprite}}<i>{{build}}</i>{{wasm}}";
        let page = render(template, &entry(), "abc").unwrap();
        assert_eq!(
            page.html,
            "<link href=\"/assets/app-1.css\">\n<script>alert(1)</script>\n<script src=\"/assets/app-2.js\"></script>\
             <style>a{}</style><svg><symbol id=\"x\"/></svg><i>abc</i>/assets/app-3.wasm\n"
        );
        // echo -n 'alert(1)' | openssl dgst -sha256 -binary | base64
        assert_eq!(page.scripts, ["sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI="]);
        assert_eq!(page.styles.len(), 1);
    }

    #[test]
    fn unknown_values_are_errors() {
        assert!(render("{{colour}}", &entry(), "b").is_err());
    }
}
