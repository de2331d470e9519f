//! Personal access tokens of the viewer, and the end of all other sessions.

use super::schema;
use crate::i18n::Stamp;

/// What a token may be used for.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenScope {
    /// Members, departments, roles.
    OrgRead,
    /// Changing them.
    OrgWrite,
    /// Requests and tasks.
    ApprovalRead,
    /// Submitting, deciding, commenting.
    ApprovalWrite,
    /// Balances and who is away.
    LeaveRead,
    /// Adjusting balances.
    LeaveWrite,
    /// The working calendar.
    CalendarRead,
    /// Importing holidays.
    CalendarWrite,
    /// Attendance.
    AttendanceRead,
    /// Notices.
    NotificationRead,
    /// Marking notices as read.
    NotificationWrite,
    /// Downloading files.
    FileRead,
    /// Uploading files.
    FileWrite,
}

/// The viewer's live tokens, newest first.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query")]
pub struct TokensQuery {
    /// How new this is.
    pub as_of: String,
    /// The tokens.
    pub access_tokens: Vec<AccessToken>,
}

/// A personal access token.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct AccessToken {
    /// Which.
    pub id: cynic::Id,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<TokenScope>,
    /// When it ends.
    pub expires_at: Stamp,
    /// When it was last used.
    pub last_used_at: Option<Stamp>,
}

/// A token to be made.
#[derive(cynic::InputObject, Clone)]
pub struct CreateAccessTokenInput {
    /// What it is for.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<TokenScope>,
    /// Days until it ends.
    pub expires_in_days: i32,
}

/// Variables of [`CreateAccessToken`].
#[derive(cynic::QueryVariables, Clone)]
pub struct CreateAccessTokenVars {
    /// The token.
    pub input: CreateAccessTokenInput,
}

/// Makes a token.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "CreateAccessTokenVars")]
pub struct CreateAccessToken {
    /// The outcome.
    #[arguments(input: $input)]
    pub create_access_token: CreateAccessTokenPayload,
}

/// The outcome of [`CreateAccessToken`].
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct CreateAccessTokenPayload {
    /// Shown once.
    pub token: String,
}

/// Which token to end.
#[derive(cynic::InputObject, Clone)]
pub struct RevokeAccessTokenInput {
    /// Which.
    pub access_token_id: cynic::Id,
}

/// Variables of [`RevokeAccessToken`].
#[derive(cynic::QueryVariables, Clone)]
pub struct RevokeAccessTokenVars {
    /// Which token.
    pub input: RevokeAccessTokenInput,
}

/// Ends a token.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "RevokeAccessTokenVars")]
pub struct RevokeAccessToken {
    /// The outcome.
    #[arguments(input: $input)]
    pub revoke_access_token: RevokeAccessTokenPayload,
}

/// The outcome of [`RevokeAccessToken`].
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct RevokeAccessTokenPayload {
    /// Always true.
    pub ok: bool,
}

/// Ends all sessions but this one.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation")]
pub struct RevokeOtherSessions {
    /// The outcome.
    pub revoke_other_sessions: RevokeOtherSessionsPayload,
}

/// The outcome of [`RevokeOtherSessions`].
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct RevokeOtherSessionsPayload {
    /// How many.
    pub ended: i32,
}
