//! Who someone is: passwords, sessions, tokens.

pub mod model;
pub mod secret;
pub mod throttle;
pub mod token;
