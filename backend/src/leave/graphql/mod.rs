//! Leave in the public schema.

mod loading;
mod mutation;
mod plan;
mod query;
mod types;

pub use loading::{AwayToday, away_today, prefetch_away_today};
pub use mutation::{AdjustLeaveInput, AdjustLeavePayload, LeaveMutation};
pub use plan::{AwayHalf, AwayMember, LeaveDay, LeaveDetail, LeavePreview, LotUse, Staffing, TeamCalendar};
pub use query::{LeavePreviewInput, LeaveQuery};
pub use types::{DayPart, EntryKind, LeaveBalance, LeaveEntry, LeaveLot, LeaveStatus, LeaveType};
