//! That a member holds a role, over a scope of people.

use sea_orm::entity::prelude::*;

use crate::{DataScope, MemberId, Role, RoleGrantId};

/// That a member holds a role, over a scope of people.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org_role_grant")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleGrantId,
    /// Who holds it.
    pub member_id: MemberId,
    /// Which role.
    pub role: Role,
    /// Over whose data.
    pub scope: DataScope,
    /// Since when.
    pub created_at: DateTimeUtc,
    /// Who granted it; none for the set-up.
    pub granted_by: Option<MemberId>,
}

impl ActiveModelBehavior for ActiveModel {}
