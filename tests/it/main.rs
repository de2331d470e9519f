//! All integration tests and journeys in one binary: linking dominates on small machines.

mod abuse;
mod access;
mod approval;
mod badinput;
mod budget;
mod contract;
mod crowd;
mod demo;
mod diagnosis;
mod door;
mod durability;
mod faults;
mod files;
mod flow;
mod hardtimes;
mod identity;
mod inbox;
mod leave;
mod limits;
mod live;
mod memory;
mod metrics;
mod org;
mod outage;
mod over_http;
mod paging;
mod private;
mod process;
mod races;
mod reach;
mod refused;
mod rounds;
mod s3;
mod session;
mod set_up;
mod several;
mod socket;
mod statements;
mod tidy;
mod token;
mod transport;
mod upgrade;
mod uploads;

#[path = "../e2e/mod.rs"]
mod e2e;
