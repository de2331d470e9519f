//! Rights over one member, looked up and asked of the policy.

use entity::{MemberId, org_member};
use sea_orm::EntityTrait;

use super::batch::facts_of;
use crate::access::Permission;
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::org::policy::{self, MemberAction, MemberFacts};

/// The member a command is about, with the right and the version checked.
pub(super) async fn subject(
    tx: &Tx,
    actor: &Actor,
    action: MemberAction,
    id: MemberId,
    expected: Option<i32>,
) -> Result<org_member::Model> {
    actor.require(Permission::ReadDirectory)?;
    let member = org_member::Entity::find_by_id(id)
        .one(&**tx)
        .await?
        .ok_or(Error::NotFound)?;
    let facts = facts_of(&**tx, std::slice::from_ref(&member))
        .await?
        .remove(&id)
        .ok_or(Error::NotFound)?;
    policy::may(actor, action, &facts)?;
    match expected {
        Some(expected) if expected != member.version => Err(Error::Conflict {
            current: member.version,
        }),
        _ => Ok(member),
    }
}

/// Whether the actor may give this member a one-time password.
///
/// # Errors
/// [`Error::NotFound`], no right over the member, a state that forbids it.
pub async fn may_reset_password(cx: &Cx, actor: &Actor, id: MemberId) -> Result<()> {
    let member = org_member::Entity::find_by_id(id)
        .one(cx.db.read())
        .await?
        .ok_or(Error::NotFound)?;
    let facts = facts_of(cx.db.read(), std::slice::from_ref(&member))
        .await?
        .remove(&id)
        .ok_or(Error::NotFound)?;
    policy::may(actor, MemberAction::ResetPassword, &facts)
}

/// Whether the actor may do this to a member of whom the facts are loaded.
///
/// # Errors
/// As the policy says.
pub fn may(actor: &Actor, action: MemberAction, facts: &MemberFacts) -> Result<()> {
    policy::may(actor, action, facts)
}
