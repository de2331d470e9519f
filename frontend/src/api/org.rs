//! People and departments.

use super::schema;

/// A person as lists show one.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
#[cynic(graphql_type = "Member")]
pub struct MemberRef {
    /// Who.
    pub id: cynic::Id,
    /// The name as it is shown.
    pub name: String,
}

/// A department as a label.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
#[cynic(graphql_type = "Department")]
pub struct DepartmentRef {
    /// Which.
    pub id: cynic::Id,
    /// Its own name.
    pub name: String,
    /// Names from the root to itself.
    pub path: Vec<String>,
}

/// A position as a label.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
#[cynic(graphql_type = "Position")]
pub struct PositionRef {
    /// Its name in the viewer's language.
    pub name: String,
}

/// The organisation as pages read it.
pub mod directory;
/// Changes of members and departments.
pub mod edit;
/// Members from a spreadsheet.
pub mod import;
/// Roles granted.
pub mod role;
