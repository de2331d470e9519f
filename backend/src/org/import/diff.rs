//! What a row changes of a member that is there.

use std::collections::BTreeMap;

use super::header::Field;
use super::parse::MemberRow;
use super::plan::{DepartmentKey, FieldChange, MemberKey, MemberUpdate, NewDepartment, Present, PresentMember, Seat};
use crate::org::model::Membership;

impl Field {
    /// Name of the field in the API, or of the further column.
    pub fn api_name(&self) -> &str {
        match self {
            Self::Name => "name",
            Self::Alias => "alias",
            Self::Gender => "gender",
            Self::Mobile => "mobile",
            Self::Telephone => "telephone",
            Self::Email => "email",
            Self::WorkEmail => "workEmail",
            Self::Address => "address",
            Self::Office => "office",
            Self::Position => "positionName",
            Self::EmployeeNo => "employeeNo",
            Self::HiredOn => "hiredOn",
            Self::CareerStartedOn => "careerStartedOn",
            Self::Extension(name) => name,
        }
    }
}

/// The seats of a row; who leads stays as it is where the file does not say.
pub(super) fn seats(row: &MemberRow, departments: &[DepartmentKey], present: &[Membership]) -> Vec<Seat> {
    let leads_now = |key: &DepartmentKey| {
        present
            .iter()
            .any(|seat| seat.leader && DepartmentKey::Known(seat.department) == *key)
    };
    departments
        .iter()
        .enumerate()
        .map(|(at, department)| Seat {
            department: *department,
            leader: row
                .leads
                .as_ref()
                .and_then(|leads| leads.get(at).copied())
                .unwrap_or_else(|| leads_now(department)),
        })
        .collect()
}

/// What the row changes; none when nothing.
pub(super) fn update(
    row: &MemberRow,
    member: &PresentMember,
    departments: &[DepartmentKey],
    manager: Option<MemberKey>,
    present: &Present,
    new: &[NewDepartment],
) -> Option<MemberUpdate> {
    let mut changes = Vec::new();
    let mut values = BTreeMap::new();
    for (field, after) in &row.values {
        let before = member.values.get(field);
        if before != Some(after) {
            changes.push(FieldChange {
                field: field.api_name().to_owned(),
                before: before.cloned(),
                after: Some(after.clone()),
            });
            values.insert(field.clone(), after.clone());
        }
    }
    let seats_after = seats(row, departments, &member.seats);
    let seats_now: Vec<Seat> = member
        .seats
        .iter()
        .map(|seat| Seat {
            department: DepartmentKey::Known(seat.department),
            leader: seat.leader,
        })
        .collect();
    let seats = (seats_after != seats_now).then_some(seats_after);
    if let Some(after) = &seats {
        changes.push(FieldChange {
            field: "memberships".to_owned(),
            before: Some(write_seats(&seats_now, present, new)),
            after: Some(write_seats(after, present, new)),
        });
    }
    let manager = manager.filter(|manager| member.manager.map(MemberKey::Known) != Some(*manager));
    if manager.is_some() {
        let name = |id| {
            present
                .members
                .iter()
                .find(|other| other.id == id)
                .map(|other| other.name().to_owned())
        };
        changes.push(FieldChange {
            field: "managerId".to_owned(),
            before: member.manager.and_then(name),
            after: row.manager.clone(),
        });
    }
    let active = row.enabled.filter(|enabled| *enabled != member.active);
    if let Some(active) = active {
        let status = |active: bool| Some(if active { "ACTIVE" } else { "DISABLED" }.to_owned());
        changes.push(FieldChange {
            field: "status".to_owned(),
            before: status(member.active),
            after: status(active),
        });
    }
    (!changes.is_empty()).then(|| MemberUpdate {
        row: row.number,
        member: member.id,
        account: member.account.clone(),
        name: row.name().to_owned(),
        version: member.version,
        changes,
        values,
        seats,
        manager,
        active,
    })
}

/// Seats for people to read: `远山科技/研发*; 远山科技/销售`, the star marking a leader.
fn write_seats(seats: &[Seat], present: &Present, new: &[NewDepartment]) -> String {
    let path = |key: DepartmentKey| match key {
        DepartmentKey::Known(id) => present.departments.names(id).join("/"),
        DepartmentKey::New(at) => new
            .get(at)
            .map(|department| department.names.join("/"))
            .unwrap_or_default(),
    };
    let seats: Vec<String> = seats
        .iter()
        .map(|seat| format!("{}{}", path(seat.department), if seat.leader { "*" } else { "" }))
        .collect();
    seats.join("; ")
}
