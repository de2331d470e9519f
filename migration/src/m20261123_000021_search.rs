//! Indexes for the search of requests: by the beginning or a part of their number, and by kind from the newest on.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use crate::statement::index;

/// Creates the indexes.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `LIKE 'QJ-2026%'` walks an index only when it is ordered the way LIKE compares, which each engine says in its own words.
        let number = match manager.get_database_backend() {
            DatabaseBackend::Postgres => "number text_pattern_ops",
            _ => "number COLLATE NOCASE",
        };
        let statement = format!("CREATE INDEX approval_case_number_id_ix ON approval_case ({number}, id)");
        manager.get_connection().execute_unprepared(&statement).await?;
        manager
            .create_index(index("approval_case", &["template_id", "id"]).to_owned())
            .await
    }
}
