//! What a day comes to, from what was planned and what it is made of.

use entity::{ApprovalId, AttendanceStatus, DayPart, DayType};
use serde::{Deserialize, Serialize};

use crate::calendar::DAY;

/// Something that happened on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What: `leave`.
    pub kind: String,
    /// Which kind of it: the key of the leave type.
    #[serde(rename = "type")]
    pub type_key: String,
    /// Which half of the day.
    pub part: DayPart,
    /// Working minutes of it.
    pub minutes: i32,
    /// The request it comes from.
    pub request: ApprovalId,
}

/// The result of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Minutes of work planned.
    pub scheduled_minutes: i32,
    /// Of them on leave; on days off, the minutes a leave by calendar days counts.
    pub leave_minutes: i32,
    /// The result.
    pub status: AttendanceStatus,
}

/// Works out a day.
pub fn outcome(day_type: DayType, items: &[Item]) -> Outcome {
    let scheduled_minutes = if day_type == DayType::Workday { DAY } else { 0 };
    let leave_minutes: i32 = items.iter().map(|item| item.minutes).sum();
    let status = if leave_minutes >= DAY {
        AttendanceStatus::Leave
    } else if leave_minutes > 0 {
        AttendanceStatus::PartialLeave
    } else if scheduled_minutes == 0 {
        AttendanceStatus::Rest
    } else {
        AttendanceStatus::Normal
    };
    Outcome {
        scheduled_minutes,
        leave_minutes,
        status,
    }
}

/// The items of a day with those of one request put in place of what it had before; in order of the day.
pub fn replace(items: &[Item], request: ApprovalId, with: Vec<Item>) -> Vec<Item> {
    let mut items: Vec<_> = items
        .iter()
        .filter(|item| item.request != request)
        .cloned()
        .chain(with)
        .collect();
    items.sort_by_key(|item| item.part);
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(part: DayPart, minutes: i32, request: u128) -> Item {
        let request = ApprovalId(uuid::Uuid::from_u128(request));
        Item {
            kind: "leave".into(),
            type_key: "annual".into(),
            part,
            minutes,
            request,
        }
    }

    #[test]
    fn works_out_the_day() {
        use AttendanceStatus::{Leave, Normal, PartialLeave, Rest};
        let (am, pm) = (item(DayPart::Am, 240, 1), item(DayPart::Pm, 240, 2));
        let check = |day_type, items: &[Item], scheduled_minutes, leave_minutes, status| {
            assert_eq!(
                outcome(day_type, items),
                Outcome {
                    scheduled_minutes,
                    leave_minutes,
                    status
                }
            );
        };
        check(DayType::Workday, &[], 480, 0, Normal);
        check(DayType::Workday, std::slice::from_ref(&am), 480, 240, PartialLeave);
        check(DayType::Workday, &[am.clone(), pm.clone()], 480, 480, Leave);
        check(DayType::RestDay, &[], 0, 0, Rest);
        check(
            DayType::RestDay,
            &[item(DayPart::Am, 0, 1), item(DayPart::Pm, 0, 1)],
            0,
            0,
            Rest,
        );
        check(DayType::StatutoryHoliday, &[am, pm], 0, 480, Leave);
    }

    #[test]
    fn a_request_stands_once() {
        let items = [item(DayPart::Pm, 240, 1)];
        let first = ApprovalId(uuid::Uuid::from_u128(1));
        let second = ApprovalId(uuid::Uuid::from_u128(2));
        let both = replace(&items, second, vec![item(DayPart::Am, 240, 2)]);
        assert_eq!(
            both.iter().map(|item| item.part).collect::<Vec<_>>(),
            [DayPart::Am, DayPart::Pm]
        );
        assert_eq!(replace(&both, second, vec![item(DayPart::Am, 240, 2)]), both);
        assert_eq!(replace(&both, first, Vec::new()), [item(DayPart::Am, 240, 2)]);
    }
}
