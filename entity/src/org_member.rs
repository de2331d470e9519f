//! A member of the organisation: an employee, present or past.

use sea_orm::entity::prelude::*;

use crate::{Gender, MemberId, MemberStatus, PositionId};

/// A member of the organisation: an employee, present or past.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org_member")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MemberId,
    /// Sign-in name, stored lower case; unique for ever.
    #[sea_orm(unique, column_type = "Text")]
    pub account: String,
    /// Full name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Other name, often the English one.
    #[sea_orm(column_type = "Text", nullable)]
    pub alias: Option<String>,
    /// As the company recorded it; some leave types depend on it.
    pub gender: Option<Gender>,
    /// E.164 without spaces, `+8613800138000`; unique.
    #[sea_orm(unique, column_type = "Text", nullable)]
    pub mobile: Option<String>,
    /// Desk telephone.
    #[sea_orm(column_type = "Text", nullable)]
    pub telephone: Option<String>,
    /// Personal e-mail.
    #[sea_orm(column_type = "Text", nullable)]
    pub email: Option<String>,
    /// Company e-mail.
    #[sea_orm(column_type = "Text", nullable)]
    pub work_email: Option<String>,
    /// Postal address.
    #[sea_orm(column_type = "Text", nullable)]
    pub address: Option<String>,
    /// City or site of work, for example 深圳.
    #[sea_orm(column_type = "Text", nullable)]
    pub office: Option<String>,
    /// Position held.
    pub position_id: Option<PositionId>,
    /// Direct manager (直属上级), who need not lead a department.
    pub manager_id: Option<MemberId>,
    /// Number on the badge; unique.
    #[sea_orm(unique, column_type = "Text", nullable)]
    pub employee_no: Option<String>,
    /// First day in this company.
    pub hired_on: Option<Date>,
    /// First day of any employment; decides statutory annual leave.
    pub career_started_on: Option<Date>,
    /// Whether the member may sign in and be asked.
    pub status: MemberStatus,
    /// Pinyin of the name without tones or spaces, all surname readings apart by a space: `zengyiming`.
    #[sea_orm(column_type = "Text")]
    pub pinyin: String,
    /// Initials of the readings in `pinyin`: `zym`.
    #[sea_orm(column_type = "Text")]
    pub initials: String,
    /// Further columns of the import, as an object of strings.
    #[sea_orm(column_type = "JsonBinary")]
    pub extension: Json,
    /// Language chosen: `zh-CN` or `en`.
    #[sea_orm(column_type = "Text", nullable)]
    pub locale: Option<String>,
    /// Grows by one with each edit.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// Since when disabled.
    pub disabled_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
