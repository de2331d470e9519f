//! Tables of the slice `event`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::statement::{index, table};

/// Creates the tables of `event`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("event_log")
                    .col(uuid("id"))
                    .col(big_integer_null("seq"))
                    .col(timestamp_with_time_zone("at"))
                    .col(text("kind"))
                    .col(uuid_null("actor_id"))
                    .col(text("via"))
                    .col(text("subject_type"))
                    .col(uuid("subject_id"))
                    .col(integer("subject_version"))
                    .col(json_binary("topics"))
                    .col(json_binary("payload"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("event_log", &["seq"]).unique().to_owned())
            .await?;
        manager
            .create_index(index("event_log", &["subject_type", "subject_id", "id"]).to_owned())
            .await?;
        manager
            .create_table(
                table("event_idempotency")
                    .col(uuid("member_id"))
                    .col(text("key"))
                    .col(text("operation"))
                    .col(binary("request_hash"))
                    .col(json_binary("result"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(Index::create().col("member_id").col("key"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("event_idempotency", &["created_at"]).to_owned())
            .await?;
        Ok(())
    }
}
