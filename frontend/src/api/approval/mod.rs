//! Requests: lists of them, one of them, decisions on them, and starting one.

mod act;
mod card;
mod decide;
mod detail;
mod leave;
mod people;
mod start;

pub use act::*;
pub use card::*;
pub use decide::*;
pub use detail::*;
pub use leave::*;
pub use people::*;
pub use start::*;
