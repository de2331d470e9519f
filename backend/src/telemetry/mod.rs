//! Seeing inside a server: numbers for Prometheus, the log, traces for OpenTelemetry, and what one operation asked of the database. Knows no slice.

pub mod export;
pub mod log;
pub mod metrics;
pub mod work;

pub use export::Export;
pub use metrics::Metrics;
