//! Rows of the database: one table per file, id newtypes, database enums. No behaviour.

mod document;
mod id;
mod kind;

pub mod approval_case;
pub mod approval_comment;
pub mod approval_copy;
pub mod approval_counter;
pub mod approval_draft;
pub mod approval_node_run;
pub mod approval_round;
pub mod approval_task;
pub mod approval_template;
pub mod approval_template_version;
pub mod attendance_day;
pub mod calendar_day;
pub mod calendar_pattern;
pub mod calendar_source;
pub mod event_idempotency;
pub mod event_log;
pub mod event_seal;
pub mod file_object;
pub mod identity_credential;
pub mod identity_session;
pub mod identity_token;
pub mod leave_day;
pub mod leave_entry;
pub mod leave_lot;
pub mod leave_request;
pub mod leave_type;
pub mod notification_item;
pub mod org_department;
pub mod org_member;
pub mod org_membership;
pub mod org_organisation;
pub mod org_position;
pub mod org_role_grant;
pub mod org_role_grant_department;

pub use document::Document;
pub use id::*;
pub use kind::*;
