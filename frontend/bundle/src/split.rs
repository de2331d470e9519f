//! One linked file -> entry module, lazily loaded modules and their JavaScript glue.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

/// The name under which the entry module imports the loaders of the split-off modules.
pub(crate) const LINK: &str = "./__wasm_split.js";

/// The app in pieces, not yet named by content.
#[derive(Debug)]
pub(crate) struct Parts {
    /// The entry module.
    pub main: Vec<u8>,
    /// wasm-bindgen's JavaScript for it.
    pub glue: String,
    /// wasm-split's loaders of the chunks.
    pub link: String,
    pub chunks: Vec<Chunk>,
    pub snippets: Vec<Snippet>,
}

/// A module that is fetched when its code is first called.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// File name the loaders use.
    pub file: String,
    /// Short readable name.
    pub name: String,
    pub wasm: Vec<u8>,
}

/// JavaScript that a crate brought along.
#[derive(Debug)]
pub(crate) struct Snippet {
    /// The path the glue imports it by.
    pub import: String,
    pub js: Vec<u8>,
}

/// Splits `wasm` at the points its lazy functions mark, and binds the entry module to the browser.
pub(crate) fn split(wasm: &Path, work: &Path, dev: bool) -> Result<Parts> {
    let input = std::fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let main_path = work.join("app.wasm");
    let split = {
        let mut options = wasm_split_cli_support::Options::new(&input);
        options.output_dir = work;
        options.main_out_path = &main_path;
        options.main_module = "./app.js";
        options.link_name = LINK;
        wasm_split_cli_support::transform(options).map_err(|error| anyhow!("cannot split the web app: {error:#}"))?
    };
    let bound = work.join("bound");
    Bindgen::new()
        .input_path(&main_path)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .keep_lld_exports(true)
        .demangle(false)
        .remove_name_section(!dev)
        .remove_producers_section(!dev)
        .generate(&bound)
        .context("cannot bind the web app to JavaScript")?;

    let entry = bound.join("app_bg.wasm");
    let mut chunks = Vec::new();
    for path in split.split_modules {
        if !dev {
            optimise(&path);
        }
        let file = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let wasm = read(&path)?;
        let wasm = if dev { wasm } else { compact(&wasm)? };
        chunks.push(Chunk {
            name: readable(&file),
            file,
            wasm,
        });
    }
    chunks.sort_by(|a, b| a.file.cmp(&b.file));
    if !dev {
        optimise(&entry);
    }
    Ok(Parts {
        main: read(&entry)?,
        glue: String::from_utf8(read(&bound.join("app.js"))?)?,
        link: String::from_utf8(read(&work.join(LINK))?)?,
        chunks,
        snippets: snippets(&bound)?,
    })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// `split___MemberRoute_View_123456.wasm` -> `member_route`: what a person wants to see in the network panel.
fn readable(file: &str) -> String {
    let stem = file.trim_end_matches(".wasm").trim_start_matches("split_");
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit()).trim_matches('_');
    let stem = stem
        .strip_suffix("_view")
        .or_else(|| stem.strip_suffix("_View"))
        .unwrap_or(stem);
    if stem.is_empty() {
        "chunk".into()
    } else {
        stem.to_ascii_lowercase().replace('_', "-")
    }
}

/// All files below `snippets/`, with the path the glue imports them by.
fn snippets(bound: &Path) -> Result<Vec<Snippet>> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![bound.join("snippets")];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(bound)?.to_string_lossy().replace('\\', "/");
                found.push(Snippet {
                    import: format!("./{relative}"),
                    js: read(&path)?,
                });
            }
        }
    }
    found.sort_by(|a, b| a.import.cmp(&b.import));
    Ok(found)
}

/// Runs `wasm-opt` where the builder has it. It saves about two per cent of what is sent, so its absence is no fault.
fn optimise(path: &Path) {
    let out = path.with_extension("opt.wasm");
    let done = Command::new("wasm-opt")
        .args(["-Oz", "--all-features"])
        .arg(path)
        .arg("-o")
        .arg(&out)
        .output();
    if done.is_ok_and(|output| output.status.success()) {
        // On failure the unoptimised module stays, which is right too.
        _ = std::fs::rename(&out, path);
    }
}

/// The module written anew: the linker pads every number it may have to change, and leaves names and notes behind.
fn compact(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = walrus::ModuleConfig::new()
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse(wasm)
        .context("a split module cannot be read")?;
    let customs: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for id in customs {
        module.customs.delete(id);
    }
    Ok(module.emit_wasm())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunk_names_are_readable() {
        assert_eq!(readable("split_about_view_1234567.wasm"), "about");
        assert_eq!(readable("split___member_route_View_99.wasm"), "member-route");
        assert_eq!(readable("chunk_3.wasm"), "chunk");
        assert_eq!(readable("split_42.wasm"), "chunk");
    }

    #[test]
    fn padding_and_custom_sections_go() {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend_from_slice(&[1, 0x84, 0x80, 0x00, 1, 0x60, 0, 0]); // a type section, its size in three bytes
        wasm.extend_from_slice(&[0, 2, 1, b'n']); // a custom section
        wasm.extend_from_slice(&[3, 2, 1, 0]); // a function of that type
        wasm.extend_from_slice(&[7, 5, 1, 1, b'f', 0, 0]); // exported
        wasm.extend_from_slice(&[10, 4, 1, 2, 0, 0x0b]); // that does nothing
        let compacted = compact(&wasm).unwrap();
        assert!(
            compacted.starts_with(b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0"),
            "{compacted:?}"
        );
        assert_eq!(compacted.len(), wasm.len() - 2 - 4);
        assert!(compact(b"\0asm").is_err());
    }
}
