//! The first start of a server: what a fresh database needs, and the way in for its first people.

pub mod graphql;
pub mod service;

pub use service::{begin, install, prepare, this_year, years};
