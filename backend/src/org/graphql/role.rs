//! Role grants.

use async_graphql::{ComplexObject, Context, ID, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{DepartmentId, MemberId};

use super::{DataScope, Department, Member, Role, department, member};
use crate::error::Result;
use crate::graphql::id;
use crate::org::service::GrantView;

/// That a member holds a role over a scope of people.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RoleGrant {
    /// Opaque id.
    id: ID,
    /// Which role.
    role: Role,
    /// Over whose data.
    scope: DataScope,
    /// Since when.
    granted_at: DateTime<Utc>,
    #[graphql(skip)]
    holder: MemberId,
    #[graphql(skip)]
    by: Option<MemberId>,
    #[graphql(skip)]
    over: Vec<DepartmentId>,
}

#[ComplexObject]
impl RoleGrant {
    /// Who holds it.
    async fn member(&self, ctx: &Context<'_>) -> Result<Member> {
        member(ctx, self.holder).await
    }

    /// The departments of a CUSTOM scope.
    async fn departments(&self, ctx: &Context<'_>) -> Result<Vec<Department>> {
        let mut departments = Vec::with_capacity(self.over.len());
        for id in &self.over {
            departments.push(department(ctx, *id).await?);
        }
        Ok(departments)
    }

    /// Who granted it; null for the set-up.
    async fn granted_by(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.by {
            Some(by) => member(ctx, by).await.map(Some),
            None => Ok(None),
        }
    }
}

impl From<GrantView> for RoleGrant {
    fn from(view: GrantView) -> Self {
        Self {
            id: id::encode(view.grant.id),
            role: view.grant.role.into(),
            scope: view.grant.scope.into(),
            granted_at: view.grant.created_at,
            holder: view.grant.member_id,
            by: view.grant.granted_by,
            over: view.departments,
        }
    }
}
