//! Changes of members and departments.

use super::MemberRef;
use super::directory::Gender;
use crate::api::schema;
use crate::i18n::Date;

/// Belonging to a department, as it shall be.
#[derive(cynic::InputObject, Clone, Debug, PartialEq)]
pub struct MembershipInput {
    /// Which department.
    pub department_id: cynic::Id,
    /// The one that counts for approvals; exactly one is.
    pub is_primary: bool,
    /// As one of its leaders.
    pub is_leader: bool,
}

/// A new member.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct CreateMemberInput {
    pub account: String,
    pub name: String,
    pub alias: Option<String>,
    pub gender: Option<Gender>,
    pub position_name: Option<String>,
    pub memberships: Vec<MembershipInput>,
    pub manager_id: Option<cynic::Id>,
    pub mobile: Option<String>,
    pub telephone: Option<String>,
    pub email: Option<String>,
    pub work_email: Option<String>,
    pub address: Option<String>,
    pub office: Option<String>,
    pub employee_no: Option<String>,
    pub hired_on: Option<Date>,
    pub career_started_on: Option<Date>,
    pub idempotency_key: Option<String>,
}

/// A member as they shall be: what is none is cleared.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct UpdateMemberInput {
    pub id: cynic::Id,
    pub expected_version: i32,
    pub name: Option<String>,
    pub alias: Option<String>,
    pub gender: Option<Gender>,
    pub position_name: Option<String>,
    pub memberships: Option<Vec<MembershipInput>>,
    pub manager_id: Option<cynic::Id>,
    pub mobile: Option<String>,
    pub telephone: Option<String>,
    pub email: Option<String>,
    pub work_email: Option<String>,
    pub address: Option<String>,
    pub office: Option<String>,
    pub employee_no: Option<String>,
    pub hired_on: Option<Date>,
    pub career_started_on: Option<Date>,
}

/// Which member, as it was read.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct DisableMemberInput {
    /// Who.
    pub id: cynic::Id,
    /// As it was read.
    pub expected_version: i32,
}

/// Which member, as it was read.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct EnableMemberInput {
    /// Who.
    pub id: cynic::Id,
    /// As it was read.
    pub expected_version: i32,
}

/// Whose password.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ResetPasswordInput {
    /// Who.
    pub member_id: cynic::Id,
}

/// A new department.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct CreateDepartmentInput {
    /// Below which one.
    pub parent_id: cynic::Id,
    /// Its name.
    pub name: String,
    /// Its English name.
    pub name_en: Option<String>,
    /// One per intent.
    pub idempotency_key: Option<String>,
}

/// A department's name and leaders as they shall be.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct UpdateDepartmentInput {
    /// Which.
    pub id: cynic::Id,
    /// As it was read.
    pub expected_version: i32,
    /// Its name.
    pub name: String,
    /// Its English name; none clears it.
    pub name_en: Option<String>,
    /// Who leads it.
    pub leader_ids: Option<Vec<cynic::Id>>,
}

/// Where a department shall stand.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct MoveDepartmentInput {
    /// Which.
    pub id: cynic::Id,
    /// As it was read.
    pub expected_version: i32,
    /// Below which one.
    pub parent_id: cynic::Id,
    /// Among its new siblings, from 0.
    pub position: i32,
}

/// Which department ends.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct CloseDepartmentInput {
    /// Which.
    pub id: cynic::Id,
    /// As it was read.
    pub expected_version: i32,
}

/// Which closed department begins again.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ReopenDepartmentInput {
    /// Which.
    pub id: cynic::Id,
    /// As it was read.
    pub expected_version: i32,
}

/// Variables of [`CreateMember`].
#[derive(cynic::QueryVariables, Clone)]
pub struct CreateMemberVars {
    /// What to do.
    pub input: CreateMemberInput,
}

/// Adds a member.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "CreateMemberVars")]
pub struct CreateMember {
    /// The outcome.
    #[arguments(input: $input)]
    pub create_member: MemberPayload,
}

/// Variables of [`UpdateMember`].
#[derive(cynic::QueryVariables, Clone)]
pub struct UpdateMemberVars {
    /// What to do.
    pub input: UpdateMemberInput,
}

/// Changes a member.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "UpdateMemberVars")]
pub struct UpdateMember {
    /// The outcome.
    #[arguments(input: $input)]
    pub update_member: ChangedMember,
}

/// Variables of [`DisableMember`].
#[derive(cynic::QueryVariables, Clone)]
pub struct DisableMemberVars {
    /// What to do.
    pub input: DisableMemberInput,
}

/// Keeps a member out.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DisableMemberVars")]
pub struct DisableMember {
    /// The outcome.
    #[arguments(input: $input)]
    pub disable_member: ChangedMember,
}

/// Variables of [`EnableMember`].
#[derive(cynic::QueryVariables, Clone)]
pub struct EnableMemberVars {
    /// What to do.
    pub input: EnableMemberInput,
}

/// Lets a member in again.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "EnableMemberVars")]
pub struct EnableMember {
    /// The outcome.
    #[arguments(input: $input)]
    pub enable_member: ChangedMember,
}

/// Variables of [`ResetPassword`].
#[derive(cynic::QueryVariables, Clone)]
pub struct ResetPasswordVars {
    /// What to do.
    pub input: ResetPasswordInput,
}

/// Gives a one-time password.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ResetPasswordVars")]
pub struct ResetPassword {
    /// The outcome.
    #[arguments(input: $input)]
    pub reset_password: ResetPasswordPayload,
}

/// Variables of [`CreateDepartment`].
#[derive(cynic::QueryVariables, Clone)]
pub struct CreateDepartmentVars {
    /// What to do.
    pub input: CreateDepartmentInput,
}

/// Adds a department.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "CreateDepartmentVars")]
pub struct CreateDepartment {
    /// The outcome.
    #[arguments(input: $input)]
    pub create_department: DepartmentPayload,
}

/// Variables of [`UpdateDepartment`].
#[derive(cynic::QueryVariables, Clone)]
pub struct UpdateDepartmentVars {
    /// What to do.
    pub input: UpdateDepartmentInput,
}

/// Changes name and leaders of a department.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "UpdateDepartmentVars")]
pub struct UpdateDepartment {
    /// The outcome.
    #[arguments(input: $input)]
    pub update_department: DepartmentPayload,
}

/// Variables of [`MoveDepartment`].
#[derive(cynic::QueryVariables, Clone)]
pub struct MoveDepartmentVars {
    /// What to do.
    pub input: MoveDepartmentInput,
}

/// Puts a department elsewhere.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "MoveDepartmentVars")]
pub struct MoveDepartment {
    /// The outcome.
    #[arguments(input: $input)]
    pub move_department: DepartmentPayload,
}

/// Variables of [`CloseDepartment`].
#[derive(cynic::QueryVariables, Clone)]
pub struct CloseDepartmentVars {
    /// What to do.
    pub input: CloseDepartmentInput,
}

/// Ends a department.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "CloseDepartmentVars")]
pub struct CloseDepartment {
    /// The outcome.
    #[arguments(input: $input)]
    pub close_department: DepartmentPayload,
}

/// Variables of [`ReopenDepartment`].
#[derive(cynic::QueryVariables, Clone)]
pub struct ReopenDepartmentVars {
    /// What to do.
    pub input: ReopenDepartmentInput,
}

/// Opens a closed department again.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ReopenDepartmentVars")]
pub struct ReopenDepartment {
    /// The outcome.
    #[arguments(input: $input)]
    pub reopen_department: DepartmentPayload,
}

/// A member just added.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct MemberPayload {
    /// Who.
    pub member: MemberRef,
    /// To sign in with for the first time; shown once.
    pub one_time_password: Option<String>,
}

/// A member just changed.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "MemberPayload")]
pub struct ChangedMember {
    /// Who.
    pub member: MemberRef,
}

/// A password just given.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct ResetPasswordPayload {
    /// To sign in with once; shown once.
    pub one_time_password: String,
}

/// A department just changed.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct DepartmentPayload {
    /// As it is now.
    pub department: ChangedDepartment,
}

/// A department just changed.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Department")]
pub struct ChangedDepartment {
    /// Which.
    pub id: cynic::Id,
    /// As it is now.
    pub version: i32,
}
