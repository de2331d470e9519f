//! Closed sets of values the database knows, stored as `SCREAMING_SNAKE_CASE` text.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($(#[$vmeta])* $variant,)* }
    )*};
}

kinds! {
    /// As the company recorded it.
    Gender {
        /// Female.
        Female,
        /// Male.
        Male,
    }
    /// Whether a member may sign in and be asked.
    MemberStatus {
        /// At work.
        Active,
        /// Left, or suspended; kept for history.
        Disabled,
    }
    /// What a member may be trusted with; see the permission matrix.
    Role {
        /// Everything that is not a personal decision.
        Administrator,
        /// People, leave and attendance.
        Hr,
        /// Money.
        Finance,
        /// Templates and stuck requests.
        ProcessAdministrator,
        /// The people of a department.
        DepartmentLeader,
        /// Everyone.
        Member,
    }
    /// Over whose data a role reaches.
    DataScope {
        /// Only the holder.
        Own,
        /// People of the departments of the holder.
        Department,
        /// The same with all departments below.
        DepartmentTree,
        /// Chosen departments with all below.
        Custom,
        /// Everyone.
        All,
    }
    /// Through which door an act came.
    Via {
        /// The browser.
        Web,
        /// A personal access token.
        Api,
        /// The command line.
        Cli,
        /// The server itself.
        System,
        /// An administrator, against the normal way.
        AdminOverride,
    }
    /// What a notice tells.
    NotificationKind {
        /// A request waits for you.
        TaskAssigned,
        /// Your request passed.
        ApprovalApproved,
        /// Your request was refused.
        ApprovalRejected,
        /// Your request came back for correction.
        ApprovalReturned,
        /// A request was copied to you.
        ApprovalCopied,
        /// A request that waited for you was withdrawn.
        ApprovalWithdrawn,
        /// You are asked to hurry.
        ApprovalUrged,
        /// Someone commented on your request.
        Commented,
        /// Someone mentioned you.
        Mentioned,
        /// A request needs an administrator.
        ApprovalBlocked,
    }
    /// What a day is; pay for overtime differs by it.
    DayType {
        /// Work is done.
        Workday,
        /// Weekend, or swapped for a make-up workday.
        RestDay,
        /// Holiday by law.
        StatutoryHoliday,
        /// Day off given by the company.
        CompanyOff,
    }
    /// Half of a day.
    DayPart {
        /// Morning.
        Am,
        /// Afternoon.
        Pm,
    }
    /// Whether new requests of a template may start.
    TemplateStatus {
        /// Yes.
        Active,
        /// Not now.
        Paused,
        /// No more.
        Retired,
    }
    /// Where a request stands.
    ApprovalStatus {
        /// Not submitted.
        Draft,
        /// People decide.
        Running,
        /// With the applicant for correction.
        Returned,
        /// Needs an administrator.
        Blocked,
        /// Passed.
        Approved,
        /// Refused.
        Rejected,
        /// Taken back by the applicant.
        Withdrawn,
        /// Ended by an administrator.
        Terminated,
        /// Passed; its revocation is being decided.
        Revoking,
        /// Passed and revoked.
        Revoked,
    }
    /// Where a task stands.
    TaskStatus {
        /// Queued behind another.
        Waiting,
        /// Waits for its person.
        Pending,
        /// Approved.
        Approved,
        /// Refused.
        Rejected,
        /// Done by a handler.
        Handled,
        /// Sent back.
        Returned,
        /// Passed to someone else.
        Transferred,
        /// Someone else decided.
        Superseded,
        /// Not needed.
        Skipped,
        /// No longer asked.
        Cancelled,
    }
    /// Kinds of nodes of a process.
    NodeKind {
        /// Submission.
        Start,
        /// People decide.
        Approve,
        /// People do something and may not refuse.
        Handle,
        /// People are informed.
        Cc,
        /// Ordered branches; the first that holds is taken.
        Exclusive,
        /// All branches.
        Parallel,
        /// All branches that hold.
        Inclusive,
        /// Waits.
        Delay,
        /// Calls another system.
        Trigger,
        /// Sets a field.
        SetField,
        /// Runs another process.
        Subprocess,
        /// The end.
        End,
    }
    /// How the votes of a node count.
    SignMode {
        /// All must approve.
        All,
        /// One is enough.
        Any,
        /// All, one after the other.
        Sequential,
        /// A share must approve.
        Ratio,
        /// A number must approve.
        MOfN,
        /// A number of each group.
        PerGroup,
        /// Whoever claims it.
        Claim,
    }
    /// How a node closed.
    NodeOutcome {
        /// It passed.
        Passed,
        /// It refused.
        Rejected,
        /// It sent the request back.
        Returned,
        /// It was left without decision.
        Cancelled,
    }
    /// Which days of a leave count.
    CountBasis {
        /// Only working days.
        WorkingDays,
        /// All days.
        CalendarDays,
    }
    /// Why a line of the leave ledger was posted.
    EntryKind {
        /// Leave given.
        Grant,
        /// Reserved by a request on its way.
        Hold,
        /// Taken by an approved request.
        Use,
        /// A hold let go.
        Release,
        /// The window of the lot ended.
        Expire,
        /// Moved to the next year.
        Carry,
        /// Corrected by hand.
        Adjust,
        /// Given for overtime.
        ConvertOt,
        /// A use undone.
        Reverse,
    }
    /// Where a leave stands.
    LeaveStatus {
        /// Asked for; balance and days are reserved.
        Held,
        /// Approved; the days are taken.
        Approved,
        /// Let go: returned, withdrawn or refused.
        Released,
        /// Approved and later revoked.
        Reversed,
    }
    /// Result of a day.
    AttendanceStatus {
        /// Present as planned.
        Normal,
        /// On leave all day.
        Leave,
        /// On leave for a part.
        PartialLeave,
        /// Not a working day.
        Rest,
    }
}
