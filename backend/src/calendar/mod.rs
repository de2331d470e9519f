//! The working calendar: which days are worked, which are holidays, and by which official notice.

pub mod graphql;
pub mod model;
pub mod notice;
pub mod service;

pub use model::{Calendar, DAY, Day, HALF_DAY};
