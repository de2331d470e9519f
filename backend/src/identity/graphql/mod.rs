//! The viewer, sessions and passwords in the public schema.

mod mutation;
mod query;
mod viewer;

pub use mutation::*;
pub use query::{IdentityQuery, Session};
pub use viewer::{Counters, Viewer};
