//! What an archive says of itself. Pure.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Name of the manifest in the archive.
pub(super) const NAME: &str = "manifest.json";
/// Version of the layout this program writes and reads.
const FORMAT: u32 = 1;

/// What an archive is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Everything, keys and password hashes too: to be restored.
    Backup,
    /// All data of the company without what only signing in needs: to be read elsewhere.
    Export,
}

impl Purpose {
    /// Whether a table belongs into the archive.
    pub(super) fn takes(self, table: &str) -> bool {
        self == Self::Backup || !(table.starts_with("identity_") || table == "event_idempotency")
    }
}

/// Rows of a table in the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rows {
    pub(super) table: String,
    pub(super) rows: u64,
}

/// The manifest. It is written last: an archive without one is not whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// What it is for.
    pub purpose: Purpose,
    /// When the moment it holds was taken.
    pub at: DateTime<Utc>,
    /// Version of the program that wrote it.
    pub version: String,
    /// Changes of the schema it has, oldest first.
    pub(super) changes: Vec<String>,
    pub(super) tables: Vec<Rows>,
    /// Files in it.
    pub files: u64,
    /// Where the sealed event log stood: a signed note.
    pub checkpoint: Option<String>,
}

impl Manifest {
    pub(super) fn new(purpose: Purpose, at: DateTime<Utc>, changes: Vec<String>) -> Self {
        Self {
            format: FORMAT,
            purpose,
            at,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            changes,
            tables: Vec::new(),
            files: 0,
            checkpoint: None,
        }
    }

    /// Rows of all tables together.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Whether this program can restore it.
    ///
    /// # Errors
    /// Says in one line why not.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.format != FORMAT {
            return Err(format!(
                "it has format {}, this version of Tongshi reads {FORMAT}",
                self.format
            ));
        }
        match self.purpose {
            Purpose::Backup => Ok(()),
            Purpose::Export => Err("it is an export, not a backup: passwords and keys are not in it".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_backups_of_this_format_are_restored() {
        let check = |change: fn(&mut Manifest), expected: Option<&str>| {
            let mut manifest = Manifest::new(Purpose::Backup, DateTime::UNIX_EPOCH, vec![]);
            change(&mut manifest);
            let text = serde_json::to_string(&manifest).unwrap();
            let read: Manifest = serde_json::from_str(&text).unwrap();
            assert_eq!(read, manifest);
            match (read.check(), expected) {
                (Ok(()), None) => {}
                (Err(said), Some(part)) => assert!(said.contains(part), "{said}"),
                (found, _) => panic!("{found:?}"),
            }
        };
        check(|_| {}, None);
        check(|manifest| manifest.format = 2, Some("format 2"));
        check(|manifest| manifest.purpose = Purpose::Export, Some("an export"));
    }

    #[test]
    fn an_export_leaves_out_what_only_signing_in_needs() {
        let check = |table, backup, export| {
            assert_eq!(
                (Purpose::Backup.takes(table), Purpose::Export.takes(table)),
                (backup, export)
            );
        };
        check("identity_credential", true, false);
        check("event_idempotency", true, false);
        check("event_log", true, true);
        check("approval_case", true, true);
    }
}
