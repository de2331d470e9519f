//! Loads what nested fields need in batches, over all requests under way. Nothing is kept between batches.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, Loader};
use entity::{DepartmentId, MemberId, PositionId, org_department, org_member, org_position};

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::org::policy::MemberFacts;
use crate::org::service::{self, Seats};

/// Loads objects of the organisation.
pub struct OrgLoader {
    cx: Cx,
}

/// The departments of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct SeatsOf(pub(super) MemberId);

/// The managers above a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct LineOf(pub(super) MemberId);

/// What the policy looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FactsOf(pub(super) MemberId);

/// The leaders of a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct LeadersOf(pub(super) DepartmentId);

/// How many are in a department, and with all below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct SizeOf(pub(super) DepartmentId);

/// The loader for the schema.
pub fn loader(cx: Cx) -> DataLoader<OrgLoader> {
    DataLoader::new(OrgLoader { cx }, tokio::spawn)
}

pub(super) fn of<'a>(ctx: &Context<'a>) -> Result<&'a DataLoader<OrgLoader>> {
    ctx.data_opt()
        .ok_or_else(|| Error::internal("the schema was built without the loader of the organisation"))
}

fn shared<K: Copy + Eq + std::hash::Hash, V>(found: HashMap<K, V>) -> HashMap<K, Arc<V>> {
    found.into_iter().map(|(key, value)| (key, Arc::new(value))).collect()
}

impl Loader<MemberId> for OrgLoader {
    type Value = Arc<org_member::Model>;
    type Error = Error;

    async fn load(&self, keys: &[MemberId]) -> Result<HashMap<MemberId, Self::Value>> {
        service::members_by_ids(self.cx.db.read(), keys).await.map(shared)
    }
}

impl Loader<DepartmentId> for OrgLoader {
    type Value = Arc<org_department::Model>;
    type Error = Error;

    async fn load(&self, keys: &[DepartmentId]) -> Result<HashMap<DepartmentId, Self::Value>> {
        service::departments_by_ids(self.cx.db.read(), keys).await.map(shared)
    }
}

impl Loader<PositionId> for OrgLoader {
    type Value = Arc<org_position::Model>;
    type Error = Error;

    async fn load(&self, keys: &[PositionId]) -> Result<HashMap<PositionId, Self::Value>> {
        service::positions_by_ids(self.cx.db.read(), keys).await.map(shared)
    }
}

impl Loader<SeatsOf> for OrgLoader {
    type Value = Arc<Seats>;
    type Error = Error;

    async fn load(&self, keys: &[SeatsOf]) -> Result<HashMap<SeatsOf, Self::Value>> {
        let ids: Vec<MemberId> = keys.iter().map(|key| key.0).collect();
        let found = service::seats_of(self.cx.db.read(), &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, seats)| (SeatsOf(id), Arc::new(seats)))
            .collect())
    }
}

impl Loader<LineOf> for OrgLoader {
    type Value = Arc<Vec<MemberId>>;
    type Error = Error;

    async fn load(&self, keys: &[LineOf]) -> Result<HashMap<LineOf, Self::Value>> {
        let ids: Vec<MemberId> = keys.iter().map(|key| key.0).collect();
        let found = service::lines_of(self.cx.db.read(), &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, line)| (LineOf(id), Arc::new(line)))
            .collect())
    }
}

impl Loader<FactsOf> for OrgLoader {
    type Value = Arc<MemberFacts>;
    type Error = Error;

    async fn load(&self, keys: &[FactsOf]) -> Result<HashMap<FactsOf, Self::Value>> {
        let ids: Vec<MemberId> = keys.iter().map(|key| key.0).collect();
        let members = service::members_by_ids(self.cx.db.read(), &ids).await?;
        let members: Vec<org_member::Model> = members.into_values().collect();
        let found = service::facts_of(self.cx.db.read(), &members).await?;
        Ok(found
            .into_iter()
            .map(|(id, facts)| (FactsOf(id), Arc::new(facts)))
            .collect())
    }
}

impl Loader<LeadersOf> for OrgLoader {
    type Value = Arc<Vec<MemberId>>;
    type Error = Error;

    async fn load(&self, keys: &[LeadersOf]) -> Result<HashMap<LeadersOf, Self::Value>> {
        let ids: Vec<DepartmentId> = keys.iter().map(|key| key.0).collect();
        let found = service::leaders_of(self.cx.db.read(), &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, leaders)| (LeadersOf(id), Arc::new(leaders)))
            .collect())
    }
}

impl Loader<SizeOf> for OrgLoader {
    type Value = (i32, i32);
    type Error = Error;

    async fn load(&self, _: &[SizeOf]) -> Result<HashMap<SizeOf, Self::Value>> {
        let found = service::department_sizes(&self.cx).await?;
        Ok(found.into_iter().map(|(id, size)| (SizeOf(id), size)).collect())
    }
}
