//! Changes of leave by hand.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::types::LeaveBalance;
use crate::error::Result;
use crate::graphql::scalar::Date;
use crate::graphql::{actor, cx, id, locale};
use crate::leave::service::{self, Adjustment};

/// A correction of a balance.
#[derive(InputObject)]
pub struct AdjustLeaveInput {
    /// Whose.
    member_id: ID,
    /// Key of the kind.
    type_key: String,
    /// Minutes to add, or to take when negative.
    minutes: i32,
    /// First day a new lot may be taken.
    valid_from: Date,
    /// Last day a new lot may be taken.
    valid_to: Date,
    /// Why; for a new lot also what it is called.
    note: String,
    /// Lot to correct; none for a new one.
    lot_id: Option<ID>,
    /// The same key from the same member replays the first result.
    idempotency_key: Option<String>,
}

/// The balance after a correction.
#[derive(SimpleObject)]
pub struct AdjustLeavePayload {
    /// Of the member and kind corrected.
    balance: LeaveBalance,
}

/// Changes of leave by hand.
#[derive(Default)]
pub struct LeaveMutation;

#[Object]
impl LeaveMutation {
    /// Corrects a balance, with a reason that stays in the ledger.
    async fn adjust_leave(&self, ctx: &Context<'_>, input: AdjustLeaveInput) -> Result<AdjustLeavePayload> {
        let change = Adjustment {
            type_key: input.type_key,
            minutes: input.minutes,
            valid_from: input.valid_from.into(),
            valid_to: input.valid_to.into(),
            note: input.note,
            lot: input.lot_id.map(|lot| id::decode(&lot)).transpose()?,
        };
        let member = id::decode(&input.member_id)?;
        let key = input.idempotency_key.as_deref();
        let balance = service::adjust(cx(ctx)?, actor(ctx)?, member, &change, key).await?;
        Ok(AdjustLeavePayload {
            balance: LeaveBalance::new(&balance, locale(ctx)),
        })
    }
}
