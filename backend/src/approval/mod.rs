//! Approval: requests that travel from person to person by a process kept as data.

pub mod builtin;
pub mod engine;
