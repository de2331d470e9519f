//! Import of members from the spreadsheet WeCom's administration exports and accepts: read, understand, work out, then apply.
//!
//! [`sheet`] reads the file, [`parse`] understands its rows, [`plan`] works out against the present organisation what would change and
//! what is wrong. All of that is pure; `apply` of the service writes a plan in one transaction. Blank cells change nothing, and members
//! the file does not name are never touched, unless the full-overwrite mode disables them.

mod departments;
mod diff;
pub mod header;
mod managers;
mod matching;
pub mod parse;
pub mod plan;
mod problem;
pub mod rejects;
pub mod sheet;

pub use problem::Problem;

#[cfg(test)]
mod tests;
