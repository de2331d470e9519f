//! Values and rules of leave. Pure: what is held, taken and left follows from the arguments alone.

mod kinds;
mod ledger;
pub mod notes;
mod span;

pub use kinds::{Ask, Kind, Rule, SEED, annual_entitlement};
pub use ledger::{
    Balance, Draft, LotWindow, Piece, Posted, Shortage, allocate, balance_of, plan_consume, plan_hold, plan_release,
    unlimited,
};
pub use span::{DayRow, MAX_DAYS, Problem, Span, counted, days_text};
