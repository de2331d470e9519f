//! Leaders of departments.

use entity::{DepartmentId, MemberId, MemberStatus, org_membership};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::batch::members_by_ids;
use crate::cx::Actor;
use crate::db::Tx;
use crate::error::{Error, FieldError, Result, Text};

/// Most leaders of one department.
const MOST_LEADERS: usize = 20;

/// Makes exactly these the leaders; tells whose rights change.
pub(super) async fn set_leaders(
    tx: &Tx,
    actor: &Actor,
    department: DepartmentId,
    leaders: &[MemberId],
) -> Result<Vec<MemberId>> {
    if leaders.len() > MOST_LEADERS {
        return Err(Error::invalid("leaderIds", "负责人最多 20 位", "At most 20 leaders"));
    }
    let known = members_by_ids(&**tx, leaders).await?;
    for (at, leader) in leaders.iter().enumerate() {
        let active = known
            .get(leader)
            .is_some_and(|member| member.status == MemberStatus::Active);
        if !active || leaders.iter().take(at).any(|other| other == leader) {
            let text = Text::new("找不到这位成员，或写了两次", "No such active member, or named twice");
            return Err(Error::Invalid(vec![FieldError::new(format!("leaderIds.{at}"), text)]));
        }
    }
    let now = org_membership::Entity::find()
        .filter(org_membership::Column::DepartmentId.eq(department))
        .all(&**tx)
        .await?;
    let leads = |member: &MemberId| now.iter().any(|seat| seat.member_id == *member && seat.is_leader);
    if leaders.contains(&actor.member) && !leads(&actor.member) {
        return Err(Error::not_now(
            "不能让自己成为负责人",
            "You cannot make yourself a leader",
        ));
    }
    let mut touched = Vec::new();
    for seat in now
        .iter()
        .filter(|seat| seat.is_leader && !leaders.contains(&seat.member_id))
    {
        write_seat(tx, seat, false, seat.sort_order).await?;
        touched.push(seat.member_id);
    }
    for (leader, order) in leaders.iter().zip(0..) {
        match now.iter().find(|seat| seat.member_id == *leader) {
            Some(seat) if seat.is_leader && seat.sort_order == order => continue,
            Some(seat) => write_seat(tx, seat, true, order).await?,
            None => {
                org_membership::Entity::insert(org_membership::ActiveModel {
                    member_id: Set(*leader),
                    department_id: Set(department),
                    is_primary: Set(false),
                    is_leader: Set(true),
                    sort_order: Set(order),
                })
                .exec_without_returning(&**tx)
                .await?;
            }
        }
        touched.push(*leader);
    }
    Ok(touched)
}

async fn write_seat(tx: &Tx, seat: &org_membership::Model, leader: bool, order: i32) -> Result<()> {
    let row = org_membership::ActiveModel {
        is_leader: Set(leader),
        sort_order: Set(order),
        ..Default::default()
    };
    org_membership::Entity::update_many()
        .set(row)
        .filter(org_membership::Column::MemberId.eq(seat.member_id))
        .filter(org_membership::Column::DepartmentId.eq(seat.department_id))
        .exec(&**tx)
        .await?;
    Ok(())
}
