//! Who may see and change what of the organisation. Pure.

use entity::{DepartmentId, MemberId};

use crate::access::Permission;
use crate::cx::Actor;
use crate::error::{Error, Result, Text};

/// What is asked of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberAction {
    /// Mobile number, personal e-mail, address.
    SeeContacts,
    /// Leave balance and records.
    SeeLeave,
    /// Change.
    Edit,
    /// Disable.
    Disable,
    /// Enable again.
    Enable,
    /// Give a one-time password.
    ResetPassword,
    /// Grant and revoke roles.
    GrantRole,
}

impl MemberAction {
    /// Those offered as viewer actions, with their names in the API.
    pub const OFFERED: [(Self, &'static str); 6] = [
        (Self::Edit, "EDIT"),
        (Self::Disable, "DISABLE"),
        (Self::Enable, "ENABLE"),
        (Self::ResetPassword, "RESET_PASSWORD"),
        (Self::GrantRole, "GRANT_ROLE"),
        (Self::SeeLeave, "VIEW_LEAVE"),
    ];
}

/// What the policy looks at.
#[derive(Clone, Debug)]
pub struct MemberFacts {
    /// Who.
    pub id: MemberId,
    /// Whether active.
    pub active: bool,
    /// Whether an administrator.
    pub administrator: bool,
    /// Departments with their paths.
    pub departments: Vec<(DepartmentId, String)>,
    /// Direct manager and all above.
    pub line: Vec<MemberId>,
}

/// Whether the actor may do this to this member.
///
/// # Errors
/// [`Error::Forbidden`] for lack of a right, [`Error::NotAllowedNow`] for the member's state.
pub fn may(actor: &Actor, action: MemberAction, member: &MemberFacts) -> Result<()> {
    let own = actor.member == member.id;
    let manages = member.line.contains(&actor.member);
    let over = |permission| {
        member
            .departments
            .iter()
            .any(|(id, path)| actor.can_over(permission, *id, path))
            || actor.can_over_all(permission)
    };
    let allowed = match action {
        MemberAction::SeeContacts => own || manages || over(Permission::ReadContacts),
        MemberAction::SeeLeave => own || manages || over(Permission::ReadLeave),
        // Who may not grant roles has no power over those who hold them all.
        MemberAction::Edit | MemberAction::Disable | MemberAction::Enable => {
            over(Permission::EditOrganisation) && (!member.administrator || actor.can(Permission::GrantRoles))
        }
        MemberAction::ResetPassword => over(Permission::ManageIdentities),
        MemberAction::GrantRole => over(Permission::GrantRoles),
    };
    if !allowed {
        return Err(refusal());
    }
    let now = |zh, en| Err(Error::NotAllowedNow(Text::new(zh, en)));
    match action {
        MemberAction::Disable if own => now("不能停用自己", "You cannot disable yourself"),
        MemberAction::Disable if !member.active => now("已经停用", "Already disabled"),
        MemberAction::Enable if member.active => now("已经启用", "Already enabled"),
        MemberAction::ResetPassword if own => now("请用“修改密码”更换自己的密码", "Use “change password” for your own"),
        MemberAction::ResetPassword if !member.active => {
            now("已停用的成员不能登录", "A disabled member cannot sign in")
        }
        MemberAction::GrantRole if own => now("不能更改自己的角色", "You cannot change your own roles"),
        _ => Ok(()),
    }
}

/// Whether the actor may change the department at this place.
///
/// # Errors
/// [`Error::Forbidden`] for lack of a right over it.
pub fn may_edit_department(actor: &Actor, department: DepartmentId, path: &str) -> Result<()> {
    if actor.can_over(Permission::EditOrganisation, department, path) {
        Ok(())
    } else {
        Err(refusal())
    }
}

/// Whether the actor may import members: a file can name anyone.
///
/// # Errors
/// [`Error::Forbidden`] for lack of a right over everyone.
pub fn may_import(actor: &Actor) -> Result<()> {
    if actor.can_over_all(Permission::EditOrganisation) {
        Ok(())
    } else {
        Err(refusal())
    }
}

fn refusal() -> Error {
    Error::forbidden(
        "你没有权限做这件事，请联系管理员",
        "You are not permitted to do this; ask an administrator",
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use entity::{Role, Via};
    use uuid::Uuid;

    use super::*;
    use crate::access::{Grant, Reach};
    use crate::error::{ErrorCode, Locale};

    fn member(n: u128) -> MemberId {
        MemberId(Uuid::from_u128(n))
    }

    fn actor(grants: Vec<Grant>) -> Actor {
        Actor {
            member: member(1),
            name: "李敏".to_owned(),
            session: None,
            token: None,
            grants: Arc::from(grants),
            departments: Arc::from(vec![]),
            locale: Locale::Zh,
            via: Via::Web,
            must_change_password: false,
        }
    }

    fn facts(n: u128) -> MemberFacts {
        MemberFacts {
            id: member(n),
            active: true,
            administrator: false,
            departments: vec![(DepartmentId(Uuid::from_u128(9)), "/r/9/".to_owned())],
            line: vec![member(7), member(8)],
        }
    }

    /// What each actor may, one letter an action, capital where the state forbids it.
    fn row(actor: &Actor, facts: &MemberFacts) -> String {
        let actions = [
            (MemberAction::SeeContacts, 'c'),
            (MemberAction::SeeLeave, 'l'),
            (MemberAction::Edit, 'e'),
            (MemberAction::Disable, 'd'),
            (MemberAction::Enable, 'n'),
            (MemberAction::ResetPassword, 'p'),
            (MemberAction::GrantRole, 'r'),
        ];
        actions
            .into_iter()
            .map(
                |(action, letter)| match may(actor, action, facts).map_err(|error| error.code()) {
                    Ok(()) => letter,
                    Err(ErrorCode::NotAllowedNow) => letter.to_ascii_uppercase(),
                    Err(_) => '-',
                },
            )
            .collect()
    }

    #[test]
    fn each_role_over_each_member() {
        let grant = |role, reach| actor(vec![Grant { role, reach }]);
        let plain = grant(Role::Member, Reach::Own);
        let admin = grant(Role::Administrator, Reach::All);
        let hr = grant(Role::Hr, Reach::All);
        let hr_here = grant(Role::Hr, Reach::Trees(vec!["/r/9/".to_owned()]));
        let hr_elsewhere = grant(Role::Hr, Reach::Trees(vec!["/r/8/".to_owned()]));
        let leader = grant(Role::DepartmentLeader, Reach::Trees(vec!["/r/".to_owned()]));
        let mut managed = facts(2);
        managed.line = vec![member(5), member(1)];
        let mut administrator = facts(2);
        administrator.administrator = true;
        let mut left = facts(2);
        left.active = false;
        let table = [
            ("a colleague", &plain, facts(2), "-------"),
            ("oneself", &plain, facts(1), "cl-----"),
            ("a report of a report", &plain, managed, "cl-----"),
            ("as leader", &leader, facts(2), "cl-----"),
            ("as HR", &hr, facts(2), "cledN--"),
            ("as HR of the department", &hr_here, facts(2), "cledN--"),
            ("as HR of another", &hr_elsewhere, facts(2), "-------"),
            ("HR over an administrator", &hr, administrator.clone(), "cl-----"),
            ("as administrator", &admin, administrator, "cledNpr"),
            ("administrator over oneself", &admin, facts(1), "cleDNPR"),
            ("administrator over who left", &admin, left, "cleDnPr"),
        ];
        for (name, actor, facts, expected) in table {
            assert_eq!(row(actor, &facts), expected, "{name}");
        }
    }

    #[test]
    fn files_need_a_reach_over_everyone() {
        let hr = |reach| actor(vec![Grant { role: Role::Hr, reach }]);
        assert!(may_import(&hr(Reach::All)).is_ok());
        assert!(may_import(&hr(Reach::Trees(vec!["/".to_owned()]))).is_err());
        assert!(
            may_edit_department(
                &hr(Reach::Trees(vec!["/r/".to_owned()])),
                DepartmentId(Uuid::nil()),
                "/r/9/"
            )
            .is_ok()
        );
        assert!(may_edit_department(&hr(Reach::Own), DepartmentId(Uuid::nil()), "/r/9/").is_err());
    }
}
