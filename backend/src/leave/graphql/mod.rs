//! Leave in the public schema.

mod loading;
mod mutation;
mod query;
mod types;

pub use loading::{AwayToday, away_today, leave_detail};
pub use mutation::{AdjustLeaveInput, AdjustLeavePayload, LeaveMutation};
pub use query::{LeavePreviewInput, LeaveQuery};
pub use types::{
    AwayHalf, AwayMember, DayPart, EntryKind, LeaveBalance, LeaveDay, LeaveDetail, LeaveEntry, LeaveLot, LeavePreview,
    LeaveStatus, LeaveType, LotUse, Staffing, TeamCalendar,
};
