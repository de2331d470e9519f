//! Requests: the way through people, races, corrections, who may know of them, and how many statements it takes.
#![cfg(test)]

mod bounds;
mod reading;
mod way;
mod world;
