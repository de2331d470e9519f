//! Tables of the slice `org`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::statement::{foreign_key, index, table};

/// Creates the tables of `org`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("org_organisation")
                    .col(uuid("id"))
                    .col(text("name"))
                    .col(text_null("name_en"))
                    .col(text("time_zone"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("org_department")
                    .col(uuid("id"))
                    .col(uuid_null("parent_id"))
                    .col(text("name"))
                    .col(text_null("name_en"))
                    .col(text("path"))
                    .col(integer("depth"))
                    .col(integer("sort_order"))
                    .col(integer("version"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("disabled_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("org_department", "parent_id", "org_department"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("org_department", &["path"]).to_owned())
            .await?;
        manager
            .create_index(index("org_department", &["parent_id", "sort_order"]).to_owned())
            .await?;
        manager
            .create_table(
                table("org_position")
                    .col(uuid("id"))
                    .col(text("name"))
                    .col(text_null("name_en"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("org_position", &["name"]).unique().to_owned())
            .await?;
        manager
            .create_table(
                table("org_member")
                    .col(uuid("id"))
                    .col(text("account"))
                    .col(text("name"))
                    .col(text_null("alias"))
                    .col(text_null("gender"))
                    .col(text_null("mobile"))
                    .col(text_null("telephone"))
                    .col(text_null("email"))
                    .col(text_null("work_email"))
                    .col(text_null("address"))
                    .col(text_null("office"))
                    .col(uuid_null("position_id"))
                    .col(uuid_null("manager_id"))
                    .col(text_null("employee_no"))
                    .col(date_null("hired_on"))
                    .col(date_null("career_started_on"))
                    .col(text("status"))
                    .col(text("pinyin"))
                    .col(text("initials"))
                    .col(json_binary("extension"))
                    .col(text_null("locale"))
                    .col(integer("version"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("disabled_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("org_member", "position_id", "org_position"))
                    .foreign_key(&mut foreign_key("org_member", "manager_id", "org_member"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("org_member", &["account"]).unique().to_owned())
            .await?;
        manager
            .create_index(index("org_member", &["mobile"]).unique().to_owned())
            .await?;
        manager
            .create_index(index("org_member", &["employee_no"]).unique().to_owned())
            .await?;
        manager
            .create_index(index("org_member", &["pinyin"]).to_owned())
            .await?;
        manager
            .create_index(index("org_member", &["initials"]).to_owned())
            .await?;
        manager.create_index(index("org_member", &["name"]).to_owned()).await?;
        manager
            .create_index(index("org_member", &["manager_id"]).to_owned())
            .await?;
        manager
            .create_index(index("org_member", &["position_id"]).to_owned())
            .await?;
        manager
            .create_table(
                table("org_membership")
                    .col(uuid("member_id"))
                    .col(uuid("department_id"))
                    .col(boolean("is_primary"))
                    .col(boolean("is_leader"))
                    .col(integer("sort_order"))
                    .primary_key(Index::create().col("member_id").col("department_id"))
                    .foreign_key(&mut foreign_key("org_membership", "member_id", "org_member"))
                    .foreign_key(&mut foreign_key("org_membership", "department_id", "org_department"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("org_membership", &["department_id", "sort_order"]).to_owned())
            .await?;
        manager
            .create_table(
                table("org_role_grant")
                    .col(uuid("id"))
                    .col(uuid("member_id"))
                    .col(text("role"))
                    .col(text("scope"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(uuid_null("granted_by"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("org_role_grant", "member_id", "org_member"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("org_role_grant", &["member_id", "role"]).unique().to_owned())
            .await?;
        manager
            .create_table(
                table("org_role_grant_department")
                    .col(uuid("grant_id"))
                    .col(uuid("department_id"))
                    .primary_key(Index::create().col("grant_id").col("department_id"))
                    .foreign_key(&mut foreign_key(
                        "org_role_grant_department",
                        "grant_id",
                        "org_role_grant",
                    ))
                    .foreign_key(&mut foreign_key(
                        "org_role_grant_department",
                        "department_id",
                        "org_department",
                    ))
                    .to_owned(),
            )
            .await?;
        Ok(())
    }
}
