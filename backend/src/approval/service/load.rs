//! Rows to what the engine works on.

use std::collections::HashMap;

use entity::{
    ApprovalId, MemberId, approval_case as case_row, approval_template as template_row,
    approval_template_version as version_row, org_member,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};
use serde_json::Value;

use crate::approval::engine::{Case, Definition, Values};
use crate::db::Tx;
use crate::error::{Error, Result, Text};

/// A request with the version of the template it is pinned to.
pub(super) struct Loaded {
    pub(super) row: case_row::Model,
    pub(super) pinned: Pinned,
    pub(super) case: Case,
}

/// A version of a template.
#[derive(Clone, Debug)]
pub struct Pinned {
    /// The template it is of.
    pub template: template_row::Model,
    /// Form, process and policies.
    pub definition: Definition,
}

impl Pinned {
    /// Name of the template.
    pub fn name(&self) -> Text {
        name_of(&self.template)
    }
}

/// Name of a template.
pub fn name_of(template: &template_row::Model) -> Text {
    Text::new(template.name.clone(), template.name_en.clone())
}

/// Loads a request for a change and locks it: changes of one request happen one after the other. On SQLite there is one writer
/// anyway.
pub(super) async fn lock(tx: &Tx, id: ApprovalId) -> Result<Loaded> {
    let row = case_row::Entity::find_by_id(id)
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or(Error::NotFound)?;
    whole(&**tx, row).await
}

/// Adds the pinned version to a row.
pub(super) async fn whole(conn: &impl ConnectionTrait, row: case_row::Model) -> Result<Loaded> {
    let (version, template) = version_row::Entity::find_by_id(row.version_id)
        .join(JoinType::InnerJoin, template_of_version().into())
        .select_also(template_row::Entity)
        .one(conn)
        .await?
        .ok_or_else(|| Error::internal("a request without its version"))?;
    let template = template.ok_or_else(|| Error::internal("a version without its template"))?;
    let case = case_of(&row)?;
    Ok(Loaded {
        pinned: Pinned {
            template,
            definition: definition(version)?,
        },
        case,
        row,
    })
}

/// The current version of a template that may be started.
pub(super) async fn current(
    conn: &impl ConnectionTrait,
    template: template_row::Model,
) -> Result<(version_row::Model, Pinned)> {
    let id = template.version_id.ok_or(Error::NotFound)?;
    let version = version_row::Entity::find_by_id(id)
        .one(conn)
        .await?
        .ok_or(Error::NotFound)?;
    let definition = definition(version.clone())?;
    Ok((version, Pinned { template, definition }))
}

fn template_of_version() -> sea_orm::RelationBuilder<version_row::Entity, template_row::Entity> {
    version_row::Entity::belongs_to(template_row::Entity)
        .from(version_row::Column::TemplateId)
        .to(template_row::Column::Id)
}

/// The definition a version holds.
pub(super) fn definition(version: version_row::Model) -> Result<Definition> {
    Ok(Definition {
        form: serde_json::from_value(version.form)?,
        process: serde_json::from_value(version.process)?,
        policies: serde_json::from_value(version.policies)?,
    })
}

/// The request as the engine sees it.
pub(super) fn case_of(row: &case_row::Model) -> Result<Case> {
    let count = |number: i32| u32::try_from(number).map_err(Error::internal);
    Ok(Case::load(
        row.status,
        count(row.round)?,
        count(row.version)?,
        values(&row.form),
        row.state.clone(),
    )?)
}

/// An object of values; anything else is empty.
pub(super) fn values(json: &Value) -> Values {
    json.as_object().cloned().unwrap_or_default()
}

/// Names of members, in one statement; none when there are none.
pub(super) async fn member_names(
    conn: &impl ConnectionTrait,
    members: impl IntoIterator<Item = MemberId>,
) -> Result<HashMap<MemberId, String>> {
    let mut members: Vec<MemberId> = members.into_iter().collect();
    members.sort_unstable();
    members.dedup();
    if members.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(MemberId, String)> = org_member::Entity::find()
        .select_only()
        .columns([org_member::Column::Id, org_member::Column::Name])
        .filter(org_member::Column::Id.is_in(members))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}
