//! Requests: lists of them, and decisions on them.

mod card;
mod decide;

pub use card::*;
pub use decide::*;
