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

use super::service;
use crate::error::{Error, Result};
use crate::graphql::cx;

/// A member by id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn member(ctx: &Context<'_>, id: MemberId) -> Result<Member> {
    let person = loader::person(ctx, id).await?.ok_or(Error::NotFound)?;
    Ok(Member::new(person.row.clone()))
}

/// Members by id in this order; absent ones are left out. At most one statement.
///
/// # Errors
/// Only those of the database.
pub async fn members(ctx: &Context<'_>, ids: &[MemberId]) -> Result<Vec<Member>> {
    let found = service::people(cx(ctx)?, ids).await?;
    let people = ids.iter().filter_map(|id| found.get(id));
    Ok(people.map(|person| Member::new(person.row.clone())).collect())
}

/// A department by id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn department(ctx: &Context<'_>, id: DepartmentId) -> Result<Department> {
    let structure = service::structure(cx(ctx)?).await?;
    let row = structure.departments.get(&id).ok_or(Error::NotFound)?;
    Ok(Department::new(row.clone()))
}
