//! Tables of the slice `attendance`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::statement::{foreign_key, index, table};

/// Creates the tables of `attendance`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("attendance_day")
                    .col(uuid("member_id"))
                    .col(date("date"))
                    .col(text("day_type"))
                    .col(text("status"))
                    .col(integer("scheduled_minutes"))
                    .col(integer("leave_minutes"))
                    .col(json_binary("items"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .primary_key(Index::create().col("member_id").col("date"))
                    .foreign_key(&mut foreign_key("attendance_day", "member_id", "org_member"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("attendance_day", &["date"]).to_owned())
            .await?;
        Ok(())
    }
}
