//! The one organisation of this deployment; the table has a single row.

use sea_orm::entity::prelude::*;

use crate::OrganisationId;

/// The one organisation of this deployment; the table has a single row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org_organisation")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganisationId,
    /// Name in Chinese.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Name in English.
    #[sea_orm(column_type = "Text", nullable)]
    pub name_en: Option<String>,
    /// IANA zone in which civil dates are meant, for example `Asia/Shanghai`.
    #[sea_orm(column_type = "Text")]
    pub time_zone: String,
    /// When it was set up.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
