//! The viewer, sessions and passwords in the public schema.

mod mutation;
mod query;
mod viewer;

pub use mutation::IdentityMutation;
pub use query::{IdentityQuery, Session};
pub use viewer::{Counters, Viewer};
