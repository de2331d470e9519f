//! Pages of a list.

use super::schema;

/// Where a page ends.
#[derive(cynic::QueryFragment, Clone, Debug, Default, PartialEq, Eq)]
pub struct PageInfo {
    /// There is more after it.
    pub has_next_page: bool,
    /// Ask for what comes after this.
    pub end_cursor: Option<String>,
}
