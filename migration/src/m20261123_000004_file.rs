//! Tables of the slice `file`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::statement::{foreign_key, index, table};

/// Creates the tables of `file`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("file_object")
                    .col(uuid("id"))
                    .col(uuid("owner_id"))
                    .col(text("name"))
                    .col(text("content_type"))
                    .col(big_integer("size"))
                    .col(binary("sha256"))
                    .col(text_null("subject_type"))
                    .col(uuid_null("subject_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("file_object", "owner_id", "org_member"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("file_object", &["subject_type", "subject_id"]).to_owned())
            .await?;
        Ok(())
    }
}
