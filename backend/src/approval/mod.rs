//! Approval: requests that travel from person to person by a process kept as data.
//!
//! The way of a change: [`service`] locks the request, [`engine`] decides what happens, `service` writes the events of the
//! engine as rows, history and notices, and lets them take effect in the module the template belongs to.

pub mod builtin;
pub mod engine;
pub mod graphql;
pub mod model;
pub mod policy;
pub mod service;
