//! Leave: what is held, taken and let go; who may know what; the attendance record that follows.
#![cfg(test)]

mod ledger;
mod reading;
mod world;
