//! What a request for leave means: the days, the lots, the balance after. Preview and submission ask the same function.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use entity::{
    ApprovalId, LeaveLotId, LeaveTypeId, MemberId, leave_day, leave_entry, leave_lot, leave_type, org_member,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect};
use serde_json::{Value, json};

use super::{LeaveForm, kinds_within, relation};
use crate::access::Permission;
use crate::calendar::{self, Calendar, DAY};
use crate::cx::{Actor, Cx};
use crate::error::{Error, FieldError, Result, Text};
use crate::leave::model::{
    Ask, DayRow, LotWindow, Piece, Problem, Rule, Shortage, allocate, counted, days_text, notes, unlimited,
};
use crate::leave::policy::Action;

/// What a request means.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The kind asked for; none when there is no such kind.
    pub kind: Option<leave_type::Model>,
    /// Each half day covered.
    pub rows: Vec<DayRow>,
    /// Working minutes it takes.
    pub minutes: i32,
    /// Minutes out of lots, in the order of days.
    pub pieces: Vec<Piece>,
    /// The lots that could be used, the soonest-expiring first; those used have minutes.
    pub lots: Vec<LotUse>,
    /// Balance before and after; none for kinds without balance.
    pub balance: Option<(i32, i32)>,
    /// Revisions of the calendar it was computed with.
    pub calendar_revision: String,
    /// Explanations and warnings.
    pub notes: Vec<Text>,
    /// Why it cannot be asked for; empty when it can.
    pub refusals: Vec<Refusal>,
}

/// What a request takes from a lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotUse {
    /// Which.
    pub id: LeaveLotId,
    /// What it is called.
    pub label: Text,
    /// First day it may be taken.
    pub valid_from: NaiveDate,
    /// Last day it may be taken.
    pub valid_to: NaiveDate,
    /// Minutes taken.
    pub minutes: i32,
    /// Minutes left before.
    pub before: i32,
    /// Minutes left after.
    pub after: i32,
}

/// A reason against a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Key of the form field it belongs to.
    pub field: &'static str,
    /// Which error it becomes.
    pub kind: RefusalKind,
    /// What to tell.
    pub text: Text,
}

/// Which error a refusal becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// An input is wrong.
    Invalid,
    /// The member is away then already.
    Overlap,
    /// The balance does not reach.
    Balance,
}

impl Assessment {
    /// Passes what can be asked for.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all wrong inputs, else [`Error::Overlap`], else [`Error::InsufficientBalance`].
    pub fn accept(&self) -> Result<()> {
        let of = |kind| self.refusals.iter().filter(move |refusal| refusal.kind == kind);
        let invalid: Vec<_> = of(RefusalKind::Invalid)
            .map(|refusal| FieldError::new(format!("form.{}", refusal.field), refusal.text.clone()))
            .collect();
        if !invalid.is_empty() {
            return Err(Error::Invalid(invalid));
        }
        if let Some(overlap) = of(RefusalKind::Overlap).next() {
            return Err(Error::Overlap(overlap.text.clone()));
        }
        if let Some(shortage) = of(RefusalKind::Balance).next() {
            return Err(Error::InsufficientBalance(shortage.text.clone()));
        }
        Ok(())
    }

    fn refuse(&mut self, problem: &Problem) {
        self.refusals.push(Refusal {
            field: problem.field(),
            kind: RefusalKind::Invalid,
            text: Text::new(problem.zh(), problem.en()),
        });
    }
}

/// What conditions of a process may look at, under `computed`: `days` (a number, 0.5 for half a day), `hours`, `minutes`,
/// `type`.
pub fn facts(assessment: &Assessment) -> Value {
    json!({
        "days": f64::from(assessment.minutes) / f64::from(DAY),
        "hours": f64::from(assessment.minutes) / 60.0,
        "minutes": assessment.minutes,
        "type": assessment.kind.as_ref().map(|kind| kind.key.as_str()),
    })
}

/// What a request of `member` would mean, for its preview. `correcting` is the request being corrected, whose own days do not
/// collide.
///
/// # Errors
/// [`Error::NotFound`] for a member whose leave the actor may not see.
pub async fn preview(
    cx: &Cx,
    actor: &Actor,
    member: MemberId,
    form: &LeaveForm,
    correcting: Option<ApprovalId>,
) -> Result<Assessment> {
    let conn = cx.db.read();
    relation::require(conn, actor, member, Action::ReadLeave, Permission::ReadLeave).await?;
    assess(cx, conn, member, form, correcting).await
}

/// Works out what a request means today. With `correcting`, the request is in a later round: its own days do not collide,
/// and notice is not asked for again. It changes nothing and asks no policy; [`preview`] and [`super::hold`] do.
///
/// # Errors
/// Only those of the database; what is wrong with the request is part of the answer.
pub async fn assess(
    cx: &Cx,
    conn: &impl ConnectionTrait,
    member: MemberId,
    form: &LeaveForm,
    correcting: Option<ApprovalId>,
) -> Result<Assessment> {
    let (span, today) = (&form.span, cx.today());
    let mut found = Assessment {
        kind: kinds_within(cx, conn)
            .await?
            .iter()
            .find(|kind| kind.key == form.leave_type && kind.active)
            .cloned(),
        rows: Vec::new(),
        minutes: 0,
        pieces: Vec::new(),
        lots: Vec::new(),
        balance: None,
        calendar_revision: String::new(),
        notes: Vec::new(),
        refusals: Vec::new(),
    };
    if let Err(problem) = span.check() {
        found.refuse(&problem);
    }
    let Some(kind) = found.kind.clone() else {
        let text = Text::new("没有这种假期", "There is no such kind of leave");
        found.refusals.push(Refusal {
            field: "leave_type",
            kind: RefusalKind::Invalid,
            text,
        });
        return Ok(found);
    };
    if !found.refusals.is_empty() {
        return Ok(found);
    }
    let person = org_member::Entity::find_by_id(member)
        .one(conn)
        .await?
        .ok_or(Error::NotFound)?;
    let (from, to) = (span.start_date.min(today), span.end_date);
    let calendar = calendar::service::load(conn, from, to, person.office.as_deref()).await?;
    let rule = Rule::from(&kind);
    found.rows = span.rows(&calendar, rule.basis);
    found.minutes = counted(&found.rows);
    found.calendar_revision = calendar.revision(span.start_date, span.end_date);
    found.notes = notes::explain(span, &calendar, rule.basis)
        .into_iter()
        .map(|(zh, en)| Text::new(zh, en))
        .collect();
    let ask = Ask {
        minutes: found.minutes,
        workdays_ahead: correcting
            .is_none()
            .then(|| workdays_ahead(&calendar, today, span.start_date)),
        has_proof: form.proof.unwrap_or(true),
        gender: person.gender,
    };
    for problem in rule.check(&ask) {
        found.refuse(&problem);
    }
    if let (None, Some(from)) = (
        form.proof,
        rule.proof_from_minutes.filter(|from| found.minutes >= *from),
    ) {
        let problem = Problem::ProofMissing { from };
        found.notes.push(Text::new(problem.zh(), problem.en()));
    }
    if let Some(text) = overlap(conn, member, &found.rows, correcting).await? {
        found.refusals.push(Refusal {
            field: "start_date",
            kind: RefusalKind::Overlap,
            text,
        });
    }
    if rule.limited {
        take_from_lots(conn, member, &kind, &rule, &mut found).await?;
    } else {
        found.pieces = unlimited(&found.rows);
    }
    Ok(found)
}

/// Working days from today to the day before `start`; below zero it does not go, for leave asked afterwards.
fn workdays_ahead(calendar: &Calendar, today: NaiveDate, start: NaiveDate) -> i32 {
    start
        .checked_sub_days(Days::new(1))
        .map_or(0, |last| calendar.workdays(today, last))
}

async fn overlap(
    conn: &impl ConnectionTrait,
    member: MemberId,
    rows: &[DayRow],
    correcting: Option<ApprovalId>,
) -> Result<Option<Text>> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Ok(None);
    };
    let taken: Vec<leave_day::Model> = leave_day::Entity::find()
        .filter(leave_day::Column::MemberId.eq(member))
        .filter(leave_day::Column::Date.between(first.date, last.date))
        .all(conn)
        .await?;
    let collision = rows.iter().find(|row| {
        taken
            .iter()
            .any(|day| (day.date, day.part) == (row.date, row.part) && Some(day.request_id) != correcting)
    });
    Ok(collision.map(|row| {
        let (zh, en) = notes::dates(row.date, row.date);
        let (part_zh, part_en) = notes::half(row.part);
        Text::new(
            format!("{zh}{part_zh}已有请假，不能重复申请"),
            format!("There is leave on the {part_en} of {en} already"),
        )
    }))
}

async fn take_from_lots(
    conn: &impl ConnectionTrait,
    member: MemberId,
    kind: &leave_type::Model,
    rule: &Rule,
    found: &mut Assessment,
) -> Result<()> {
    let (Some(first), Some(last)) = (found.rows.first(), found.rows.last()) else {
        return Ok(());
    };
    let lots = lots(conn, member, kind.id, first.date, last.date).await?;
    let windows: Vec<LotWindow> = lots.iter().map(LotSum::window).collect();
    let before = windows.iter().map(|lot| lot.remaining).sum::<i32>();
    match allocate(&windows, rule.overdraft_minutes, &found.rows) {
        Ok(pieces) => found.pieces = pieces,
        Err(shortage) => found.refusals.push(short(kind, before, shortage)),
    }
    let mut taken: HashMap<LeaveLotId, i32> = HashMap::new();
    for piece in &found.pieces {
        if let Some(lot) = piece.lot {
            *taken.entry(lot).or_default() += piece.minutes;
        }
    }
    found.balance = Some((before, before - found.minutes));
    found.lots = lots
        .into_iter()
        .map(|lot| {
            let minutes = taken.get(&lot.id).copied().unwrap_or_default();
            let before = lot.remaining();
            LotUse {
                id: lot.id,
                label: Text::new(lot.label, lot.label_en),
                valid_from: lot.valid_from,
                valid_to: lot.valid_to,
                minutes,
                before,
                after: before - minutes,
            }
        })
        .filter(|lot| lot.before != 0 || lot.minutes != 0)
        .collect();
    Ok(())
}

fn short(kind: &leave_type::Model, before: i32, shortage: Shortage) -> Refusal {
    let (zh, en) = notes::dates(shortage.date, shortage.date);
    let (left, missing) = (days_text(before), days_text(shortage.missing));
    let text = Text::new(
        format!("{}余额不足：可用 {left} 天，从{zh}起还缺 {missing} 天", kind.name),
        format!(
            "Not enough {}: {left} days left, {missing} days lack from {en} on",
            kind.name_en.to_lowercase()
        ),
    );
    Refusal {
        field: "end_date",
        kind: RefusalKind::Balance,
        text,
    }
}

/// A lot with the sum of its lines.
#[derive(FromQueryResult)]
pub(super) struct LotSum {
    pub(super) id: LeaveLotId,
    pub(super) label: String,
    pub(super) label_en: String,
    pub(super) valid_from: NaiveDate,
    pub(super) valid_to: NaiveDate,
    sum: Option<i64>,
}

impl LotSum {
    pub(super) fn remaining(&self) -> i32 {
        self.sum.and_then(|sum| i32::try_from(sum).ok()).unwrap_or(0)
    }

    fn window(&self) -> LotWindow {
        LotWindow {
            id: self.id,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            remaining: self.remaining(),
        }
    }
}

/// Lots of a member and kind that may be taken on some day of a span, the soonest-expiring first.
pub(super) async fn lots(
    conn: &impl ConnectionTrait,
    member: MemberId,
    kind: LeaveTypeId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<LotSum>> {
    use sea_orm::QueryOrder;
    let entries = leave_lot::Entity::belongs_to(leave_entry::Entity)
        .from(leave_lot::Column::Id)
        .to(leave_entry::Column::LotId);
    Ok(leave_lot::Entity::find()
        .select_only()
        .columns([
            leave_lot::Column::Id,
            leave_lot::Column::Label,
            leave_lot::Column::LabelEn,
            leave_lot::Column::ValidFrom,
            leave_lot::Column::ValidTo,
        ])
        .column_as(leave_entry::Column::Minutes.sum(), "sum")
        .join(JoinType::LeftJoin, entries.into())
        .filter(leave_lot::Column::MemberId.eq(member))
        .filter(leave_lot::Column::TypeId.eq(kind))
        .filter(leave_lot::Column::ValidTo.gte(from))
        .filter(leave_lot::Column::ValidFrom.lte(to))
        .group_by(leave_lot::Column::Id)
        .order_by_asc(leave_lot::Column::ValidTo)
        .order_by_asc(leave_lot::Column::ValidFrom)
        .order_by_asc(leave_lot::Column::Id)
        .into_model()
        .all(conn)
        .await?)
}
