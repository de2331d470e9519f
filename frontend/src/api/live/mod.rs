//! Live queries: data that is fetched, kept, shown, and fetched again when the server says that its topic changed.
//!
//! See [`crate::api`] for how to use them. All queries of the page are in one registry by key, so that two views of
//! the same data share one fetch, and a page one comes back to shows at once what it showed before.

mod entry;
mod refetch;

use std::any::TypeId;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use self::entry::{Entry, Held, Kind, Shared};
use super::transport::http::{Reply, number};
use super::{ApiError, event};

/// So many queries that nothing shows are kept.
const KEPT: usize = 40;

thread_local! {
    static QUERIES: RefCell<HashMap<String, Rc<Entry>>> = RefCell::new(HashMap::new());
    static TIMER: RefCell<Option<TimeoutHandle>> = const { RefCell::new(None) };
    static USE: Cell<u64> = const { Cell::new(0) };
    /// The member whose data this is.
    static OWNER: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A live query as a view sees it.
///
/// All of them are one type underneath: what is known lies behind [`Held`], and only the edges know its type.
pub struct Live<T> {
    /// What is known, with the optimistic changes over it; none before the first reply.
    pub data: Data<T>,
    /// Why the last fetch failed.
    pub error: Signal<Option<ApiError>>,
    /// There is nothing to show yet, and it is being fetched.
    pub loading_first: Signal<bool>,
    /// It is being fetched again.
    pub refreshing: Signal<bool>,
    /// The last fetch failed, so that what is shown may be out of date.
    pub stale: Signal<bool>,
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Live<T> {}

/// What is known of a live query, to be read like a signal.
pub struct Data<T> {
    shared: RwSignal<Option<Shared>>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Data<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Data<T> {}

impl<T: Send + Sync + 'static> Data<T> {
    /// What is known; whoever reads it follows it.
    pub fn get(&self) -> Option<Arc<T>> {
        known(self.shared)?.downcast().ok()
    }

    /// What is known now.
    pub fn get_untracked(&self) -> Option<Arc<T>> {
        untrack(|| known(self.shared))?.downcast().ok()
    }

    /// Reads what is known; whoever reads it follows it.
    pub fn with<U>(&self, read: impl FnOnce(&Option<Arc<T>>) -> U) -> U {
        read(&self.get())
    }

    /// Reads what is known now.
    pub fn with_untracked<U>(&self, read: impl FnOnce(&Option<Arc<T>>) -> U) -> U {
        read(&self.get_untracked())
    }
}

fn known(shared: RwSignal<Option<Shared>>) -> Option<Held> {
    shared.get().and_then(|shared| shared.data.get())
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Live<T> {
    /// Fetches again now.
    pub fn refetch(&self) {
        if let Some(entry) = entry_of(self.data.shared) {
            entry.force();
            pump();
        }
    }

    /// Shows a change before the server has confirmed it. It lies over the base value, also over newer ones, until
    /// the returned overlay is settled or reverted.
    pub fn overlay(&self, change: impl Fn(&mut T) + 'static) -> Overlay {
        put_overlay(
            self.data.shared,
            Rc::new(move |held: &Held| {
                let mut changed = held.downcast_ref::<T>()?.clone();
                change(&mut changed);
                Some(Arc::new(changed))
            }),
        )
    }
}

fn put_overlay(shared: RwSignal<Option<Shared>>, change: entry::Change) -> Overlay {
    let Some(entry) = entry_of(shared) else {
        return Overlay { parts: Vec::new() };
    };
    let id = entry.put_overlay(change);
    Overlay {
        parts: vec![(entry, id)],
    }
}

fn entry_of(shared: RwSignal<Option<Shared>>) -> Option<Rc<Entry>> {
    // A reply may come after the view that asked is gone.
    let shared = shared.try_get_untracked()??;
    find(&shared.key, shared.kind)
}

/// An optimistic change of one or several live queries. Dropping it does nothing: settle or revert it.
#[must_use]
pub struct Overlay {
    parts: Vec<(Rc<Entry>, u64)>,
}

impl Overlay {
    /// This change and another as one.
    pub fn and(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// The server has confirmed: the change stays until a reply that knows it is here.
    pub fn settle(self) {
        for (entry, id) in self.parts {
            entry.settle(id);
        }
        pump();
    }

    /// The server has refused: the change is taken back.
    pub fn revert(self) {
        for (entry, id) in self.parts {
            entry.revert(id);
        }
    }
}

/// Data under a key, fetched by `fetch`, and again whenever an event touches one of `topics`. All three closures are
/// read anew when what `key` reads changes.
pub fn live_query<T, F>(
    key: impl Fn() -> String + Send + Sync + 'static,
    topics: impl Fn() -> Vec<String> + 'static,
    fetch: impl Fn() -> F + 'static,
) -> Live<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Future<Output = Result<Reply<T>, ApiError>> + 'static,
{
    let fetch: entry::Fetch = Rc::new(move || {
        let reply = fetch();
        Box::pin(async move { reply.await.map(|reply| reply.map(|data| Arc::new(data) as Held)) })
    });
    let kind = Kind {
        id: TypeId::of::<T>(),
        is_same: |a, b| a.downcast_ref::<T>() == b.downcast_ref::<T>(),
    };
    live(Box::new(key), Box::new(topics), fetch, kind)
}

/// The same without types, but for the one it is read as.
fn live<T>(
    key: Box<dyn Fn() -> String + Send + Sync>,
    topics: Box<dyn Fn() -> Vec<String>>,
    fetch: entry::Fetch,
    kind: Kind,
) -> Live<T> {
    let shared = mount(key, topics, fetch, kind);
    let [loading_first, refreshing, stale] = states(shared);
    Live {
        data: Data {
            shared,
            kind: PhantomData,
        },
        error: Signal::derive(move || shared.get().and_then(|shared| shared.error.get())),
        loading_first,
        refreshing,
        stale,
    }
}

fn mount(
    key: Box<dyn Fn() -> String + Send + Sync>,
    topics: Box<dyn Fn() -> Vec<String>>,
    fetch: entry::Fetch,
    kind: Kind,
) -> RwSignal<Option<Shared>> {
    let shared = RwSignal::new(None::<Shared>);
    let key = Memo::new(move |_| key());
    let held = Rc::new(RefCell::new(Mounted(None)));
    let holder = Rc::clone(&held);
    let effect = RenderEffect::new(move |_| {
        let key = key.get();
        untrack(|| {
            let entry = find_or_make(&key, kind);
            let view = entry.mount(topics(), Rc::clone(&fetch));
            shared.set(Some(entry.shared()));
            // The one held before is unmounted only now, so that two keys of one entry do not disturb it.
            let before = std::mem::replace(&mut *holder.borrow_mut(), Mounted(Some((entry, view))));
            drop(before);
        });
        prune();
        pump();
    });
    // Goes with the view: the effect first, then what it mounted.
    StoredValue::new_local((effect, held));
    shared
}

/// Nothing to show yet; fetched again; out of date.
fn states(shared: RwSignal<Option<Shared>>) -> [Signal<bool>; 3] {
    let reads: [fn(&Shared) -> bool; 3] = [
        |shared| shared.error.with(Option::is_none) && shared.data.with(Option::is_none),
        |shared| shared.fetching.get() && shared.data.with(Option::is_some),
        |shared| shared.error.with(Option::is_some) && shared.data.with(Option::is_some),
    ];
    reads.map(|read| Signal::derive(move || shared.with(|shared| shared.as_ref().is_some_and(read))))
}

/// A view's hold on an entry.
struct Mounted(Option<(Rc<Entry>, u64)>);

impl Drop for Mounted {
    fn drop(&mut self) {
        if let Some((entry, view)) = self.0.take() {
            entry.unmount(view);
        }
    }
}

/// An event touched these topics.
pub(super) fn touch(topics: &[String], cursor: Option<&str>) {
    let cursor = cursor.and_then(number);
    for entry in all() {
        if entry.has_topic(topics) {
            entry.touch(cursor);
        }
    }
    pump();
}

/// Nobody knows what happened: everything is fetched again.
pub(super) fn touch_all() {
    for entry in all() {
        entry.touch(None);
    }
    pump();
}

/// Fetches everything again, because the server's texts come in another language now.
pub fn refetch_all() {
    touch_all();
}

/// The log has come so far, without saying what happened.
pub(super) fn touch_older_than(cursor: &str) {
    for entry in all() {
        entry.touch(number(cursor));
    }
    pump();
}

/// The page is shown again.
pub(super) fn shown() {
    pump();
}

/// The way to the server is open again: what failed is fetched again.
pub(super) fn resume() {
    for entry in all() {
        entry.retry_failed();
    }
    pump();
}

/// Forgets everything: another person sits here now.
pub(super) fn clear() {
    for entry in all() {
        entry.forget();
    }
    QUERIES.with(|queries| queries.borrow_mut().retain(|_, entry| entry.is_mounted()));
}

pub(super) fn set_owner(member: Option<String>) {
    OWNER.with(|owner| *owner.borrow_mut() = member);
}

/// Whether what is kept belongs to this member.
pub(super) fn belongs_to(member: &str) -> bool {
    OWNER.with(|owner| owner.borrow().as_deref() == Some(member))
}

/// Whether the page can be seen.
pub(super) fn page_is_shown() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_none_or(|document| document.visibility_state() == web_sys::VisibilityState::Visible)
}

fn all() -> Vec<Rc<Entry>> {
    QUERIES.with(|queries| queries.borrow().values().cloned().collect())
}

fn find(key: &str, kind: Kind) -> Option<Rc<Entry>> {
    let entry = QUERIES.with(|queries| queries.borrow().get(key).cloned())?;
    (entry.kind().id == kind.id).then_some(entry)
}

fn find_or_make(key: &str, kind: Kind) -> Rc<Entry> {
    find(key, kind).unwrap_or_else(|| {
        let entry = Rc::new(Entry::new(key.to_owned(), kind));
        QUERIES.with(|queries| queries.borrow_mut().insert(key.to_owned(), Rc::clone(&entry)));
        entry
    })
}

/// Drops the queries that were not shown for longest.
fn prune() {
    let mut idle: Vec<_> = all().into_iter().filter(|entry| !entry.is_mounted()).collect();
    QUERIES.with(|queries| {
        let mut queries = queries.borrow_mut();
        while idle.len() > KEPT
            && let Some(oldest) = (0..idle.len()).min_by_key(|n| idle.get(*n).map(|entry| entry.last_use()))
        {
            queries.remove(&idle.swap_remove(oldest).key());
        }
    });
}

/// A number that grows with every use of a query.
fn next_use() -> u64 {
    USE.with(|n| {
        n.set(n.get() + 1);
        n.get()
    })
}

/// Starts the fetches that are due, and comes back when the next one is. Nothing is fetched while the page is hidden.
fn pump() {
    if !page_is_shown() {
        return;
    }
    let now = js_sys::Date::now();
    let mut next: Option<f64> = None;
    for entry in all() {
        if let Some(due) = entry.start_if_due(now) {
            next = Some(next.map_or(due, |next| next.min(due)));
        }
    }
    TIMER.with(|cell| {
        if let Some(timer) = cell.borrow_mut().take() {
            timer.clear();
        }
        *cell.borrow_mut() = next.and_then(|at| {
            let wait = Duration::from_millis((at - now).max(0.0) as u64 + 1);
            set_timeout_with_handle(pump, wait).ok()
        });
    });
}

/// The first reply of the session tells where the stream of events begins.
fn begin_stream(as_of: Option<&str>) {
    if let Some(cursor) = as_of {
        event::begin_after(cursor);
    }
}
