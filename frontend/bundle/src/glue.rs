//! The JavaScript of the app: wasm-bindgen's glue and wasm-split's loaders as one module with hashed names.
//!
//! As two files they import each other, and neither could carry the hash of the other in its name.

use std::fmt::Write as _;
use std::ops::Range;

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

/// Gives a module out of the file that small ones share, which is fetched when the first of them is wanted; behind its address.
const SHELF: &str = "\
let shelf;
const take = async () => {
for (;;) {
const answer = await fetchPart(SHELF);
if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
const bytes = await answer.arrayBuffer().catch(() => undefined);
if (bytes) return bytes;
await pause(500);
}
};
const shelved = async (from, to) => {
shelf ??= take().catch((error) => { shelf = undefined; throw error; });
return new Response((await shelf).slice(from, to), { headers: { \"content-type\": \"application/wasm\" } });
};
";

/// Small modules in one file of the app, by the names the loaders use.
pub(crate) struct Shelved {
    pub path: String,
    pub places: Vec<(String, Range<usize>)>,
}

/// Joins the two files and points them at the hashed names. `chunks` and `snippets` map old names to paths of the app.
pub(crate) fn finish(
    glue: &str,
    link: &str,
    shelf: &Shelved,
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
    let mut js = FETCH.to_owned();
    if !shelf.places.is_empty() {
        let path = beside(&shelf.path);
        writeln!(js, "const SHELF = new URL(\"{path}\", import.meta.url);")?;
        js.push_str(SHELF);
    }
    js.push_str(&loaders.replace("fetch(new URL(", "fetchPart(new URL("));
    js.push_str(&out);
    for (old, place) in &shelf.places {
        let fetched = format!("fetchPart(new URL(\"./{old}\", import.meta.url))");
        replace(&mut js, &fetched, &format!("shelved({}, {})", place.start, place.end))?;
    }
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

    fn shelf(places: &[(&str, Range<usize>)]) -> Shelved {
        Shelved {
            path: "assets/shelf-1.bin".into(),
            places: places
                .iter()
                .map(|(name, place)| ((*name).to_owned(), place.clone()))
                .collect(),
        }
    }

    #[test]
    fn two_modules_become_one() {
        let glue = "/**\n * doc\n */\nimport * as import1 from \"./__wasm_split.js\"\nimport { a } from './snippets/x/inline0.js';\n\n    // note\n    export { initSync };\n";
        let link = "import { initSync } from \"./app.js\";\nexport const __load_a = wrap(() => fetch(new URL(\"./split_a.wasm\", import.meta.url)));\n";
        let js = finish(
            glue,
            link,
            &shelf(&[]),
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
        let js = finish(glue, link, &shelf(&[]), &[], &[]).unwrap();
        assert!(js.contains("const import2 = { __load_a, __load_b };"), "{js}");
        assert!(finish("import { x } from \"./__wasm_split.js\"\n", link, &shelf(&[]), &[], &[]).is_err());
    }

    #[test]
    fn a_chunk_nobody_loads_is_an_error() {
        let chunks = [("split_a.wasm".into(), "assets/a-1.wasm".into())];
        assert!(finish("", "", &shelf(&[]), &chunks, &[]).is_err());
        assert!(finish("", "", &shelf(&[("chunk_1.wasm", 0..8)]), &[], &[]).is_err());
    }

    #[test]
    fn small_modules_come_from_the_shelf() {
        let link = "const __chunk_1 = wrap(() => fetch(new URL(\"./chunk_1.wasm\", import.meta.url)));\n\
                    const __chunk_12 = wrap(() => fetch(new URL(\"./chunk_12.wasm\", import.meta.url)));\n";
        let js = finish(
            "",
            link,
            &shelf(&[("chunk_1.wasm", 0..8), ("chunk_12.wasm", 8..20)]),
            &[],
            &[],
        )
        .unwrap();
        let (head, loaders) = js.split_at(js.find("const __chunk_1").unwrap());
        assert_eq!(
            loaders,
            "const __chunk_1 = wrap(() => shelved(0, 8));\nconst __chunk_12 = wrap(() => shelved(8, 20));\n"
        );
        assert!(head.contains("new URL(\"./shelf-1.bin\", import.meta.url)"), "{head}");
    }
}
