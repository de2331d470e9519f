//! Members from a spreadsheet: choose, check, apply.

pub mod page;

mod file;
pub mod result;
mod state;
