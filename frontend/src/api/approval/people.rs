//! People to name in a request: mentions, copies, fields of people.

use cynic::QueryBuilder;

use crate::api::org::{DepartmentRef, MemberRef, PositionRef};
use crate::api::{ApiError, query, schema};

/// Variables of [`PeopleQuery`].
#[derive(cynic::QueryVariables, Clone)]
pub struct PeopleVars {
    /// Name, pinyin, initials; none: anybody.
    pub search: Option<String>,
    /// How many.
    pub first: Option<i32>,
}

/// People found.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query", variables = "PeopleVars")]
pub struct PeopleQuery {
    /// The best first.
    #[arguments(search: $search, first: $first)]
    pub members: PeopleConnection,
}

/// People found.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "MemberConnection")]
pub struct PeopleConnection {
    /// The people.
    pub nodes: Vec<FoundMember>,
}

/// A person found.
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

/// The viewer's departments, primary first.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query")]
pub struct OwnDepartmentsQuery {
    /// How new this is.
    pub as_of: String,
    /// The viewer.
    pub viewer: OwnViewer,
}

/// The viewer with departments.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Viewer")]
pub struct OwnViewer {
    /// As a member.
    pub member: OwnMember,
}

/// The viewer as a member of departments.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Member")]
pub struct OwnMember {
    /// Who.
    pub id: cynic::Id,
    /// Where.
    pub departments: Vec<OwnMembership>,
}

/// One of the viewer's departments.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Membership")]
pub struct OwnMembership {
    /// Which.
    pub department: DepartmentRef,
}

/// Finds people by what was typed, at most eight.
///
/// # Errors
/// When the server cannot be asked.
pub async fn find_people(text: &str) -> Result<Vec<FoundMember>, ApiError> {
    let text = text.trim();
    let vars = PeopleVars {
        search: (!text.is_empty()).then(|| text.to_owned()),
        first: Some(8),
    };
    query(PeopleQuery::build(vars))
        .await
        .map(|reply| reply.data.members.nodes)
}

impl FoundMember {
    /// As lists of people show one.
    pub fn member(&self) -> MemberRef {
        MemberRef {
            id: self.id.clone(),
            name: self.name.clone(),
        }
    }

    /// Department and position, to tell people of one name apart.
    pub fn note(&self) -> String {
        let department = self
            .primary_department
            .as_ref()
            .map(|department| department.name.as_str());
        let position = self.position.as_ref().map(|position| position.name.as_str());
        let parts: Vec<&str> = department.into_iter().chain(position).collect();
        parts.join(" · ")
    }
}
