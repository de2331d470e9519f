//! Who someone is: passwords, sessions, tokens.

pub mod model;
pub mod secret;
pub mod service;
pub mod throttle;
pub mod token;
