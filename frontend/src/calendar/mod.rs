//! The working calendar: holidays and make-up days, and the notices they come from.

pub mod import;
pub mod page;
mod state;

pub use self::page::CalendarPage;
