//! Personal access tokens.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::statement::{foreign_key, index, table};

/// Creates the table of personal access tokens.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("identity_token")
                    .col(uuid("id"))
                    .col(uuid("member_id"))
                    .col(text("name"))
                    .col(binary("hash"))
                    .col(json_binary("scopes"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("last_used_at"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("identity_token", "member_id", "org_member"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("identity_token", &["member_id", "created_at"]).to_owned())
            .await?;
        Ok(())
    }
}
