//! Templates people may start, and drafts of what they have not submitted.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    MemberId, TemplateId, TemplateStatus, TemplateVersionId, Via, approval_case as case_row,
    approval_draft as draft_row, approval_template as template_row, approval_template_version as version_row,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use super::load::{definition, values};
use super::submit::{TemplateRef, check_size, template as startable};
use crate::approval::builtin::builtins;
use crate::approval::engine::{Definition, Values};
use crate::approval::policy;
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::event;

/// Templates the actor may start, in the order of the gallery. `search` looks at names and descriptions of both languages.
///
/// # Errors
/// Only those of the database.
pub async fn templates(cx: &Cx, actor: &Actor, search: Option<&str>) -> Result<Vec<template_row::Model>> {
    if !policy::may_start(actor) {
        return Ok(Vec::new());
    }
    let rows = template_row::Entity::find()
        .filter(template_row::Column::Status.eq(TemplateStatus::Active))
        .order_by_asc(template_row::Column::SortOrder)
        .order_by_asc(template_row::Column::Id)
        .all(cx.db.read())
        .await?;
    let search = search
        .map(|text| text.trim().to_lowercase())
        .filter(|text| !text.is_empty());
    let fits = |row: &template_row::Model| {
        search.as_ref().is_none_or(|text| {
            let texts = [&row.name, &row.name_en, &row.description, &row.description_en, &row.key];
            texts.iter().any(|one| one.to_lowercase().contains(text))
        })
    };
    Ok(rows.into_iter().filter(fits).collect())
}

/// A template the actor may start.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn template(cx: &Cx, actor: &Actor, key: &str) -> Result<template_row::Model> {
    if !policy::may_start(actor) {
        return Err(Error::NotFound);
    }
    startable(cx.db.read(), &TemplateRef::Key(key.to_owned())).await
}

/// When the actor last started each of these templates.
///
/// # Errors
/// Only those of the database.
pub async fn last_starts(cx: &Cx, actor: &Actor, ids: &[TemplateId]) -> Result<HashMap<TemplateId, DateTime<Utc>>> {
    let rows: Vec<(TemplateId, Option<DateTime<Utc>>)> = case_row::Entity::find()
        .select_only()
        .column(case_row::Column::TemplateId)
        .column_as(case_row::Column::SubmittedAt.max(), "last")
        .filter(case_row::Column::ApplicantId.eq(actor.member))
        .filter(case_row::Column::TemplateId.is_in(ids.iter().copied()))
        .group_by(case_row::Column::TemplateId)
        .into_tuple()
        .all(cx.db.read())
        .await?;
    Ok(rows.into_iter().filter_map(|(id, last)| Some((id, last?))).collect())
}

/// Puts the built-in templates into the gallery, or brings them up to date: a changed definition becomes a new version, and
/// requests on their way stay on theirs. Running it twice changes nothing.
///
/// # Errors
/// Only those of the database.
pub async fn install_builtin(cx: &Cx, tx: &Tx) -> Result<()> {
    for (order, builtin) in (0_i32..).zip(builtins()?) {
        let known = template_row::Entity::find()
            .filter(template_row::Column::Key.eq(&builtin.key))
            .one(&**tx)
            .await?;
        let mut row = template_row::Model {
            id: known.as_ref().map_or_else(|| cx.id(), |row| row.id),
            key: builtin.key,
            name: builtin.name,
            name_en: builtin.name_en,
            description: builtin.description,
            description_en: builtin.description_en,
            icon: builtin.icon,
            category: builtin.category,
            status: known.as_ref().map_or(TemplateStatus::Active, |row| row.status),
            number_prefix: builtin.number_prefix,
            version_id: None,
            sort_order: order,
            created_at: known.as_ref().map_or_else(|| cx.now(), |row| row.created_at),
        };
        if known.is_none() {
            template_row::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&**tx)
                .await?;
        }
        row.version_id = Some(publish(cx, tx, row.id, &builtin.definition).await?);
        if known.as_ref() == Some(&row) {
            continue;
        }
        let id = row.id;
        row.into_active_model().reset_all().update(&**tx).await?;
        if known.is_some() {
            // Other processes remember it as it was.
            let draft = event::Draft::new("approval.template_changed", id);
            event::append_as(cx, tx, None, Via::System, draft).await?;
        }
    }
    Ok(())
}

/// The version with this definition: the latest one if it says the same, else a new one.
async fn publish(cx: &Cx, tx: &Tx, template: TemplateId, wanted: &Definition) -> Result<TemplateVersionId> {
    let latest = version_row::Entity::find()
        .filter(version_row::Column::TemplateId.eq(template))
        .order_by_desc(version_row::Column::Number)
        .one(&**tx)
        .await?;
    let number = latest.as_ref().map_or(0, |row| row.number);
    if let Some(row) = latest {
        let id = row.id;
        if definition(row)? == *wanted {
            return Ok(id);
        }
    }
    let id = cx.id();
    version_row::Entity::insert(version_row::ActiveModel {
        id: Set(id),
        template_id: Set(template),
        number: Set(number + 1),
        form: Set(serde_json::to_value(&wanted.form)?),
        process: Set(serde_json::to_value(&wanted.process)?),
        policies: Set(serde_json::to_value(&wanted.policies)?),
        published_at: Set(cx.now()),
        published_by: Set(None),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(id)
}

/// What a member has typed and not submitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Key of the template.
    pub template_key: String,
    /// Values by field key.
    pub form: Values,
    /// When saved.
    pub updated_at: DateTime<Utc>,
}

/// The own draft for a template, if any.
///
/// # Errors
/// [`Error::NotFound`] for a template that may not be started.
pub async fn draft(cx: &Cx, actor: &Actor, template_key: &str) -> Result<Option<Draft>> {
    let template = template(cx, actor, template_key).await?;
    let row = draft_row::Entity::find_by_id((actor.member, template.id))
        .one(cx.db.read())
        .await?;
    Ok(row.map(|row| Draft {
        template_key: template.key,
        form: values(&row.form),
        updated_at: row.updated_at,
    }))
}

/// Keeps what the actor has typed. It is not checked before submission, only its size.
///
/// # Errors
/// [`Error::NotFound`] for a template that may not be started, [`Error::PayloadTooLarge`].
pub async fn save_draft(cx: &Cx, actor: &Actor, template_key: &str, form: Values) -> Result<Draft> {
    check_size(&form)?;
    let template = template(cx, actor, template_key).await?;
    let draft = Draft {
        template_key: template.key,
        form,
        updated_at: cx.now(),
    };
    let tx = cx.begin().await?;
    draft_row::Entity::insert(draft_row::ActiveModel {
        member_id: Set(actor.member),
        template_id: Set(template.id),
        form: Set(Value::Object(draft.form.clone())),
        updated_at: Set(draft.updated_at),
    })
    .on_conflict(
        OnConflict::columns([draft_row::Column::MemberId, draft_row::Column::TemplateId])
            .update_columns([draft_row::Column::Form, draft_row::Column::UpdatedAt])
            .to_owned(),
    )
    .exec_without_returning(&*tx)
    .await?;
    tx.commit().await?;
    Ok(draft)
}

/// Forgets the own draft for a template.
///
/// # Errors
/// [`Error::NotFound`] for a template that may not be started.
pub async fn delete_draft(cx: &Cx, actor: &Actor, template_key: &str) -> Result<()> {
    let template = template(cx, actor, template_key).await?;
    let tx = cx.begin().await?;
    forget_draft(&tx, actor.member, template.id).await?;
    tx.commit().await
}

/// Forgets a draft, in the transaction that submits it.
pub(super) async fn forget_draft(tx: &Tx, member: MemberId, template: TemplateId) -> Result<()> {
    draft_row::Entity::delete_by_id((member, template)).exec(&**tx).await?;
    Ok(())
}
