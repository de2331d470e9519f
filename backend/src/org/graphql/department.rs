//! Departments.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{DepartmentId, org_department};

use super::Member;
use crate::error::Result;
use crate::graphql::{cx, id};
use crate::org::model::ids_of_path;
use crate::org::service;

/// A department: a node of the one tree.
pub struct Department {
    row: Arc<org_department::Model>,
}

impl Department {
    /// A department as loaded.
    pub fn new(row: Arc<org_department::Model>) -> Self {
        Self { row }
    }

    async fn size(&self, ctx: &Context<'_>) -> Result<(i32, i32)> {
        let sizes = service::sizes(cx(ctx)?).await?;
        Ok(sizes.get(&self.row.id).copied().unwrap_or_default())
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
        let structure = service::structure(cx(ctx)?).await?;
        let ids: Vec<DepartmentId> = ids_of_path(&self.row.path);
        let names = ids.iter().filter_map(|id| structure.departments.get(id));
        Ok(names.map(|row| row.name.clone()).collect())
    }

    /// Active members who lead it, in order.
    async fn leaders(&self, ctx: &Context<'_>) -> Result<Vec<Member>> {
        let leaders = service::leaders(cx(ctx)?, self.row.id).await?;
        Ok(leaders
            .into_iter()
            .map(|leader| Member::new(leader.row.clone()))
            .collect())
    }

    /// Active members of its own.
    async fn member_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(self.size(ctx).await?.0)
    }

    /// Active members with all departments below, nobody counted twice.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(self.size(ctx).await?.1)
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
