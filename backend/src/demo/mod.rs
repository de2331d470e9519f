//! The demo company: an organisation made in bulk and a year of its life, lived through the services.
//!
//! A large company is made of branches: a company of two hundred lives several years, and each branch is a copy of it with people,
//! departments and numbers of its own. Everything comes from one seed and the present day: the same day gives the same company, and
//! its dates are always recent.

mod account;
mod branch;
mod cities;
mod company;
mod copies;
mod history;
mod lieu;
mod load;
mod multiply;
mod names;
mod pour;
mod random;
mod replay;
mod scenes;
mod settle;
mod shape;
mod staff;
mod words;

use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use entity::{
    CountBasis, DataScope, MemberId, OrganisationId, Role, identity_credential, leave_entry, leave_lot, leave_type,
    org_department, org_member, org_membership, org_organisation, org_position, org_role_grant,
};
use indicatif::ProgressBar;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::cx::{Cx, Memory, company_offset};
use crate::error::{Error, Result};
use crate::{calendar, identity, leave, set_up};
use history::{Worker, plan};
use load::insert_all;
use multiply::Heads;
use random::{Seeded, SeededIds};
use replay::{Movable, Replay};
use shape::Shape;
use staff::Staff;

/// The password of every demo account.
pub const PASSWORD: &str = "tongshi-demo";

/// The accounts to try, with who they are in both languages.
pub const ACCOUNTS: [(&str, &str, &str); 7] = [
    ("zhangwei", "张伟，员工", "an employee"),
    ("limin", "李敏，直属上级", "his direct manager"),
    ("wangfang", "王芳，部门负责人", "head of their department"),
    ("hr", "刘婷，人力资源", "human resources"),
    ("admin", "孙志强，管理员", "administrator"),
    ("cashier", "何静怡，出纳", "cashier"),
    ("ceo", "沈国栋，总经理", "general manager"),
];

/// Fewest people the departments and fixed accounts need.
pub const FEWEST: usize = 24;

/// What was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Members.
    pub members: usize,
    /// Requests, finished and on their way.
    pub requests: usize,
}

/// What lies behind the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// Nothing: people with their leave, and not one request. For tests.
    None,
    /// A year of requests, more in a large company, some still on their way.
    Year,
    /// A year of requests in a head office and so many branches, whatever the number of people. For tests.
    Branches(u16),
}

/// Whether the database holds people already.
pub async fn is_filled(cx: &Cx) -> Result<bool> {
    Ok(org_member::Entity::find().count(cx.db.read()).await? > 0)
}

/// Fills an empty database with the demo company.
///
/// # Errors
/// [`Error::Invalid`] for fewer than [`FEWEST`] people a branch, [`Error::NotAllowedNow`] when there are people already.
pub async fn fill(cx: &Cx, people: usize, past: Past, bar: &ProgressBar) -> Result<Filled> {
    let shape = match past {
        Past::None => Shape::still(people),
        Past::Year => Shape::of(people),
        Past::Branches(branches) => Shape::divided(people, branches, 1),
    };
    if shape.lived < FEWEST {
        return Err(Error::invalid(
            "people",
            format!("至少 {FEWEST} 人"),
            format!("at least {FEWEST} people"),
        ));
    }
    if is_filled(cx).await? {
        return Err(Error::not_now(
            "数据库里已经有成员",
            "The database holds members already",
        ));
    }
    let now = cx.now();
    let begin = now - Days::new(35 + 365 * u64::from(shape.years.max(1)));
    let clock = Arc::new(Movable::new(begin));
    let world = Cx {
        clock: clock.clone(),
        ids: Arc::new(SeededIds::new(11)),
        memory: Memory::default(),
        ..cx.clone()
    };
    let mut seed = Seeded::new(7);

    let staff = staff::staff(&mut seed, begin, now, shape.lived + shape.here, shape.leavers);
    found(&world, &staff, now).await?;
    let today = now.with_timezone(&company_offset()).date_naive();
    let first = begin.with_timezone(&company_offset()).date_naive();
    let calendar = calendar::service::load(cx.db.read(), first - Days::new(20), today + Days::new(120), None).await?;
    let workers = workers(&staff, today);
    let mut intents = plan(&mut seed, &calendar, now, shape.years, &workers);
    if past != Past::None {
        scenes::play(&mut intents, &staff, &calendar, now);
    }
    grant(&world, &mut seed, &calendar, &intents, begin, today.year()).await?;
    bar.set_length(intents.len() as u64);
    let admin = account(&staff, "admin")?;
    let mut replay = Replay::new(&world, &clock, &calendar, &mut seed, &intents, now);
    replay.let_go(workers.iter().filter_map(|worker| {
        let at = history::moment(worker.left_on?, 18 * 60)?;
        Some((at, worker.member))
    }));
    let mut requests = replay.run(admin, bar).await?;
    settle::settle(&world, &mut seed, now).await?;
    if shape.branches > 0 {
        let only_here = staff.members.iter().skip(shape.lived).take(shape.here);
        let mut shared = vec![account(&staff, "hr")?, admin];
        shared.extend(only_here.map(|member| member.id));
        let heads = Heads {
            shared,
            head: account(&staff, "ceo")?,
        };
        requests += multiply::multiply(&world, &mut seed, heads, shape.branches, begin, bar).await?;
    }
    Ok(Filled {
        members: people,
        requests,
    })
}

fn account(staff: &Staff, account: &str) -> Result<MemberId> {
    let member = staff.by_account(account).map(|member| member.id);
    member.ok_or_else(|| Error::internal(format!("no {account} in the demo company")))
}

/// Everyone with the days they came and, for leavers, went: spread over the last months.
fn workers(staff: &Staff, today: NaiveDate) -> Vec<Worker> {
    let worker = |member: &org_member::Model| {
        let place = staff
            .leavers
            .iter()
            .zip(0_u64..)
            .find(|(leaver, _)| **leaver == member.id);
        Worker {
            member: member.id,
            hired_on: member.hired_on.unwrap_or(today),
            left_on: place.and_then(|(_, place)| today.checked_sub_days(Days::new(24 + 37 * (place % 9)))),
        }
    };
    staff.members.iter().map(worker).collect()
}

/// The organisation, its people and what every fresh database has.
async fn found(cx: &Cx, staff: &Staff, now: DateTime<Utc>) -> Result<()> {
    let hash = identity::service::hash_password(cx, PASSWORD).await?;
    let tx = cx.begin().await?;
    set_up::install(cx, &tx).await?;
    let organisation = org_organisation::Model {
        id: cx.id::<OrganisationId>(),
        name: "远山科技".into(),
        name_en: Some("Yuanshan Technology".into()),
        time_zone: "Asia/Shanghai".into(),
        created_at: now,
    };
    insert_all::<org_organisation::Entity>(&*tx, vec![organisation]).await?;
    insert_all::<org_department::Entity>(&*tx, staff.departments.clone()).await?;
    insert_all::<org_position::Entity>(&*tx, staff.positions.clone()).await?;
    insert_all::<org_member::Entity>(&*tx, staff.members.clone()).await?;
    insert_all::<org_membership::Entity>(&*tx, staff.memberships.clone()).await?;
    let credentials = staff.members.iter().map(|member| identity_credential::Model {
        member_id: member.id,
        password_hash: hash.clone(),
        changed_at: now,
        must_change: false,
        failed_count: 0,
        retry_after: None,
    });
    insert_all::<identity_credential::Entity>(&*tx, credentials.collect()).await?;
    let roles = [
        ("admin", Role::Administrator, DataScope::All),
        ("hr", Role::Hr, DataScope::All),
        ("cashier", Role::Finance, DataScope::All),
        ("ceo", Role::DepartmentLeader, DataScope::All),
    ];
    let grants = roles.iter().filter_map(|(account, role, scope)| {
        let member = staff.by_account(account)?;
        Some(org_role_grant::Model {
            id: cx.id(),
            member_id: member.id,
            role: *role,
            scope: *scope,
            created_at: now,
            granted_by: None,
        })
    });
    insert_all::<org_role_grant::Entity>(&*tx, grants.collect()).await?;
    tx.commit().await
}

/// Annual leave of last year and this, and time in lieu.
async fn grant(
    cx: &Cx,
    seed: &mut Seeded,
    calendar: &calendar::Calendar,
    intents: &[history::Intent],
    begin: DateTime<Utc>,
    year: i32,
) -> Result<()> {
    let tx = cx.begin().await?;
    for year in begin.year()..=year {
        leave::service::grant_annual(cx, &tx, year).await?;
    }
    let kind = leave_type::Entity::find()
        .filter(leave_type::Column::Key.eq("lieu"))
        .one(&*tx)
        .await?;
    if let Some(kind) = kind.filter(|kind| kind.basis == CountBasis::WorkingDays) {
        let (lots, entries) = lieu::lieu_lots(seed, calendar, kind.id, intents);
        insert_all::<leave_lot::Entity>(&*tx, lots).await?;
        insert_all::<leave_entry::Entity>(&*tx, entries).await?;
    }
    tx.commit().await
}
