//! Reads balances and the ledger. Only sums of what was posted; nothing is computed from dates.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use entity::{EntryKind, LeaveLotId, LeaveTypeId, MemberId, leave_entry, leave_lot, leave_type};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
};

use super::{known_kinds, relation};
use crate::access::Permission;
use crate::cx::{Actor, Cx};
use crate::error::{Error, Result, Text};
use crate::graphql::connection::{Page, Slice};
use crate::leave::model::{Balance, balance_of, notes};
use crate::leave::policy::Action;
use crate::org::service as org;

/// A kind of leave as the actor sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindView {
    /// Its row.
    pub row: leave_type::Model,
    /// Minutes the actor can still ask for; none for kinds without balance.
    pub remaining: Option<i32>,
}

impl KindView {
    /// Name in both languages.
    pub fn name(&self) -> Text {
        Text::new(self.row.name.clone(), self.row.name_en.clone())
    }

    /// A short line under the name.
    pub fn hint(&self) -> Option<Text> {
        let (zh, en) = notes::hint(self.remaining, self.row.proof_from_minutes, self.row.paid_percent)?;
        Some(Text::new(zh, en))
    }
}

/// All kinds by id as the actor sees them, in one statement.
pub(super) async fn views(cx: &Cx, actor: &Actor, today: NaiveDate) -> Result<HashMap<LeaveTypeId, KindView>> {
    let conn = cx.db.read();
    let lot = leave_entry::Entity::belongs_to(leave_lot::Entity)
        .from(leave_entry::Column::LotId)
        .to(leave_lot::Column::Id);
    let sums: HashMap<LeaveTypeId, i64> = leave_entry::Entity::find()
        .select_only()
        .column(leave_entry::Column::TypeId)
        .column_as(leave_entry::Column::Minutes.sum(), "sum")
        .join(JoinType::InnerJoin, lot.into())
        .filter(leave_entry::Column::MemberId.eq(actor.member))
        .filter(leave_lot::Column::ValidFrom.lte(today))
        .filter(leave_lot::Column::ValidTo.gte(today))
        .group_by(leave_entry::Column::TypeId)
        .into_tuple::<(LeaveTypeId, i64)>()
        .all(conn)
        .await?
        .into_iter()
        .collect();
    Ok(known_kinds(cx)
        .await?
        .iter()
        .cloned()
        .map(|row| {
            let remaining = row.limited.then(|| sums.get(&row.id).copied().map_or(0, small));
            (row.id, KindView { row, remaining })
        })
        .collect())
}

/// The kinds the actor may ask for, in the order of lists.
///
/// # Errors
/// Only those of the database.
pub async fn kinds(cx: &Cx, actor: &Actor) -> Result<Vec<KindView>> {
    let gender = gender(cx, actor.member).await?;
    let mut kinds: Vec<_> = views(cx, actor, cx.today())
        .await?
        .into_values()
        .filter(|kind| kind.row.active && kind.row.gender.is_none_or(|only| gender == Some(only)))
        .collect();
    kinds.sort_by(|a, b| (a.row.sort_order, &a.row.key).cmp(&(b.row.sort_order, &b.row.key)));
    Ok(kinds)
}

/// What a member has of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindBalance {
    /// The kind, with what the *actor* has left of it.
    pub kind: KindView,
    /// What the member can ask for today; none for kinds without balance.
    pub remaining: Option<i32>,
    /// Taken in this calendar year, by the first day of each leave.
    pub used_this_year: i32,
    /// Reserved by requests on their way.
    pub held: i32,
    /// Lots that are not expired, the soonest-expiring first.
    pub lots: Vec<LotView>,
}

/// A lot with what was given and what is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotView {
    /// Its row.
    pub row: leave_lot::Model,
    /// Minutes given.
    pub granted: i32,
    /// Minutes left.
    pub remaining: i32,
}

#[derive(FromQueryResult)]
struct Sum {
    type_id: LeaveTypeId,
    lot_id: Option<LeaveLotId>,
    kind: EntryKind,
    minutes: i64,
    this_year: i64,
}

/// Balances of a member on a day: every kind that has a balance, was used this year or may be asked for.
///
/// # Errors
/// [`Error::NotFound`] for a member whose leave the actor may not see.
pub async fn balances(cx: &Cx, actor: &Actor, member: MemberId, on: NaiveDate) -> Result<Vec<KindBalance>> {
    let conn = cx.db.read();
    relation::require(conn, actor, member, Action::ReadLeave, Permission::ReadLeave).await?;
    let gender = gender(cx, member).await?;
    let lots = leave_lot::Entity::find()
        .filter(leave_lot::Column::MemberId.eq(member))
        .filter(leave_lot::Column::ValidTo.gte(on))
        .order_by_asc(leave_lot::Column::ValidTo)
        .order_by_asc(leave_lot::Column::ValidFrom)
        .order_by_asc(leave_lot::Column::Id)
        .all(conn)
        .await?;
    let sums = sums(conn, member, on.year()).await?;
    let mut balances: Vec<KindBalance> = views(cx, actor, on)
        .await?
        .into_values()
        .filter_map(|kind| {
            let askable = kind.row.active && kind.row.gender.is_none_or(|only| gender == Some(only));
            let balance = balance(kind, &lots, &sums, on);
            (askable || !balance.lots.is_empty() || balance.used_this_year != 0).then_some(balance)
        })
        .collect();
    balances.sort_by(|a, b| {
        let place = |balance: &KindBalance| (balance.kind.row.sort_order, balance.kind.row.key.clone());
        place(a).cmp(&place(b))
    });
    Ok(balances)
}

fn balance(kind: KindView, lots: &[leave_lot::Model], sums: &[Sum], on: NaiveDate) -> KindBalance {
    let id = kind.row.id;
    let of_kind = || sums.iter().filter(move |sum| sum.type_id == id);
    let lots: Vec<LotView> = lots
        .iter()
        .filter(|lot| lot.type_id == id)
        .map(|lot| {
            let of_lot = of_kind().filter(|sum| sum.lot_id == Some(lot.id));
            let Balance { granted, remaining, .. } = balance_of(of_lot.map(|sum| (sum.kind, small(sum.minutes))));
            LotView {
                row: lot.clone(),
                granted,
                remaining,
            }
        })
        .collect();
    let valid = |lot: &&LotView| lot.row.valid_from <= on;
    KindBalance {
        remaining: kind
            .row
            .limited
            .then(|| lots.iter().filter(valid).map(|lot| lot.remaining).sum()),
        used_this_year: balance_of(of_kind().map(|sum| (sum.kind, small(sum.this_year)))).used,
        held: balance_of(of_kind().map(|sum| (sum.kind, small(sum.minutes)))).held,
        lots,
        kind,
    }
}

async fn sums(conn: &impl ConnectionTrait, member: MemberId, year: i32) -> Result<Vec<Sum>> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MIN);
    let last = NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX);
    let in_year = Condition::all().add(leave_entry::Column::EffectiveOn.between(first, last));
    let this_year = Expr::case(in_year, Expr::col(leave_entry::Column::Minutes)).finally(0);
    Ok(leave_entry::Entity::find()
        .select_only()
        .columns([
            leave_entry::Column::TypeId,
            leave_entry::Column::LotId,
            leave_entry::Column::Kind,
        ])
        .column_as(leave_entry::Column::Minutes.sum(), "minutes")
        .column_as(Expr::expr(this_year).sum(), "this_year")
        .filter(leave_entry::Column::MemberId.eq(member))
        .group_by(leave_entry::Column::TypeId)
        .group_by(leave_entry::Column::LotId)
        .group_by(leave_entry::Column::Kind)
        .into_model()
        .all(conn)
        .await?)
}

/// A line of the ledger with what a reader needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryView {
    /// Its row.
    pub row: leave_entry::Model,
    /// Of which kind.
    pub kind: KindView,
    /// What its lot is called.
    pub lot: Option<Text>,
    /// What it is, in words.
    pub text: Text,
}

/// The ledger of a member, newest line first, of one kind or all.
///
/// # Errors
/// [`Error::NotFound`] for a member whose leave the actor may not see, [`Error::Invalid`] for an unknown kind.
pub async fn entries(
    cx: &Cx,
    actor: &Actor,
    member: MemberId,
    type_key: Option<&str>,
    page: &Page<entity::LeaveEntryId>,
) -> Result<Slice<EntryView>> {
    let conn = cx.db.read();
    relation::require(conn, actor, member, Action::ReadLeave, Permission::ReadLeave).await?;
    let views = views(cx, actor, cx.today()).await?;
    let mut query = leave_entry::Entity::find().filter(leave_entry::Column::MemberId.eq(member));
    if let Some(key) = type_key {
        let kind = views.values().find(|kind| kind.row.key == key);
        let unknown = || Error::invalid("typeKey", "没有这种假期", "There is no such kind of leave");
        query = query.filter(leave_entry::Column::TypeId.eq(kind.ok_or_else(unknown)?.row.id));
    }
    query = match (page.from, page.backward) {
        (Some(from), false) => query.filter(leave_entry::Column::Id.lt(from)),
        (Some(from), true) => query.filter(leave_entry::Column::Id.gt(from)),
        (None, _) => query,
    };
    query = if page.backward {
        query.order_by_asc(leave_entry::Column::Id)
    } else {
        query.order_by_desc(leave_entry::Column::Id)
    };
    let rows = query.limit(page.size + 1).all(conn).await?;
    let lots: HashMap<LeaveLotId, leave_lot::Model> = leave_lot::Entity::find()
        .filter(leave_lot::Column::Id.is_in(rows.iter().filter_map(|row| row.lot_id)))
        .all(conn)
        .await?
        .into_iter()
        .map(|lot| (lot.id, lot))
        .collect();
    let entries = rows
        .into_iter()
        .filter_map(|row| {
            let lot = row.lot_id.and_then(|id| lots.get(&id));
            let (zh, en) = notes::entry(
                row.kind,
                lot.map(|lot| lot.label.as_str()),
                lot.map(|lot| lot.label_en.as_str()),
            );
            Some(EntryView {
                kind: views.get(&row.type_id)?.clone(),
                lot: lot.map(|lot| Text::new(lot.label.clone(), lot.label_en.clone())),
                text: Text::new(zh, en),
                row,
            })
        })
        .collect();
    Ok(Slice::cut(entries, page))
}

async fn gender(cx: &Cx, member: MemberId) -> Result<Option<entity::Gender>> {
    let found = org::people(cx, &[member]).await?;
    Ok(found.get(&member).ok_or(Error::NotFound)?.row.gender)
}

fn small(sum: i64) -> i32 {
    i32::try_from(sum).unwrap_or(i32::MAX)
}
