//! Who may do what: one matrix of roles and permissions, and how far a grant reaches. Pure.
//!
//! Policies of the slices combine a permission with facts about the subject (own, in scope, its state).

use entity::{DataScope, DepartmentId, Role};

/// A right that a role may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

impl Permission {
    /// All permissions, for the printed matrix.
    pub const ALL: [Self; 12] = [
        Self::ReadDirectory,
        Self::ReadContacts,
        Self::EditOrganisation,
        Self::GrantRoles,
        Self::ManageIdentities,
        Self::StartApprovals,
        Self::ReadApprovals,
        Self::ManageApprovals,
        Self::ReadLeave,
        Self::AdjustLeave,
        Self::ManageCalendar,
        Self::ReadAttendance,
    ];

    /// Whether a role carries this permission.
    pub fn held_by(self, role: Role) -> bool {
        use Permission as P;
        match role {
            Role::Administrator => true,
            Role::Hr => matches!(
                self,
                P::ReadDirectory
                    | P::ReadContacts
                    | P::EditOrganisation
                    | P::StartApprovals
                    | P::ReadLeave
                    | P::AdjustLeave
                    | P::ManageCalendar
                    | P::ReadAttendance
            ),
            Role::Finance => matches!(self, P::ReadDirectory | P::StartApprovals),
            Role::ProcessAdministrator => {
                matches!(
                    self,
                    P::ReadDirectory | P::StartApprovals | P::ReadApprovals | P::ManageApprovals
                )
            }
            Role::DepartmentLeader => {
                matches!(
                    self,
                    P::ReadDirectory | P::StartApprovals | P::ReadContacts | P::ReadLeave | P::ReadAttendance
                )
            }
            Role::Member => matches!(self, P::ReadDirectory | P::StartApprovals),
        }
    }
}

/// A role held by an actor, with its reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Which role.
    pub role: Role,
    /// Over whose data.
    pub reach: Reach,
}

/// Over whose data a grant reaches, resolved to departments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Only the holder.
    Own,
    /// Members of exactly these departments.
    Departments(Vec<DepartmentId>),
    /// Members of the departments whose materialised path begins with one of these.
    Trees(Vec<String>),
    /// Everyone.
    All,
}

impl Reach {
    /// Reach of a scope for a holder who belongs to `departments` (id and path), with `custom` paths for a CUSTOM scope.
    pub fn resolve(scope: DataScope, departments: &[(DepartmentId, String)], custom: Vec<String>) -> Self {
        match scope {
            DataScope::Own => Self::Own,
            DataScope::Department => Self::Departments(departments.iter().map(|(id, _)| *id).collect()),
            DataScope::DepartmentTree => Self::Trees(departments.iter().map(|(_, path)| path.clone()).collect()),
            DataScope::Custom => Self::Trees(custom),
            DataScope::All => Self::All,
        }
    }

    /// Whether it covers a department by id and path.
    pub fn covers(&self, department: DepartmentId, path: &str) -> bool {
        match self {
            Self::Own => false,
            Self::Departments(ids) => ids.contains(&department),
            Self::Trees(paths) => paths.iter().any(|root| path.starts_with(root)),
            Self::All => true,
        }
    }
}

/// What a personal access token may be used for: reading or changing what belongs to one slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Read members, departments, positions and roles.
    OrgRead,
    /// Change them.
    OrgWrite,
    /// Read requests, tasks and templates.
    ApprovalRead,
    /// Submit, decide, comment.
    ApprovalWrite,
    /// Read leave balances and who is away.
    LeaveRead,
    /// Adjust balances.
    LeaveWrite,
    /// Read the working calendar.
    CalendarRead,
    /// Import notices of holidays.
    CalendarWrite,
    /// Read attendance.
    AttendanceRead,
    /// Read notices.
    NotificationRead,
    /// Mark notices as read.
    NotificationWrite,
    /// Download files.
    FileRead,
    /// Upload files.
    FileWrite,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 13] = [
        Self::OrgRead,
        Self::OrgWrite,
        Self::ApprovalRead,
        Self::ApprovalWrite,
        Self::LeaveRead,
        Self::LeaveWrite,
        Self::CalendarRead,
        Self::CalendarWrite,
        Self::AttendanceRead,
        Self::NotificationRead,
        Self::NotificationWrite,
        Self::FileRead,
        Self::FileWrite,
    ];

    /// Its name as it is stored and told: the slice, and what may be done with it.
    pub fn name(self) -> &'static str {
        match self {
            Self::OrgRead => "org:read",
            Self::OrgWrite => "org:write",
            Self::ApprovalRead => "approval:read",
            Self::ApprovalWrite => "approval:write",
            Self::LeaveRead => "leave:read",
            Self::LeaveWrite => "leave:write",
            Self::CalendarRead => "calendar:read",
            Self::CalendarWrite => "calendar:write",
            Self::AttendanceRead => "attendance:read",
            Self::NotificationRead => "notification:read",
            Self::NotificationWrite => "notification:write",
            Self::FileRead => "file:read",
            Self::FileWrite => "file:write",
        }
    }

    /// The scope of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    fn bit(self) -> u16 {
        1 << (self as u16)
    }
}

/// A set of scopes. Who may write may read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u16);

impl Scopes {
    /// Whether it holds none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those it holds.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.0 & scope.bit() != 0)
    }

    /// Names of those it holds.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.iter().map(Scope::name)
    }

    /// Whether it permits to read what belongs to a slice, or to change it. What belongs to no slice named here is not permitted.
    pub fn permits(self, slice: &str, write: bool) -> bool {
        self.names().any(|name| {
            name.split_once(':')
                .is_some_and(|(own, deed)| own == slice && (!write || deed == "write"))
        })
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::Id;
    use uuid::Uuid;

    #[test]
    fn reach_covers_what_its_scope_says() {
        let (a, b) = (
            DepartmentId::from_uuid(Uuid::from_u128(1)),
            DepartmentId::from_uuid(Uuid::from_u128(2)),
        );
        let own = [(a, "/r/a/".to_owned())];
        let check = |scope, department, path: &str, expected| {
            assert_eq!(
                Reach::resolve(scope, &own, vec!["/r/b/".into()]).covers(department, path),
                expected,
                "{scope:?} {path}"
            );
        };
        check(DataScope::Own, a, "/r/a/", false);
        check(DataScope::Department, a, "/r/a/", true);
        check(DataScope::Department, b, "/r/a/b/", false);
        check(DataScope::DepartmentTree, b, "/r/a/b/", true);
        check(DataScope::DepartmentTree, b, "/r/b/", false);
        check(DataScope::Custom, b, "/r/b/", true);
        check(DataScope::All, b, "/x/", true);
    }

    #[test]
    fn scopes_permit_what_they_name() {
        let scopes: Scopes = [Scope::OrgRead, Scope::ApprovalWrite].into_iter().collect();
        assert_eq!(scopes.names().collect::<Vec<_>>(), ["org:read", "approval:write"]);
        for (slice, write, expected) in [
            ("org", false, true),
            ("org", true, false),
            ("approval", false, true),
            ("approval", true, true),
            ("leave", false, false),
            ("identity", false, false),
            ("", false, false),
        ] {
            assert_eq!(scopes.permits(slice, write), expected, "{slice} {write}");
        }
        let all: Scopes = Scope::ALL.into_iter().collect();
        assert_eq!(all.iter().count(), Scope::ALL.len());
        assert!(
            Scope::ALL
                .into_iter()
                .all(|scope| Scope::named(scope.name()) == Some(scope))
        );
        assert!(Scopes::default().is_empty() && Scope::named("org").is_none());
    }

    #[test]
    fn members_hold_nothing_over_others() {
        for permission in Permission::ALL {
            let harmless = matches!(permission, Permission::ReadDirectory | Permission::StartApprovals);
            assert_eq!(permission.held_by(Role::Member), harmless, "{permission:?}");
        }
    }
}
