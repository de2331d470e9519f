//! Mutations of the organisation.

mod read;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{DepartmentId, MemberId};
use read::edit;

use super::{
    DataScope, Department, Gender, ImportMembersInput, ImportMembersPayload, Member, Role, RoleGrant, department,
    member,
};
use crate::error::{Error, Result};
use crate::graphql::scalar::Date;
use crate::graphql::{actor, cx, id, locale};
use crate::org::service::{self, CloseDepartment, CreateDepartment, GrantRole, MoveDepartment, UpdateDepartment};

/// A department of a member.
#[derive(InputObject)]
pub struct MembershipInput {
    /// Where.
    department_id: ID,
    /// Exactly one is the primary one.
    is_primary: bool,
    /// Whether the member leads it.
    is_leader: bool,
}

/// A member to make.
#[derive(InputObject)]
pub struct CreateMemberInput {
    /// Sign-in name; unique for ever.
    account: String,
    /// Full name.
    name: String,
    /// Other name.
    alias: Option<String>,
    /// As the company records it.
    gender: Option<Gender>,
    /// Position, made when there is none of this name.
    position_name: Option<String>,
    /// Departments.
    memberships: Vec<MembershipInput>,
    /// Direct manager.
    manager_id: Option<ID>,
    /// Mobile number; Chinese without a country code.
    mobile: Option<String>,
    /// Desk telephone.
    telephone: Option<String>,
    /// Personal e-mail.
    email: Option<String>,
    /// Company e-mail.
    work_email: Option<String>,
    /// Postal address.
    address: Option<String>,
    /// City or site of work.
    office: Option<String>,
    /// Number on the badge; unique.
    employee_no: Option<String>,
    /// First day in this company.
    hired_on: Option<Date>,
    /// First day of any employment; decides statutory annual leave.
    career_started_on: Option<Date>,
    /// The same key replays the first result, without the password.
    idempotency_key: Option<String>,
}

/// Every field given is set; to clear one, give null. Fields left out stay.
#[derive(InputObject)]
pub struct UpdateMemberInput {
    /// Whom.
    id: ID,
    /// Version it was seen with; a stale one is CONFLICT.
    expected_version: i32,
    /// Full name.
    name: Option<String>,
    /// Other name.
    alias: MaybeUndefined<String>,
    /// As the company records it.
    gender: MaybeUndefined<Gender>,
    /// Position, made when there is none of this name.
    position_name: MaybeUndefined<String>,
    /// All departments.
    memberships: Option<Vec<MembershipInput>>,
    /// Direct manager.
    manager_id: MaybeUndefined<ID>,
    /// Mobile number.
    mobile: MaybeUndefined<String>,
    /// Desk telephone.
    telephone: MaybeUndefined<String>,
    /// Personal e-mail.
    email: MaybeUndefined<String>,
    /// Company e-mail.
    work_email: MaybeUndefined<String>,
    /// Postal address.
    address: MaybeUndefined<String>,
    /// City or site of work.
    office: MaybeUndefined<String>,
    /// Number on the badge.
    employee_no: MaybeUndefined<String>,
    /// First day in this company.
    hired_on: MaybeUndefined<Date>,
    /// First day of any employment.
    career_started_on: MaybeUndefined<Date>,
}

/// A member to disable.
#[derive(InputObject)]
pub struct DisableMemberInput {
    /// Whom.
    id: ID,
    /// Version it was seen with.
    expected_version: i32,
}

/// A member to enable again.
#[derive(InputObject)]
pub struct EnableMemberInput {
    /// Whom.
    id: ID,
    /// Version it was seen with.
    expected_version: i32,
}

/// A member after a change.
#[derive(SimpleObject)]
pub struct MemberPayload {
    /// The member.
    member: Member,
    /// Password for the first sign-in; only from createMember, shown once.
    one_time_password: Option<String>,
}

/// A department to make, as the last below another.
#[derive(InputObject)]
pub struct CreateDepartmentInput {
    /// The one above.
    parent_id: ID,
    /// Name in Chinese; unique among siblings.
    name: String,
    /// Name in English.
    name_en: Option<String>,
    /// The same key replays the first result.
    idempotency_key: Option<String>,
}

/// What changes of a department; fields left out stay.
#[derive(InputObject)]
pub struct UpdateDepartmentInput {
    /// Which.
    id: ID,
    /// Version it was seen with.
    expected_version: i32,
    /// Name in Chinese.
    name: String,
    /// Name in English; null clears it.
    name_en: MaybeUndefined<String>,
    /// All leaders, in order.
    leader_ids: Option<Vec<ID>>,
}

/// Where a department goes, with all below it.
#[derive(InputObject)]
pub struct MoveDepartmentInput {
    /// Which.
    id: ID,
    /// Version it was seen with.
    expected_version: i32,
    /// The one above afterwards.
    parent_id: ID,
    /// Place among the new siblings, from 0.
    position: i32,
}

/// A department to close; refused while it has active members or open children.
#[derive(InputObject)]
pub struct CloseDepartmentInput {
    /// Which.
    id: ID,
    /// Version it was seen with.
    expected_version: i32,
}

/// A closed department to open again.
#[derive(InputObject)]
pub struct ReopenDepartmentInput {
    /// Which.
    id: ID,
    /// Version it was seen with.
    expected_version: i32,
}

/// A department after a change.
#[derive(SimpleObject)]
pub struct DepartmentPayload {
    /// The department.
    department: Department,
}

/// A role for a member; one held already gets the new scope.
#[derive(InputObject)]
pub struct GrantRoleInput {
    /// Who.
    member_id: ID,
    /// Which; DEPARTMENT_LEADER and MEMBER follow from the organisation.
    role: Role,
    /// Over whose data.
    scope: DataScope,
    /// The departments of a CUSTOM scope.
    department_ids: Option<Vec<ID>>,
}

/// A grant made.
#[derive(SimpleObject)]
pub struct GrantRolePayload {
    /// The grant.
    grant: RoleGrant,
}

/// A grant to take away.
#[derive(InputObject)]
pub struct RevokeRoleInput {
    /// Which.
    grant_id: ID,
}

/// A grant taken away.
#[derive(SimpleObject)]
pub struct RevokeRolePayload {
    /// From whom.
    member_id: ID,
}

/// Mutations of the organisation.
#[derive(Default)]
pub struct OrgMutation;

#[Object]
impl OrgMutation {
    /// Makes a member with a one-time password.
    async fn create_member(&self, ctx: &Context<'_>, input: CreateMemberInput) -> Result<MemberPayload> {
        let (create, key) = input.read()?;
        let made = service::create_member(cx(ctx)?, actor(ctx)?, create, key.as_deref()).await?;
        Ok(MemberPayload {
            member: member(ctx, made.member).await?,
            one_time_password: made.one_time_password,
        })
    }

    /// Changes a member.
    async fn update_member(&self, ctx: &Context<'_>, input: UpdateMemberInput) -> Result<MemberPayload> {
        let (id, expected) = (id::decode(&input.id)?, input.expected_version);
        service::update_member(cx(ctx)?, actor(ctx)?, id, expected, input.read()?).await?;
        payload(ctx, id).await
    }

    /// Disables a member and ends their sessions; nothing of theirs is deleted.
    async fn disable_member(&self, ctx: &Context<'_>, input: DisableMemberInput) -> Result<MemberPayload> {
        let id = id::decode(&input.id)?;
        service::disable_member(cx(ctx)?, actor(ctx)?, id, input.expected_version).await?;
        payload(ctx, id).await
    }

    /// Enables a member again.
    async fn enable_member(&self, ctx: &Context<'_>, input: EnableMemberInput) -> Result<MemberPayload> {
        let id = id::decode(&input.id)?;
        service::enable_member(cx(ctx)?, actor(ctx)?, id, input.expected_version).await?;
        payload(ctx, id).await
    }

    /// Makes a department.
    async fn create_department(&self, ctx: &Context<'_>, input: CreateDepartmentInput) -> Result<DepartmentPayload> {
        let create = CreateDepartment {
            parent: id::decode(&input.parent_id)?,
            name: input.name,
            name_en: input.name_en,
        };
        let id = service::create_department(cx(ctx)?, actor(ctx)?, create, input.idempotency_key.as_deref()).await?;
        department_payload(ctx, id).await
    }

    /// Renames a department or sets its leaders.
    async fn update_department(&self, ctx: &Context<'_>, input: UpdateDepartmentInput) -> Result<DepartmentPayload> {
        let id = id::decode(&input.id)?;
        let update = UpdateDepartment {
            name: Some(input.name),
            name_en: edit(input.name_en),
            leaders: input
                .leader_ids
                .map(|ids| id::decode_all("leaderIds", &ids))
                .transpose()?,
        };
        service::update_department(cx(ctx)?, actor(ctx)?, id, input.expected_version, update).await?;
        department_payload(ctx, id).await
    }

    /// Moves a department with all below it, or gives it another place among its siblings.
    async fn move_department(&self, ctx: &Context<'_>, input: MoveDepartmentInput) -> Result<DepartmentPayload> {
        let id = id::decode(&input.id)?;
        let position = usize::try_from(input.position)
            .map_err(|_| Error::invalid("position", "不能是负数", "Must not be negative"))?;
        let to = MoveDepartment {
            parent: id::decode(&input.parent_id)?,
            position,
        };
        service::move_department(cx(ctx)?, actor(ctx)?, id, input.expected_version, to).await?;
        department_payload(ctx, id).await
    }

    /// Closes an empty department.
    async fn close_department(&self, ctx: &Context<'_>, input: CloseDepartmentInput) -> Result<DepartmentPayload> {
        let id = id::decode(&input.id)?;
        let close = CloseDepartment {
            expected: input.expected_version,
        };
        service::close_department(cx(ctx)?, actor(ctx)?, id, close).await?;
        department_payload(ctx, id).await
    }

    /// Opens a closed department again.
    async fn reopen_department(&self, ctx: &Context<'_>, input: ReopenDepartmentInput) -> Result<DepartmentPayload> {
        let id = id::decode(&input.id)?;
        service::reopen_department(cx(ctx)?, actor(ctx)?, id, input.expected_version).await?;
        department_payload(ctx, id).await
    }

    /// Gives a member a role.
    async fn grant_role(&self, ctx: &Context<'_>, input: GrantRoleInput) -> Result<GrantRolePayload> {
        let grant = GrantRole {
            member: id::decode(&input.member_id)?,
            role: input.role.into(),
            scope: input.scope.into(),
            departments: id::decode_all("departmentIds", &input.department_ids.unwrap_or_default())?,
        };
        let grant = service::grant_role(cx(ctx)?, actor(ctx)?, grant).await?;
        Ok(GrantRolePayload { grant: grant.into() })
    }

    /// Takes a role away.
    async fn revoke_role(&self, ctx: &Context<'_>, input: RevokeRoleInput) -> Result<RevokeRolePayload> {
        let member = service::revoke_role(cx(ctx)?, actor(ctx)?, id::decode(&input.grant_id)?).await?;
        Ok(RevokeRolePayload {
            member_id: id::encode(member),
        })
    }

    /// Imports members and departments from a spreadsheet; a dry run changes nothing.
    async fn import_members(&self, ctx: &Context<'_>, input: ImportMembersInput) -> Result<ImportMembersPayload> {
        let actor = actor(ctx)?;
        let upload = input.upload()?;
        tracing::info!(
            file = input.file_name,
            bytes = upload.bytes.len(),
            dry_run = upload.dry_run,
            "import of members"
        );
        let imported = service::import_members(cx(ctx)?, actor, upload, input.idempotency_key.as_deref()).await?;
        Ok(ImportMembersPayload::new(imported, locale(ctx)))
    }
}

async fn payload(ctx: &Context<'_>, id: MemberId) -> Result<MemberPayload> {
    Ok(MemberPayload {
        member: member(ctx, id).await?,
        one_time_password: None,
    })
}

async fn department_payload(ctx: &Context<'_>, id: DepartmentId) -> Result<DepartmentPayload> {
    Ok(DepartmentPayload {
        department: department(ctx, id).await?,
    })
}
