//! The organisation: departments, members, positions, roles, and their import.

pub mod fault;
pub mod graphql;
pub mod import;
pub mod model;
pub mod pinyin;
pub mod policy;
pub mod service;
