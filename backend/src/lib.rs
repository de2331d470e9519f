//! Tongshi 同事: the server. Start reading at [`cx`], then a slice.

pub mod access;
pub mod app;
pub mod approval;
pub mod attendance;
pub mod backup;
pub mod calendar;
pub mod config;
pub mod cx;
pub mod db;
pub mod demo;
pub mod diagnosis;
pub mod error;
pub mod event;
pub mod file;
pub mod graphql;
pub mod http;
pub mod identity;
pub mod leave;
pub mod notification;
pub mod org;
mod outbound;
pub mod secret;
pub mod self_check;
pub mod set_up;
pub mod telemetry;
pub mod upgrade;
