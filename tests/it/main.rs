//! All integration tests in one binary: linking dominates on small machines.

mod approval;
mod contract;
mod demo;
mod durability;
mod files;
mod flow;
mod identity;
mod journey;
mod leave;
mod live;
mod org;
mod socket;
mod tidy;
mod transport;
