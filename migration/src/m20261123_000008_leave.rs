//! Tables of the slice `leave`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::statement::{foreign_key, index, table};

/// Creates the tables of `leave`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("leave_type")
                    .col(uuid("id"))
                    .col(text("key"))
                    .col(text("name"))
                    .col(text("name_en"))
                    .col(text("basis"))
                    .col(boolean("limited"))
                    .col(integer("overdraft_minutes"))
                    .col(integer("step_minutes"))
                    .col(integer("minimum_minutes"))
                    .col(integer_null("maximum_minutes"))
                    .col(integer("notice_days"))
                    .col(integer_null("proof_from_minutes"))
                    .col(text_null("gender"))
                    .col(integer("paid_percent"))
                    .col(integer("sort_order"))
                    .col(boolean("active"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("leave_type", &["key"]).unique().to_owned())
            .await?;
        manager
            .create_table(
                table("leave_lot")
                    .col(uuid("id"))
                    .col(uuid("member_id"))
                    .col(uuid("type_id"))
                    .col(text("label"))
                    .col(text("label_en"))
                    .col(date("valid_from"))
                    .col(date("valid_to"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("leave_lot", "member_id", "org_member"))
                    .foreign_key(&mut foreign_key("leave_lot", "type_id", "leave_type"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("leave_lot", &["member_id", "type_id", "valid_to"]).to_owned())
            .await?;
        manager
            .create_table(
                table("leave_entry")
                    .col(uuid("id"))
                    .col(uuid("member_id"))
                    .col(uuid("type_id"))
                    .col(uuid_null("lot_id"))
                    .col(text("kind"))
                    .col(integer("minutes"))
                    .col(uuid_null("case_id"))
                    .col(integer("round"))
                    .col(date("effective_on"))
                    .col(timestamp_with_time_zone("at"))
                    .col(uuid_null("actor_id"))
                    .col(text_null("note"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("leave_entry", "member_id", "org_member"))
                    .foreign_key(&mut foreign_key("leave_entry", "type_id", "leave_type"))
                    .foreign_key(&mut foreign_key("leave_entry", "lot_id", "leave_lot"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("leave_entry", &["member_id", "type_id", "id"]).to_owned())
            .await?;
        manager
            .create_index(index("leave_entry", &["lot_id"]).to_owned())
            .await?;
        manager
            .create_index(index("leave_entry", &["case_id"]).to_owned())
            .await?;
        manager
            .create_table(
                table("leave_request")
                    .col(uuid("id"))
                    .col(uuid("member_id"))
                    .col(uuid("type_id"))
                    .col(date("start_date"))
                    .col(text("start_part"))
                    .col(date("end_date"))
                    .col(text("end_part"))
                    .col(integer("minutes"))
                    .col(text("status"))
                    .col(integer("round"))
                    .col(text("calendar_revision"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("leave_request", "id", "approval_case"))
                    .foreign_key(&mut foreign_key("leave_request", "member_id", "org_member"))
                    .foreign_key(&mut foreign_key("leave_request", "type_id", "leave_type"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("leave_request", &["member_id", "start_date"]).to_owned())
            .await?;
        manager
            .create_table(
                table("leave_day")
                    .col(uuid("member_id"))
                    .col(date("date"))
                    .col(text("part"))
                    .col(uuid("request_id"))
                    .col(integer("minutes"))
                    .col(text("day_type"))
                    .primary_key(Index::create().col("member_id").col("date").col("part"))
                    .foreign_key(&mut foreign_key("leave_day", "request_id", "leave_request"))
                    .foreign_key(&mut foreign_key("leave_day", "member_id", "org_member"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("leave_day", &["request_id"]).to_owned())
            .await?;
        manager.create_index(index("leave_day", &["date"]).to_owned()).await?;
        Ok(())
    }
}
