//! Lists and single objects for everyone who is signed in: the directory.

use std::collections::{HashMap, HashSet};

use entity::{
    DepartmentId, MemberId, MemberStatus, org_department, org_member, org_membership, org_organisation, org_position,
};
use sea_orm::sea_query::{Func, LikeExpr, Query, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};

use super::write::tree_node;
use crate::access::Permission;
use crate::cx::{Actor, Cx};
use crate::error::{Error, Result};
use crate::graphql::connection::{Page, Slice};
use crate::org::model::{Tree, search_key};

/// The organisation. Everyone may know its name: the sign-in page shows it.
pub async fn organisation(cx: &Cx) -> Result<org_organisation::Model> {
    org_organisation::Entity::find()
        .one(cx.db.read())
        .await?
        .ok_or(Error::NotFound)
}

/// Which members are listed.
#[derive(Clone, Debug, Default)]
pub struct MemberFilter {
    /// As typed into the search field.
    pub search: Option<String>,
    /// Only those of a department.
    pub department: Option<DepartmentId>,
    /// And of all below it.
    pub subtree: bool,
    /// Those who left, too.
    pub disabled: bool,
}

/// Members by pinyin.
///
/// # Errors
/// [`Error::NotFound`] for an unknown department or cursor.
pub async fn members(
    cx: &Cx,
    actor: &Actor,
    filter: &MemberFilter,
    page: Page<MemberId>,
) -> Result<Slice<org_member::Model>> {
    actor.require(Permission::ReadDirectory)?;
    let query = filtered(cx, actor, filter).await?;
    page_of(cx, query, page).await
}

/// How many members a filter finds.
pub async fn count_members(cx: &Cx, actor: &Actor, filter: &MemberFilter) -> Result<u64> {
    actor.require(Permission::ReadDirectory)?;
    Ok(filtered(cx, actor, filter).await?.count(cx.db.read()).await?)
}

/// Active members who report to a manager directly, by pinyin, and how many they are.
pub async fn reports(
    cx: &Cx,
    actor: &Actor,
    manager: MemberId,
    page: Page<MemberId>,
) -> Result<(Slice<org_member::Model>, u64)> {
    actor.require(Permission::ReadDirectory)?;
    let query = org_member::Entity::find()
        .filter(org_member::Column::ManagerId.eq(manager))
        .filter(org_member::Column::Status.eq(MemberStatus::Active));
    let count = query.clone().count(cx.db.read()).await?;
    Ok((page_of(cx, query, page).await?, count))
}

async fn page_of(cx: &Cx, query: Select<org_member::Entity>, page: Page<MemberId>) -> Result<Slice<org_member::Model>> {
    use org_member::Column::{Id, Pinyin};
    let mut query = query;
    if let Some(from) = page.from {
        let place = org_member::Entity::find_by_id(from)
            .one(cx.db.read())
            .await?
            .ok_or(Error::NotFound)?;
        query = query.filter(if page.backward {
            Pinyin.lt(&place.pinyin).or(Pinyin.eq(&place.pinyin).and(Id.lt(from)))
        } else {
            Pinyin.gt(&place.pinyin).or(Pinyin.eq(&place.pinyin).and(Id.gt(from)))
        });
    }
    query = if page.backward {
        query.order_by_desc(Pinyin).order_by_desc(Id)
    } else {
        query.order_by_asc(Pinyin).order_by_asc(Id)
    };
    Ok(Slice::cut(query.limit(page.size + 1).all(cx.db.read()).await?, &page))
}

async fn filtered(cx: &Cx, actor: &Actor, filter: &MemberFilter) -> Result<Select<org_member::Entity>> {
    let mut query = org_member::Entity::find();
    if !filter.disabled {
        query = query.filter(org_member::Column::Status.eq(MemberStatus::Active));
    }
    if let Some(department) = filter.department {
        let place = org_department::Entity::find_by_id(department)
            .one(cx.db.read())
            .await?
            .ok_or(Error::NotFound)?;
        let mut seats = Query::select();
        seats
            .column(org_membership::Column::MemberId)
            .from(org_membership::Entity);
        if filter.subtree {
            let below = Query::select()
                .column(org_department::Column::Id)
                .from(org_department::Entity)
                .and_where(org_department::Column::Path.starts_with(place.path))
                .to_owned();
            seats.and_where(org_membership::Column::DepartmentId.in_subquery(below));
        } else {
            seats.and_where(org_membership::Column::DepartmentId.eq(department));
        }
        query = query.filter(org_member::Column::Id.in_subquery(seats.to_owned()));
    }
    match &filter.search {
        Some(typed) => Ok(query.filter(search(typed, actor.can_over_all(Permission::ReadContacts)))),
        None => Ok(query),
    }
}

/// Members whose name, alias, pinyin, account or badge number fit a word, active or not; none when nothing is sought.
pub fn named(word: &str) -> Option<Condition> {
    search_key(word).map(|_| search(word, false))
}

/// The rule of [`crate::org::model::SearchKey::matches`] in SQL. Mobile numbers are searched only for who may see them all: a search
/// that finds or does not find tells the number.
fn search(typed: &str, contacts: bool) -> Condition {
    use org_member::Column;
    let Some(key) = search_key(typed) else {
        return Condition::all();
    };
    let text = escape(&key.text);
    let mut any = Condition::any()
        .add(lower(Column::Name).like(like(format!("%{text}%"))))
        .add(lower(Column::Alias).like(like(format!("%{text}%"))))
        .add(Expr::col(Column::Account).like(like(format!("{text}%"))))
        .add(lower(Column::EmployeeNo).like(like(format!("{text}%"))));
    if let Some(latin) = key.latin {
        any = any
            .add(Expr::col(Column::Pinyin).like(format!("%{latin}%")))
            .add(Expr::col(Column::Initials).like(format!("{latin}%")))
            .add(Expr::col(Column::Initials).like(format!("% {latin}%")));
    }
    if let Some(digits) = key.digits.filter(|_| contacts) {
        any = any.add(Expr::col(Column::Mobile).like(format!("%{digits}")));
    }
    any
}

fn lower(column: org_member::Column) -> SimpleExpr {
    Func::lower(Expr::col(column)).into()
}

fn like(pattern: String) -> LikeExpr {
    LikeExpr::new(pattern).escape('\\')
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// One member, active or not.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn member(cx: &Cx, actor: &Actor, id: MemberId) -> Result<org_member::Model> {
    actor.require(Permission::ReadDirectory)?;
    org_member::Entity::find_by_id(id)
        .one(cx.db.read())
        .await?
        .ok_or(Error::NotFound)
}

/// The tree in display order: parents before children, siblings in their order. Closed departments come too.
pub async fn departments(cx: &Cx, actor: &Actor) -> Result<Vec<org_department::Model>> {
    actor.require(Permission::ReadDirectory)?;
    let rows = org_department::Entity::find().all(cx.db.read()).await?;
    let tree = Tree::new(rows.iter().map(tree_node));
    let mut by_id: HashMap<DepartmentId, org_department::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    let order = tree.in_order();
    Ok(order.into_iter().filter_map(|id| by_id.remove(&id)).collect())
}

/// Positions by name.
pub async fn positions(cx: &Cx, actor: &Actor) -> Result<Vec<org_position::Model>> {
    actor.require(Permission::ReadDirectory)?;
    let query = org_position::Entity::find().order_by_asc(org_position::Column::Name);
    Ok(query.all(cx.db.read()).await?)
}

/// Active members of each department: its own, and with all below, nobody counted twice.
pub(super) async fn department_sizes(cx: &Cx) -> Result<HashMap<DepartmentId, (i32, i32)>> {
    let active = Query::select()
        .column(org_member::Column::Id)
        .from(org_member::Entity)
        .and_where(org_member::Column::Status.eq(MemberStatus::Active))
        .to_owned();
    let seats: Vec<(MemberId, DepartmentId)> = org_membership::Entity::find()
        .select_only()
        .column(org_membership::Column::MemberId)
        .column(org_membership::Column::DepartmentId)
        .filter(org_membership::Column::MemberId.in_subquery(active))
        .into_tuple()
        .all(cx.db.read())
        .await?;
    let parents: HashMap<DepartmentId, Option<DepartmentId>> = org_department::Entity::find()
        .select_only()
        .column(org_department::Column::Id)
        .column(org_department::Column::ParentId)
        .into_tuple::<(DepartmentId, Option<DepartmentId>)>()
        .all(cx.db.read())
        .await?
        .into_iter()
        .collect();
    let mut by_member: HashMap<MemberId, Vec<DepartmentId>> = HashMap::new();
    for (member, department) in seats {
        by_member.entry(member).or_default().push(department);
    }
    let mut sizes: HashMap<DepartmentId, (i32, i32)> = HashMap::new();
    for departments in by_member.values() {
        let mut above = HashSet::new();
        for department in departments {
            sizes.entry(*department).or_default().0 += 1;
            let mut at = Some(*department);
            while let Some(id) = at.filter(|id| above.insert(*id)) {
                at = parents.get(&id).copied().flatten();
            }
        }
        for id in above {
            sizes.entry(id).or_default().1 += 1;
        }
    }
    Ok(sizes)
}
