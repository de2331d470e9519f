//! Tables of the slice `notification`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::statement::{foreign_key, index, table};

/// Creates the tables of `notification`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("notification_item")
                    .col(uuid("id"))
                    .col(uuid("member_id"))
                    .col(text("kind"))
                    .col(text("subject_type"))
                    .col(uuid("subject_id"))
                    .col(uuid_null("actor_id"))
                    .col(json_binary("payload"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("read_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("notification_item", "member_id", "org_member"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("notification_item", &["member_id", "id"]).to_owned())
            .await?;
        manager
            .create_index(index("notification_item", &["subject_type", "subject_id"]).to_owned())
            .await?;
        Ok(())
    }
}
