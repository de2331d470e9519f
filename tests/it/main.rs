//! All integration tests in one binary: linking dominates on small machines.

mod leave;
mod tidy;
