//! The organisation as the import compares with it.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{Gender, MemberId, MemberStatus, PositionId, org_member, org_membership, org_position};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use crate::error::Result;
use crate::org::import::header::Field;
use crate::org::import::plan::{Present, PresentMember};
use crate::org::model::Membership;
use crate::org::service::write::{administrators, load_tree};

/// Loads all of it.
pub(super) async fn load(db: &impl ConnectionTrait) -> Result<Present> {
    let departments = load_tree(db).await?;
    let positions: HashMap<PositionId, String> = org_position::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row.name))
        .collect();
    let mut seats: HashMap<MemberId, Vec<Membership>> = HashMap::new();
    let rows = org_membership::Entity::find()
        .order_by_desc(org_membership::Column::IsPrimary)
        .order_by_asc(org_membership::Column::SortOrder)
        .order_by_asc(org_membership::Column::DepartmentId)
        .all(db)
        .await?;
    for row in rows {
        seats.entry(row.member_id).or_default().push(Membership {
            department: row.department_id,
            primary: row.is_primary,
            leader: row.is_leader,
        });
    }
    let members = org_member::Entity::find()
        .order_by_asc(org_member::Column::Id)
        .all(db)
        .await?;
    let members = members
        .into_iter()
        .map(|row| PresentMember {
            id: row.id,
            account: row.account.clone(),
            active: row.status == MemberStatus::Active,
            version: row.version,
            seats: seats.remove(&row.id).unwrap_or_default(),
            manager: row.manager_id,
            values: values(row, &positions),
        })
        .collect();
    let administrators: HashSet<MemberId> = administrators(db).await?.into_iter().collect();
    Ok(Present {
        departments,
        members,
        positions: positions.into_values().collect(),
        administrators,
    })
}

fn values(row: org_member::Model, positions: &HashMap<PositionId, String>) -> BTreeMap<Field, String> {
    let gender = row.gender.map(|gender| match gender {
        Gender::Female => "FEMALE".to_owned(),
        Gender::Male => "MALE".to_owned(),
    });
    let texts = [
        (Field::Name, Some(row.name)),
        (Field::Alias, row.alias),
        (Field::Gender, gender),
        (Field::Mobile, row.mobile),
        (Field::Telephone, row.telephone),
        (Field::Email, row.email),
        (Field::WorkEmail, row.work_email),
        (Field::Address, row.address),
        (Field::Office, row.office),
        (
            Field::Position,
            row.position_id.and_then(|id| positions.get(&id).cloned()),
        ),
        (Field::EmployeeNo, row.employee_no),
        (Field::HiredOn, row.hired_on.map(|day| day.to_string())),
        (Field::CareerStartedOn, row.career_started_on.map(|day| day.to_string())),
    ];
    let mut values: BTreeMap<Field, String> = texts
        .into_iter()
        .filter_map(|(field, value)| Some((field, value?)))
        .collect();
    if let Some(extension) = row.extension.as_object() {
        let further = extension
            .iter()
            .filter_map(|(name, value)| Some((Field::Extension(name.clone()), value.as_str()?.to_owned())));
        values.extend(further);
    }
    values
}
