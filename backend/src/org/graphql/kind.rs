//! Closed sets of values.

use async_graphql::Enum;

/// What a member may be trusted with; see the permission matrix.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "Role", remote = "entity::Role")]
pub enum Role {
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
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "DataScope", remote = "entity::DataScope")]
pub enum DataScope {
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

/// As the company recorded it.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "Gender", remote = "entity::Gender")]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// Whether a member may sign in and be asked.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "MemberStatus", remote = "entity::MemberStatus")]
pub enum MemberStatus {
    /// At work.
    Active,
    /// Left, or suspended; kept for history.
    Disabled,
}

/// A right that a role may carry.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "Permission", remote = "crate::access::Permission")]
pub enum Permission {
    /// See names, departments and positions of colleagues.
    ReadDirectory,
    /// See private contact data: mobile, personal e-mail, address.
    ReadContacts,
    /// Create and change members and departments, import.
    EditOrganisation,
    /// Grant and revoke roles.
    GrantRoles,
    /// Reset passwords and end sessions of others.
    ManageIdentities,
    /// Start requests.
    StartApprovals,
    /// See requests of people in scope.
    ReadApprovals,
    /// Intervene in running requests, see blocked ones.
    ManageApprovals,
    /// See leave balances and records of people in scope.
    ReadLeave,
    /// Correct leave balances of people in scope.
    AdjustLeave,
    /// Import holiday calendars.
    ManageCalendar,
    /// See attendance of people in scope.
    ReadAttendance,
}
