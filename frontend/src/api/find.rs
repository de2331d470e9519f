//! Finding people and requests by a few letters.

use super::org::DepartmentRef;
use super::schema;

/// Variables of both searches.
#[derive(cynic::QueryVariables, Clone)]
pub struct FindVars {
    /// What was typed.
    pub text: String,
    /// How many at most.
    pub first: i32,
}

/// People by name, pinyin or initials.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "FindVars")]
pub struct FindPeopleQuery {
    /// Those who fit.
    #[arguments(search: $text, first: $first)]
    pub members: FoundMembers,
}

/// People found.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "MemberConnection")]
pub struct FoundMembers {
    /// The people.
    pub nodes: Vec<FoundMember>,
}

/// A person found.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Member")]
pub struct FoundMember {
    /// Who.
    pub id: cynic::Id,
    /// The name as it is shown.
    pub name: String,
    /// Where they belong first.
    pub primary_department: Option<DepartmentRef>,
}

/// Requests by title, number or applicant.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "FindVars")]
pub struct FindApprovalsQuery {
    /// Those the viewer may see.
    #[arguments(box: ALL, filter: { search: $text }, first: $first)]
    pub approvals: FoundApprovals,
}

/// Requests found.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "ApprovalConnection")]
pub struct FoundApprovals {
    /// The requests.
    pub nodes: Vec<FoundApproval>,
}

/// A request found.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Approval")]
pub struct FoundApproval {
    /// Which.
    pub id: cynic::Id,
    /// The number people say.
    pub number: String,
    /// What it is about.
    pub title: String,
}
