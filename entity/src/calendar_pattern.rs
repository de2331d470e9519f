//! A weekly working pattern; the company default has no office.

use sea_orm::entity::prelude::*;

use crate::CalendarPatternId;

/// A weekly working pattern; the company default has no office.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_pattern")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CalendarPatternId,
    /// Name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Site it applies to; none for all.
    #[sea_orm(unique, column_type = "Text", nullable)]
    pub office: Option<String>,
    /// Bit 0 Monday to bit 6 Sunday: 31 is Monday to Friday.
    pub weekdays: i32,
    /// Start of the first period.
    pub morning_start: Time,
    /// End of the first period.
    pub morning_end: Time,
    /// Start of the second period.
    pub afternoon_start: Time,
    /// End of the second period.
    pub afternoon_end: Time,
    /// Whether make-up workdays of the national calendar are worked.
    pub observes_make_up: bool,
}

impl ActiveModelBehavior for ActiveModel {}
