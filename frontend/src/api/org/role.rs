//! Roles granted, and over whose data.

use super::{DepartmentRef, MemberRef};
use crate::api::schema;
use crate::api::viewer::Role;
use crate::i18n::Stamp;

/// How far a role reaches.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DataScope {
    /// The holder's own data.
    Own,
    /// The departments the holder belongs to.
    Department,
    /// Those, with all below.
    DepartmentTree,
    /// Chosen departments, with all below.
    Custom,
    /// Everyone.
    All,
}

/// All roles granted; for administrators. Topic `org`.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query")]
pub struct RoleGrantsQuery {
    /// How new this is.
    pub as_of: String,
    /// The grants.
    pub role_grants: Vec<RoleGrant>,
}

/// A role someone holds.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct RoleGrant {
    /// Which grant.
    pub id: cynic::Id,
    /// Who holds it.
    pub member: MemberRef,
    /// Which role.
    pub role: Role,
    /// How far it reaches.
    pub scope: DataScope,
    /// For [`DataScope::Custom`]: over these, with all below.
    pub departments: Vec<DepartmentRef>,
    /// Since when.
    pub granted_at: Stamp,
    /// By whom.
    pub granted_by: Option<MemberRef>,
}

/// A role to grant.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct GrantRoleInput {
    /// To whom.
    pub member_id: cynic::Id,
    /// Which role.
    pub role: Role,
    /// How far it reaches.
    pub scope: DataScope,
    /// For [`DataScope::Custom`].
    pub department_ids: Option<Vec<cynic::Id>>,
}

/// Variables of [`GrantRole`].
#[derive(cynic::QueryVariables, Clone)]
pub struct GrantRoleVars {
    /// What to grant.
    pub input: GrantRoleInput,
}

/// Grants a role.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "GrantRoleVars")]
pub struct GrantRole {
    /// The outcome.
    #[arguments(input: $input)]
    pub grant_role: GrantRolePayload,
}

/// The outcome of [`GrantRole`].
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct GrantRolePayload {
    /// The new grant.
    pub grant: GrantRef,
}

/// A grant by its id.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "RoleGrant")]
pub struct GrantRef {
    /// Which.
    pub id: cynic::Id,
}

/// A grant to take back.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct RevokeRoleInput {
    /// Which.
    pub grant_id: cynic::Id,
}

/// Variables of [`RevokeRole`].
#[derive(cynic::QueryVariables, Clone)]
pub struct RevokeRoleVars {
    /// What to take back.
    pub input: RevokeRoleInput,
}

/// Takes a role back.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "RevokeRoleVars")]
pub struct RevokeRole {
    /// The outcome.
    #[arguments(input: $input)]
    pub revoke_role: RevokeRolePayload,
}

/// The outcome of [`RevokeRole`].
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct RevokeRolePayload {
    /// Who held it.
    pub member_id: cynic::Id,
}
