//! Signing in and out, password, sessions, language.

use super::org::MemberRef;
use super::schema;
use crate::i18n::Stamp;

/// Account and password.
#[derive(cynic::InputObject, Clone)]
pub struct SignInInput {
    /// The name to sign in with.
    pub account: String,
    /// The password.
    pub password: String,
}

/// Variables of [`SignIn`].
#[derive(cynic::QueryVariables, Clone)]
pub struct SignInVars {
    /// Account and password.
    pub input: SignInInput,
}

/// Begins a session.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SignInVars")]
pub struct SignIn {
    /// The new session.
    #[arguments(input: $input)]
    pub sign_in: SignInPayload,
}

/// A new session.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SignInPayload {
    /// For the next minutes.
    pub access_token: String,
    /// When the token ends.
    pub expires_at: Stamp,
    /// Who has signed in.
    pub viewer: SignedIn,
}

/// Who has signed in.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Viewer")]
pub struct SignedIn {
    /// As a member.
    pub member: MemberRef,
}

/// Ends the session.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation")]
pub struct SignOut {
    /// The outcome.
    pub sign_out: SignOutPayload,
}

/// The outcome of [`SignOut`].
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SignOutPayload {
    /// Always true.
    pub ok: bool,
}

/// The present password and the new one.
#[derive(cynic::InputObject, Clone)]
pub struct ChangePasswordInput {
    /// The present one.
    pub current: String,
    /// The new one.
    pub new: String,
}

/// Variables of [`ChangePassword`].
#[derive(cynic::QueryVariables, Clone)]
pub struct ChangePasswordVars {
    /// Both passwords.
    pub input: ChangePasswordInput,
}

/// Changes the own password.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ChangePasswordVars")]
pub struct ChangePassword {
    /// The outcome.
    #[arguments(input: $input)]
    pub change_password: ChangePasswordPayload,
}

/// The outcome of [`ChangePassword`].
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct ChangePasswordPayload {
    /// Always true.
    pub ok: bool,
}

/// The viewer's own sessions, newest first.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Query")]
pub struct SessionsQuery {
    /// How new this is.
    pub as_of: String,
    /// The sessions.
    pub sessions: Vec<Session>,
}

/// One place where the viewer is signed in.
#[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
pub struct Session {
    /// Which.
    pub id: cynic::Id,
    /// What the browser says it is.
    pub user_agent: String,
    /// From where.
    pub address: String,
    /// Since when.
    pub created_at: Stamp,
    /// When it was last used.
    pub last_used_at: Stamp,
    /// It is this one.
    pub current: bool,
}

/// Which session to end.
#[derive(cynic::InputObject, Clone)]
pub struct RevokeSessionInput {
    /// Which.
    pub session_id: cynic::Id,
}

/// Variables of [`RevokeSession`].
#[derive(cynic::QueryVariables, Clone)]
pub struct RevokeSessionVars {
    /// Which session.
    pub input: RevokeSessionInput,
}

/// Ends a session elsewhere.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "RevokeSessionVars")]
pub struct RevokeSession {
    /// The outcome.
    #[arguments(input: $input)]
    pub revoke_session: RevokeSessionPayload,
}

/// The outcome of [`RevokeSession`].
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct RevokeSessionPayload {
    /// Always true.
    pub ok: bool,
}

/// The language to keep.
#[derive(cynic::InputObject, Clone)]
pub struct SetLocaleInput {
    /// `zh-CN` or `en`.
    pub locale: String,
}

/// Variables of [`SetLocale`].
#[derive(cynic::QueryVariables, Clone)]
pub struct SetLocaleVars {
    /// The language.
    pub input: SetLocaleInput,
}

/// Keeps the language for all devices.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SetLocaleVars")]
pub struct SetLocale {
    /// The viewer afterwards.
    #[arguments(input: $input)]
    pub set_locale: SetLocalePayload,
}

/// The outcome of [`SetLocale`].
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SetLocalePayload {
    /// The viewer afterwards.
    pub viewer: ChosenLocale,
}

/// The viewer's language.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Viewer")]
pub struct ChosenLocale {
    /// The chosen language.
    pub locale: Option<String>,
}
