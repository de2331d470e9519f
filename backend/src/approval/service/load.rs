//! Rows to what the engine works on.

use std::collections::HashMap;
use std::sync::Arc;

use entity::{
    MemberId, approval_case as case_row, approval_task as task_row, approval_template as template_row,
    approval_template_version as version_row, org_member,
};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;

use super::perform::Target;
use super::shelf;
use crate::approval::engine::{Case, Definition, Values};
use crate::cx::Cx;
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
    pub template: Arc<template_row::Model>,
    /// Form, process and policies.
    pub definition: Arc<Definition>,
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
pub(super) async fn lock(cx: &Cx, tx: &Tx, target: Target) -> Result<Loaded> {
    let id = case_row::Column::Id;
    let wanted = match target {
        Target::Request(request) => id.eq(request),
        Target::Task(task) => id.in_subquery(
            Query::select()
                .column(task_row::Column::CaseId)
                .from(task_row::Entity)
                .and_where(task_row::Column::Id.eq(task))
                .to_owned(),
        ),
    };
    let row = case_row::Entity::find()
        .filter(wanted)
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(Loaded {
        pinned: shelf::pinned(cx, &**tx, &row).await?,
        case: case_of(&row)?,
        row,
    })
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
        row.form.parse()?,
        row.state.parse()?,
    ))
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
