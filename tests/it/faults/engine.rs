//! Failures of an embedded engine: it is interrupted in one step of a transaction, or takes the commit back.
//!
//! Each try begins on a connection that is new, so that its steps are the same each time: it reads the schema, prepares each
//! statement and runs it. A rehearsal, whose commit is taken back, tells which steps belong to which statement, and between which rows
//! that were changed: that is how those are told apart which go to the engine as one text.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tongshi::db::Db;

/// Parts of so many steps are tried at each of them, and so are the last, where the change is kept and committed.
const FEW: u64 = 8;
/// Of longer ones so many, the first and the last among them.
const SOME: u64 = 3;
/// How many parts from the last are tried at each step.
const LAST: usize = 2;
/// No step.
const NEVER: u64 = u64::MAX;

/// A part of a transaction that nothing divides any further: from a statement, or a row that was changed, to the next.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Which statement, counted among those that were finished.
    pub(super) statement: u64,
    /// Rows changed before it.
    pub(super) rows: u64,
    /// Its first step.
    pub(super) first: u64,
    /// Its last.
    pub(super) last: u64,
}

/// A step at which the engine is to fail.
pub(super) struct Try {
    pub(super) step: u64,
    /// Of which statement it is.
    pub(super) statement: u64,
    /// Whether that has changed rows, or changes one in this step. Behind what was only read, a failure may come too late for anybody
    /// to notice.
    pub(super) writes: bool,
}

/// The steps to be tried: some of each part, or with `TONGSHI_FAULTS=all` every single one.
pub(super) fn tries(parts: &[Part]) -> Vec<Try> {
    let all = std::env::var("TONGSHI_FAULTS").is_ok_and(|told| told == "all");
    let mut found = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let (first, last) = (part.first, part.last);
        let each = all || last - first < FEW || at + LAST >= parts.len();
        let some = (0..SOME).map(|at| first + (last - first) * at / (SOME - 1));
        let steps: Vec<u64> = if each { (first..=last).collect() } else { some.collect() };
        let same = |other: Option<&Part>| other.is_some_and(|other| other.statement == part.statement);
        let (goes_on, changes) = (
            same(at.checked_sub(1).and_then(|at| parts.get(at))),
            same(parts.get(at + 1)),
        );
        found.extend(steps.into_iter().map(|step| Try {
            step,
            statement: part.statement,
            writes: goes_on || (changes && step == last),
        }));
    }
    found
}

/// What the engine is to do, and what it has done.
#[derive(Default)]
struct Orders {
    /// Steps of this try.
    steps: AtomicU64,
    rows: AtomicU64,
    fails_at: AtomicU64,
    /// Whether a commit counts.
    commits: AtomicBool,
    /// Whether the step that follows a commit fails.
    fails_behind: AtomicBool,
    committed: AtomicBool,
    parts: Mutex<Vec<Part>>,
}

/// One who interrupts the writer of an embedded database.
#[derive(Clone, Default)]
pub(super) struct Engine(Arc<Orders>);

impl Engine {
    /// A new connection that obeys: it fails at this step and takes commits back.
    pub(super) async fn fails_at(&self, db: &Db, step: u64) {
        self.obey(db, step, false, false).await;
    }

    /// A new connection on which nothing fails but the commit, in the end.
    pub(super) async fn rehearses(&self, db: &Db) {
        self.obey(db, NEVER, false, false).await;
    }

    /// A new connection that fails behind the commit: it is done, and the error says that it is not.
    pub(super) async fn fails_behind(&self, db: &Db) {
        self.obey(db, NEVER, true, true).await;
    }

    /// Lets everything pass. Says whether it had done what it was told.
    pub(super) fn rests(&self) -> bool {
        let orders = &self.0;
        let failed = orders.fails_at.swap(NEVER, Ordering::SeqCst) == NEVER;
        let behind = !orders.fails_behind.swap(false, Ordering::SeqCst);
        orders.commits.store(true, Ordering::SeqCst);
        failed && behind
    }

    /// Whether what came last went on to its commit.
    pub(super) fn went_on(&self) -> bool {
        self.0.committed.load(Ordering::SeqCst)
    }

    /// The parts of what came last, up to its commit.
    pub(super) fn parts(&self) -> Vec<Part> {
        self.0.parts.lock().expect("unpoisoned").clone()
    }

    async fn obey(&self, db: &Db, step: u64, commits: bool, behind: bool) {
        let pool = db.write().get_sqlite_connection_pool().clone();
        let used = pool.acquire().await.expect("the writer");
        used.close().await.expect("closed");
        let mut connection = pool.acquire().await.expect("a new writer");
        let mut handle = connection.lock_handle().await.expect("its handle");
        let orders = &self.0;
        for count in [&orders.steps, &orders.rows] {
            count.store(0, Ordering::SeqCst);
        }
        orders.parts.lock().expect("unpoisoned").clear();
        orders.committed.store(false, Ordering::SeqCst);
        orders.commits.store(commits, Ordering::SeqCst);
        orders.fails_behind.store(behind, Ordering::SeqCst);
        orders.fails_at.store(step, Ordering::SeqCst);
        let (seen, counted) = (orders.clone(), db.clone());
        handle.set_progress_handler(1, move || !seen.step(counted.statements()));
        let seen = orders.clone();
        handle.set_update_hook(move |_| {
            seen.rows.fetch_add(1, Ordering::SeqCst);
        });
        let seen = orders.clone();
        handle.set_commit_hook(move || {
            seen.committed.store(true, Ordering::SeqCst);
            seen.commits.load(Ordering::SeqCst)
        });
    }
}

impl Orders {
    /// A step of the engine. Says whether it is to fail.
    fn step(&self, statement: u64) -> bool {
        let step = self.steps.fetch_add(1, Ordering::SeqCst) + 1;
        if self.committed.load(Ordering::SeqCst) {
            return self.fails_behind.swap(false, Ordering::SeqCst);
        }
        let rows = self.rows.load(Ordering::SeqCst);
        let mut parts = self.parts.lock().expect("unpoisoned");
        match parts.last_mut() {
            Some(part) if part.statement == statement && part.rows == rows => part.last = step,
            _ => parts.push(Part {
                statement,
                rows,
                first: step,
                last: step,
            }),
        }
        self.fails_at
            .compare_exchange(step, NEVER, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
    }
}
