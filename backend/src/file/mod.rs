//! Uploaded files: rows tell what they are and whose, the store keeps their bytes under random names.

pub mod graphql;
pub mod model;
mod remote;
pub mod service;
mod store;

pub use store::Store;
