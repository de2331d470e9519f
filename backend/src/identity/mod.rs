//! Who someone is: passwords, sessions, tokens.

pub mod clock;
pub mod graphql;
pub mod model;
pub mod personal;
pub mod service;
pub mod throttle;
pub mod token;
