//! Tables of the slice `calendar`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::statement::{foreign_key, index, table};

/// Creates the tables of `calendar`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("calendar_source")
                    .col(uuid("id"))
                    .col(integer("year"))
                    .col(text("notice"))
                    .col(timestamp_with_time_zone("imported_at"))
                    .col(uuid_null("imported_by"))
                    .col(integer("revision"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("calendar_source", &["year", "revision"]).unique().to_owned())
            .await?;
        manager
            .create_table(
                table("calendar_day")
                    .col(uuid("source_id"))
                    .col(date("date"))
                    .col(text("day_type"))
                    .col(text("name"))
                    .primary_key(Index::create().col("source_id").col("date"))
                    .foreign_key(&mut foreign_key("calendar_day", "source_id", "calendar_source"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("calendar_day", &["date"]).to_owned())
            .await?;
        manager
            .create_table(
                table("calendar_pattern")
                    .col(uuid("id"))
                    .col(text("name"))
                    .col(text_null("office"))
                    .col(integer("weekdays"))
                    .col(time("morning_start"))
                    .col(time("morning_end"))
                    .col(time("afternoon_start"))
                    .col(time("afternoon_end"))
                    .col(boolean("observes_make_up"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("calendar_pattern", &["office"]).unique().to_owned())
            .await?;
        Ok(())
    }
}
