//! How big the app may be, in bytes that travel (brotli). To be lowered, never raised.

use crate::manifest::{File, Kind, Manifest, kilobytes};

const KB: usize = 1024;
const ENTRY: usize = 300 * KB;
/// Most that all files of a kind may be together.
const TOGETHER: [(Kind, usize); 4] = [
    (Kind::Entry, ENTRY),
    (Kind::Glue, 12 * KB),
    (Kind::Css, 30 * KB),
    (Kind::Strings, 28 * KB),
];
const CHUNK_EACH: usize = 80 * KB;
/// 1.1 MB.
const EVERYTHING: usize = 1126 * KB;

/// One sentence for every limit the bundle breaks; empty when it holds them all.
#[must_use]
pub fn over_budget(manifest: &Manifest) -> Vec<String> {
    let mut broken = Vec::new();
    if manifest.dev {
        broken.push("a development bundle has no compressed sizes to hold a budget by".to_owned());
        return broken;
    }
    let mut hold = |what: &str, size: usize, limit: usize| {
        if size > limit {
            broken.push(format!("{what}: {} of at most {}", kilobytes(size), kilobytes(limit)));
        }
    };
    for (kind, limit) in TOGETHER {
        hold(&format!("{kind:?}").to_lowercase(), manifest.sent(kind), limit);
    }
    for (path, file) in manifest.files.iter().filter(|(_, file)| file.kind == Kind::Chunk) {
        hold(path, file.sent(), CHUNK_EACH);
    }
    hold("everything", manifest.files.values().map(File::sent).sum(), EVERYTHING);
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(files: &[(&str, Kind, usize)]) -> Manifest {
        let file = |kind, br| File {
            kind,
            sha256: String::new(),
            raw: br * 3,
            br: Some(br),
            gz: None,
        };
        Manifest {
            build: "b".into(),
            dev: false,
            scripts: vec![],
            styles: vec![],
            files: files
                .iter()
                .map(|&(path, kind, br)| (path.to_owned(), file(kind, br)))
                .collect(),
        }
    }

    fn check(files: &[(&str, Kind, usize)], broken: &[&str]) {
        let found = over_budget(&bundle(files));
        assert_eq!(found.len(), broken.len(), "{found:?}");
        for (found, start) in found.iter().zip(broken) {
            assert!(found.starts_with(start), "{found} should start with {start}");
        }
    }

    #[test]
    fn limits_hold_at_the_edge_and_break_one_byte_later() {
        check(
            &[
                ("e", Kind::Entry, ENTRY),
                ("g", Kind::Glue, 12 * KB),
                ("c", Kind::Chunk, CHUNK_EACH),
            ],
            &[],
        );
        check(
            &[("e", Kind::Entry, ENTRY + 1)],
            &["entry: 300.1 KB of at most 300.0 KB"],
        );
        check(
            &[("a", Kind::Chunk, CHUNK_EACH + 1), ("b", Kind::Chunk, CHUNK_EACH)],
            &["a:"],
        );
        check(&[("a", Kind::Css, 16 * KB), ("b", Kind::Css, 16 * KB)], &["css:"]);
        check(&[("a", Kind::Other, EVERYTHING + 1)], &["everything:"]);
    }

    #[test]
    fn a_development_bundle_never_passes() {
        let mut manifest = bundle(&[]);
        manifest.dev = true;
        assert_eq!(over_budget(&manifest).len(), 1);
    }
}
