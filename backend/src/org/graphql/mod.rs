//! The organisation in the public schema.

mod department;
mod import;
mod kind;
mod loader;
mod member;
mod mutation;
mod query;
mod role;

pub use department::Department;
pub use import::*;
pub use kind::{DataScope, Gender, MemberStatus, Permission, Role};
pub use loader::{OrgLoader, loader};
pub use member::{Member, Membership, Position};
pub use mutation::*;
pub use query::{OrgQuery, Organisation};
pub use role::RoleGrant;

use async_graphql::Context;
use entity::{DepartmentId, MemberId};

use crate::error::{Error, Result};

/// A member by id, loaded together with others of the same answer.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn member(ctx: &Context<'_>, id: MemberId) -> Result<Member> {
    loader::of(ctx)?
        .load_one(id)
        .await?
        .map(Member::new)
        .ok_or(Error::NotFound)
}

/// Members by id in this order; absent ones are left out.
pub async fn members(ctx: &Context<'_>, ids: &[MemberId]) -> Result<Vec<Member>> {
    let mut found = loader::of(ctx)?.load_many(ids.iter().copied()).await?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).map(Member::new).collect())
}

/// A department by id, loaded together with others of the same answer.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn department(ctx: &Context<'_>, id: DepartmentId) -> Result<Department> {
    loader::of(ctx)?
        .load_one(id)
        .await?
        .map(Department::new)
        .ok_or(Error::NotFound)
}
