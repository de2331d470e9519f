//! Limits in front of the executor: what a document may ask for, measured before a resolver runs. Pure.
//!
//! The text is [scanned](scan) before the parser sees it, because a few thousand nested brackets overflow the stack of any
//! recursive parser and abort the process. The parsed document is [measured](shape) with every fragment counted once, so
//! that doubling fragments cost nothing to refuse.

mod scan;
mod shape;
mod weight;

use async_graphql::Name;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, Selection};

use crate::error::{Error, Text};

pub use scan::{document as scan_document, json as scan_json};
pub use shape::{Measure, introspects, measure, operation};
pub use weight::WEIGHTS;

/// Deepest nesting of brackets in a document or its variables: what the stack of the parser takes, so it is no setting.
pub const BRACKETS: usize = 64;
/// Most directives on one field, fragment or operation.
pub const DIRECTIVES: usize = 5;
/// Most items in a list a client gives, at any level of an argument.
pub const ITEMS: usize = 250;

/// Longest name of an operation in the log, in bytes.
const NAME: usize = 64;

/// What the log calls an operation: its own name, or its first field.
pub fn name(document: &ExecutableDocument, operation: &OperationDefinition, given: Option<&str>) -> String {
    let own = || document.operations.iter().find_map(|(name, _)| name);
    let first = || match &operation.selection_set.node.items.first()?.node {
        Selection::Field(field) => Some(&field.node.name.node),
        Selection::FragmentSpread(spread) => Some(&spread.node.fragment_name.node),
        Selection::InlineFragment(_) => None,
    };
    let name = given
        .or_else(|| own().map(Name::as_str))
        .or_else(|| first().map(Name::as_str))
        .unwrap_or_default();
    name.get(..name.floor_char_boundary(NAME))
        .unwrap_or_default()
        .to_owned()
}

/// The refusal of a document that asks for more than `most` of something.
fn too_many(zh: &str, en: &str, most: impl std::fmt::Display) -> Error {
    Error::TooComplex(Text::new(
        format!("查询过于复杂：{zh}超过上限 {most}"),
        format!("The query asks for too much: {en}, at most {most}"),
    ))
}
