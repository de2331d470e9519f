//! Leave: kinds, the append-only ledger with its lots, and the half days people are away.
//!
//! The approval of a request calls [`service::hold`] when it is submitted, [`service::consume`] when it passes and
//! [`service::release`] when it comes back, is refused or withdrawn, each inside its own transaction.

pub mod graphql;
pub mod model;
pub mod policy;
pub mod service;
