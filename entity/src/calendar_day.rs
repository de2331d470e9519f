//! A day that differs from the weekly pattern.

use sea_orm::entity::prelude::*;

use crate::{CalendarSourceId, DayType};

/// A day that differs from the weekly pattern.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_day")]
pub struct Model {
    /// The notice it comes from.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source_id: CalendarSourceId,
    /// Civil date.
    #[sea_orm(primary_key, auto_increment = false)]
    pub date: Date,
    /// What the day is.
    pub day_type: DayType,
    /// Holiday it belongs to, for example 春节.
    #[sea_orm(column_type = "Text")]
    pub name: String,
}

impl ActiveModelBehavior for ActiveModel {}
