//! Before the web app compiles: turns the locale files into typed keys, and registers the GraphQL contract.
//!
//! Locale files are `locales/<language>/<slice>.json`, objects of texts or of further objects. Every language must
//! have the same keys with the same placeholders; otherwise the build fails and names each difference.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde_json::{Map, Value};

const LANGUAGES: [&str; 2] = ["zh-CN", "en"];
const SCHEMA: &str = "../backend/schema.graphql";
/// Words that cannot be a key, because a key becomes a Rust name.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let mut problems = Vec::new();
    let mut code = String::new();
    let [zh, en] = LANGUAGES.map(|language| read_language(language, &mut problems));
    emit(&mut code, &zh, &en, "", &mut problems);
    if !problems.is_empty() {
        return Err(format!("the locale files do not agree:\n  {}\n", problems.join("\n  ")));
    }
    let out = env::var("OUT_DIR").map_err(|e| e.to_string())?;
    fs::write(Path::new(&out).join("i18n_keys.rs"), code).map_err(|e| e.to_string())?;

    println!("cargo::rerun-if-changed={SCHEMA}");
    if Path::new(SCHEMA).exists() {
        cynic_codegen::register_schema("tongshi")
            .from_sdl_file(SCHEMA)
            .map_err(|e| format!("{SCHEMA}: {e}"))?
            .as_default()
            .map_err(|e| format!("{SCHEMA}: {e}"))?;
    }
    Ok(())
}

/// All files of one language as one object: slice -> keys.
fn read_language(language: &str, problems: &mut Vec<String>) -> Map<String, Value> {
    let folder = format!("locales/{language}");
    let mut slices = Map::new();
    let Ok(entries) = fs::read_dir(&folder) else {
        problems.push(format!("{folder} cannot be read"));
        return slices;
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.sort();
    for path in paths
        .iter()
        .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
    {
        println!("cargo::rerun-if-changed={}", path.display());
        let slice = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().replace('-', "_"))
            .unwrap_or_default();
        let parsed = fs::read_to_string(path)
            .map_err(|e| e.to_string())
            .and_then(|text| serde_json::from_str::<Value>(&text).map_err(|e| e.to_string()));
        match parsed {
            Ok(value @ Value::Object(_)) => {
                slices.insert(slice, value);
            }
            Ok(_) => problems.push(format!("{}: must be an object", path.display())),
            Err(e) => problems.push(format!("{}: {e}", path.display())),
        }
    }
    slices
}

/// Writes one level of keys; `path` is where it lies, for messages.
fn emit(code: &mut String, zh: &Map<String, Value>, en: &Map<String, Value>, path: &str, problems: &mut Vec<String>) {
    for key in en.keys().filter(|key| !zh.contains_key(*key)) {
        problems.push(format!("{path}{key}: missing in zh-CN"));
    }
    for (key, zh_value) in zh {
        let here = format!("{path}{key}");
        let plain = key.starts_with(|c: char| c.is_ascii_lowercase())
            && key
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !plain || KEYWORDS.contains(&key.as_str()) {
            problems.push(format!("{here}: a key is snake_case ASCII and no Rust keyword"));
            continue;
        }
        match (zh_value, en.get(key)) {
            (_, None) => problems.push(format!("{here}: missing in en")),
            (Value::Object(zh), Some(Value::Object(en))) => {
                let _ = writeln!(code, "/// Texts below `{here}`.\npub mod {key} {{");
                emit(code, zh, en, &format!("{here}."), problems);
                code.push_str("}\n");
            }
            (Value::String(zh), Some(Value::String(en))) => match (placeholders(zh), placeholders(en)) {
                (Ok(a), Ok(b)) if a == b => emit_text(code, key, zh, en, &a),
                (Ok(a), Ok(b)) => problems.push(format!("{here}: placeholders differ, zh-CN has {a:?}, en has {b:?}")),
                (Err(e), _) | (_, Err(e)) => problems.push(format!("{here}: {e}")),
            },
            _ => problems.push(format!(
                "{here}: must be a text or an object, the same in both languages"
            )),
        }
    }
}

/// One key as a type: the macro `t!` builds it, so that the compiler checks name and placeholders.
fn emit_text(code: &mut String, key: &str, zh: &str, en: &str, names: &BTreeSet<String>) {
    let doc = zh.replace('\n', " ");
    if names.is_empty() {
        let _ = write!(
            code,
            "#[doc = {doc:?}]\npub struct {key} {{}}\nimpl {key} {{\n/// The text in the current language.\n\
             pub fn text(&self) -> &'static str {{ crate::i18n::pick({zh:?}, {en:?}) }}\n}}\n"
        );
        return;
    }
    let mut fields = String::new();
    let mut pairs = String::new();
    for name in names {
        let _ = write!(
            fields,
            "/// Put where the text says `{name}`.\npub {name}: &'a dyn std::fmt::Display, "
        );
        let _ = write!(pairs, "({name:?}, self.{name}), ");
    }
    let _ = write!(
        code,
        "#[doc = {doc:?}]\npub struct {key}<'a> {{ {fields} }}\nimpl {key}<'_> {{\n/// The text in the current language.\n\
         pub fn text(&self) -> String {{ crate::i18n::fill(crate::i18n::pick({zh:?}, {en:?}), &[{pairs}]) }}\n}}\n"
    );
}

/// Names in braces: `{name}`, or `{name:singular|plural}`.
fn placeholders(text: &str) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let (inner, tail) = after.split_once('}').ok_or("a brace is not closed")?;
        let name = inner.split(':').next().unwrap_or_default();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c == '_') || KEYWORDS.contains(&name) {
            return Err(format!("{{{inner}}} is no placeholder: lower-case letters and _ only"));
        }
        names.insert(name.to_owned());
        rest = tail;
    }
    Ok(names)
}
