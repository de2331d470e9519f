//! Rebuilds on change, by looking at modification times twice a second.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::{Options, bundle, sources};

/// Builds now and after every change of a source file, until the process ends. Errors are printed and waited out.
pub fn watch(options: &Options) -> ! {
    let mut built = None;
    loop {
        let now = newest(sources(&options.frontend));
        if built != Some(now) {
            built = Some(now);
            match bundle(options) {
                Ok(manifest) => println!("{}\nWatching for changes ...", manifest.table()),
                Err(error) => eprintln!("error: {error:#}\nWatching for changes ..."),
            }
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// Number of files and newest modification time below `paths`: one of them moves with every edit, addition or removal.
fn newest(mut paths: Vec<PathBuf>) -> (usize, Option<SystemTime>) {
    let mut seen = (0, None);
    while let Some(path) = paths.pop() {
        let Ok(about) = path.metadata() else { continue };
        if about.is_dir() {
            paths.extend(
                std::fs::read_dir(&path)
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(|entry| entry.path()),
            );
        } else {
            seen = (seen.0 + 1, seen.1.max(about.modified().ok()));
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_a_change() {
        let dir = tempfile::tempdir().unwrap();
        let look = || newest(vec![dir.path().to_path_buf()]);
        let empty = look();
        std::fs::create_dir(dir.path().join("sub")).unwrap();
        std::fs::write(dir.path().join("sub/a"), "a").unwrap();
        assert_ne!(look(), empty);
        assert_eq!(look(), look());
    }
}
