//! Requests: what is decided on them, from wherever it is decided.

pub mod decide;
