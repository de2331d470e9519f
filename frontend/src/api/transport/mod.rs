//! The wires: HTTP for what is asked and done, one WebSocket for what happens.

pub mod http;
pub mod link;
pub(super) mod socket;
