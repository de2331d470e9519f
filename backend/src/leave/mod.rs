//! Leave: kinds, the append-only ledger with its lots, and the half days people are away.

pub mod model;
