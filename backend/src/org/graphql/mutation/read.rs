//! Reads what mutations are given.

use async_graphql::{ID, MaybeUndefined};
use entity::{DepartmentId, MemberId};

use super::{CreateMemberInput, MembershipInput, UpdateMemberInput};
use crate::error::Result;
use crate::graphql::id;
use crate::org::model;
use crate::org::service::{CreateMember, Edit, MemberEdit};

/// An input left out leaves a value, null clears it.
pub(super) fn edit<T>(given: MaybeUndefined<T>) -> Edit<T> {
    match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

fn memberships(given: &[MembershipInput]) -> Result<Vec<model::Membership>> {
    let ids: Vec<ID> = given
        .iter()
        .map(|membership| membership.department_id.clone())
        .collect();
    let ids: Vec<DepartmentId> = id::decode_all("memberships", &ids)?;
    let made = ids.into_iter().zip(given).map(|(department, given)| model::Membership {
        department,
        primary: given.is_primary,
        leader: given.is_leader,
    });
    Ok(made.collect())
}

fn person(given: Edit<ID>) -> Result<Edit<MemberId>> {
    given
        .map(|given| given.map(|given| id::decode(&given)).transpose())
        .transpose()
}

impl CreateMemberInput {
    pub(super) fn read(self) -> Result<(CreateMember, Option<String>)> {
        let edit = MemberEdit {
            name: Some(self.name),
            alias: Some(self.alias),
            gender: Some(self.gender.map(Into::into)),
            position: Some(self.position_name),
            memberships: Some(memberships(&self.memberships)?),
            manager: person(Some(self.manager_id))?,
            mobile: Some(self.mobile),
            telephone: Some(self.telephone),
            email: Some(self.email),
            work_email: Some(self.work_email),
            address: Some(self.address),
            office: Some(self.office),
            employee_no: Some(self.employee_no),
            hired_on: Some(self.hired_on.map(Into::into)),
            career_started_on: Some(self.career_started_on.map(Into::into)),
        };
        Ok((
            CreateMember {
                account: self.account,
                edit,
            },
            self.idempotency_key,
        ))
    }
}

impl UpdateMemberInput {
    pub(super) fn read(self) -> Result<MemberEdit> {
        Ok(MemberEdit {
            name: self.name,
            alias: edit(self.alias),
            gender: edit(self.gender).map(|gender| gender.map(Into::into)),
            position: edit(self.position_name),
            memberships: self.memberships.as_deref().map(memberships).transpose()?,
            manager: person(edit(self.manager_id))?,
            mobile: edit(self.mobile),
            telephone: edit(self.telephone),
            email: edit(self.email),
            work_email: edit(self.work_email),
            address: edit(self.address),
            office: edit(self.office),
            employee_no: edit(self.employee_no),
            hired_on: edit(self.hired_on).map(|day| day.map(Into::into)),
            career_started_on: edit(self.career_started_on).map(|day| day.map(Into::into)),
        })
    }
}
