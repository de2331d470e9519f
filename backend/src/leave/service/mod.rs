//! Commands and queries of leave.

mod adjust;
mod assess;
mod balance;
mod details;
mod form;
mod post;
pub mod relation;
mod set_up;
mod team;

pub use adjust::{Adjustment, adjust};
pub use assess::{Assessment, LotUse, Refusal, RefusalKind, assess, facts, preview};
pub use balance::{EntryView, KindBalance, KindView, LotView, balances, entries, kinds};
pub use details::{Detail, details};
pub use form::{LeaveForm, parse};
pub use post::{consume, hold, release, reverse, topics};
pub use set_up::{grant_annual, set_up};
pub use team::{AwayHalf, AwayMember, AwayToday, Staffing, Team, TeamOf, away_on, team, team_calendar, team_of};

use std::collections::HashMap;

use entity::{LeaveTypeId, leave_type};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

pub use super::model::notes::period;

use super::model::Rule;
use crate::cx::Cx;
use crate::error::{Result, Text};

/// All kinds, in the order of lists. There are a dozen, so they are read together.
pub(crate) async fn all_kinds(conn: &impl ConnectionTrait) -> Result<Vec<leave_type::Model>> {
    Ok(leave_type::Entity::find()
        .order_by_asc(leave_type::Column::SortOrder)
        .order_by_asc(leave_type::Column::Key)
        .all(conn)
        .await?)
}

/// Names of all kinds by key. They are no secret.
///
/// # Errors
/// Only those of the database.
pub async fn kind_names(cx: &Cx) -> Result<HashMap<String, Text>> {
    let kinds = all_kinds(cx.db.read()).await?;
    Ok(kinds
        .into_iter()
        .map(|kind| (kind.key, Text::new(kind.name, kind.name_en)))
        .collect())
}

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
