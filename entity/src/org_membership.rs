//! That a member belongs to a department.

use sea_orm::entity::prelude::*;

use crate::{DepartmentId, MemberId};

/// That a member belongs to a department.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org_membership")]
pub struct Model {
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
    /// Where.
    #[sea_orm(primary_key, auto_increment = false)]
    pub department_id: DepartmentId,
    /// Exactly one membership of each member is the primary one.
    pub is_primary: bool,
    /// Whether the member leads this department.
    pub is_leader: bool,
    /// Position in the list of the department; leaders are ordered by it.
    pub sort_order: i32,
}

impl ActiveModelBehavior for ActiveModel {}
