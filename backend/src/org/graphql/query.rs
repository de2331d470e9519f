//! Queries of the organisation.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::MemberId;

use super::member::connection;
use super::{Department, Member, Position, RoleGrant};
use crate::error::{Error, Result};
use crate::graphql::connection::{List, PageArgs, Total};
use crate::graphql::{actor, cx, id};
use crate::leave::graphql::prefetch_away_today;
use crate::org::import::rejects;
use crate::org::policy;
use crate::org::service::{self, MemberFilter};

/// The one organisation of this deployment.
#[derive(SimpleObject)]
pub struct Organisation {
    /// Opaque id.
    id: ID,
    /// Name in Chinese.
    name: String,
    /// Name in English.
    name_en: Option<String>,
    /// IANA zone in which civil dates are meant.
    time_zone: String,
}

/// Queries of the organisation.
#[derive(Default)]
pub struct OrgQuery;

#[Object]
impl OrgQuery {
    /// The organisation. Its name is public: the sign-in page shows it.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        let row = service::organisation(cx(ctx)?).await?;
        Ok(Organisation {
            id: id::encode(row.id),
            name: row.name,
            name_en: row.name_en,
            time_zone: row.time_zone,
        })
    }

    /// Members by pinyin.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a public field")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Name, pinyin, initials, account, badge number")] search: Option<String>,
        #[graphql(desc = "Only those of this department")] department_id: Option<ID>,
        #[graphql(desc = "And of all below it", default_with = "Some(true)")] include_subtree: Option<bool>,
        #[graphql(desc = "Those who left, too", default_with = "Some(false)")] include_disabled: Option<bool>,
        #[graphql(desc = "How many, 1 to 100")] first: Option<i32>,
        #[graphql(desc = "Behind which cursor")] after: Option<String>,
    ) -> Result<List<Member, Total>> {
        let (cx, actor) = (cx(ctx)?, actor(ctx)?);
        let page = PageArgs::forward(first, after).page()?;
        let filter = MemberFilter {
            search,
            department: department_id.map(|department| id::decode(&department)).transpose()?,
            subtree: include_subtree.unwrap_or(true),
            disabled: include_disabled.unwrap_or(false),
        };
        let found = service::members(cx, actor, &filter, page).await?;
        let ids: Vec<MemberId> = found.items.iter().map(|row| row.id).collect();
        service::with_managers(cx, &ids).await?;
        let looks = [
            ctx.look_ahead().field("nodes"),
            ctx.look_ahead().field("edges").field("node"),
        ];
        if looks.iter().any(|look| look.field("awayToday").exists()) {
            prefetch_away_today(ctx, &ids).await?;
        }
        let counted = ctx.look_ahead().field("totalCount").exists();
        let count = if counted {
            service::count_members(cx, actor, &filter).await?
        } else {
            0
        };
        let total = Total {
            total_count: i32::try_from(count).unwrap_or(i32::MAX),
        };
        Ok(connection(found.map(Arc::new), total))
    }

    /// One member, active or not; null for an unknown one.
    async fn member(&self, ctx: &Context<'_>, #[graphql(desc = "Whom")] id: ID) -> Result<Option<Member>> {
        let (cx, actor) = (cx(ctx)?, actor(ctx)?);
        let found = match id::decode(&id) {
            Ok(id) => service::member(cx, actor, id).await,
            Err(error) => Err(error),
        };
        match found {
            Ok(row) => Ok(Some(Member::new(Arc::new(row)))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The whole tree in display order: parents before children. Closed departments come too.
    async fn departments(&self, ctx: &Context<'_>) -> Result<Vec<Department>> {
        let rows = service::departments(cx(ctx)?, actor(ctx)?).await?;
        if ctx.look_ahead().field("leaders").exists() {
            let structure = service::structure(cx(ctx)?).await?;
            let leaders: Vec<MemberId> = structure.leaders.values().flatten().copied().collect();
            service::people(cx(ctx)?, &leaders).await?;
        }
        Ok(rows.into_iter().map(|row| Department::new(Arc::new(row))).collect())
    }

    /// Positions by name.
    async fn positions(&self, ctx: &Context<'_>) -> Result<Vec<Position>> {
        let rows = service::positions(cx(ctx)?, actor(ctx)?).await?;
        Ok(rows.iter().map(Position::from).collect())
    }

    /// Who holds which role over whose data; for those who may grant roles.
    async fn role_grants(&self, ctx: &Context<'_>) -> Result<Vec<RoleGrant>> {
        let grants = service::role_grants(cx(ctx)?, actor(ctx)?).await?;
        let holders = grants.iter().map(|view| view.grant.member_id);
        let people: Vec<MemberId> = holders
            .chain(grants.iter().filter_map(|view| view.grant.granted_by))
            .collect();
        service::people(cx(ctx)?, &people).await?;
        Ok(grants.into_iter().map(RoleGrant::from).collect())
    }

    /// An empty import sheet with the header row and one example: CSV in UTF-8 with byte-order mark.
    async fn import_template(&self, ctx: &Context<'_>) -> Result<String> {
        policy::may_import(actor(ctx)?)?;
        Ok(rejects::template())
    }
}
