//! The JavaScript of the app: wasm-bindgen's glue and wasm-split's loaders as one module with hashed names.
//!
//! As two files they import each other, and neither could carry the hash of the other in its name.

use std::fmt::Write as _;

use anyhow::{Result, bail, ensure};

use crate::split::LINK;

/// Fetches a part of the app, again and again while the way to the server is cut: a part that fails to come would end
/// the page. What the server answers to is passed on, whatever it is.
const FETCH: &str = "\
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); addEventListener(\"online\", done, { once: true }); });
const fetchPart = async (url) => {
for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
const answer = await fetch(url).catch(() => undefined);
if (answer && answer.status < 500) return answer;
await pause(wait);
}
};
";

/// Joins the two files and points them at the hashed names. `chunks` and `snippets` map old names to paths of the app.
pub(crate) fn finish(
    glue: &str,
    link: &str,
    chunks: &[(String, String)],
    snippets: &[(String, String)],
) -> Result<String> {
    let (loaders, exports) = loaders(link)?;
    let mut out = String::with_capacity(glue.len() + link.len());
    let mut doc = false;
    for line in glue.lines() {
        let trimmed = line.trim_start();
        doc |= trimmed.starts_with("/**");
        if doc {
            doc = !trimmed.contains("*/");
        } else if let Some(alias) = star_import(trimmed) {
            writeln!(out, "const {alias} = {{ {} }};", exports.join(", "))?;
        } else if !trimmed.starts_with("//") && !trimmed.is_empty() {
            out.push_str(trimmed);
            out.push('\n');
        }
    }
    // The loaders come first: the glue's object of them needs their values.
    let mut js = FETCH.to_owned() + &loaders.replace("fetch(new URL(", "fetchPart(new URL(") + &out;
    for (old, new) in chunks {
        replace(&mut js, &format!("\"./{old}\""), &format!("\"{}\"", beside(new)))?;
    }
    for (old, new) in snippets {
        let quote = if js.contains(&format!("'{old}'")) { '\'' } else { '"' };
        replace(
            &mut js,
            &format!("{quote}{old}{quote}"),
            &format!("{quote}{}{quote}", beside(new)),
        )?;
    }
    // The glue names the module once per function it takes from it: as keys of one object, of which the last counts.
    let imports = js
        .lines()
        .any(|line| line.starts_with("import ") && line.contains(LINK));
    ensure!(!imports, "the glue still imports {LINK}");
    Ok(js)
}

/// The path of an asset as seen from another asset.
fn beside(path: &str) -> String {
    format!("./{}", path.rsplit('/').next().unwrap_or(path))
}

fn replace(js: &mut String, old: &str, new: &str) -> Result<()> {
    ensure!(js.contains(old), "the glue does not mention {old}");
    *js = js.replace(old, new);
    Ok(())
}

/// `import * as import1 from "./__wasm_split.js"` -> `import1`.
fn star_import(line: &str) -> Option<&str> {
    let (alias, from) = line.strip_prefix("import * as ")?.split_once(" from ")?;
    (from.trim_end_matches(';').trim_matches(['"', '\'']) == LINK).then_some(alias)
}

/// The loaders without their import of the glue, and the names they offered as exports.
fn loaders(link: &str) -> Result<(String, Vec<&str>)> {
    let mut out = String::new();
    let mut exports = Vec::new();
    for line in link.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("import ") {
            if !trimmed.contains("initSync") {
                bail!("unknown import in the loaders: {trimmed}");
            }
        } else if let Some(rest) = trimmed.strip_prefix("export const ") {
            exports.push(rest.split(' ').next().unwrap_or_default());
            writeln!(out, "const {rest}")?;
        } else if !trimmed.is_empty() && !trimmed.starts_with("//") {
            out.push_str(trimmed);
            out.push('\n');
        }
    }
    Ok((out, exports))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_modules_become_one() {
        let glue = "/**\n * doc\n */\nimport * as import1 from \"./__wasm_split.js\"\nimport { a } from './snippets/x/inline0.js';\n\n    // note\n    export { initSync };\n";
        let link = "import { initSync } from \"./app.js\";\nexport const __load_a = wrap(() => fetch(new URL(\"./split_a.wasm\", import.meta.url)));\n";
        let js = finish(
            glue,
            link,
            &[("split_a.wasm".into(), "assets/a-1.wasm".into())],
            &[("./snippets/x/inline0.js".into(), "assets/snippet-2.js".into())],
        )
        .unwrap();
        assert_eq!(
            js.strip_prefix(FETCH).unwrap(),
            "const __load_a = wrap(() => fetchPart(new URL(\"./a-1.wasm\", import.meta.url)));\n\
             const import1 = { __load_a };\nimport { a } from './snippet-2.js';\nexport { initSync };\n"
        );
    }

    #[test]
    fn several_functions_of_one_module() {
        let glue = "import * as import1 from \"./__wasm_split.js\"\nimport * as import2 from \"./__wasm_split.js\"\n\
                    const imports = {\n    \"./__wasm_split.js\": import1,\n    \"./__wasm_split.js\": import2,\n};\n";
        let link = "export const __load_a = 1;\nexport const __load_b = 2;\n";
        let js = finish(glue, link, &[], &[]).unwrap();
        assert!(js.contains("const import2 = { __load_a, __load_b };"), "{js}");
        assert!(finish("import { x } from \"./__wasm_split.js\"\n", link, &[], &[]).is_err());
    }

    #[test]
    fn a_chunk_nobody_loads_is_an_error() {
        assert!(finish("", "", &[("split_a.wasm".into(), "assets/a-1.wasm".into())], &[]).is_err());
    }
}
