//! Contacts: departments, lists of members, one member.

use super::{DepartmentRef, MemberRef, PositionRef};
use crate::api::approval::ViewerAction;
use crate::api::paging::PageInfo;
use crate::api::schema;
use crate::i18n::Date;

/// The whole tree. Topic `org`.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query")]
pub struct DepartmentsQuery {
    /// How new this is.
    pub as_of: String,
    /// Parents before children, siblings in their order.
    pub departments: Vec<Department>,
}

/// A department.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// Which.
    pub id: cynic::Id,
    /// Its own name.
    pub name: String,
    /// Its English name.
    pub name_en: Option<String>,
    /// The department above; none for the top one.
    pub parent_id: Option<cynic::Id>,
    /// Names from the root to itself.
    pub path: Vec<String>,
    /// Who leads it.
    pub leaders: Vec<MemberRef>,
    /// Active members of its own.
    pub member_count: i32,
    /// Active members with all below.
    pub total_count: i32,
    /// It takes nobody any more.
    pub closed: bool,
    /// For editing.
    pub version: i32,
}

/// Variables of [`MembersQuery`] and [`FindMembersQuery`].
#[derive(cynic::QueryVariables, Clone, Debug, Default)]
pub struct MembersVars {
    /// Name, pinyin, initials, mobile.
    pub search: Option<String>,
    /// Only of this department and all below.
    pub department_id: Option<cynic::Id>,
    /// Those who left, too.
    pub include_disabled: Option<bool>,
    /// How many; at most 100.
    pub first: Option<i32>,
    /// After this cursor.
    pub after: Option<String>,
}

/// Members by pinyin. Topic `org`.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "MembersVars")]
pub struct MembersQuery {
    /// How new this is.
    pub as_of: String,
    /// One page of them.
    #[arguments(search: $search, departmentId: $department_id, includeDisabled: $include_disabled, first: $first, after: $after)]
    pub members: MemberConnection,
}

/// A page of members.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct MemberConnection {
    /// Whether there is more.
    pub page_info: PageInfo,
    /// The members.
    pub nodes: Vec<MemberRow>,
    /// How many there are in all.
    pub total_count: i32,
}

/// A member as a line of the list.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Member")]
pub struct MemberRow {
    /// Who.
    pub id: cynic::Id,
    /// The name as it is shown.
    pub name: String,
    /// Tells people of one name apart.
    pub employee_no: Option<String>,
    /// The position held.
    pub position: Option<PositionRef>,
    /// The direct manager.
    pub manager: Option<MemberRef>,
    /// Where they belong, the primary one first.
    pub departments: Vec<Membership>,
    /// Working here, or not any more.
    pub status: MemberStatus,
    /// The leave that covers today.
    pub away_today: Option<AwayToday>,
}

/// Belonging to a department.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Which department.
    pub department: DepartmentRef,
    /// The one that counts for approvals.
    pub is_primary: bool,
    /// As one of its leaders.
    pub is_leader: bool,
}

/// A leave that covers today.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
pub struct AwayToday {
    /// Its last day.
    pub until: Date,
    /// The kind, where the viewer may know it.
    pub type_name: Option<String>,
}

/// Working here, or not any more.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MemberStatus {
    /// Works here.
    Active,
    /// Has left, or is kept out.
    Disabled,
}

/// As the personnel file says it.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// Finds people for a picker.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "MembersVars")]
pub struct FindMembersQuery {
    /// The best ones.
    #[arguments(search: $search, departmentId: $department_id, includeDisabled: $include_disabled, first: $first, after: $after)]
    pub members: FoundMembers,
}

/// What a picker found.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "MemberConnection")]
pub struct FoundMembers {
    /// The members.
    pub nodes: Vec<FoundMember>,
}

/// A member as a picker offers one.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Member")]
pub struct FoundMember {
    /// Who.
    pub id: cynic::Id,
    /// The name as it is shown.
    pub name: String,
    /// The position held.
    pub position: Option<PositionRef>,
    /// Where they belong first.
    pub primary_department: Option<DepartmentRef>,
}

/// Variables of [`MemberQuery`].
#[derive(cynic::QueryVariables, Clone)]
pub struct MemberVars {
    /// Who.
    pub id: cynic::Id,
}

/// One member. Topic `org`.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "MemberVars")]
pub struct MemberQuery {
    /// How new this is.
    pub as_of: String,
    /// None: nobody the viewer may know of.
    #[arguments(id: $id)]
    pub member: Option<MemberCard>,
}

/// Everything about a member that the viewer may see.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Member")]
pub struct MemberCard {
    /// Who.
    pub id: cynic::Id,
    /// The name to sign in with.
    pub account: String,
    /// The name as it is shown.
    pub name: String,
    /// What colleagues call them.
    pub alias: Option<String>,
    /// As the personnel file says it.
    pub gender: Option<Gender>,
    /// The position held.
    pub position: Option<PositionRef>,
    /// Where they belong, the primary one first.
    pub departments: Vec<Membership>,
    /// The direct manager.
    pub manager: Option<MemberRef>,
    /// From the direct manager upwards.
    pub manager_chain: Vec<PersonInLine>,
    /// Those who report to them.
    #[arguments(first: 50)]
    pub direct_reports: Reports,
    /// Where they sit.
    pub office: Option<String>,
    /// The number in the personnel file.
    pub employee_no: Option<String>,
    /// Since when they are here.
    pub hired_on: Option<Date>,
    /// Since when they work at all, where the viewer may see it.
    pub career_started_on: Option<Date>,
    /// The mail address at work.
    pub work_email: Option<String>,
    /// The number on the desk.
    pub telephone: Option<String>,
    /// The mobile number, where the viewer may see it.
    pub mobile: Option<String>,
    /// The private mail address, where the viewer may see it.
    pub email: Option<String>,
    /// The address, where the viewer may see it.
    pub address: Option<String>,
    /// Working here, or not any more.
    pub status: MemberStatus,
    /// The leave that covers today.
    pub away_today: Option<AwayToday>,
    /// For editing.
    pub version: i32,
    /// EDIT, DISABLE, ENABLE, RESET_PASSWORD, GRANT_ROLE, VIEW_LEAVE.
    pub viewer_actions: Vec<ViewerAction>,
}

impl MemberCard {
    /// Whether the viewer may do this.
    pub fn may(&self, action: &str) -> bool {
        self.viewer_actions.iter().any(|one| one.name == action && one.enabled)
    }
}

/// Someone in a line of managers.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq, Eq)]
#[cynic(graphql_type = "Member")]
pub struct PersonInLine {
    /// Who.
    pub id: cynic::Id,
    /// The name as it is shown.
    pub name: String,
    /// The position held.
    pub position: Option<PositionRef>,
}

/// Those who report to someone.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "MemberConnection")]
pub struct Reports {
    /// The first of them.
    pub nodes: Vec<PersonInLine>,
    /// How many there are in all.
    pub total_count: i32,
}

/// All positions, for the form.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query")]
pub struct PositionsQuery {
    /// How new this is.
    pub as_of: String,
    /// By name.
    pub positions: Vec<PositionRef>,
}
