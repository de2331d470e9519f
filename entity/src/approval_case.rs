//! One request on its way: the instance of a template version.

use sea_orm::entity::prelude::*;

use crate::{ApprovalId, ApprovalStatus, DepartmentId, Document, MemberId, TemplateId, TemplateVersionId};

/// One request on its way: the instance of a template version.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_case")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApprovalId,
    /// Number people quote: `QJ-20261123-0007`.
    #[sea_orm(unique, column_type = "Text")]
    pub number: String,
    /// Template.
    pub template_id: TemplateId,
    /// Version it is pinned to.
    pub version_id: TemplateVersionId,
    /// Title in Chinese at submission.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// Title in English at submission.
    #[sea_orm(column_type = "Text")]
    pub title_en: String,
    /// Where it stands.
    pub status: ApprovalStatus,
    /// 1, 2 ...; grows with each resubmission.
    pub round: i32,
    /// Grows by one with each change.
    pub version: i32,
    /// Who asks.
    pub applicant_id: MemberId,
    /// For which of the departments of the applicant.
    pub department_id: DepartmentId,
    /// Values by field key, of the current round.
    #[sea_orm(column_type = "JsonBinary")]
    pub form: Document,
    /// Up to three summary values, as `[{key, value}]`.
    #[sea_orm(column_type = "JsonBinary")]
    pub summary: Document,
    /// State of the engine: node runs, seats, path.
    #[sea_orm(column_type = "JsonBinary")]
    pub state: Document,
    /// Ids of members whose tasks are pending, in seat order.
    #[sea_orm(column_type = "JsonBinary")]
    pub waiting_for: Document,
    /// Why it is BLOCKED.
    #[sea_orm(column_type = "Text", nullable)]
    pub block_reason: Option<String>,
    /// First submission.
    pub submitted_at: DateTimeUtc,
    /// Last change.
    pub updated_at: DateTimeUtc,
    /// When it ended.
    pub finished_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
