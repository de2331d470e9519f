//! Templates: kinds of requests people may start.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{TemplateVersionId, approval_template};

use super::load::{LastStartOf, load};
use crate::approval::engine::{Choice, Field, FieldKind};
use crate::approval::model::value::{kind_word, label_en};
use crate::approval::service;
use crate::error::{Locale, Result};
use crate::graphql::{cx, id, locale};

/// A kind of request people may start.
pub struct ApprovalTemplate {
    row: Arc<approval_template::Model>,
    version: Option<TemplateVersionId>,
}

impl ApprovalTemplate {
    /// As new requests use it.
    pub(super) fn new(row: Arc<approval_template::Model>) -> Self {
        Self {
            version: row.version_id,
            row,
        }
    }

    /// As a request uses it that is pinned to a version.
    pub(super) fn pinned(self, version: TemplateVersionId) -> Self {
        Self {
            version: Some(version),
            ..self
        }
    }
}

/// A kind of request people may start.
#[Object]
impl ApprovalTemplate {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        id::encode(self.row.id)
    }

    /// Stable key: `leave`.
    async fn key(&self) -> &str {
        &self.row.key
    }

    /// Name in the language of the viewer.
    async fn name(&self, ctx: &Context<'_>) -> &str {
        chosen(locale(ctx), &self.row.name, &self.row.name_en)
    }

    /// One line about it, in the language of the viewer.
    async fn description(&self, ctx: &Context<'_>) -> &str {
        chosen(locale(ctx), &self.row.description, &self.row.description_en)
    }

    /// Name of a symbol in the icon sprite.
    async fn icon(&self) -> &str {
        &self.row.icon
    }

    /// Group in the gallery: `attendance`, `finance` ...
    async fn category(&self) -> &str {
        &self.row.category
    }

    /// What its form asks, in order.
    async fn fields(&self, ctx: &Context<'_>) -> Result<Vec<FormFieldSpec>> {
        let Some(version) = self.version else {
            return Ok(Vec::new());
        };
        let found = service::definitions(cx(ctx)?, &[version]).await?;
        let fields = found.values().flat_map(|definition| &definition.form.fields);
        Ok(fields.map(|field| FormFieldSpec::new(field, locale(ctx))).collect())
    }

    /// When the viewer last started it.
    async fn last_started_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        load(ctx)?.load_one(LastStartOf(self.row.id)).await
    }
}

/// A field of a form.
#[derive(SimpleObject)]
pub struct FormFieldSpec {
    /// Stable key.
    key: String,
    /// Label in the language of the viewer.
    label: String,
    /// What it takes: `TEXT`, `TEXT_AREA`, `NUMBER`, `MONEY`, `DATE`, `DATE_TIME`, `DAY_PART`, `SELECT`, `MULTI_SELECT`, `MEMBER`, `DEPARTMENT`, `FILES`, `LEAVE_TYPE`.
    kind: String,
    /// Whether it takes several: then the value is a list.
    multiple: bool,
    /// Whether it must be filled in any case.
    required: bool,
    /// What may be chosen.
    options: Vec<FormOption>,
    /// Most characters of a text.
    max_length: Option<i32>,
    /// Hint in the language of the viewer.
    placeholder: Option<String>,
}

/// An option of a choice.
#[derive(SimpleObject)]
pub struct FormOption {
    /// Value to give.
    value: String,
    /// Label in the language of the viewer.
    label: String,
}

impl FormFieldSpec {
    fn new(field: &Field, locale: Locale) -> Self {
        let options: &[Choice] = match &field.kind {
            FieldKind::Select { options } | FieldKind::MultiSelect { options } => options,
            _ => &[],
        };
        let placeholder = chosen(locale, &field.placeholder, &field.placeholder_en);
        Self {
            key: field.key.clone(),
            label: chosen(locale, &field.label, label_en(field)).to_owned(),
            kind: kind_word(&field.kind),
            multiple: matches!(
                field.kind,
                FieldKind::Member { multiple: true } | FieldKind::MultiSelect { .. } | FieldKind::Files
            ),
            required: field.required,
            options: options
                .iter()
                .map(|option| FormOption {
                    value: option.key.clone(),
                    label: chosen(locale, &option.label, &option.label_en).to_owned(),
                })
                .collect(),
            max_length: field.max_length.and_then(|max| i32::try_from(max).ok()),
            placeholder: Some(placeholder).filter(|text| !text.is_empty()).map(str::to_owned),
        }
    }
}

/// The wording for a reader; the Chinese one where there is no other.
fn chosen<'a>(locale: Locale, zh: &'a str, en: &'a str) -> &'a str {
    match locale {
        Locale::En if !en.is_empty() => en,
        _ => zh,
    }
}
