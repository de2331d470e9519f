//! All integration tests and journeys in one binary: linking dominates on small machines.

mod approval;
mod contract;
mod demo;
mod durability;
mod files;
mod flow;
mod identity;
mod leave;
mod live;
mod org;
mod socket;
mod tidy;
mod transport;

#[path = "../e2e/mod.rs"]
mod e2e;
