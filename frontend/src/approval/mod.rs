//! Requests: the lists of them, one of them, starting one, and deciding from wherever one is shown.

pub mod attach;
pub mod decide;
pub mod desk;
pub mod detail;
pub mod file;
pub mod inbox;
pub mod plan;
pub mod start;
pub mod state;

pub use self::detail::page::DetailPage;
pub use self::inbox::InboxPage;
pub use self::start::form::FormPage;
pub use self::start::gallery::Gallery;
