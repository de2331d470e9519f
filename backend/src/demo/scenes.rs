//! What waits today for the people everyone may sign in as: each has something to do, and something that happened.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use entity::MemberId;

use super::company::UNITS;
use super::history::{Fate, Intent, stretch, workday_from};
use super::staff::Staff;
use crate::calendar::Calendar;
use crate::cx::company_offset;

/// The unit of `zhangwei` and `limin`.
const TEAM: usize = 3;

/// Somebody in a scene.
enum Who {
    /// With this account.
    Account(&'static str),
    /// The n-th of the team of `limin` who has no account everyone knows.
    Teammate(usize),
    /// Who leads a unit, by its English name.
    Leader(&'static str),
}

struct Scene {
    who: Who,
    type_key: &'static str,
    /// Days from today to the leave.
    ahead: i64,
    halves: u32,
    reason: &'static str,
    /// Minutes ago it was asked for.
    ago: i64,
    fate: Fate,
}

const DAY: i64 = 24 * 60;

const SCENES: &[Scene] = &[
    // For limin: one of today, one forgotten and urged.
    scene(
        Who::Account("zhangwei"),
        "annual",
        17,
        4,
        "陪父母体检，工作已交接给同组同事",
        150,
        Fate::Waiting(0),
    ),
    scene(
        Who::Teammate(0),
        "personal",
        8,
        2,
        "回老家办理户口迁移",
        5 * DAY,
        Fate::Urged,
    ),
    // For zhangwei: one came back.
    scene(
        Who::Account("zhangwei"),
        "personal",
        24,
        1,
        "去车管所",
        DAY + 120,
        Fate::SentBack,
    ),
    // For wangfang: longer than three days; and one of her own people.
    scene(
        Who::Teammate(1),
        "parental",
        12,
        10,
        "孩子幼儿园放假，在家照看",
        240,
        Fate::Waiting(1),
    ),
    scene(
        Who::Leader("Frontend"),
        "annual",
        15,
        2,
        "参加家长会并陪孩子出行",
        3 * DAY,
        Fate::Urged,
    ),
    // For hr: longer than seven days.
    scene(
        Who::Teammate(2),
        "parental",
        22,
        16,
        "新生儿出院，在家照料",
        2 * DAY,
        Fate::Waiting(2),
    ),
    scene(
        Who::Leader("Marketing"),
        "parental",
        19,
        16,
        "照看住院的孩子",
        DAY,
        Fate::Waiting(2),
    ),
    // For ceo and admin.
    scene(
        Who::Account("wangfang"),
        "annual",
        10,
        2,
        "参加孩子的毕业典礼",
        200,
        Fate::Waiting(0),
    ),
    scene(
        Who::Account("cashier"),
        "personal",
        9,
        1,
        "去银行办理个人业务",
        90,
        Fate::Waiting(0),
    ),
    scene(Who::Account("ceo"), "annual", 14, 4, "家庭旅行", 300, Fate::Waiting(0)),
    // For limin and cashier as applicants: came back with a question.
    scene(
        Who::Account("limin"),
        "annual",
        26,
        2,
        "家庭旅行",
        2 * DAY,
        Fate::SentBack,
    ),
    scene(
        Who::Account("cashier"),
        "lieu",
        20,
        2,
        "月结加班后调休",
        DAY + 60,
        Fate::SentBack,
    ),
];

const fn scene(
    who: Who,
    type_key: &'static str,
    ahead: i64,
    halves: u32,
    reason: &'static str,
    ago: i64,
    fate: Fate,
) -> Scene {
    Scene {
        who,
        type_key,
        ahead,
        halves,
        reason,
        ago,
        fate,
    }
}

/// The scenes as intents, put into a plan in place of what it had for the same people in the weeks to come.
pub(super) fn play(plan: &mut Vec<Intent>, staff: &Staff, calendar: &Calendar, now: DateTime<Utc>) {
    let today = now.with_timezone(&company_offset()).date_naive();
    let scenes: Vec<Intent> = SCENES
        .iter()
        .filter_map(|scene| intent(scene, staff, calendar, now, today))
        .collect();
    let actors: Vec<MemberId> = scenes.iter().map(|scene| scene.member).collect();
    let recent = today - Days::new(10);
    let zhangwei = staff.by_account("zhangwei").map(|member| member.id);
    plan.retain(|intent| {
        let over = intent.span.end_date < recent;
        // Who tries the demo as zhangwei wants leave left to ask for.
        let spared = zhangwei == Some(intent.member) && intent.type_key == "annual";
        !actors.contains(&intent.member) || (over && !spared)
    });
    plan.extend(scenes);
    plan.sort_by_key(|intent| (intent.at, intent.member));
}

fn intent(scene: &Scene, staff: &Staff, calendar: &Calendar, now: DateTime<Utc>, today: NaiveDate) -> Option<Intent> {
    let first = workday_from(calendar, today.checked_add_signed(TimeDelta::days(scene.ahead))?)?;
    Some(Intent {
        member: member(&scene.who, staff)?,
        type_key: scene.type_key,
        span: stretch(calendar, first, false, scene.halves)?,
        reason: scene.reason,
        at: now - TimeDelta::minutes(scene.ago),
        fate: scene.fate,
    })
}

fn member(who: &Who, staff: &Staff) -> Option<MemberId> {
    let mut people = staff.members.iter().zip(&staff.units);
    match who {
        Who::Account(account) => staff.by_account(account).map(|member| member.id),
        Who::Teammate(n) => {
            let lead = staff.by_account("limin")?.id;
            let of_team = people.filter(|(member, unit)| {
                **unit == TEAM && member.manager_id == Some(lead) && member.account != "zhangwei"
            });
            let here = of_team.filter(|(member, _)| !staff.leavers.contains(&member.id));
            here.map(|(member, _)| member.id).nth(*n)
        }
        Who::Leader(name) => {
            let unit = UNITS.iter().position(|unit| unit.name_en == *name)?;
            // Leaders are made before their people.
            people.find(|(_, of)| **of == unit).map(|(member, _)| member.id)
        }
    }
}
