//! Tables of the slice `approval`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::statement::{foreign_key, index, table};

/// Creates the tables of `approval`.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("approval_template")
                    .col(uuid("id"))
                    .col(text("key"))
                    .col(text("name"))
                    .col(text("name_en"))
                    .col(text("description"))
                    .col(text("description_en"))
                    .col(text("icon"))
                    .col(text("category"))
                    .col(text("status"))
                    .col(text("number_prefix"))
                    .col(uuid_null("version_id"))
                    .col(integer("sort_order"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(Index::create().col("id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("approval_template", &["key"]).unique().to_owned())
            .await?;
        manager
            .create_table(
                table("approval_template_version")
                    .col(uuid("id"))
                    .col(uuid("template_id"))
                    .col(integer("number"))
                    .col(json_binary("form"))
                    .col(json_binary("process"))
                    .col(json_binary("policies"))
                    .col(timestamp_with_time_zone("published_at"))
                    .col(uuid_null("published_by"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key(
                        "approval_template_version",
                        "template_id",
                        "approval_template",
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                index("approval_template_version", &["template_id", "number"])
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("approval_case")
                    .col(uuid("id"))
                    .col(text("number"))
                    .col(uuid("template_id"))
                    .col(uuid("version_id"))
                    .col(text("title"))
                    .col(text("title_en"))
                    .col(text("status"))
                    .col(integer("round"))
                    .col(integer("version"))
                    .col(uuid("applicant_id"))
                    .col(uuid("department_id"))
                    .col(json_binary("form"))
                    .col(json_binary("summary"))
                    .col(json_binary("state"))
                    .col(json_binary("waiting_for"))
                    .col(text_null("block_reason"))
                    .col(timestamp_with_time_zone("submitted_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .col(timestamp_with_time_zone_null("finished_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("approval_case", "template_id", "approval_template"))
                    .foreign_key(&mut foreign_key(
                        "approval_case",
                        "version_id",
                        "approval_template_version",
                    ))
                    .foreign_key(&mut foreign_key("approval_case", "applicant_id", "org_member"))
                    .foreign_key(&mut foreign_key("approval_case", "department_id", "org_department"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("approval_case", &["number"]).unique().to_owned())
            .await?;
        manager
            .create_index(index("approval_case", &["applicant_id", "id"]).to_owned())
            .await?;
        manager
            .create_index(index("approval_case", &["template_id", "status"]).to_owned())
            .await?;
        manager
            .create_index(index("approval_case", &["department_id", "id"]).to_owned())
            .await?;
        manager
            .create_index(index("approval_case", &["status", "id"]).to_owned())
            .await?;
        manager
            .create_table(
                table("approval_round")
                    .col(uuid("case_id"))
                    .col(integer("round"))
                    .col(json_binary("form"))
                    .col(timestamp_with_time_zone("submitted_at"))
                    .primary_key(Index::create().col("case_id").col("round"))
                    .foreign_key(&mut foreign_key("approval_round", "case_id", "approval_case"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("approval_node_run")
                    .col(uuid("id"))
                    .col(uuid("case_id"))
                    .col(integer("round"))
                    .col(integer("ordinal"))
                    .col(text("node_key"))
                    .col(text("name"))
                    .col(text("name_en"))
                    .col(text("kind"))
                    .col(text_null("mode"))
                    .col(integer("approve_threshold"))
                    .col(integer("reject_threshold"))
                    .col(text_null("outcome"))
                    .col(json_binary("trace"))
                    .col(timestamp_with_time_zone("opened_at"))
                    .col(timestamp_with_time_zone_null("closed_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("approval_node_run", "case_id", "approval_case"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("approval_node_run", &["case_id", "ordinal"]).unique().to_owned())
            .await?;
        manager
            .create_table(
                table("approval_task")
                    .col(uuid("id"))
                    .col(uuid("case_id"))
                    .col(uuid("node_run_id"))
                    .col(integer("round"))
                    .col(text("node_key"))
                    .col(integer("seat"))
                    .col(uuid("assignee_id"))
                    .col(uuid_null("on_behalf_of_id"))
                    .col(text("status"))
                    .col(text_null("reason"))
                    .col(text_null("comment"))
                    .col(json_binary("attachments"))
                    .col(integer("version"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("opened_at"))
                    .col(timestamp_with_time_zone_null("due_at"))
                    .col(timestamp_with_time_zone_null("urged_at"))
                    .col(timestamp_with_time_zone_null("decided_at"))
                    .col(uuid_null("decided_by_id"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("approval_task", "case_id", "approval_case"))
                    .foreign_key(&mut foreign_key("approval_task", "node_run_id", "approval_node_run"))
                    .foreign_key(&mut foreign_key("approval_task", "assignee_id", "org_member"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("approval_task", &["assignee_id", "status", "id"]).to_owned())
            .await?;
        manager
            .create_index(index("approval_task", &["case_id", "id"]).to_owned())
            .await?;
        manager
            .create_index(index("approval_task", &["node_run_id", "seat"]).to_owned())
            .await?;
        manager
            .create_table(
                table("approval_copy")
                    .col(uuid("case_id"))
                    .col(uuid("member_id"))
                    .col(text_null("node_key"))
                    .col(uuid_null("sent_by_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("read_at"))
                    .primary_key(Index::create().col("case_id").col("member_id"))
                    .foreign_key(&mut foreign_key("approval_copy", "case_id", "approval_case"))
                    .foreign_key(&mut foreign_key("approval_copy", "member_id", "org_member"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("approval_copy", &["member_id", "case_id"]).to_owned())
            .await?;
        manager
            .create_table(
                table("approval_comment")
                    .col(uuid("id"))
                    .col(uuid("case_id"))
                    .col(uuid("author_id"))
                    .col(text("body"))
                    .col(json_binary("mentions"))
                    .col(json_binary("attachments"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(&mut foreign_key("approval_comment", "case_id", "approval_case"))
                    .foreign_key(&mut foreign_key("approval_comment", "author_id", "org_member"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("approval_comment", &["case_id", "id"]).to_owned())
            .await?;
        manager
            .create_table(
                table("approval_counter")
                    .col(text("prefix"))
                    .col(integer("value"))
                    .primary_key(Index::create().col("prefix"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                table("approval_draft")
                    .col(uuid("member_id"))
                    .col(uuid("template_id"))
                    .col(json_binary("form"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .primary_key(Index::create().col("member_id").col("template_id"))
                    .foreign_key(&mut foreign_key("approval_draft", "member_id", "org_member"))
                    .foreign_key(&mut foreign_key("approval_draft", "template_id", "approval_template"))
                    .to_owned(),
            )
            .await?;
        Ok(())
    }
}
