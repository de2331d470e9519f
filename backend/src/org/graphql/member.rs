//! Members.

use std::sync::Arc;

use async_graphql::connection::Connection;
use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use entity::{DepartmentId, org_member, org_position};

use super::loader::person;
use super::{Department, Gender, MemberStatus, department, member, members};
use crate::cx::Actor;
use crate::error::{Error, Result};
use crate::graphql::connection::{List, PageArgs, Total, list};
use crate::graphql::scalar::{Date, ViewerAction};
use crate::graphql::{actor, cx, id, locale};
use crate::leave::graphql::{AwayToday, away_today};
use crate::org::policy::{MemberAction, MemberFacts};
use crate::org::service::{self, Seats};

/// Most managers in a chain.
const MOST_CHAIN: usize = 10;

/// A member of the organisation: an employee, present or past.
pub struct Member {
    row: Arc<org_member::Model>,
    /// Who looks, where that is not the one who asks: in the answer to a sign-in.
    viewer: Option<Arc<Actor>>,
}

impl Member {
    /// As the one who asks sees them.
    pub fn new(row: Arc<org_member::Model>) -> Self {
        Self { row, viewer: None }
    }

    /// As someone else sees them.
    #[must_use]
    pub fn seen_by(self, viewer: Arc<Actor>) -> Self {
        Self {
            viewer: Some(viewer),
            ..self
        }
    }

    fn viewer<'a>(&'a self, ctx: &Context<'a>) -> Result<&'a Actor> {
        match &self.viewer {
            Some(viewer) => Ok(viewer),
            None => actor(ctx),
        }
    }

    /// A private value, for those who may see it.
    async fn private<T>(&self, ctx: &Context<'_>, value: Option<T>) -> Result<Option<T>> {
        self.shown_to(ctx, MemberAction::SeeContacts, value).await
    }

    /// A value for those who may do this.
    async fn shown_to<T>(&self, ctx: &Context<'_>, action: MemberAction, value: Option<T>) -> Result<Option<T>> {
        if value.is_none() {
            return Ok(None);
        }
        let Ok(viewer) = self.viewer(ctx) else { return Ok(None) };
        if viewer.member == self.row.id {
            return Ok(value);
        }
        let allowed = service::may(viewer, action, &self.facts(ctx).await?).is_ok();
        Ok(value.filter(|_| allowed))
    }

    async fn seats(&self, ctx: &Context<'_>) -> Result<Arc<Seats>> {
        let found = person(ctx, self.row.id).await?;
        Ok(found.map(|person| person.seats.clone()).unwrap_or_default())
    }

    async fn facts(&self, ctx: &Context<'_>) -> Result<MemberFacts> {
        let mut found = service::facts(cx(ctx)?, &[self.row.id]).await?;
        found.remove(&self.row.id).ok_or(Error::NotFound)
    }
}

/// A member of the organisation: an employee, present or past.
#[Object]
impl Member {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        id::encode(self.row.id)
    }

    /// Sign-in name.
    async fn account(&self) -> &str {
        &self.row.account
    }

    /// Full name.
    pub async fn name(&self) -> &str {
        &self.row.name
    }

    /// Other name, often the English one.
    async fn alias(&self) -> Option<&str> {
        self.row.alias.as_deref()
    }

    /// As the company recorded it; null where the viewer may not see it.
    async fn gender(&self, ctx: &Context<'_>) -> Result<Option<Gender>> {
        self.private(ctx, self.row.gender.map(Into::into)).await
    }

    /// Position held.
    async fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>> {
        let Some(position) = self.row.position_id else {
            return Ok(None);
        };
        let structure = service::structure(cx(ctx)?).await?;
        Ok(structure.positions.get(&position).map(|row| Position::from(&**row)))
    }

    /// Departments, the primary one first.
    async fn departments(&self, ctx: &Context<'_>) -> Result<Vec<Membership>> {
        let seats = self.seats(ctx).await?;
        let seat = |seat: &entity::org_membership::Model| Membership {
            is_primary: seat.is_primary,
            is_leader: seat.is_leader,
            of: seat.department_id,
        };
        Ok(seats.iter().map(seat).collect())
    }

    /// The primary department.
    async fn primary_department(&self, ctx: &Context<'_>) -> Result<Option<Department>> {
        let seats = self.seats(ctx).await?;
        match seats.first() {
            Some(seat) => department(ctx, seat.department_id).await.map(Some),
            None => Ok(None),
        }
    }

    /// Direct manager.
    async fn manager(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.row.manager_id {
            Some(manager) => member(ctx, manager).await.map(Some),
            None => Ok(None),
        }
    }

    /// The direct manager and those above, nearest first; at most 10.
    async fn manager_chain(&self, ctx: &Context<'_>) -> Result<Vec<Member>> {
        let people = service::with_managers(cx(ctx)?, &[self.row.id]).await?;
        let line = service::line(&people, self.row.id);
        members(ctx, line.get(..line.len().min(MOST_CHAIN)).unwrap_or_default()).await
    }

    /// Active members who report to this one directly.
    async fn direct_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100")] first: Option<i32>,
        #[graphql(desc = "Behind which cursor")] after: Option<String>,
    ) -> Result<List<Member, Total>> {
        let page = PageArgs::forward(first, after).page()?;
        let (found, count) = service::reports(cx(ctx)?, actor(ctx)?, self.row.id, page).await?;
        let total = Total {
            total_count: i32::try_from(count).unwrap_or(i32::MAX),
        };
        Ok(connection(found.map(Arc::new), total))
    }

    /// City or site of work.
    async fn office(&self) -> Option<&str> {
        self.row.office.as_deref()
    }

    /// Number on the badge.
    async fn employee_no(&self) -> Option<&str> {
        self.row.employee_no.as_deref()
    }

    /// First day in this company.
    async fn hired_on(&self) -> Option<Date> {
        self.row.hired_on.map(Date)
    }

    /// First day of any employment, which decides statutory annual leave; null where the viewer may not see their leave.
    async fn career_started_on(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        let value = self.row.career_started_on.map(Date);
        self.shown_to(ctx, MemberAction::SeeLeave, value).await
    }

    /// Company e-mail.
    async fn work_email(&self) -> Option<&str> {
        self.row.work_email.as_deref()
    }

    /// Desk telephone.
    async fn telephone(&self) -> Option<&str> {
        self.row.telephone.as_deref()
    }

    /// Mobile number, E.164; null where the viewer may not see it.
    async fn mobile(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        self.private(ctx, self.row.mobile.as_deref()).await
    }

    /// Personal e-mail; null where the viewer may not see it.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        self.private(ctx, self.row.email.as_deref()).await
    }

    /// Postal address; null where the viewer may not see it.
    async fn address(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        self.private(ctx, self.row.address.as_deref()).await
    }

    /// Whether the member may sign in and be asked.
    async fn status(&self) -> MemberStatus {
        self.row.status.into()
    }

    /// Approved leave covering today; null when present.
    async fn away_today(&self, ctx: &Context<'_>) -> Result<Option<AwayToday>> {
        away_today(ctx, self.viewer(ctx)?, self.row.id).await
    }

    /// Grows by one with each edit.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// What the viewer may do: EDIT DISABLE ENABLE RESET_PASSWORD GRANT_ROLE VIEW_LEAVE.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Result<Vec<ViewerAction>> {
        let viewer = self.viewer(ctx)?;
        let facts = self.facts(ctx).await?;
        let actions = MemberAction::OFFERED.into_iter().map(|(action, name)| {
            let refused = service::may(viewer, action, &facts).err();
            ViewerAction {
                name: name.to_owned(),
                enabled: refused.is_none(),
                reason: refused.map(|error| error.text().get(locale(ctx)).to_owned()),
            }
        });
        Ok(actions.collect())
    }
}

/// A connection of members; cursors are their ids.
pub(super) fn connection(
    found: crate::graphql::connection::Slice<Arc<org_member::Model>>,
    total: Total,
) -> Connection<String, Member, Total> {
    list(found.map(Member::new), false, total, |member| {
        id::encode(member.row.id).to_string()
    })
}

/// That a member belongs to a department.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Membership {
    /// Exactly one membership of each member is the primary one.
    is_primary: bool,
    /// Whether the member leads this department.
    is_leader: bool,
    #[graphql(skip)]
    of: DepartmentId,
}

#[ComplexObject]
impl Membership {
    /// Where.
    async fn department(&self, ctx: &Context<'_>) -> Result<Department> {
        department(ctx, self.of).await
    }
}

/// A position, such as 后端工程师.
#[derive(SimpleObject)]
pub struct Position {
    /// Opaque id.
    id: ID,
    /// Name in Chinese.
    name: String,
    /// Name in English.
    name_en: Option<String>,
}

impl From<&org_position::Model> for Position {
    fn from(row: &org_position::Model) -> Self {
        Self {
            id: id::encode(row.id),
            name: row.name.clone(),
            name_en: row.name_en.clone(),
        }
    }
}
