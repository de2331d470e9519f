//! What the import page shows. PURE.

use std::collections::BTreeMap;

use crate::api::org::import::{FieldChange, Import, ImportChangeKind, ImportError};

/// The largest spreadsheet that is read, in bytes.
pub(super) const MOST_BYTES: f64 = 8_000_000.0;

/// Which lines are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Show {
    #[default]
    All,
    Department,
    New,
    Update,
    Disable,
    Wrong,
}

impl Show {
    /// In the order of the tabs.
    pub(super) const ALL: [Self; 6] = [
        Self::All,
        Self::New,
        Self::Update,
        Self::Disable,
        Self::Department,
        Self::Wrong,
    ];

    /// The name of the tab in the page.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Department => "department",
            Self::New => "new",
            Self::Update => "update",
            Self::Disable => "disable",
            Self::Wrong => "wrong",
        }
    }

    /// The tab of a name.
    pub(super) fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|one| one.word() == word).unwrap_or_default()
    }

    /// How many lines it has; none for the tab with everything.
    pub(super) fn count(self, import: &Import) -> Option<i32> {
        match self {
            Self::All => None,
            Self::Department => Some(import.departments_created),
            Self::New => Some(import.created),
            Self::Update => Some(import.updated),
            Self::Disable => Some(import.disabled),
            Self::Wrong => Some(import.error_count),
        }
    }
}

/// A line of the table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// The row of the sheet.
    pub(super) row: Option<i32>,
    /// What it is about.
    pub(super) show: Show,
    /// The member's or department's name.
    pub(super) name: String,
    /// The member's account.
    pub(super) account: Option<String>,
    /// What changes.
    pub(super) detail: Vec<FieldChange>,
    /// What is wrong.
    pub(super) problems: Vec<ImportError>,
}

/// The lines to show: those with errors first, then in the order of the sheet.
pub(super) fn lines(import: &Import, show: Show) -> Vec<Line> {
    let mut wrong: BTreeMap<i32, Vec<ImportError>> = BTreeMap::new();
    for error in &import.errors {
        wrong.entry(error.row).or_default().push(error.clone());
    }
    let wrong = wrong.into_iter().map(|(row, problems)| Line {
        row: Some(row),
        show: Show::Wrong,
        name: String::new(),
        account: None,
        detail: Vec::new(),
        problems,
    });
    let changes = import.changes.iter().map(|change| Line {
        row: change.row,
        show: match change.kind {
            ImportChangeKind::CreateDepartment => Show::Department,
            ImportChangeKind::CreateMember => Show::New,
            ImportChangeKind::UpdateMember => Show::Update,
            ImportChangeKind::DisableMember => Show::Disable,
        },
        name: change.name.clone(),
        account: change.account.clone(),
        detail: change.detail.clone(),
        problems: Vec::new(),
    });
    wrong
        .chain(changes)
        .filter(|line| show == Show::All || line.show == show)
        .collect()
}

/// How many members an import touches.
pub(super) fn touched(import: &Import) -> i32 {
    import.created + import.updated + import.disabled
}

/// Whether applying can do anything.
pub(super) fn can_apply(import: &Import, skip_errors: bool) -> bool {
    touched(import) + import.departments_created > 0 && (import.error_count == 0 || skip_errors)
}

/// Whether the page reads this kind of file.
pub(super) fn is_spreadsheet(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".xlsx") || name.ends_with(".csv")
}

/// Bytes as base64 (RFC 4648, with padding).
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |n: u32| char::from(DIGITS.get((n & 63) as usize).copied().unwrap_or(b'A'));
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let n = byte(0) << 16 | byte(1) << 8 | byte(2);
        out.push(digit(n >> 18));
        out.push(digit(n >> 12));
        out.push(if chunk.len() > 1 { digit(n >> 6) } else { '=' });
        out.push(if chunk.len() > 2 { digit(n) } else { '=' });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::org::import::ImportChange;

    fn import() -> Import {
        let change = |row, kind| ImportChange {
            row: Some(row),
            kind,
            name: "n".into(),
            account: None,
            detail: Vec::new(),
        };
        let error = |row| ImportError {
            row,
            column: Some("手机".into()),
            value: None,
            message: "m".into(),
        };
        Import {
            applied: false,
            rows: 5,
            created: 1,
            updated: 1,
            unchanged: 0,
            disabled: 0,
            departments_created: 1,
            error_count: 2,
            changes: vec![
                change(2, ImportChangeKind::CreateDepartment),
                change(2, ImportChangeKind::CreateMember),
                change(3, ImportChangeKind::UpdateMember),
            ],
            errors: vec![error(9), error(5), error(9)],
            error_csv: None,
        }
    }

    #[test]
    fn errors_come_first_and_once_a_row() {
        let check = |show: Show, expected: &[(i32, Show)]| {
            let found: Vec<_> = lines(&import(), show)
                .iter()
                .map(|line| (line.row.unwrap(), line.show))
                .collect();
            assert_eq!(found, expected, "{show:?}");
        };
        check(
            Show::All,
            &[
                (5, Show::Wrong),
                (9, Show::Wrong),
                (2, Show::Department),
                (2, Show::New),
                (3, Show::Update),
            ],
        );
        check(Show::New, &[(2, Show::New)]);
        check(Show::Disable, &[]);
        assert_eq!(lines(&import(), Show::Wrong)[1].problems.len(), 2);
    }

    #[test]
    fn applies_only_what_is_right() {
        assert!(!can_apply(&import(), false));
        assert!(can_apply(&import(), true));
        let nothing = Import {
            created: 0,
            updated: 0,
            departments_created: 0,
            error_count: 0,
            ..import()
        };
        assert!(!can_apply(&nothing, true));
    }

    #[test]
    fn encodes() {
        let check = |text: &str, expected: &str| assert_eq!(base64(text.as_bytes()), expected);
        check("", "");
        check("f", "Zg==");
        check("fo", "Zm8=");
        check("foo", "Zm9v");
        check("foobar", "Zm9vYmFy");
        assert_eq!(base64(&[255, 254, 253]), "//79");
        assert!(is_spreadsheet("成员.XLSX"));
        assert!(!is_spreadsheet("a.xls"));
        assert_eq!(Show::of("wrong"), Show::Wrong);
        assert_eq!(Show::of("?"), Show::All);
    }
}
