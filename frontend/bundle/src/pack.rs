//! Names by content, compressed copies, and the exchange of the old folder for the new one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::manifest::{File, Kind, MANIFEST, Manifest};

/// The files of the bundle on their way to the disk.
#[derive(Debug)]
pub(crate) struct Pack {
    dev: bool,
    files: BTreeMap<String, (Kind, Vec<u8>)>,
}

impl Pack {
    pub(crate) fn new(dev: bool) -> Self {
        Self {
            dev,
            files: BTreeMap::new(),
        }
    }

    /// Adds a file under `assets/` with its hash in its name, and gives that path. Such files may be cached for ever.
    pub(crate) fn hashed(&mut self, kind: Kind, name: &str, extension: &str, bytes: Vec<u8>) -> String {
        let hash: String = sha256(&bytes).chars().take(12).collect();
        let path = format!("assets/{name}-{hash}.{extension}");
        self.files.insert(path.clone(), (kind, bytes));
        path
    }

    /// Adds a file whose name people and browsers know.
    pub(crate) fn plain(&mut self, path: &str, kind: Kind, bytes: Vec<u8>) {
        self.files.insert(path.to_owned(), (kind, bytes));
    }

    /// Adds everything below `dir` under its own name; a missing folder is an empty one.
    pub(crate) fn public(&mut self, dir: &Path) -> Result<()> {
        let mut folders: Vec<PathBuf> = vec![dir.to_path_buf()];
        while let Some(folder) = folders.pop() {
            if !folder.is_dir() {
                continue;
            }
            for entry in std::fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(dir)?.to_string_lossy().replace('\\', "/");
                    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                    self.plain(&name, Kind::Other, bytes);
                }
            }
        }
        Ok(())
    }

    /// A short name for this state of the app: it changes with any file and with the page's template.
    pub(crate) fn build_id(&self, template: &str) -> String {
        let mut all = Sha256::new();
        all.update(template);
        for (path, (_, bytes)) in &self.files {
            all.update(path);
            all.update(bytes);
        }
        hex(&all.finalize()).chars().take(12).collect()
    }

    /// Writes everything next to `out`, then swaps the folders.
    pub(crate) fn write(
        self,
        out: &Path,
        build: String,
        scripts: Vec<String>,
        styles: Vec<String>,
    ) -> Result<Manifest> {
        let fresh = out.with_extension("new");
        crate::fresh_dir(&fresh)?;
        let mut files = BTreeMap::new();
        for (path, (kind, bytes)) in &self.files {
            write(&fresh.join(path), bytes)?;
            let (br, gz) = if self.dev || !compressible(path) {
                (None, None)
            } else {
                (
                    Some(copy(&fresh, path, "br", &brotli(bytes)?)?),
                    Some(copy(&fresh, path, "gz", &gzip(bytes)?)?),
                )
            };
            files.insert(
                path.clone(),
                File {
                    kind: *kind,
                    sha256: sha256(bytes),
                    raw: bytes.len(),
                    br,
                    gz,
                },
            );
        }
        let manifest = Manifest {
            build,
            dev: self.dev,
            scripts,
            styles,
            files,
        };
        write(&fresh.join(MANIFEST), &serde_json::to_vec_pretty(&manifest)?)?;

        if out.exists() {
            std::fs::remove_dir_all(out).with_context(|| format!("cannot replace {}", out.display()))?;
        }
        std::fs::rename(&fresh, out).with_context(|| format!("cannot write {}", out.display()))?;
        Ok(manifest)
    }
}

/// Images in formats that are compressed already are not compressed again.
fn compressible(path: &str) -> bool {
    !["png", "jpg", "jpeg", "webp", "avif", "ico", "woff2"]
        .iter()
        .any(|ext| path.ends_with(&format!(".{ext}")))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

fn copy(dir: &Path, path: &str, extension: &str, bytes: &[u8]) -> Result<usize> {
    write(&dir.join(format!("{path}.{extension}")), bytes)?;
    Ok(bytes.len())
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..brotli::enc::BrotliEncoderParams::default()
    };
    let mut out = Vec::new();
    let mut input = bytes;
    brotli::BrotliCompress(&mut input, &mut out, &params)?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a string cannot fail.
        _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_is_written_whole_and_replaces_the_old_one() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("dist");
        std::fs::create_dir(&out).unwrap();
        std::fs::write(out.join("old"), "x").unwrap();

        let mut pack = Pack::new(false);
        let text = "body{color:red}".repeat(50);
        let css = pack.hashed(Kind::Css, "app", "css", text.clone().into_bytes());
        pack.plain("icon.png", Kind::Other, vec![1, 2, 3]);
        let manifest = pack.write(&out, "b".into(), vec![], vec![]).unwrap();

        assert!(!out.join("old").exists());
        assert_eq!(manifest, Manifest::read(&out).unwrap());
        let file = &manifest.files[&css];
        assert_eq!(file.raw, text.len());
        assert!(file.br.unwrap() < 60 && file.gz.unwrap() < 80);
        assert_eq!(
            std::fs::read(out.join(format!("{css}.br"))).unwrap().len(),
            file.br.unwrap()
        );
        let mut back = Vec::new();
        brotli::BrotliDecompress(
            &mut std::fs::File::open(out.join(format!("{css}.br"))).unwrap(),
            &mut back,
        )
        .unwrap();
        assert_eq!(back, text.as_bytes());
        assert_eq!(manifest.files["icon.png"].br, None);
        assert!(!out.join("icon.png.br").exists());
    }

    #[test]
    fn names_and_build_ids_follow_the_contents() {
        let build = |css: &str, template: &str| {
            let mut pack = Pack::new(true);
            (
                pack.hashed(Kind::Css, "app", "css", css.as_bytes().to_vec()),
                pack.build_id(template),
            )
        };
        assert_eq!(build("a", "t"), build("a", "t"));
        assert_ne!(build("a", "t").0, build("b", "t").0);
        assert_ne!(build("a", "t").1, build("a", "u").1);
        assert_eq!(build("a", "t").0.len(), "assets/app-.css".len() + 12);
    }
}
