//! Values and wording of requests. Pure.

pub mod fault;
pub mod history;
pub mod name;
pub mod reason;
pub mod value;
