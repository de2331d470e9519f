//! An imported holiday notice: one revision of a year.

use sea_orm::entity::prelude::*;

use crate::{CalendarSourceId, MemberId};

/// An imported holiday notice: one revision of a year.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_source")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CalendarSourceId,
    /// Year it arranges.
    pub year: i32,
    /// Number of the official notice, for example 国办发明电〔2025〕7号.
    #[sea_orm(column_type = "Text")]
    pub notice: String,
    /// When.
    pub imported_at: DateTimeUtc,
    /// By whom; none for the set-up.
    pub imported_by: Option<MemberId>,
    /// 1, 2 ... within the year; the highest counts.
    pub revision: i32,
}

impl ActiveModelBehavior for ActiveModel {}
