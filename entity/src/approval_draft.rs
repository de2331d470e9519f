//! What a member has typed of a request and not submitted.

use sea_orm::entity::prelude::*;

use crate::{MemberId, TemplateId};

/// What a member has typed of a request and not submitted.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_draft")]
pub struct Model {
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
    /// For which template.
    #[sea_orm(primary_key, auto_increment = false)]
    pub template_id: TemplateId,
    /// Values by field key.
    #[sea_orm(column_type = "JsonBinary")]
    pub form: Json,
    /// When saved.
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
