//! The first start of a server.

use cynic::{MutationBuilder, QueryBuilder};

use super::identity::SignInPayload;
use super::transport::http::{mutate_unsigned, query_unsigned};
use super::{ApiError, schema, session};

/// How far the set-up of the server is.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUpStage {
    /// Nobody can administer it yet.
    Needed,
    /// The demo company is being made.
    Filling,
    /// The demo company could not be made.
    Failed,
    /// People work with it.
    Done,
}

/// How far it is.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct StageQuery {
    /// How far.
    pub set_up: SetUpStage,
}

/// The company to begin with, and who administers it.
#[derive(cynic::InputObject, Clone)]
pub struct SetUpInput {
    /// The code of the terminal.
    pub code: String,
    /// Name of the company.
    pub organisation: String,
    /// Account of the administrator.
    pub account: String,
    /// Name of the administrator.
    pub name: String,
    /// Password of the administrator.
    pub password: String,
}

/// Variables of [`SetUp`].
#[derive(cynic::QueryVariables, Clone)]
pub struct SetUpVars {
    /// The company.
    pub input: SetUpInput,
}

/// Makes the company.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SetUpVars")]
pub struct SetUp {
    /// The administrator's session.
    #[arguments(input: $input)]
    pub set_up: SignInPayload,
}

/// A demo company.
#[derive(cynic::InputObject, Clone)]
pub struct SetUpDemoInput {
    /// The code of the terminal.
    pub code: String,
    /// Password of all its accounts.
    pub password: String,
}

/// Variables of [`SetUpDemo`].
#[derive(cynic::QueryVariables, Clone)]
pub struct SetUpDemoVars {
    /// The demo company.
    pub input: SetUpDemoInput,
}

/// Begins to make the demo company.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SetUpDemoVars")]
pub struct SetUpDemo {
    /// The outcome.
    #[arguments(input: $input)]
    pub set_up_demo: SetUpDemoPayload,
}

/// The outcome of [`SetUpDemo`].
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SetUpDemoPayload {
    /// How far it is.
    pub stage: SetUpStage,
}

/// Asks how far the set-up is.
///
/// # Errors
/// When the server cannot be reached.
pub async fn stage() -> Result<SetUpStage, ApiError> {
    query_unsigned(StageQuery::build(())).await.map(|query| query.set_up)
}

/// Makes the company and signs its administrator in; `before` comes just before the page of strangers goes.
///
/// # Errors
/// What the server says about code, names and password.
pub async fn found(input: SetUpInput, before: impl FnOnce()) -> Result<(), ApiError> {
    let made = mutate_unsigned(SetUp::build(SetUpVars { input })).await?;
    before();
    session::enter(made.set_up);
    Ok(())
}

/// Begins to make the demo company; [`stage`] tells when it is done.
///
/// # Errors
/// What the server says about code and password.
pub async fn fill_demo(input: SetUpDemoInput) -> Result<(), ApiError> {
    mutate_unsigned(SetUpDemo::build(SetUpDemoVars { input }))
        .await
        .map(drop)
}
