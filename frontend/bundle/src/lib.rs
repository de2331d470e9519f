//! Builds the web app: cargo -> wasm-split -> wasm-bindgen -> hashed names -> brotli and gzip -> manifest.
//!
//! Every step is a library pinned by `Cargo.lock`, so a clean machine needs Rust and nothing else.
//! `backend/build.rs` runs the `bundle` command in release builds; by hand it also builds on every change.

mod budget;
mod compile;
mod glue;
mod manifest;
mod pack;
mod page;
mod shelf;
mod split;
mod style;
mod watch;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub use budget::over_budget;
pub use manifest::{File, Kind, MANIFEST, Manifest};
pub use watch::watch;

/// What to build, and where the results go.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the frontend crate: `src`, `style`, `public`, `index.html`.
    pub frontend: PathBuf,
    /// Cargo's target folder for the nested build. It must not be the one of a cargo that waits for us: that would
    /// deadlock on its lock.
    pub target: PathBuf,
    /// Folder to replace with the finished app.
    pub out: PathBuf,
    /// Fast build: little optimisation, no compressed copies.
    pub dev: bool,
}

impl Options {
    /// The layout of this workspace: results in `frontend/dist`, builds below `target/wasm-bundle`, where
    /// `target` follows `CARGO_TARGET_DIR`.
    #[must_use]
    pub fn of_workspace() -> Self {
        let frontend = frontend_dir();
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| frontend.join("../target"), PathBuf::from)
            .join("wasm-bundle");
        let out = frontend.join("dist");
        Self {
            frontend,
            target,
            out,
            dev: false,
        }
    }
}

/// The folder of the frontend crate this bundler was built from.
#[must_use]
pub fn frontend_dir() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Files and folders below `frontend` whose change asks for a new bundle.
#[must_use]
pub fn sources(frontend: &Path) -> Vec<PathBuf> {
    [
        "src",
        "style",
        "public",
        "locales",
        "index.html",
        "build.rs",
        "Cargo.toml",
        "../backend/schema.graphql",
    ]
    .iter()
    .map(|name| frontend.join(name))
    .filter(|path| path.exists())
    .collect()
}

/// Builds the app and replaces `options.out` with it. On an error the old contents stay.
pub fn bundle(options: &Options) -> Result<Manifest> {
    let wasm = compile::compile(options)?;
    let work = options.target.join("bundle-work");
    fresh_dir(&work)?;
    let parts = split::split(&wasm, &work, options.dev)?;
    let style = style::collect(&options.frontend.join("style"))?;

    let mut pack = pack::Pack::new(options.dev);
    let entry = page::Entry {
        css: pack.hashed(Kind::Css, "app", "css", style.css.into_bytes()),
        glue: String::new(),
        wasm: pack.hashed(Kind::Entry, "app", "wasm", parts.main),
        sprite: style.sprite,
    };
    let (shelf, chunks) = shelf::shelve(parts.chunks);
    let shelf = glue::Shelved {
        path: pack.hashed(Kind::Chunk, "shelf", "bin", shelf.bytes),
        places: shelf.places,
    };
    let chunks: Vec<_> = chunks
        .into_iter()
        .map(|chunk| (chunk.file, pack.hashed(Kind::Chunk, &chunk.name, "wasm", chunk.wasm)))
        .collect();
    let snippets: Vec<_> = parts
        .snippets
        .into_iter()
        .map(|snippet| (snippet.import, pack.hashed(Kind::Glue, "snippet", "js", snippet.js)))
        .collect();
    let glue = glue::finish(&parts.glue, &parts.link, &shelf, &chunks, &snippets)?;
    let entry = page::Entry {
        glue: pack.hashed(Kind::Glue, "app", "js", glue.into_bytes()),
        ..entry
    };

    pack.public(&options.frontend.join("public"))?;
    let template = options.frontend.join("index.html");
    let template = std::fs::read_to_string(&template).with_context(|| format!("cannot read {}", template.display()))?;
    let build = pack.build_id(&template);
    let page = page::render(&template, &entry, &build)?;
    pack.plain("index.html", Kind::Page, page.html.into_bytes());
    pack.write(&options.out, build, page.scripts, page.styles)
}

/// Makes `dir` exist and be empty.
fn fresh_dir(dir: &Path) -> Result<()> {
    if dir.exists() {
        std::fs::remove_dir_all(dir).with_context(|| format!("cannot empty {}", dir.display()))?;
    }
    std::fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))
}
