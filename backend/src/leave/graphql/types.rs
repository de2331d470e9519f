//! Types of leave.

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{CountBasis, DepartmentId, MemberId};

use crate::calendar::graphql::{CalendarDay, DayType};
use crate::error::{FieldError as Wrong, Locale, Result};
use crate::graphql::scalar::{Date, FieldError};
use crate::graphql::{actor, cx, id, locale};
use crate::leave::model::DayRow;
use crate::leave::service::{self, Assessment, Detail, EntryView, KindBalance, KindView, LotView, Team, TeamOf};
use crate::org::graphql::{Department, Member, department, member};

/// Half of a day.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "DayPart", remote = "entity::DayPart")]
pub enum DayPart {
    /// Morning.
    Am,
    /// Afternoon.
    Pm,
}

/// Why a line of the leave ledger was posted.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "EntryKind", remote = "entity::EntryKind")]
pub enum EntryKind {
    /// Leave given.
    Grant,
    /// Reserved by a request on its way.
    Hold,
    /// Taken by an approved request.
    Use,
    /// A hold let go.
    Release,
    /// The window of the lot ended.
    Expire,
    /// Moved to the next year.
    Carry,
    /// Corrected by hand.
    Adjust,
    /// Given for overtime.
    ConvertOt,
    /// A use undone.
    Reverse,
}

/// Where a leave stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "LeaveStatus", remote = "entity::LeaveStatus")]
pub enum LeaveStatus {
    /// Asked for; balance and days are reserved.
    Held,
    /// Approved; the days are taken.
    Approved,
    /// Let go: returned, withdrawn or refused.
    Released,
    /// Approved and later revoked.
    Reversed,
}

/// A kind of leave.
#[derive(SimpleObject)]
pub struct LeaveType {
    /// Stable key: `annual`.
    key: String,
    /// Name in the language of the viewer.
    name: String,
    /// Whether a balance limits it.
    limited: bool,
    /// Smallest unit: 240 is half a day.
    step_minutes: i32,
    /// Length from which proof is required.
    proof_from_minutes: Option<i32>,
    /// Whether all days count, rest days and holidays included.
    calendar_days: bool,
    /// Share of pay that goes on, 0 to 100.
    paid_percent: i32,
    /// What the viewer can still ask for; null for kinds without balance.
    remaining_minutes: Option<i32>,
    /// One short line: what is left, or what it asks.
    hint: Option<String>,
}

impl LeaveType {
    pub(super) fn new(kind: &KindView, locale: Locale) -> Self {
        Self {
            key: kind.row.key.clone(),
            name: kind.name().get(locale).to_owned(),
            limited: kind.row.limited,
            step_minutes: kind.row.step_minutes,
            proof_from_minutes: kind.row.proof_from_minutes,
            calendar_days: kind.row.basis == CountBasis::CalendarDays,
            paid_percent: kind.row.paid_percent,
            remaining_minutes: kind.remaining,
            hint: kind.hint().map(|hint| hint.get(locale).to_owned()),
        }
    }
}

/// What a member has of a kind of leave.
#[derive(SimpleObject)]
pub struct LeaveBalance {
    /// The kind.
    #[graphql(name = "type")]
    kind: LeaveType,
    /// What can be asked for today; null for kinds without balance.
    remaining_minutes: Option<i32>,
    /// Taken in this calendar year.
    used_this_year_minutes: i32,
    /// Reserved by requests on their way.
    held_minutes: i32,
    /// Lots that are not expired, the soonest-expiring first.
    lots: Vec<LeaveLot>,
}

impl LeaveBalance {
    pub(super) fn new(balance: &KindBalance, locale: Locale) -> Self {
        Self {
            kind: LeaveType::new(&balance.kind, locale),
            remaining_minutes: balance.remaining,
            used_this_year_minutes: balance.used_this_year,
            held_minutes: balance.held,
            lots: balance.lots.iter().map(|lot| LeaveLot::new(lot, locale)).collect(),
        }
    }
}

/// A grant of leave with a window in which it may be taken.
#[derive(SimpleObject)]
pub struct LeaveLot {
    /// Its id.
    id: ID,
    /// What it is called.
    label: String,
    /// First day it may be taken.
    valid_from: Date,
    /// Last day it may be taken.
    valid_to: Date,
    /// Minutes given.
    granted_minutes: i32,
    /// Minutes left.
    remaining_minutes: i32,
}

impl LeaveLot {
    fn new(
        LotView {
            row,
            granted,
            remaining,
        }: &LotView,
        locale: Locale,
    ) -> Self {
        let label = match locale {
            Locale::Zh => &row.label,
            Locale::En => &row.label_en,
        };
        Self {
            id: id::encode(row.id),
            label: label.clone(),
            valid_from: row.valid_from.into(),
            valid_to: row.valid_to.into(),
            granted_minutes: *granted,
            remaining_minutes: *remaining,
        }
    }
}

/// A line of the leave ledger.
#[derive(SimpleObject)]
pub struct LeaveEntry {
    /// Its id.
    pub(super) id: ID,
    /// Of which kind of leave.
    #[graphql(name = "type")]
    leave_type: LeaveType,
    /// Why it was posted.
    kind: EntryKind,
    /// Change of the balance in working minutes; negative takes away.
    minutes: i32,
    /// Lot it changes.
    lot_label: Option<String>,
    /// When it was posted.
    at: DateTime<Utc>,
    /// Day from which it counts.
    effective_on: Date,
    /// Request it comes from.
    approval_id: Option<ID>,
    /// What it is, in words.
    text: String,
    /// Reason of a correction.
    note: Option<String>,
}

impl LeaveEntry {
    pub(super) fn new(entry: EntryView, locale: Locale) -> Self {
        Self {
            id: id::encode(entry.row.id),
            leave_type: LeaveType::new(&entry.kind, locale),
            kind: entry.row.kind.into(),
            minutes: entry.row.minutes,
            lot_label: entry.lot.map(|lot| lot.get(locale).to_owned()),
            at: entry.row.at,
            effective_on: entry.row.effective_on.into(),
            approval_id: entry.row.case_id.map(id::encode),
            text: entry.text.get(locale).to_owned(),
            note: entry.row.note,
        }
    }
}

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
    /// Words an assessment and the team around it.
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
}

#[ComplexObject]
impl LeaveDetail {
    /// Team mates away on these days.
    async fn away(&self, ctx: &Context<'_>) -> Result<Vec<AwayMember>> {
        let locale = locale(ctx);
        Ok(self
            .team(ctx)
            .await?
            .away
            .into_iter()
            .map(|away| AwayMember::new(away, locale))
            .collect())
    }

    /// Per working day, how many of the team are there.
    async fn staffing(&self, ctx: &Context<'_>) -> Result<Vec<Staffing>> {
        Ok(self.team(ctx).await?.staffing.into_iter().map(Staffing::from).collect())
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
        }
    }

    async fn team(&self, ctx: &Context<'_>) -> Result<Team> {
        let (cx, actor) = (cx(ctx)?, actor(ctx)?);
        let Detail { row, days, .. } = &self.detail;
        service::team_of(
            cx,
            actor,
            row.member_id,
            Some(self.department),
            &self.detail.span(),
            days,
        )
        .await
    }
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
    pub(super) fn new(team: TeamOf, locale: Locale) -> Self {
        Self {
            days: team.days.into_iter().map(CalendarDay::from).collect(),
            members: team
                .members
                .into_iter()
                .map(|away| AwayMember::new(away, locale))
                .collect(),
            of: team.department,
        }
    }
}
