//! Who may know of events about members.

use std::collections::HashMap;

use entity::{MemberId, org_member};
use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::batch::{facts_of, members_by_ids};
use crate::access::Permission;
use crate::cx::Cx;
use crate::error::Result;
use crate::event::Audience;

/// Readers of members: themselves, their managers, and who may see their contact data. Everyone else is only told that the organisation
/// changed.
pub fn readers<'a>(cx: &'a Cx, members: &'a [Uuid]) -> BoxFuture<'a, Result<HashMap<Uuid, Audience>>> {
    Box::pin(async move {
        let ids: Vec<MemberId> = members.iter().copied().map(MemberId).collect();
        let rows: Vec<org_member::Model> = members_by_ids(cx.db.read(), &ids).await?.into_values().collect();
        let facts = facts_of(cx.db.read(), &rows).await?;
        Ok(facts
            .into_values()
            .map(|facts| {
                let mut named: std::collections::HashSet<MemberId> = facts.line.into_iter().collect();
                named.insert(facts.id);
                let over = Some((Permission::ReadContacts, facts.departments));
                (facts.id.0, Audience { members: named, over })
            })
            .collect())
    })
}
