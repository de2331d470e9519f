//! The import of members.

use async_graphql::{Enum, InputObject, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Locale, Result, Text};
use crate::org::import::plan::{FieldChange as Change, Plan};
use crate::org::import::sheet::MOST_BYTES;
use crate::org::service::{Imported, Upload};

/// Most changes and most errors in an answer.
const MOST_LISTED: usize = 1_000;

/// A spreadsheet of members.
#[derive(InputObject)]
pub struct ImportMembersInput {
    /// Name of the file, for the person; what it is shows in its bytes.
    pub file_name: String,
    /// The file in Base64; at most 5 MB.
    pub content_base64: String,
    /// Only work out what would change.
    pub dry_run: bool,
    /// Disable active members the file does not name.
    #[graphql(default_with = "Some(false)")]
    pub disable_missing: Option<bool>,
    /// Import the correct rows although others have errors.
    #[graphql(default_with = "Some(false)")]
    pub skip_errors: Option<bool>,
    /// The same key replays the first result.
    pub idempotency_key: Option<String>,
}

impl ImportMembersInput {
    /// The file and how to import it.
    ///
    /// # Errors
    /// Not Base64, or too large.
    pub(super) fn upload(&self) -> Result<Upload> {
        if self.content_base64.len() / 4 * 3 > MOST_BYTES + 3 {
            return Err(Error::PayloadTooLarge(Text::new(
                "文件超过 5 MB，请拆成几个文件再导入",
                "The file is larger than 5 MB; split it",
            )));
        }
        let bytes = STANDARD
            .decode(self.content_base64.trim())
            .map_err(|_| Error::invalid("contentBase64", "不是有效的 Base64", "Not valid Base64"))?;
        Ok(Upload {
            bytes,
            dry_run: self.dry_run,
            disable_missing: self.disable_missing.unwrap_or(false),
            skip_errors: self.skip_errors.unwrap_or(false),
        })
    }
}

/// What came of a file.
#[derive(SimpleObject)]
pub struct ImportMembersPayload {
    /// Whether anything was written.
    applied: bool,
    /// Rows of members in the file.
    rows: i32,
    /// Members made.
    created: i32,
    /// Members changed.
    updated: i32,
    /// Rows that change nothing.
    unchanged: i32,
    /// Members disabled for not being in the file.
    disabled: i32,
    /// Departments made.
    departments_created: i32,
    /// Things wrong.
    error_count: i32,
    /// The changes one by one; at most 1,000.
    changes: Vec<ImportChange>,
    /// What is wrong, by row; at most 1,000.
    errors: Vec<ImportError>,
    /// The rows with errors as CSV, to correct and import again.
    error_csv: Option<String>,
}

/// What happens to something.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum ImportChangeKind {
    /// A department is made.
    CreateDepartment,
    /// A member is made.
    CreateMember,
    /// A member is changed.
    UpdateMember,
    /// A member is disabled for not being in the file.
    DisableMember,
}

/// A change by a file.
#[derive(SimpleObject)]
pub struct ImportChange {
    /// Row of the file; null for members it does not name.
    row: Option<i32>,
    /// What happens.
    kind: ImportChangeKind,
    /// Name of the member, or path of the department.
    name: String,
    /// Sign-in name.
    account: Option<String>,
    /// The values that change.
    detail: Vec<FieldChange>,
}

/// A value that changes.
#[derive(SimpleObject)]
pub struct FieldChange {
    /// Name of the field as in `CreateMemberInput`, `status`, or the name of a further column.
    field: String,
    /// Before; null when it was blank.
    before: Option<String>,
    /// After.
    after: Option<String>,
}

/// Something wrong with a file.
#[derive(SimpleObject)]
pub struct ImportError {
    /// Row as spreadsheets count; 0 for the file as a whole.
    row: i32,
    /// Name of the column as written in the file.
    column: Option<String>,
    /// What stands there.
    value: Option<String>,
    /// What is wrong, in the language of the viewer.
    message: String,
}

impl ImportMembersPayload {
    pub(super) fn new(imported: Imported, locale: Locale) -> Self {
        let counts = imported.counts;
        let errors = imported
            .plan
            .problems
            .iter()
            .take(MOST_LISTED)
            .map(|problem| ImportError {
                row: problem.row.map_or(0, number),
                column: problem.column.clone(),
                value: problem.value.clone(),
                message: problem.message.get(locale).to_owned(),
            });
        Self {
            applied: imported.applied,
            rows: count(counts.rows),
            created: count(counts.created),
            updated: count(counts.updated),
            unchanged: count(counts.unchanged),
            disabled: count(counts.disabled),
            departments_created: count(counts.departments),
            error_count: count(counts.errors),
            errors: errors.collect(),
            changes: changes(&imported.plan),
            error_csv: imported.error_csv,
        }
    }
}

fn changes(plan: &Plan) -> Vec<ImportChange> {
    let departments = plan.departments.iter().map(|department| ImportChange {
        row: Some(number(department.row)),
        kind: ImportChangeKind::CreateDepartment,
        name: department.names.join("/"),
        account: None,
        detail: Vec::new(),
    });
    let created = plan.created.iter().map(|new| ImportChange {
        row: Some(number(new.row)),
        kind: ImportChangeKind::CreateMember,
        name: new.name().to_owned(),
        account: Some(new.account.clone()),
        detail: new
            .values
            .iter()
            .map(|(field, value)| FieldChange {
                field: field.api_name().to_owned(),
                before: None,
                after: Some(value.clone()),
            })
            .collect(),
    });
    let updated = plan.updated.iter().map(|update| ImportChange {
        row: Some(number(update.row)),
        kind: ImportChangeKind::UpdateMember,
        name: update.name.clone(),
        account: Some(update.account.clone()),
        detail: update.changes.iter().map(FieldChange::from).collect(),
    });
    let disabled = plan.disabled.iter().map(|missing| ImportChange {
        row: None,
        kind: ImportChangeKind::DisableMember,
        name: missing.name.clone(),
        account: Some(missing.account.clone()),
        detail: Vec::new(),
    });
    departments
        .chain(created)
        .chain(updated)
        .chain(disabled)
        .take(MOST_LISTED)
        .collect()
}

impl From<&Change> for FieldChange {
    fn from(change: &Change) -> Self {
        Self {
            field: change.field.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        }
    }
}

fn number(row: u32) -> i32 {
    i32::try_from(row).unwrap_or(i32::MAX)
}

fn count(of: usize) -> i32 {
    i32::try_from(of).unwrap_or(i32::MAX)
}
