//! An immutable version of a template: form, process and policies.

use sea_orm::entity::prelude::*;

use crate::{MemberId, TemplateId, TemplateVersionId};

/// An immutable version of a template: form, process and policies.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_template_version")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TemplateVersionId,
    /// Whose.
    pub template_id: TemplateId,
    /// 1, 2, 3 ...
    pub number: i32,
    /// Form schema.
    #[sea_orm(column_type = "JsonBinary")]
    pub form: Json,
    /// Process definition: nodes in order.
    #[sea_orm(column_type = "JsonBinary")]
    pub process: Json,
    /// Process-wide policies.
    #[sea_orm(column_type = "JsonBinary")]
    pub policies: Json,
    /// When.
    pub published_at: DateTimeUtc,
    /// By whom; none for built-ins.
    pub published_by: Option<MemberId>,
}

impl ActiveModelBehavior for ActiveModel {}
