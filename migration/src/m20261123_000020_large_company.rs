//! Indexes that matter once a member has hundreds of thousands of notices and copies, and the directory tens of thousands of people.

use sea_orm_migration::prelude::*;

use crate::statement::index;

/// Creates the indexes.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What is unread is little; counting it must not walk through what was read.
        manager
            .create_index(
                index("notification_item", &["member_id", "id"])
                    .name("notification_item_unread_ix")
                    .and_where(Expr::col("read_at").is_null())
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                index("approval_copy", &["member_id", "case_id"])
                    .name("approval_copy_unread_ix")
                    .and_where(Expr::col("read_at").is_null())
                    .to_owned(),
            )
            .await?;
        // The directory in its order, page by page.
        manager
            .create_index(index("org_member", &["status", "pinyin", "id"]).to_owned())
            .await
    }
}
