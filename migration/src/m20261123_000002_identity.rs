//! Tables of the slice `identity`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::statement::{foreign_key, index, table};

/// Creates the tables of `identity`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("identity_credential")
                    .col(uuid("member_id"))
                    .col(text("password_hash"))
                    .col(timestamp_with_time_zone("changed_at"))
                    .col(boolean("must_change"))
                    .col(integer("failed_count"))
                    .col(timestamp_with_time_zone_null("retry_after"))
                    .primary_key(Index::create().col("member_id"))
                    .foreign_key(&mut foreign_key("identity_credential", "member_id", "org_member"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("identity_session")
                    .col(uuid("id"))
                    .col(uuid("member_id"))
                    .col(binary("refresh_hash"))
                    .col(binary_null("previous_hash"))
                    .col(timestamp_with_time_zone("rotated_at"))
                    .col(text("user_agent"))
                    .col(text("address"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("identity_session", "member_id", "org_member"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("identity_session", &["member_id", "created_at"]).to_owned())
            .await?;
        manager
            .create_index(index("identity_session", &["refresh_hash"]).unique().to_owned())
            .await?;
        manager
            .create_index(index("identity_session", &["previous_hash"]).to_owned())
            .await?;
        Ok(())
    }
}
