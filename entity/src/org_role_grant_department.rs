//! A department of a grant whose scope is CUSTOM.

use sea_orm::entity::prelude::*;

use crate::{DepartmentId, RoleGrantId};

/// A department of a grant whose scope is CUSTOM.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org_role_grant_department")]
pub struct Model {
    /// The grant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub grant_id: RoleGrantId,
    /// The department, with all below it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub department_id: DepartmentId,
}

impl ActiveModelBehavior for ActiveModel {}
