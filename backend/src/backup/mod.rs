//! One file with everything: a ZIP of JSON lines per table, uploaded files and keys, taken at one moment while the server works.
//!
//! The text is the same from either engine, so a backup of the embedded database restores into PostgreSQL and back.
//!
//! ```text
//! manifest.json           what it is, rows per table, changes of the schema, checkpoint of the event log
//! tables/<table>.jsonl    a row a line
//! files/<id>              uploaded files
//! keys/<name>             keys of the server (backups only)
//! ```

mod manifest;
mod restore;
mod write;

pub use manifest::{Manifest, Purpose};
pub use restore::restore;
pub use write::write;

use crate::secret::{SEALS, SESSIONS};

/// Keys a backup holds, by the name of their file.
const KEYS: [&str; 2] = [SESSIONS.file, SEALS.file];
