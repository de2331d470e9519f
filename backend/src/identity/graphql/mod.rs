//! The viewer, sessions and passwords in the public schema.

mod mutation;
mod personal;
mod query;
mod viewer;

pub use mutation::*;
pub use personal::*;
pub use query::{IdentityQuery, Session};
pub use viewer::{Counters, Viewer};
