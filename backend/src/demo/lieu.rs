//! Time in lieu of the demo company.

use chrono::{Days, TimeDelta};
use entity::{CountBasis, EntryKind, LeaveTypeId, leave_entry, leave_lot};
use rand::Rng;
use rand::seq::IndexedRandom;

use super::history::Intent;
use super::random::Seeded;
use crate::calendar::Calendar;
use crate::cx::company_offset;
use crate::leave::model::counted;

/// A lot of time in lieu for each request that takes it: people work first and rest later.
pub(super) fn lieu_lots(
    seed: &mut Seeded,
    calendar: &Calendar,
    kind: LeaveTypeId,
    plan: &[Intent],
) -> (Vec<leave_lot::Model>, Vec<leave_entry::Model>) {
    const WORK: &[(&str, &str)] = &[
        ("机房割接加班", "Data centre cut-over"),
        ("版本上线值守", "Release night"),
        ("客户现场支持", "On-site support"),
        ("展会值班", "Trade fair duty"),
    ];
    let mut lots = Vec::new();
    let mut entries = Vec::new();
    for intent in plan.iter().filter(|intent| intent.type_key == "lieu") {
        let rows = intent.span.rows(calendar, CountBasis::WorkingDays);
        let minutes = counted(&rows);
        let days_before = seed.rng.random_range(6..30);
        let at = intent.at - TimeDelta::days(days_before);
        let worked = at.with_timezone(&company_offset()).date_naive();
        let Some((zh, en)) = WORK.choose(&mut seed.rng) else {
            continue;
        };
        let lot = seed.id(at);
        lots.push(leave_lot::Model {
            id: lot,
            member_id: intent.member,
            type_id: kind,
            label: format!("{} {zh}", worked.format("%-m月%-d日")),
            label_en: format!("{en}, {}", worked.format("%-d %b")),
            valid_from: worked,
            valid_to: worked + Days::new(60),
            created_at: at,
        });
        entries.push(leave_entry::Model {
            id: seed.id(at),
            member_id: intent.member,
            type_id: kind,
            lot_id: Some(lot),
            kind: EntryKind::ConvertOt,
            minutes,
            case_id: None,
            round: 0,
            effective_on: worked,
            at,
            actor_id: None,
            note: None,
        });
    }
    (lots, entries)
}
