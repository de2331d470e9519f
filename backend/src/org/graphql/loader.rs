//! Members that are not remembered yet, loaded together with others of the same moment. Pages that know whom they will show
//! ask [`service::people`] for all of them before.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, Loader};
use entity::MemberId;

use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::graphql::cx;
use crate::org::service::{self, Person};
use crate::telemetry::work;

/// Loads members.
pub struct OrgLoader {
    cx: Cx,
}

/// The loader for the schema.
pub fn loader(cx: Cx) -> DataLoader<OrgLoader> {
    DataLoader::new(OrgLoader { cx }, work::spawn)
}

/// A member with their departments, if there is one.
pub(super) async fn person(ctx: &Context<'_>, id: MemberId) -> Result<Option<Arc<Person>>> {
    if let Some(known) = service::known(cx(ctx)?, id) {
        return Ok(Some(known));
    }
    let loader: &DataLoader<OrgLoader> = ctx
        .data_opt()
        .ok_or_else(|| Error::internal("the schema was built without the loader of the organisation"))?;
    loader.load_one(id).await
}

impl Loader<MemberId> for OrgLoader {
    type Value = Arc<Person>;
    type Error = Error;

    async fn load(&self, keys: &[MemberId]) -> Result<HashMap<MemberId, Self::Value>> {
        service::people(&self.cx, keys).await
    }
}
