//! Departments.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{DepartmentId, org_department};

use super::loader::{LeadersOf, SizeOf, of};
use super::{Member, members};
use crate::error::Result;
use crate::graphql::id;
use crate::org::model::ids_of_path;

/// A department: a node of the one tree.
pub struct Department {
    row: Arc<org_department::Model>,
}

impl Department {
    /// A department as loaded.
    pub fn new(row: Arc<org_department::Model>) -> Self {
        Self { row }
    }
}

/// A department: a node of the one tree.
#[Object]
impl Department {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        id::encode(self.row.id)
    }

    /// Name in Chinese.
    pub async fn name(&self) -> &str {
        &self.row.name
    }

    /// Name in English.
    async fn name_en(&self) -> Option<&str> {
        self.row.name_en.as_deref()
    }

    /// The department above; null for the top one.
    async fn parent_id(&self) -> Option<ID> {
        self.row.parent_id.map(id::encode)
    }

    /// 0 for the top department.
    async fn depth(&self) -> i32 {
        self.row.depth
    }

    /// Names from the top to itself.
    async fn path(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let ids: Vec<DepartmentId> = ids_of_path(&self.row.path);
        let found = of(ctx)?.load_many(ids.iter().copied()).await?;
        Ok(ids
            .iter()
            .filter_map(|id| found.get(id))
            .map(|row| row.name.clone())
            .collect())
    }

    /// Active members who lead it, in order.
    async fn leaders(&self, ctx: &Context<'_>) -> Result<Vec<Member>> {
        let leaders = of(ctx)?.load_one(LeadersOf(self.row.id)).await?.unwrap_or_default();
        members(ctx, &leaders).await
    }

    /// Active members of its own.
    async fn member_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(of(ctx)?.load_one(SizeOf(self.row.id)).await?.unwrap_or_default().0)
    }

    /// Active members with all departments below, nobody counted twice.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(of(ctx)?.load_one(SizeOf(self.row.id)).await?.unwrap_or_default().1)
    }

    /// Whether it is closed and takes no members.
    async fn closed(&self) -> bool {
        self.row.disabled_at.is_some()
    }

    /// Grows by one with each edit.
    async fn version(&self) -> i32 {
        self.row.version
    }
}
