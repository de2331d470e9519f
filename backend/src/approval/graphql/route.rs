//! The way of a request.

use async_graphql::{ComplexObject, Context, ID, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{MemberId, NodeOutcome};

use super::{ApprovalTaskStatus, NodeKind, RouteState, SignMode};
use crate::approval::service::{RouteSeat as Seat, RouteStep};
use crate::error::{Locale, Result};
use crate::graphql::id;
use crate::org::graphql::{Member, member};

/// A step of the way of a request: been, is, or expected.
#[derive(SimpleObject)]
pub struct RouteNode {
    /// Stable key of the node.
    key: String,
    /// Its name in the language of the viewer.
    name: String,
    /// What it does.
    kind: NodeKind,
    /// How votes count, where people are asked.
    mode: Option<SignMode>,
    /// Been, is, or expected.
    state: RouteState,
    /// Round of the request.
    round: i32,
    /// How it closed: PASSED REJECTED RETURNED CANCELLED.
    outcome: Option<&'static str>,
    /// People asked or informed, in order.
    seats: Vec<RouteSeat>,
    /// Approvals so far.
    approvals: i32,
    /// Approvals that pass it.
    needed: i32,
    /// Why it is there or whom it asks, in the language of the viewer.
    reason: Option<String>,
    /// When entered.
    opened_at: Option<DateTime<Utc>>,
    /// When left.
    closed_at: Option<DateTime<Utc>>,
}

/// A person of a step.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RouteSeat {
    #[graphql(skip)]
    who: MemberId,
    #[graphql(skip)]
    for_whom: Option<MemberId>,
    /// Where the task stands.
    status: ApprovalTaskStatus,
    /// The task; null for what is only expected.
    task_id: Option<ID>,
    /// Opinion given.
    comment: Option<String>,
    /// When decided.
    decided_at: Option<DateTime<Utc>>,
    /// Since when it waits for the person.
    opened_at: Option<DateTime<Utc>>,
}

#[ComplexObject]
impl RouteSeat {
    /// Who.
    async fn member(&self, ctx: &Context<'_>) -> Result<Member> {
        member(ctx, self.who).await
    }

    /// For whom, when a substitute.
    async fn on_behalf_of(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.for_whom {
            Some(id) => Ok(Some(member(ctx, id).await?)),
            None => Ok(None),
        }
    }
}

impl RouteNode {
    pub(super) fn new(step: &RouteStep, locale: Locale) -> Self {
        Self {
            key: step.key.clone(),
            name: step.name.get(locale).to_owned(),
            kind: step.kind.into(),
            mode: step.mode.map(Into::into),
            state: step.state.into(),
            round: i32::try_from(step.round).unwrap_or(i32::MAX),
            outcome: step.outcome.map(|outcome| match outcome {
                NodeOutcome::Passed => "PASSED",
                NodeOutcome::Rejected => "REJECTED",
                NodeOutcome::Returned => "RETURNED",
                NodeOutcome::Cancelled => "CANCELLED",
            }),
            seats: step.seats.iter().map(RouteSeat::from).collect(),
            approvals: i32::try_from(step.approvals).unwrap_or(i32::MAX),
            needed: i32::try_from(step.needed).unwrap_or(i32::MAX),
            reason: step.reason.as_ref().map(|reason| reason.get(locale).to_owned()),
            opened_at: step.opened_at,
            closed_at: step.closed_at,
        }
    }
}

impl From<&Seat> for RouteSeat {
    fn from(seat: &Seat) -> Self {
        Self {
            who: seat.member,
            for_whom: seat.on_behalf_of,
            status: seat.status.into(),
            task_id: seat.task.map(id::encode),
            comment: seat.comment.clone(),
            decided_at: seat.decided_at,
            opened_at: seat.opened_at,
        }
    }
}
