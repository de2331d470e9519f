//! Scalars and small types used by many slices.

use async_graphql::{InputObject, SimpleObject};

/// Something a life cycle allows the viewer, or why not. Clients never work out rights themselves.
#[derive(SimpleObject, Clone, Debug)]
pub struct ViewerAction {
    /// Stable name: `APPROVE`.
    pub name: String,
    /// Whether it may be done now.
    pub enabled: bool,
    /// Why not, in the language of the viewer.
    pub reason: Option<String>,
}

/// A period of civil dates, both ends included.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct DateRangeInput {
    /// First day.
    pub from: chrono::NaiveDate,
    /// Last day.
    pub to: chrono::NaiveDate,
}
