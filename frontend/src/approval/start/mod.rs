//! Starting a request: the gallery of templates, and the form of one.

pub mod begin;
pub mod draft;
pub mod field;
pub mod form;
pub mod gallery;
pub mod known;
pub mod piece;
pub mod preview;
pub mod slot;
pub mod span;
pub mod state;
