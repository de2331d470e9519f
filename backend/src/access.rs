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
    fn members_hold_nothing_over_others() {
        for permission in Permission::ALL {
            let harmless = matches!(permission, Permission::ReadDirectory | Permission::StartApprovals);
            assert_eq!(permission.held_by(Role::Member), harmless, "{permission:?}");
        }
    }
}
