//! Seeing inside a server: numbers for Prometheus, the log, and what one operation asked of the database. Knows no slice.

pub mod log;
pub mod metrics;
pub mod work;

pub use metrics::Metrics;
