//! Commands and queries of leave.

mod adjust;
mod assess;
mod balance;
mod details;
mod form;
mod kinds;
mod post;
pub mod relation;
mod set_up;
mod team;

pub use adjust::{Adjustment, adjust};
pub use assess::{Assessment, LotUse, Refusal, RefusalKind, assess, facts, preview};
pub use balance::{EntryView, KindBalance, KindView, LotView, balances, entries, kinds};
pub use details::{Detail, details};
pub use form::{LeaveForm, parse};
pub(crate) use kinds::{all_kinds, kinds_within, known_kinds};
pub use kinds::{forget_kinds, kind_name, kind_names};
pub use post::{Wish, consume, hold, lock, release, topics};
pub use set_up::{grant_annual, grant_annual_to, set_up};
pub use team::{AwayHalf, AwayMember, AwayToday, Staffing, Team, TeamOf, away_on, team_calendar, team_of};

use entity::{LeaveTypeId, leave_type};

pub use super::model::notes::period;

use super::model::Rule;

fn kind_of(kinds: &[leave_type::Model], id: LeaveTypeId) -> Option<&leave_type::Model> {
    kinds.iter().find(|kind| kind.id == id)
}

impl From<&leave_type::Model> for Rule {
    fn from(kind: &leave_type::Model) -> Self {
        Self {
            basis: kind.basis,
            limited: kind.limited,
            overdraft_minutes: kind.overdraft_minutes,
            step_minutes: kind.step_minutes,
            minimum_minutes: kind.minimum_minutes,
            maximum_minutes: kind.maximum_minutes,
            notice_days: kind.notice_days,
            proof_from_minutes: kind.proof_from_minutes,
            gender: kind.gender,
        }
    }
}
