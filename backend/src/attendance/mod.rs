//! The attendance record: what each day of a member came to.

pub mod graphql;
pub mod model;
pub mod service;
