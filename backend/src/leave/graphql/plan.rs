//! What a leave means: its days, the lots it takes, and who else is away.

use async_graphql::{ComplexObject, Context, ID, SimpleObject};
use entity::{DepartmentId, MemberId};
use tokio::sync::OnceCell;

use crate::calendar::graphql::{CalendarDay, DayType};
use crate::error::{FieldError as Wrong, Locale, Result};
use crate::graphql::scalar::{Date, FieldError};
use crate::graphql::{actor, cx, id, locale};
use crate::leave::model::DayRow;
use crate::leave::service::{self, Assessment, Detail, Team, TeamOf};
use crate::org::graphql::{Department, Member, department, member};
use crate::org::service as org;

use super::types::*;

/// Half a day of a leave.
#[derive(SimpleObject)]
pub struct LeaveDay {
    /// Civil date.
    date: Date,
    /// Which half.
    part: DayPart,
    /// Working minutes it costs; 0 on a day that does not count.
    minutes: i32,
    /// What the day is.
    day_type: DayType,
}

impl From<&DayRow> for LeaveDay {
    fn from(row: &DayRow) -> Self {
        Self {
            date: row.date.into(),
            part: row.part.into(),
            minutes: row.minutes,
            day_type: row.day_type.into(),
        }
    }
}

/// What a request takes from a lot.
#[derive(SimpleObject)]
pub struct LotUse {
    /// What the lot is called.
    label: String,
    /// Last day it may be taken.
    valid_to: Date,
    /// Minutes taken; 0 where the lot could be used and is not.
    minutes: i32,
    /// Minutes left before.
    remaining_before: i32,
    /// Minutes left after.
    remaining_after: i32,
}

impl LotUse {
    fn new(lot: &service::LotUse, locale: Locale) -> Self {
        Self {
            label: lot.label.get(locale).to_owned(),
            valid_to: lot.valid_to.into(),
            minutes: lot.minutes,
            remaining_before: lot.before,
            remaining_after: lot.after,
        }
    }
}

/// A member who is away, with the half days.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct AwayMember {
    /// When, in order.
    days: Vec<AwayHalf>,
    #[graphql(skip)]
    who: MemberId,
}

#[ComplexObject]
impl AwayMember {
    /// Who.
    async fn member(&self, ctx: &Context<'_>) -> Result<Member> {
        member(ctx, self.who).await
    }
}

impl AwayMember {
    fn new(away: service::AwayMember, locale: Locale) -> Self {
        let days = away
            .days
            .into_iter()
            .map(|half| AwayHalf {
                date: half.date.into(),
                part: half.part.into(),
                type_name: half.kind.map(|kind| kind.get(locale).to_owned()),
                status: half.status.into(),
                approval_id: half.request.map(id::encode),
            })
            .collect();
        Self { days, who: away.member }
    }
}

/// Half a day someone is away.
#[derive(SimpleObject)]
pub struct AwayHalf {
    /// Civil date.
    date: Date,
    /// Which half.
    part: DayPart,
    /// Kind of leave; null where the viewer may not know it.
    type_name: Option<String>,
    /// Asked for or approved. What is only asked for is shown to those who may know the kind.
    status: LeaveStatus,
    /// The request; null where the viewer may not know the kind.
    approval_id: Option<ID>,
}

/// How many of a team are there on a working day.
#[derive(SimpleObject)]
pub struct Staffing {
    /// Civil date.
    date: Date,
    /// Members who are there all day.
    present: i32,
    /// Members of the team.
    team: i32,
}

impl From<service::Staffing> for Staffing {
    fn from(day: service::Staffing) -> Self {
        Self {
            date: day.date.into(),
            present: day.present,
            team: day.team,
        }
    }
}

/// What a request would mean.
#[derive(SimpleObject)]
pub struct LeavePreview {
    /// Working minutes it takes.
    minutes: i32,
    /// Each half day covered.
    days: Vec<LeaveDay>,
    /// Balance before; null for kinds without balance.
    balance_before: Option<i32>,
    /// Balance after; below zero when it does not reach.
    balance_after: Option<i32>,
    /// Lots that could be used, the soonest-expiring first.
    lots: Vec<LotUse>,
    /// Team mates away on these days.
    away: Vec<AwayMember>,
    /// Per working day.
    staffing: Vec<Staffing>,
    /// Explanations and warnings in the language of the viewer.
    notes: Vec<String>,
    /// Why it cannot be asked for; paths are keys of the form.
    errors: Vec<FieldError>,
}

impl LeavePreview {
    /// Words an assessment and the team around it. The caller has loaded the members of the team.
    pub fn new(found: &Assessment, team: Team, locale: Locale) -> Self {
        let error =
            |refusal: &service::Refusal| FieldError::new(&Wrong::new(refusal.field, refusal.text.clone()), locale);
        Self {
            minutes: found.minutes,
            days: found.rows.iter().map(LeaveDay::from).collect(),
            balance_before: found.balance.map(|(before, _)| before),
            balance_after: found.balance.map(|(_, after)| after),
            lots: found.lots.iter().map(|lot| LotUse::new(lot, locale)).collect(),
            away: team
                .away
                .into_iter()
                .map(|away| AwayMember::new(away, locale))
                .collect(),
            staffing: team.staffing.into_iter().map(Staffing::from).collect(),
            notes: found.notes.iter().map(|note| note.get(locale).to_owned()).collect(),
            errors: found.refusals.iter().map(error).collect(),
        }
    }
}

/// What a submitted request means for leave.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct LeaveDetail {
    /// The kind.
    #[graphql(name = "type")]
    leave_type: LeaveType,
    /// First day.
    start_date: Date,
    /// From its morning or afternoon.
    start_part: DayPart,
    /// Last day.
    end_date: Date,
    /// To its morning or afternoon, inclusive.
    end_part: DayPart,
    /// Working minutes it takes.
    minutes: i32,
    /// Where it stands.
    status: LeaveStatus,
    /// Each half day covered.
    days: Vec<LeaveDay>,
    /// What it takes from lots; empty once it is let go.
    lots: Vec<LotUse>,
    /// What is left now; null for kinds without balance and once it is let go.
    balance_after: Option<i32>,
    #[graphql(skip)]
    detail: Detail,
    #[graphql(skip)]
    department: DepartmentId,
    #[graphql(skip)]
    team: OnceCell<Team>,
}

#[ComplexObject]
impl LeaveDetail {
    /// Team mates away on these days.
    async fn away(&self, ctx: &Context<'_>) -> Result<Vec<AwayMember>> {
        let locale = locale(ctx);
        let away = self.team(ctx).await?.away.clone();
        know(ctx, &away).await?;
        Ok(away.into_iter().map(|away| AwayMember::new(away, locale)).collect())
    }

    /// Per working day, how many of the team are there.
    async fn staffing(&self, ctx: &Context<'_>) -> Result<Vec<Staffing>> {
        let team = self.team(ctx).await?;
        Ok(team.staffing.iter().copied().map(Staffing::from).collect())
    }
}

impl LeaveDetail {
    /// Words the detail of a request that was made for a department.
    pub fn new(detail: Detail, department: DepartmentId, locale: Locale) -> Self {
        let row = &detail.row;
        Self {
            leave_type: LeaveType::new(&detail.kind, locale),
            start_date: row.start_date.into(),
            start_part: row.start_part.into(),
            end_date: row.end_date.into(),
            end_part: row.end_part.into(),
            minutes: row.minutes,
            status: row.status.into(),
            days: detail.days.iter().map(LeaveDay::from).collect(),
            lots: detail.lots.iter().map(|lot| LotUse::new(lot, locale)).collect(),
            balance_after: detail.balance_after,
            department,
            detail,
            team: OnceCell::new(),
        }
    }

    async fn team(&self, ctx: &Context<'_>) -> Result<&Team> {
        let (cx, actor) = (cx(ctx)?, actor(ctx)?);
        let Detail { row, days, .. } = &self.detail;
        let (member, department, span) = (row.member_id, Some(self.department), self.detail.span());
        self.team
            .get_or_try_init(|| service::team_of(cx, actor, member, department, &span, days))
            .await
    }
}

/// Loads the members who are away, all at once.
pub(super) async fn know(ctx: &Context<'_>, away: &[service::AwayMember]) -> Result<()> {
    let ids: Vec<MemberId> = away.iter().map(|away| away.member).collect();
    org::people(cx(ctx)?, &ids).await?;
    Ok(())
}

/// Who of a department is away in a span of dates.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct TeamCalendar {
    /// What the days are.
    days: Vec<CalendarDay>,
    /// Only members who are away at some time.
    members: Vec<AwayMember>,
    #[graphql(skip)]
    of: DepartmentId,
}

#[ComplexObject]
impl TeamCalendar {
    /// Which.
    async fn department(&self, ctx: &Context<'_>) -> Result<Department> {
        department(ctx, self.of).await
    }
}

impl TeamCalendar {
    pub(super) async fn new(ctx: &Context<'_>, team: TeamOf) -> Result<Self> {
        know(ctx, &team.members).await?;
        let locale = locale(ctx);
        Ok(Self {
            days: team.days.into_iter().map(CalendarDay::from).collect(),
            members: team
                .members
                .into_iter()
                .map(|away| AwayMember::new(away, locale))
                .collect(),
            of: team.department,
        })
    }
}
