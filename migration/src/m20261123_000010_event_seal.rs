//! Seals of the event log.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::statement::table;

/// Creates the table of the seals.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("event_seal")
                    .col(big_integer("through"))
                    .col(binary("hash"))
                    .col(binary("signature"))
                    .col(timestamp_with_time_zone("at"))
                    .primary_key(Index::create().col("through"))
                    .to_owned(),
            )
            .await
    }
}
