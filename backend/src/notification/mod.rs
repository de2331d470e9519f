//! Notices to members: what waits for them, what became of what they asked for.

pub mod graphql;
pub mod model;
pub mod service;
