//! Commands on members: create, update, disable, enable.

use chrono::NaiveDate;
use entity::{Gender, MemberId, MemberStatus, org_member};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::batch;
use super::edit::Editor;
use super::right::subject;
use super::write::{keep_an_administrator, load_managers, load_tree, lock, position, replace_seats};
use crate::access::Permission;
use crate::cx::{Actor, Cx};
use crate::db::Tx;
use crate::error::{Error, FieldError, Result, Text};
use crate::event::{self, Draft, Replay, topic};
use crate::identity::service as identity;
use crate::leave::service as leave;
use crate::org::fault::Fault;
use crate::org::model::{Membership, check_manager, check_memberships, normal};
use crate::org::policy::{self, MemberAction};

/// A new value: none leaves the old one, none inside clears it.
pub type Edit<T> = Option<Option<T>>;

/// What changes of a member.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MemberEdit {
    /// Full name.
    pub name: Option<String>,
    /// Other name.
    pub alias: Edit<String>,
    /// As the company recorded it.
    pub gender: Edit<Gender>,
    /// Position by name, made when there is none of it.
    pub position: Edit<String>,
    /// All departments.
    pub memberships: Option<Vec<Membership>>,
    /// Direct manager.
    pub manager: Edit<MemberId>,
    /// Mobile number.
    pub mobile: Edit<String>,
    /// Desk telephone.
    pub telephone: Edit<String>,
    /// Personal e-mail.
    pub email: Edit<String>,
    /// Company e-mail.
    pub work_email: Edit<String>,
    /// Postal address.
    pub address: Edit<String>,
    /// City or site.
    pub office: Edit<String>,
    /// Number on the badge.
    pub employee_no: Edit<String>,
    /// First day in the company.
    pub hired_on: Edit<NaiveDate>,
    /// First day of any employment.
    pub career_started_on: Edit<NaiveDate>,
}

/// A member to make.
#[derive(Clone, Debug, Serialize)]
pub struct CreateMember {
    /// Sign-in name.
    pub account: String,
    /// All the rest.
    pub edit: MemberEdit,
}

/// A member made.
#[derive(Clone, Debug)]
pub struct Created {
    /// Who.
    pub member: MemberId,
    /// Password for the first sign-in, shown once; none when the request was answered before.
    pub one_time_password: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Made {
    member: MemberId,
}

/// Makes a member with a one-time password.
///
/// # Errors
/// Invalid fields by name; no right over one of the departments.
pub async fn create_member(cx: &Cx, actor: &Actor, create: CreateMember, key: Option<&str>) -> Result<Created> {
    actor.require(Permission::EditOrganisation)?;
    let password = identity::one_time_password(cx).await?;
    let tx = cx.begin().await?;
    lock(&tx).await?;
    let claimed = match event::begin_once(cx, &tx, actor.member, key, "createMember", &create).await? {
        Replay::Again(Made { member }) => {
            tx.commit().await?;
            return Ok(Created {
                member,
                one_time_password: None,
            });
        }
        Replay::First(claimed) => claimed,
    };
    let id: MemberId = cx.id();
    let mut editor = Editor::new(None);
    let account = normal::account(&create.account).unwrap_or_else(|fault| {
        editor.wrong("account", &fault);
        String::new()
    });
    if create.edit.name.is_none() {
        editor.wrong("name", &Fault::Missing);
    }
    editor.apply(&create.edit);
    let seats = create.edit.memberships.clone().unwrap_or_default();
    check_seats(&tx, actor, id, &seats, &mut editor).await?;
    check_line(&tx, id, create.edit.manager, &mut editor).await?;
    check_taken(&tx, id, Some(&account), &mut editor).await?;
    if let Some(name) = create.edit.position.clone().flatten() {
        editor.row.position_id = Set(position(cx, &tx, &name).await?);
    }
    let mut row = editor.finish()?;
    row.id = Set(id);
    row.account = Set(account.clone());
    row.status = Set(MemberStatus::Active);
    row.extension = Set(json!({}));
    row.version = Set(1);
    row.created_at = Set(cx.now());
    org_member::Entity::insert(row).exec_without_returning(&*tx).await?;
    replace_seats(&tx, id, &seats).await?;
    identity::store_password(cx, &tx, id, &password.hash, true).await?;
    let draft = Draft::new("org.member_created", id)
        .version(1)
        .topic(topic::ORGANISATION)
        .topic(topic::object(id))
        .payload(json!({ "account": account }));
    event::append(cx, &tx, actor, draft).await?;
    leave::grant_annual_to(cx, &tx, &[id]).await?;
    event::finish_once(&tx, claimed, &Made { member: id })?;
    tx.commit().await?;
    Ok(Created {
        member: id,
        one_time_password: Some(password.plain),
    })
}

/// Changes a member.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Conflict`] for a stale version, invalid fields by name, no right over the member or a department.
pub async fn update_member(cx: &Cx, actor: &Actor, id: MemberId, expected: i32, edit: MemberEdit) -> Result<()> {
    let tx = cx.begin().await?;
    lock(&tx).await?;
    let before = subject(&tx, actor, MemberAction::Edit, id, Some(expected)).await?;
    let mut editor = Editor::new(Some(&before));
    editor.apply(&edit);
    if let Some(seats) = &edit.memberships {
        check_seats(&tx, actor, id, seats, &mut editor).await?;
    }
    check_line(&tx, id, edit.manager, &mut editor).await?;
    check_taken(&tx, id, None, &mut editor).await?;
    if let Some(name) = &edit.position {
        let position = match name {
            Some(name) => position(cx, &tx, name).await?,
            None => None,
        };
        if position != before.position_id {
            editor.row.position_id = Set(position);
            editor.changed("positionName");
        }
    }
    let seats_now = batch::seats_of(&*tx, &[id]).await?.remove(&id).unwrap_or_default();
    let new_seats = edit.memberships.as_ref().filter(|seats| {
        seats.len() != seats_now.len()
            || !seats_now.iter().all(|now| {
                let same = |seat: &&Membership| seat.department == now.department_id;
                seats
                    .iter()
                    .find(same)
                    .is_some_and(|seat| seat.primary == now.is_primary && seat.leader == now.is_leader)
            })
    });
    if let Some(seats) = new_seats {
        editor.changed("memberships");
        replace_seats(&tx, id, seats).await?;
    }
    let changes = editor.changes().to_vec();
    let row = editor.finish()?;
    if changes.is_empty() {
        return tx.commit().await;
    }
    save(&tx, &before, row).await?;
    if changes
        .iter()
        .any(|field| ["hiredOn", "careerStartedOn"].contains(&&**field))
    {
        leave::grant_annual_to(cx, &tx, &[id]).await?;
    }
    let mut draft = member_event("org.member_updated", &before).payload(json!({ "fields": changes }));
    if new_seats.is_some() {
        draft = draft.topic(topic::session(id));
    }
    event::append(cx, &tx, actor, draft).await?;
    tx.commit().await?;
    if new_seats.is_some() {
        identity::forget(cx, id);
    }
    Ok(())
}

/// Disables a member and ends their sessions. Nothing of theirs is deleted.
///
/// # Errors
/// As for an update; the last administrator stays.
pub async fn disable_member(cx: &Cx, actor: &Actor, id: MemberId, expected: i32) -> Result<()> {
    let tx = cx.begin().await?;
    lock(&tx).await?;
    let before = subject(&tx, actor, MemberAction::Disable, id, Some(expected)).await?;
    keep_an_administrator(&tx, id).await?;
    let row = org_member::ActiveModel {
        status: Set(MemberStatus::Disabled),
        disabled_at: Set(Some(cx.now())),
        ..Default::default()
    };
    save(&tx, &before, row).await?;
    identity::end_sessions(cx, &tx, &[id], None).await?;
    let draft = member_event("org.member_disabled", &before).topic(topic::session(id));
    event::append(cx, &tx, actor, draft).await?;
    tx.commit().await?;
    identity::forget(cx, id);
    Ok(())
}

/// Enables a member again.
///
/// # Errors
/// As for an update.
pub async fn enable_member(cx: &Cx, actor: &Actor, id: MemberId, expected: i32) -> Result<()> {
    let tx = cx.begin().await?;
    lock(&tx).await?;
    let before = subject(&tx, actor, MemberAction::Enable, id, Some(expected)).await?;
    let row = org_member::ActiveModel {
        status: Set(MemberStatus::Active),
        disabled_at: Set(None),
        ..Default::default()
    };
    save(&tx, &before, row).await?;
    event::append(cx, &tx, actor, member_event("org.member_enabled", &before)).await?;
    leave::grant_annual_to(cx, &tx, &[id]).await?;
    tx.commit().await?;
    Ok(())
}

/// Chooses the language of one's own messages: `zh-CN` or `en`.
///
/// # Errors
/// Any other language.
pub async fn set_locale(cx: &Cx, actor: &Actor, locale: &str) -> Result<()> {
    if !matches!(locale, "zh-CN" | "en") {
        return Err(Error::invalid("locale", "只能是 zh-CN 或 en", "Must be zh-CN or en"));
    }
    let tx = cx.begin().await?;
    org_member::ActiveModel {
        id: Set(actor.member),
        locale: Set(Some(locale.to_owned())),
        ..Default::default()
    }
    .update(&*tx)
    .await?;
    let draft = Draft::new("org.locale_chosen", actor.member).topic(topic::session(actor.member));
    event::append(cx, &tx, actor, draft).await?;
    tx.commit().await?;
    identity::forget(cx, actor.member);
    Ok(())
}

/// Writes a changed row under the version it was read with.
async fn save(tx: &Tx, before: &org_member::Model, mut row: org_member::ActiveModel) -> Result<()> {
    row.version = Set(before.version + 1);
    let written = org_member::Entity::update_many()
        .set(row)
        .filter(org_member::Column::Id.eq(before.id))
        .filter(org_member::Column::Version.eq(before.version))
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

fn member_event(kind: &'static str, before: &org_member::Model) -> Draft {
    Draft::new(kind, before.id)
        .version(before.version + 1)
        .topic(topic::ORGANISATION)
        .topic(topic::object(before.id))
}

/// Checks departments: the rules, that they are open, that the actor may put people there, and that nobody makes themselves leader.
async fn check_seats(
    tx: &Tx,
    actor: &Actor,
    id: MemberId,
    seats: &[Membership],
    editor: &mut Editor<'_>,
) -> Result<()> {
    if let Err(fault) = check_memberships(seats) {
        editor.wrong("memberships", &fault);
        return Ok(());
    }
    let tree = load_tree(&**tx).await?;
    let now = batch::seats_of(&**tx, &[id]).await?.remove(&id).unwrap_or_default();
    for (at, seat) in seats.iter().enumerate() {
        let had = now.iter().find(|had| had.department_id == seat.department);
        let path = format!("memberships.{at}.departmentId");
        let Some(node) = tree.get(seat.department) else {
            editor.wrong(&path, &Fault::NoDepartment);
            continue;
        };
        if had.is_none() {
            if !node.open {
                editor.wrong(&path, &Fault::DepartmentClosed);
            }
            policy::may_edit_department(actor, node.id, &node.path)?;
        }
        let leads_now = had.is_some_and(|had| had.is_leader);
        if actor.member == id && seat.leader && !leads_now {
            let text = Text::new("不能让自己成为负责人", "You cannot make yourself a leader");
            editor.wrong_text(FieldError::new(format!("memberships.{at}.isLeader"), text));
        }
    }
    Ok(())
}

async fn check_line(tx: &Tx, id: MemberId, manager: Edit<MemberId>, editor: &mut Editor<'_>) -> Result<()> {
    let Some(Some(manager)) = manager else { return Ok(()) };
    let above = org_member::Entity::find_by_id(manager).one(&**tx).await?;
    if above.is_none_or(|above| above.status == MemberStatus::Disabled && editor.manager_now() != Some(manager)) {
        editor.wrong("managerId", &Fault::NoManager);
    } else if let Err(fault) = check_manager(&load_managers(&**tx).await?, id, manager) {
        editor.wrong("managerId", &fault);
    }
    Ok(())
}

/// Checks that account, mobile and badge number are nobody else's.
async fn check_taken(tx: &Tx, id: MemberId, account: Option<&str>, editor: &mut Editor<'_>) -> Result<()> {
    use org_member::Column::{Account, EmployeeNo, Id, Mobile};
    let mut keys = vec![
        ("mobile", Mobile, editor.new_mobile()),
        ("employeeNo", EmployeeNo, editor.new_employee_no()),
    ];
    keys.push((
        "account",
        Account,
        account.filter(|account| !account.is_empty()).map(str::to_owned),
    ));
    for (path, column, value) in keys {
        let Some(value) = value else { continue };
        let other = org_member::Entity::find()
            .filter(column.eq(value))
            .filter(Id.ne(id))
            .one(&**tx)
            .await?;
        if other.is_some() {
            editor.wrong(path, &Fault::Taken);
        }
    }
    Ok(())
}
