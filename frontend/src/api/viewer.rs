//! Who is signed in, what they may do, and what waits for them.

use std::sync::Arc;

use cynic::QueryBuilder;
use leptos::prelude::*;

use super::org::{DepartmentRef, MemberRef, PositionRef};
use super::transport::http::query_unsigned;
use super::{ApiError, Live, live, live_query, query, schema, session};

/// Everything the shell shows about the viewer.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query")]
pub struct ViewerQuery {
    /// How new this is.
    pub as_of: String,
    /// The viewer.
    pub viewer: Viewer,
    /// Where they work.
    pub organisation: Organisation,
    /// What runs on the other side.
    pub server_info: ServerInfo,
}

/// The viewer.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct Viewer {
    /// As a member.
    pub member: Me,
    /// Roles granted.
    pub roles: Vec<Role>,
    /// What the roles permit.
    pub permissions: Vec<Permission>,
    /// What waits.
    pub counters: Counters,
    /// The password was given by someone else and must be changed first.
    pub must_change_password: bool,
    /// The chosen language; none: as the browser.
    pub locale: Option<String>,
}

/// The viewer as a member.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Member")]
pub struct Me {
    /// The member's id.
    pub id: cynic::Id,
    /// The name to sign in with.
    pub account: String,
    /// The name as it is shown.
    pub name: String,
    /// The position held.
    pub position: Option<PositionRef>,
    /// Where they belong first.
    pub primary_department: Option<DepartmentRef>,
    /// The direct manager.
    pub manager: Option<MemberRef>,
    /// Where they sit.
    pub office: Option<String>,
    /// The number in the personnel file.
    pub employee_no: Option<String>,
    /// The mail address at work.
    pub work_email: Option<String>,
    /// The own mobile number.
    pub mobile: Option<String>,
}

/// What waits for the viewer.
#[derive(cynic::QueryFragment, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Open tasks.
    pub inbox: i32,
    /// Own requests under way.
    pub started: i32,
    /// Copies not opened yet.
    pub copied_unread: i32,
    /// Notifications not read yet.
    pub notifications_unread: i32,
}

/// The company.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Its English name.
    pub name_en: Option<String>,
    /// Its IANA time zone; all times are shown in it.
    pub time_zone: String,
}

/// The server.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
pub struct ServerInfo {
    /// Which build it is; changes with every new version.
    pub build: String,
}

/// A role.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum Role {
    Administrator,
    Hr,
    Finance,
    ProcessAdministrator,
    DepartmentLeader,
    Member,
}

/// What a role may permit.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "named as in the contract")]
pub enum Permission {
    ReadDirectory,
    ReadContacts,
    EditOrganisation,
    GrantRoles,
    ManageIdentities,
    StartApprovals,
    ReadApprovals,
    ManageApprovals,
    ReadLeave,
    AdjustLeave,
    ManageCalendar,
    ReadAttendance,
}

/// What the sign-in page may know.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query")]
pub struct DoorQuery {
    /// The company, by name.
    pub organisation: Organisation,
    /// The server.
    pub server_info: ServerInfo,
}

/// Asks for what the sign-in page may know.
///
/// # Errors
/// When the server cannot be reached.
pub async fn door() -> Result<DoorQuery, ApiError> {
    query_unsigned(DoorQuery::build(())).await
}

/// The viewer, shared by all pages through the context; see [`provide_viewer`].
#[derive(Clone, Copy)]
pub struct CurrentViewer(pub Live<ViewerQuery>);

impl CurrentViewer {
    /// All of it, once it is known.
    pub fn get(self) -> Option<Arc<ViewerQuery>> {
        self.0.data.get()
    }

    /// The member's id, once it is known.
    pub fn id(self) -> Option<String> {
        self.get().map(|query| query.viewer.member.id.inner().to_owned())
    }

    /// Whether a role of the viewer permits this. For showing menu entries; the server decides anew.
    pub fn may(self, permission: Permission) -> bool {
        self.get()
            .is_some_and(|query| query.viewer.permissions.contains(&permission))
    }

    /// What waits for the viewer.
    pub fn counters(self) -> Counters {
        self.get().map(|query| query.viewer.counters).unwrap_or_default()
    }
}

/// Loads the viewer and gives it to everything below. Once, in the shell.
pub fn provide_viewer() -> CurrentViewer {
    let live = live_query(
        || "viewer".to_owned(),
        || {
            [
                "inbox:me",
                "started:me",
                "copied:me",
                "notifications:me",
                "session:me",
                "org",
            ]
            .map(str::to_owned)
            .to_vec()
        },
        || async {
            let reply = query(ViewerQuery::build(())).await?;
            // Before anything that shows a time is drawn.
            crate::i18n::set_time_zone(&reply.data.organisation.time_zone);
            live::set_owner(Some(reply.data.viewer.member.id.inner().to_owned()));
            Ok(reply)
        },
    );
    session::when_password_wanted(move || {
        // While the form stands there, everything else goes on being refused.
        if live
            .data
            .get_untracked()
            .is_some_and(|known| !known.viewer.must_change_password)
        {
            live.refetch();
        }
    });
    on_cleanup(|| session::when_password_wanted(|| {}));
    let current = CurrentViewer(live);
    provide_context(current);
    current
}

/// The viewer. Only below the shell.
pub fn use_viewer() -> CurrentViewer {
    use_context().unwrap_or_else(provide_viewer)
}
