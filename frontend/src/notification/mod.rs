//! What one was told.

pub mod page;
mod state;

pub use self::page::Notifications;
