//! Members from a spreadsheet.

use crate::api::schema;

/// The empty sheet.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query")]
pub struct ImportTemplateQuery {
    /// CSV with its header row and one example.
    pub import_template: String,
}

/// A spreadsheet and what to do with it.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ImportMembersInput {
    /// Its name; the ending tells the format.
    pub file_name: String,
    /// Its content.
    pub content_base64: String,
    /// Only work out what would happen.
    pub dry_run: bool,
    /// Disable members the file does not name.
    pub disable_missing: bool,
    /// Apply the correct rows and leave out the others.
    pub skip_errors: bool,
    /// One per intent.
    pub idempotency_key: Option<String>,
}

/// Variables of [`ImportMembers`].
#[derive(cynic::QueryVariables, Clone)]
pub struct ImportMembersVars {
    /// The spreadsheet.
    pub input: ImportMembersInput,
}

/// Checks or applies a spreadsheet.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ImportMembersVars")]
pub struct ImportMembers {
    /// The outcome.
    #[arguments(input: $input)]
    pub import_members: Import,
}

/// What an import does, or has done.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "ImportMembersPayload")]
#[expect(missing_docs, reason = "counts, named as in the contract")]
pub struct Import {
    pub applied: bool,
    pub rows: i32,
    pub created: i32,
    pub updated: i32,
    pub unchanged: i32,
    pub disabled: i32,
    pub departments_created: i32,
    pub error_count: i32,
    /// At most 1,000.
    pub changes: Vec<ImportChange>,
    /// At most 1,000.
    pub errors: Vec<ImportError>,
    /// The rows with errors as CSV.
    pub error_csv: Option<String>,
}

/// What a change does.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum ImportChangeKind {
    CreateDepartment,
    CreateMember,
    UpdateMember,
    DisableMember,
}

/// One change.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct ImportChange {
    /// The row of the sheet it comes from.
    pub row: Option<i32>,
    /// What it does.
    pub kind: ImportChangeKind,
    /// Of the member or department.
    pub name: String,
    /// Of the member.
    pub account: Option<String>,
    /// Field by field.
    pub detail: Vec<FieldChange>,
}

/// One field of a change.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// The field's name in the contract.
    pub field: String,
    /// As it was.
    pub before: Option<String>,
    /// As it will be.
    pub after: Option<String>,
}

/// A cell that is wrong.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct ImportError {
    /// The row of the sheet.
    pub row: i32,
    /// The column's head.
    pub column: Option<String>,
    /// What stands there.
    pub value: Option<String>,
    /// What is wrong, in the reader's language.
    pub message: String,
}
