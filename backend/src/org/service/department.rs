//! Commands on departments: create, update with leaders, move, close.

use entity::{DepartmentId, MemberId, MemberStatus, org_department, org_member, org_membership, org_organisation};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Query;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::leader::set_leaders;
use super::write::{load_tree, lock};
use crate::access::Permission;
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::event::{self, Draft, Replay, topic};
use crate::identity::service as identity;
use crate::org::fault::Fault;
use crate::org::model::{clean_name, normal, path_below};
use crate::org::policy;

/// A department to make.
#[derive(Clone, Debug, Serialize)]
pub struct CreateDepartment {
    /// The one above.
    pub parent: DepartmentId,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: Option<String>,
}

/// What changes of a department; none leaves it.
#[derive(Clone, Debug, Default)]
pub struct UpdateDepartment {
    /// Name in Chinese.
    pub name: Option<String>,
    /// Name in English; none inside clears it.
    pub name_en: Option<Option<String>>,
    /// All leaders, in order. Who is not in the department yet joins it.
    pub leaders: Option<Vec<MemberId>>,
}

/// Where a department goes.
#[derive(Clone, Copy, Debug)]
pub struct MoveDepartment {
    /// The one above afterwards.
    pub parent: DepartmentId,
    /// Place among the new siblings, from 0; beyond the end: last.
    pub position: usize,
}

/// A department to close.
#[derive(Clone, Copy, Debug)]
pub struct CloseDepartment {
    /// Version it was seen with.
    pub expected: i32,
}

#[derive(Serialize, Deserialize)]
struct Made {
    department: DepartmentId,
}

/// Makes a department as the last child of another.
///
/// # Errors
/// Invalid name or place; no right over the parent.
pub async fn create_department(
    cx: &Cx,
    actor: &Actor,
    create: CreateDepartment,
    key: Option<&str>,
) -> Result<DepartmentId> {
    actor.require(Permission::EditOrganisation)?;
    let tx = cx.begin().await?;
    lock(&tx).await?;
    let claimed = match event::begin_once(cx, &tx, actor.member, key, "createDepartment", &create).await? {
        Replay::Again(Made { department }) => {
            tx.commit().await?;
            return Ok(department);
        }
        Replay::First(claimed) => claimed,
    };
    let tree = load_tree(&*tx).await?;
    let parent = tree.get(create.parent).ok_or(Error::NotFound)?;
    policy::may_edit_department(actor, parent.id, &parent.path)?;
    let name = clean_name(&create.name).map_err(|fault| fault.refuse("name"))?;
    tree.check_place(None, Some(parent.id), &name)
        .map_err(|fault| fault.refuse("name"))?;
    let id: DepartmentId = cx.id();
    let last = tree
        .children(Some(parent.id))
        .last()
        .map_or(0, |last| last.sort_order + 1);
    org_department::Entity::insert(org_department::ActiveModel {
        id: Set(id),
        parent_id: Set(Some(parent.id)),
        name: Set(name),
        name_en: Set(english_name(create.name_en.as_deref())?),
        path: Set(path_below(Some(&parent.path), id)),
        depth: Set(parent.depth + 1),
        sort_order: Set(last),
        version: Set(1),
        created_at: Set(cx.now()),
        disabled_at: Set(None),
    })
    .exec_without_returning(&*tx)
    .await?;
    event::append(cx, &tx, actor, department_event("org.department_created", id, 1)).await?;
    event::finish_once(&tx, claimed, &Made { department: id })?;
    tx.commit().await?;
    Ok(id)
}

/// Renames a department or sets its leaders.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Conflict`] for a stale version, invalid names or leaders, no right over it.
pub async fn update_department(
    cx: &Cx,
    actor: &Actor,
    id: DepartmentId,
    expected: i32,
    update: UpdateDepartment,
) -> Result<()> {
    let tx = cx.begin().await?;
    lock(&tx).await?;
    let before = subject(&tx, actor, id, expected).await?;
    let mut row = <org_department::ActiveModel as Default>::default();
    let mut changes = Vec::new();
    if let Some(name) = &update.name {
        let name = clean_name(name).map_err(|fault| fault.refuse("name"))?;
        if name != before.name {
            let tree = load_tree(&*tx).await?;
            tree.check_place(Some(id), before.parent_id, &name)
                .map_err(|fault| fault.refuse("name"))?;
            changes.push(json!({ "field": "name", "before": before.name, "after": name }));
            row.name = Set(name);
        }
    }
    if let Some(name_en) = &update.name_en {
        let name_en = english_name(name_en.as_deref())?;
        if name_en != before.name_en {
            changes.push(json!({ "field": "nameEn", "before": before.name_en, "after": name_en }));
            row.name_en = Set(name_en);
        }
    }
    let mut touched = Vec::new();
    if let Some(leaders) = &update.leaders {
        touched = set_leaders(&tx, actor, id, leaders).await?;
        if !touched.is_empty() {
            changes.push(json!({ "field": "leaders", "after": leaders }));
        }
    }
    if changes.is_empty() {
        return tx.commit().await;
    }
    if before.parent_id.is_none() {
        rename_organisation(&tx, &row).await?;
    }
    save(&tx, &before, row).await?;
    let mut draft =
        department_event("org.department_updated", id, before.version + 1).payload(json!({ "changes": changes }));
    for member in &touched {
        draft = draft.topic(topic::object(*member)).topic(topic::session(*member));
    }
    event::append(cx, &tx, actor, draft).await?;
    tx.commit().await?;
    for member in touched {
        identity::forget(cx, member);
    }
    Ok(())
}

/// Moves a department with all below it, or gives it another place among its siblings.
///
/// # Errors
/// As for an update; a place below itself, a sibling of the same name, too many levels.
pub async fn move_department(
    cx: &Cx,
    actor: &Actor,
    id: DepartmentId,
    expected: i32,
    to: MoveDepartment,
) -> Result<()> {
    let tx = cx.begin().await?;
    lock(&tx).await?;
    let before = subject(&tx, actor, id, expected).await?;
    let tree = load_tree(&*tx).await?;
    let parent = tree.get(to.parent).ok_or(Error::NotFound)?;
    policy::may_edit_department(actor, parent.id, &parent.path)?;
    let away = before.parent_id != Some(parent.id);
    if before.parent_id.is_none() {
        return Err(Fault::RootStays.refuse("id"));
    }
    if away {
        for place in tree.moved(id, parent.id).map_err(|fault| fault.refuse("parentId"))? {
            org_department::ActiveModel {
                id: Set(place.id),
                path: Set(place.path),
                depth: Set(place.depth),
                ..Default::default()
            }
            .update(&*tx)
            .await?;
        }
    }
    let order = tree.reordered(id, Some(parent.id), to.position);
    for (sibling, sort_order) in &order {
        org_department::ActiveModel {
            id: Set(*sibling),
            sort_order: Set(*sort_order),
            ..Default::default()
        }
        .update(&*tx)
        .await?;
    }
    if !away && order.is_empty() {
        return tx.commit().await;
    }
    let row = org_department::ActiveModel {
        parent_id: Set(Some(parent.id)),
        ..Default::default()
    };
    save(&tx, &before, row).await?;
    let draft = department_event("org.department_moved", id, before.version + 1)
        .payload(json!({ "from": before.parent_id, "to": parent.id, "position": to.position }));
    event::append(cx, &tx, actor, draft).await?;
    tx.commit().await?;
    // Paths are part of everyone's reach.
    identity::forget_all(cx);
    Ok(())
}

/// Closes an empty department. It stays in the history of those who were in it.
///
/// # Errors
/// As for an update; active members or open departments below.
pub async fn close_department(cx: &Cx, actor: &Actor, id: DepartmentId, close: CloseDepartment) -> Result<()> {
    let tx = cx.begin().await?;
    lock(&tx).await?;
    let before = subject(&tx, actor, id, close.expected).await?;
    let refuse = |fault: Fault| Err(Error::NotAllowedNow(fault.text()));
    if before.parent_id.is_none() {
        return refuse(Fault::RootStays);
    }
    if before.disabled_at.is_some() {
        return refuse(Fault::DepartmentClosed);
    }
    let open_below = load_tree(&*tx).await?.children(Some(id)).iter().any(|child| child.open);
    let active = Query::select()
        .column(org_member::Column::Id)
        .from(org_member::Entity)
        .and_where(org_member::Column::Status.eq(MemberStatus::Active))
        .to_owned();
    let members = org_membership::Entity::find()
        .filter(org_membership::Column::DepartmentId.eq(id))
        .filter(org_membership::Column::MemberId.in_subquery(active))
        .count(&*tx)
        .await?;
    if open_below || members > 0 {
        return refuse(Fault::DepartmentInUse);
    }
    let row = org_department::ActiveModel {
        disabled_at: Set(Some(cx.now())),
        ..Default::default()
    };
    save(&tx, &before, row).await?;
    event::append(
        cx,
        &tx,
        actor,
        department_event("org.department_closed", id, before.version + 1),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Opens a closed department again, below one that is open.
///
/// # Errors
/// As for an update; a department that is open, or below a closed one.
pub async fn reopen_department(cx: &Cx, actor: &Actor, id: DepartmentId, expected: i32) -> Result<()> {
    let tx = cx.begin().await?;
    lock(&tx).await?;
    let before = subject(&tx, actor, id, expected).await?;
    if before.disabled_at.is_none() {
        return Err(Error::not_now("这个部门没有停用", "This department is open"));
    }
    let tree = load_tree(&*tx).await?;
    if let Some(above) = before.parent_id.and_then(|parent| tree.get(parent))
        && !above.open
    {
        return Err(Error::not_now("请先恢复上级部门", "Reopen the department above first"));
    }
    let row = org_department::ActiveModel {
        disabled_at: Set(None),
        ..Default::default()
    };
    save(&tx, &before, row).await?;
    let draft = department_event("org.department_reopened", id, before.version + 1);
    event::append(cx, &tx, actor, draft).await?;
    tx.commit().await
}

async fn subject(tx: &Tx, actor: &Actor, id: DepartmentId, expected: i32) -> Result<org_department::Model> {
    let department = org_department::Entity::find_by_id(id)
        .one(&**tx)
        .await?
        .ok_or(Error::NotFound)?;
    policy::may_edit_department(actor, id, &department.path)?;
    if department.version == expected {
        Ok(department)
    } else {
        Err(Error::Conflict {
            current: department.version,
        })
    }
}

async fn save(tx: &Tx, before: &org_department::Model, mut row: org_department::ActiveModel) -> Result<()> {
    row.version = Set(before.version + 1);
    let written = org_department::Entity::update_many()
        .set(row)
        .filter(org_department::Column::Id.eq(before.id))
        .filter(org_department::Column::Version.eq(before.version))
        .exec(&**tx)
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::Conflict {
            current: before.version + 1,
        })
    }
}

fn department_event(kind: &'static str, id: DepartmentId, version: i32) -> Draft {
    Draft::new(kind, id)
        .version(version)
        .topic(topic::ORGANISATION)
        .topic(topic::object(id))
}

fn english_name(raw: Option<&str>) -> Result<Option<String>> {
    normal::text(raw.unwrap_or_default(), normal::MOST_NAME).map_err(|fault| fault.refuse("nameEn"))
}

/// The top department bears the name of the organisation.
async fn rename_organisation(tx: &Tx, row: &org_department::ActiveModel) -> Result<()> {
    let named = org_organisation::ActiveModel {
        name: row.name.clone(),
        name_en: row.name_en.clone(),
        ..Default::default()
    };
    if named.is_changed() {
        org_organisation::Entity::update_many().set(named).exec(&**tx).await?;
    }
    Ok(())
}
