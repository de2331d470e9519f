//! Who may read a request. Pure.
//!
//! What may be *done* with a request is for the engine to say (`engine::case_actions`, `engine::task_actions`): it knows the
//! seats. That somebody may know of the request at all is decided here, and asked first.

use entity::{DepartmentId, MemberId};

use crate::access::Permission;
use crate::cx::Actor;

/// How a member stands to a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Is or was asked to decide.
    pub asked: bool,
    /// Got a copy.
    pub copied: bool,
}

/// Whose request it is.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The applicant.
    pub applicant: MemberId,
    /// For which department.
    pub department: DepartmentId,
    /// Its materialised path.
    pub path: &'a str,
}

/// Whether an actor may read a request: applicant, people asked, people copied, and who holds the right over its department.
pub fn may_read(actor: &Actor, subject: &Subject<'_>, standing: Standing) -> bool {
    subject.applicant == actor.member
        || standing.asked
        || standing.copied
        || actor.can_over(Permission::ReadApprovals, subject.department, subject.path)
}

/// Whether an actor may hurry a request of a department and set it right when it is stuck.
pub fn administers(actor: &Actor, department: DepartmentId, path: &str) -> bool {
    actor.can_over(Permission::ManageApprovals, department, path)
}

/// Whether an actor may start requests at all.
pub fn may_start(actor: &Actor) -> bool {
    actor.can(Permission::StartApprovals)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use entity::{Role, Via};
    use uuid::Uuid;

    use super::*;
    use crate::access::{Grant, Reach};
    use crate::error::Locale;

    fn actor(n: u128, role: Role, reach: Reach) -> Actor {
        Actor {
            member: MemberId(Uuid::from_u128(n)),
            name: "张伟".to_owned(),
            session: None,
            token: None,
            grants: Arc::new([Grant { role, reach }]),
            departments: Arc::new([]),
            locale: Locale::Zh,
            via: Via::Web,
            must_change_password: false,
        }
    }

    #[test]
    fn requests_are_for_those_concerned_and_for_who_holds_the_right() {
        let subject = Subject {
            applicant: MemberId(Uuid::from_u128(1)),
            department: DepartmentId(Uuid::from_u128(7)),
            path: "/r/a/",
        };
        let none = Standing::default();
        let asked = Standing { asked: true, ..none };
        let copied = Standing { copied: true, ..none };
        let check = |actor: Actor, standing, expected| {
            assert_eq!(may_read(&actor, &subject, standing), expected, "{actor:?} {standing:?}");
        };
        check(actor(1, Role::Member, Reach::Own), none, true);
        check(actor(2, Role::Member, Reach::Own), none, false);
        check(actor(2, Role::Member, Reach::All), none, false);
        check(actor(2, Role::Member, Reach::Own), asked, true);
        check(actor(2, Role::Member, Reach::Own), copied, true);
        check(actor(2, Role::Hr, Reach::All), none, false);
        check(
            actor(2, Role::DepartmentLeader, Reach::Trees(vec!["/r/a/".into()])),
            none,
            false,
        );
        check(actor(2, Role::Administrator, Reach::All), none, true);
        check(
            actor(2, Role::ProcessAdministrator, Reach::Trees(vec!["/r/".into()])),
            none,
            true,
        );
        check(
            actor(2, Role::ProcessAdministrator, Reach::Trees(vec!["/x/".into()])),
            none,
            false,
        );
    }
}
