//! From a company to a large one: branches that are copies of it, each row mapped, so that what holds in the base company holds in
//! each branch.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{
    ApprovalId, DepartmentId, FileId, MemberId, approval_case, approval_comment, approval_copy, approval_counter,
    approval_node_run, approval_round, approval_task, attendance_day, event_log, file_object, identity_credential,
    leave_day, leave_entry, leave_lot, leave_request, notification_item, org_department, org_member, org_membership,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::ProgressBar;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryOrder};

use super::account::Accounts;
use super::branch::{Base, Branch, Request};
use super::cities::{REGIONS, city};
use super::copies::Copied;
use super::load::insert_all;
use super::pour::{Pour, Rows};
use super::random::Seeded;
use crate::cx::Cx;
use crate::error::{Error, Result};

/// Files written at a time.
const FILES: usize = 8;

/// Who stays one person for all branches.
pub(super) struct Heads {
    /// Who serves all branches by a role, and who works in the head office alone.
    pub(super) shared: Vec<MemberId>,
    /// The head of the company.
    pub(super) head: MemberId,
}

/// Everything of the base company that has copies.
struct Rowset {
    departments: Vec<org_department::Model>,
    members: Vec<org_member::Model>,
    memberships: Vec<org_membership::Model>,
    credentials: Vec<identity_credential::Model>,
    lots: Vec<leave_lot::Model>,
    entries: Vec<leave_entry::Model>,
    cases: Vec<approval_case::Model>,
    rounds: Vec<approval_round::Model>,
    runs: Vec<approval_node_run::Model>,
    tasks: Vec<approval_task::Model>,
    copies: Vec<approval_copy::Model>,
    comments: Vec<approval_comment::Model>,
    requests: Vec<leave_request::Model>,
    days: Vec<leave_day::Model>,
    attendance: Vec<attendance_day::Model>,
    files: Vec<file_object::Model>,
    notices: Vec<notification_item::Model>,
    events: Vec<event_log::Model>,
}

async fn all<E: EntityTrait>(cx: &Cx) -> Result<Vec<E::Model>> {
    Ok(E::find().all(cx.db.read()).await?)
}

impl Rowset {
    async fn load(cx: &Cx) -> Result<Self> {
        Ok(Self {
            departments: org_department::Entity::find()
                .order_by_asc(org_department::Column::Depth)
                .order_by_asc(org_department::Column::Id)
                .all(cx.db.read())
                .await?,
            members: org_member::Entity::find()
                .order_by_asc(org_member::Column::Id)
                .all(cx.db.read())
                .await?,
            memberships: all::<org_membership::Entity>(cx).await?,
            credentials: all::<identity_credential::Entity>(cx).await?,
            lots: all::<leave_lot::Entity>(cx).await?,
            entries: all::<leave_entry::Entity>(cx).await?,
            cases: all::<approval_case::Entity>(cx).await?,
            rounds: all::<approval_round::Entity>(cx).await?,
            runs: all::<approval_node_run::Entity>(cx).await?,
            tasks: all::<approval_task::Entity>(cx).await?,
            copies: all::<approval_copy::Entity>(cx).await?,
            comments: all::<approval_comment::Entity>(cx).await?,
            requests: all::<leave_request::Entity>(cx).await?,
            days: all::<leave_day::Entity>(cx).await?,
            attendance: all::<attendance_day::Entity>(cx).await?,
            files: all::<file_object::Entity>(cx).await?,
            notices: all::<notification_item::Entity>(cx).await?,
            events: all::<event_log::Entity>(cx).await?,
        })
    }

    fn count(&self) -> usize {
        self.members.len() * 3
            + self.lots.len()
            + self.entries.len()
            + self.cases.len()
            + self.rounds.len()
            + self.runs.len()
            + self.tasks.len()
            + self.copies.len()
            + self.comments.len()
            + self.requests.len()
            + self.days.len()
            + self.attendance.len()
            + self.files.len()
            + self.notices.len()
            + self.events.len()
    }
}

/// Rows of all branches, one table.
struct Copies<M> {
    rows: Vec<M>,
    base: Arc<Base>,
    branches: Arc<Vec<Branch>>,
    /// Whether the rows of the base company come with them.
    whole: bool,
}

impl<M: Copied + Clone + Send + 'static> Rows<M> for Copies<M> {
    fn each(mut self, take: &mut dyn FnMut(M)) {
        let moment = |row: &M| row.made().as_u128() >> 80;
        self.rows.sort_by_key(Copied::made);
        // What was made in one moment stays together in each branch: ids come in order, as indexes and readers like them.
        for together in self.rows.chunk_by(|one, other| moment(one) == moment(other)) {
            if self.whole {
                together.iter().cloned().for_each(&mut *take);
            }
            for branch in &*self.branches {
                together
                    .iter()
                    .filter_map(|row| row.copy(&self.base, branch))
                    .for_each(&mut *take);
            }
        }
    }
}

/// Events in the order of their ids, numbered from 1, as the relay would.
struct Numbered(Copies<event_log::Model>);

impl Rows<event_log::Model> for Numbered {
    fn each(self, take: &mut dyn FnMut(event_log::Model)) {
        let mut seq = 0;
        self.0.each(&mut |event| {
            seq += 1;
            take(event_log::Model {
                seq: Some(seq),
                ..event
            });
        });
    }
}

/// Adds so many branches to the company in the database; says how many requests they have.
pub(super) async fn multiply(
    cx: &Cx,
    seed: &mut Seeded,
    heads: Heads,
    branches: u16,
    founded: DateTime<Utc>,
    bar: &ProgressBar,
) -> Result<usize> {
    let rows = Rowset::load(cx).await?;
    let counters = all::<approval_counter::Entity>(cx).await?;
    let base = base(&rows, &counters, heads, branches)?;
    let regions = regions(cx, seed, &base, founded).await?;
    let made = made(seed, &base, &regions)?;
    let requests = base.requests.keys().filter(|id| base.copied(**id).is_some()).count() * usize::from(branches);
    bar.set_length((rows.count() * usize::from(branches)) as u64);
    bar.set_position(0);
    bar.set_message("copying it to its branches");
    copy_files(cx, &base, &made, &rows.files).await?;
    event_log::Entity::delete_many().exec(cx.db.write()).await?;
    let (base, made) = (Arc::new(base), Arc::new(made));
    pour(cx, rows, &base, &made, bar).await?;

    let tx = cx.begin().await?;
    approval_counter::Entity::delete_many().exec(&*tx).await?;
    let counters = counters.into_iter().map(|counter| approval_counter::Model {
        value: counter.value * (i32::from(branches) + 1),
        ..counter
    });
    insert_all::<approval_counter::Entity>(&*tx, counters.collect()).await?;
    tx.commit().await?;
    // The planner of either engine knows nothing of what came in bulk.
    if cx.db.backend() == DbBackend::Sqlite {
        cx.db.write().execute_unprepared("PRAGMA analysis_limit = 1000").await?;
    }
    cx.db.write().execute_unprepared("ANALYZE").await?;
    Ok(requests)
}

async fn pour(cx: &Cx, rows: Rowset, base: &Arc<Base>, branches: &Arc<Vec<Branch>>, bar: &ProgressBar) -> Result<()> {
    let mut pour = Pour::open(cx).await?;
    macro_rules! table {
        ($entity:ident, $rows:expr) => {
            pour.rows::<$entity::Entity>(copies($rows, base, branches), |written| bar.inc(written))
                .await?
        };
    }
    table!(org_department, rows.departments);
    table!(org_member, rows.members);
    table!(org_membership, rows.memberships);
    table!(identity_credential, rows.credentials);
    table!(leave_lot, rows.lots);
    table!(leave_entry, rows.entries);
    table!(approval_case, rows.cases);
    table!(approval_round, rows.rounds);
    table!(approval_node_run, rows.runs);
    table!(approval_task, rows.tasks);
    table!(approval_copy, rows.copies);
    table!(approval_comment, rows.comments);
    table!(leave_request, rows.requests);
    table!(leave_day, rows.days);
    table!(attendance_day, rows.attendance);
    table!(file_object, rows.files);
    table!(notification_item, rows.notices);
    let events = Numbered(Copies {
        whole: true,
        ..copies(rows.events, base, branches)
    });
    pour.rows::<event_log::Entity>(events, |written| bar.inc(written))
        .await?;
    pour.close().await
}

fn copies<M>(rows: Vec<M>, base: &Arc<Base>, branches: &Arc<Vec<Branch>>) -> Copies<M> {
    Copies {
        rows,
        base: base.clone(),
        branches: branches.clone(),
        whole: false,
    }
}

fn base(rows: &Rowset, counters: &[approval_counter::Model], heads: Heads, branches: u16) -> Result<Base> {
    let given: HashMap<&str, i32> = counters
        .iter()
        .map(|counter| (counter.prefix.as_str(), counter.value))
        .collect();
    let requests = rows.cases.iter().map(|case| {
        let (counter, serial) = case.number.rsplit_once('-')?;
        let request = Request {
            applicant: case.applicant_id,
            number: case.number.clone(),
            counter: counter.to_owned(),
            serial: serial.parse().ok()?,
            of_day: *given.get(counter)?,
        };
        Some((case.id, request))
    });
    let requests: Option<HashMap<ApprovalId, Request>> = requests.collect();
    let mut apart: HashSet<MemberId> = heads.shared.iter().copied().collect();
    apart.insert(heads.head);
    Ok(Base {
        members: rows.members.clone(),
        departments: rows.departments.clone(),
        requests: requests.ok_or_else(|| Error::internal("a number without a counter"))?,
        shared: heads.shared.into_iter().collect(),
        head: heads.head,
        apart,
        branches,
    })
}

/// Departments of the regions, below the company.
async fn regions(cx: &Cx, seed: &mut Seeded, base: &Base, founded: DateTime<Utc>) -> Result<Vec<DepartmentId>> {
    let company = base.departments.first().ok_or(Error::NotFound)?;
    let rows: Vec<org_department::Model> = REGIONS
        .iter()
        .zip(100..)
        .map(|((name, name_en, _), sort_order)| {
            let id: DepartmentId = seed.id(founded);
            org_department::Model {
                id,
                parent_id: Some(company.id),
                name: (*name).to_owned(),
                name_en: Some((*name_en).to_owned()),
                path: format!("{}{id}/", company.path),
                depth: company.depth + 1,
                sort_order,
                version: 1,
                created_at: founded,
                disabled_at: None,
            }
        })
        .collect();
    let ids = rows.iter().map(|row| row.id).collect();
    insert_all::<org_department::Entity>(cx.db.write(), rows).await?;
    Ok(ids)
}

fn made(seed: &mut Seeded, base: &Base, regions: &[DepartmentId]) -> Result<Vec<Branch>> {
    let mut accounts = Accounts::default();
    for member in &base.members {
        accounts.take(&member.account);
    }
    (1..=base.branches)
        .map(|index| {
            let (names, region) = city(usize::from(index - 1), regions).ok_or(Error::NotFound)?;
            Ok(Branch::new(base, &mut seed.rng, &mut accounts, index, names, region))
        })
        .collect()
}

/// The bytes of the copies of files.
async fn copy_files(cx: &Cx, base: &Base, branches: &[Branch], files: &[file_object::Model]) -> Result<()> {
    for file in files {
        let bytes = cx.files.get(file.id).await?;
        let copies: Vec<FileId> = branches
            .iter()
            .filter_map(|branch| Some(file.copy(base, branch)?.id))
            .collect();
        stream::iter(copies)
            .map(|copy| cx.files.put(copy, bytes.clone()))
            .buffer_unordered(FILES)
            .try_collect::<()>()
            .await?;
    }
    Ok(())
}
