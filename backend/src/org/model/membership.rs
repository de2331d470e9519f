//! In which departments a member is: several are allowed, exactly one is primary.

use std::collections::HashSet;

use entity::DepartmentId;
use serde::Serialize;

use crate::org::fault::Fault;

/// Most departments of one member.
pub const MOST_MEMBERSHIPS: usize = 20;

/// That a member is in a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// Where.
    pub department: DepartmentId,
    /// Whether it is the primary one.
    pub primary: bool,
    /// Whether the member leads it.
    pub leader: bool,
}

/// Whether these can be the departments of one member.
///
/// # Errors
/// None, too many, one twice, or not exactly one primary.
pub fn check_memberships(memberships: &[Membership]) -> Result<(), Fault> {
    if memberships.is_empty() {
        return Err(Fault::NoMembership);
    }
    if memberships.len() > MOST_MEMBERSHIPS {
        return Err(Fault::TooManyMemberships { most: MOST_MEMBERSHIPS });
    }
    let mut seen = HashSet::new();
    if !memberships.iter().all(|membership| seen.insert(membership.department)) {
        return Err(Fault::MembershipTwice);
    }
    if memberships.iter().filter(|membership| membership.primary).count() != 1 {
        return Err(Fault::PrimaryCount);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn check(rows: &[(u128, bool)], expected: Option<&Fault>) {
        let memberships: Vec<Membership> = rows
            .iter()
            .map(|(n, primary)| Membership {
                department: DepartmentId(Uuid::from_u128(*n)),
                primary: *primary,
                leader: false,
            })
            .collect();
        assert_eq!(check_memberships(&memberships).as_ref().err(), expected, "{rows:?}");
    }

    #[test]
    fn exactly_one_primary() {
        check(&[(1, true)], None);
        check(&[(1, false), (2, true)], None);
        check(&[], Some(&Fault::NoMembership));
        check(&[(1, false)], Some(&Fault::PrimaryCount));
        check(&[(1, true), (2, true)], Some(&Fault::PrimaryCount));
        check(&[(1, true), (1, false)], Some(&Fault::MembershipTwice));
        let many: Vec<(u128, bool)> = (0..21).map(|n| (n, n == 0)).collect();
        check(&many, Some(&Fault::TooManyMemberships { most: MOST_MEMBERSHIPS }));
    }
}
