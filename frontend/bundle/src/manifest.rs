//! What a bundle holds: the server reads it for names, hashes and the security policy, people for sizes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Name of the manifest in the bundle's folder.
pub const MANIFEST: &str = "manifest.json";

/// The list of a bundle's files and of what its page may run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Changes whenever anything a browser loads changes.
    pub build: String,
    /// Built for speed of building, not of loading.
    pub dev: bool,
    /// CSP sources (`sha256-...`) of the page's inline scripts.
    pub scripts: Vec<String>,
    /// CSP sources (`sha256-...`) of the page's inline style sheets.
    pub styles: Vec<String>,
    /// By path relative to the bundle's folder.
    pub files: BTreeMap<String, File>,
}

/// One file of a bundle. Sizes are bytes; a size of `None` means there is no such copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its part in the app.
    pub kind: Kind,
    /// SHA-256 of the uncompressed contents, in hexadecimal.
    pub sha256: String,
    /// Uncompressed size.
    pub raw: usize,
    /// Size of the copy `<path>.br`.
    pub br: Option<usize>,
    /// Size of the copy `<path>.gz`.
    pub gz: Option<usize>,
}

/// The part a file plays, which decides its budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The page itself.
    Page,
    /// The WebAssembly every visit needs.
    Entry,
    /// JavaScript between browser and WebAssembly.
    Glue,
    /// The style sheet.
    Css,
    /// Texts that are fetched on their own.
    Strings,
    /// WebAssembly fetched when a route is first visited.
    Chunk,
    /// Icons and the like, not needed to start.
    Other,
}

impl File {
    /// What travels to a modern browser.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.br.unwrap_or(self.raw)
    }
}

impl Manifest {
    /// Reads the manifest of the bundle in `dir`.
    pub fn read(dir: &Path) -> Result<Self> {
        let path = dir.join(MANIFEST);
        let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} is not a bundle's manifest", path.display()))
    }

    /// Bytes that travel for all files of one kind.
    #[must_use]
    pub fn sent(&self, kind: Kind) -> usize {
        self.files
            .values()
            .filter(|file| file.kind == kind)
            .map(File::sent)
            .sum()
    }

    /// A table of sizes for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut rows: Vec<_> = self.files.iter().collect();
        rows.sort_by_key(|(path, file)| (file.kind, std::cmp::Reverse(file.sent()), path.as_str()));
        let mut out = format!("{:<44} {:>10} {:>10}\n", "web app", "raw", "brotli");
        for (path, file) in rows {
            let sent = file.br.map_or_else(|| "-".to_owned(), kilobytes);
            // Writing to a string cannot fail.
            _ = writeln!(out, "{path:<44} {:>10} {sent:>10}", kilobytes(file.raw));
        }
        let raw = self.files.values().map(|file| file.raw).sum();
        let sent = self.files.values().map(File::sent).sum();
        _ = write!(
            out,
            "{:<44} {:>10} {:>10}",
            "together",
            kilobytes(raw),
            if self.dev { "-".to_owned() } else { kilobytes(sent) }
        );
        out
    }
}

/// `12345` -> `12.1 KB`, a kilobyte being 1024 bytes.
pub(crate) fn kilobytes(bytes: usize) -> String {
    let tenths = (bytes * 10).div_ceil(1024);
    format!("{}.{} KB", tenths / 10, tenths % 10)
}
