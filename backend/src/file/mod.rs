//! Uploaded files: rows tell what they are and whose, the store keeps their bytes under random names.

mod store;

pub use store::Store;
