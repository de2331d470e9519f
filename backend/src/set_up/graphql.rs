//! The first start in the public schema. All of it is for strangers who know the code of the terminal.

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};

use super::service::{self, Company, From};
use crate::error::Result;
use crate::graphql::{caller, cx};
use crate::identity::graphql::{SignInPayload, enter};

/// How far the set-up of the server is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "service::Stage")]
pub enum SetUpStage {
    /// Nobody can administer it yet: `setUp` or `setUpDemo`, with the code the terminal shows.
    Needed,
    /// The demo company is being made.
    Filling,
    /// The demo company could not be made; the log says why.
    Failed,
    /// People work with it.
    Done,
}

/// The company to begin with, and who administers it.
#[derive(InputObject)]
pub struct SetUpInput {
    /// The one-time code the terminal shows.
    #[graphql(secret)]
    code: String,
    /// Name of the company.
    organisation: String,
    /// Sign-in name of the administrator.
    account: String,
    /// Name of the administrator.
    name: String,
    /// Password of the administrator: 8 to 128 characters.
    #[graphql(secret)]
    password: String,
}

/// A demo company to try everything with.
#[derive(InputObject)]
pub struct SetUpDemoInput {
    /// The one-time code the terminal shows.
    #[graphql(secret)]
    code: String,
    /// Password of all its accounts; the administrator is `admin`.
    #[graphql(secret)]
    password: String,
}

/// The demo company is being made.
#[derive(SimpleObject)]
pub struct SetUpDemoPayload {
    /// How far it is; ask `setUp` again.
    stage: SetUpStage,
}

/// The first start.
#[derive(Default)]
pub struct SetUpQuery;

#[Object]
impl SetUpQuery {
    /// How far the set-up of the server is. Anyone may ask.
    async fn set_up(&self, ctx: &Context<'_>) -> Result<SetUpStage> {
        Ok(service::stage(cx(ctx)?).await?.into())
    }
}

/// The first start.
#[derive(Default)]
pub struct SetUpMutation;

#[Object]
impl SetUpMutation {
    /// Makes the company and its administrator, who is signed in. Once, on an empty server.
    async fn set_up(&self, ctx: &Context<'_>, input: SetUpInput) -> Result<SignInPayload> {
        let company = Company {
            organisation: &input.organisation,
            account: &input.account,
            name: &input.name,
            password: &input.password,
        };
        let signed_in = service::found(cx(ctx)?, from(ctx)?, &input.code, company).await?;
        enter(ctx, signed_in).await
    }

    /// Fills an empty server with the demo company: 200 people and a year of requests.
    async fn set_up_demo(&self, ctx: &Context<'_>, input: SetUpDemoInput) -> Result<SetUpDemoPayload> {
        service::fill_demo(cx(ctx)?, from(ctx)?, &input.code, &input.password).await?;
        Ok(SetUpDemoPayload {
            stage: SetUpStage::Filling,
        })
    }
}

fn from<'a>(ctx: &Context<'a>) -> Result<From<'a>> {
    let caller = caller(ctx)?;
    Ok(From {
        address: &caller.address,
        user_agent: &caller.user_agent,
    })
}
