//! Small modules in one file. What several pieces share is split into a hundred modules, most of them of a few hundred bytes:
//! each alone would be one more question to the server, and a phone on a slow network waits longer for those than for the bytes.

use std::ops::Range;

use crate::split::Chunk;

/// Largest module that shares a file, in bytes before compression.
const SMALL: usize = 16 * 1024;

/// Modules one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    pub bytes: Vec<u8>,
    /// File names the loaders use, and where their modules stand.
    pub places: Vec<(String, Range<usize>)>,
}

/// Puts the small ones into one file, and gives back those that stay files of their own.
pub(crate) fn shelve(chunks: Vec<Chunk>) -> (Shelf, Vec<Chunk>) {
    let (small, rest): (Vec<_>, Vec<_>) = chunks.into_iter().partition(|chunk| chunk.wasm.len() <= SMALL);
    let mut shelf = Shelf::default();
    for chunk in small {
        let start = shelf.bytes.len();
        shelf.bytes.extend_from_slice(&chunk.wasm);
        shelf.places.push((chunk.file, start..shelf.bytes.len()));
    }
    (shelf, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_modules_stand_one_behind_the_other() {
        let chunk = |file: &str, bytes: u8, size: usize| Chunk {
            file: file.to_owned(),
            name: file.to_owned(),
            wasm: vec![bytes; size],
        };
        let (shelf, rest) = shelve(vec![
            chunk("a", 1, 2),
            chunk("large", 2, SMALL + 1),
            chunk("b", 3, SMALL),
        ]);
        assert_eq!(rest.iter().map(|chunk| &*chunk.file).collect::<Vec<_>>(), ["large"]);
        assert_eq!(shelf.places, [("a".to_owned(), 0..2), ("b".to_owned(), 2..2 + SMALL)]);
        assert_eq!(shelf.bytes[..3], [1, 1, 3]);
    }
}
