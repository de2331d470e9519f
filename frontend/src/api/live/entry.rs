//! One live query: its data, its state of fetching, and what lies over it.

use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::refetch::Refetch;
use super::{begin_stream, next_use, pump};
use crate::api::ApiError;
use crate::api::transport::http::{Pending, Reply, number};

/// The data of a query, without its type.
pub(super) type Held = Arc<dyn Any + Send + Sync>;

/// How a query is fetched.
pub(super) type Fetch = Rc<dyn Fn() -> Pending<Reply<Held>>>;

/// A change of the data; none where it is of another type.
pub(super) type Change = Rc<dyn Fn(&Held) -> Option<Held>>;

/// What must be known of the type of a query's data.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) id: TypeId,
    pub(super) is_same: fn(&Held, &Held) -> bool,
}

/// The part of an entry that views read.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) key: String,
    pub(super) kind: Kind,
    pub(super) data: ArcRwSignal<Option<Held>>,
    pub(super) error: ArcRwSignal<Option<ApiError>>,
    pub(super) fetching: ArcRwSignal<bool>,
}

/// A view of an entry. Its `fetch` may read signals of the view, so it goes with the view.
struct View {
    id: u64,
    topics: Vec<String>,
    fetch: Fetch,
}

struct OverlayPart {
    id: u64,
    change: Change,
    /// Confirmed before this fetch number: its reply knows the change.
    settled_before: Option<u64>,
}

/// One live query.
pub(super) struct Entry {
    shared: Shared,
    base: RefCell<Option<Held>>,
    overlays: RefCell<Vec<OverlayPart>>,
    refetch: RefCell<Refetch>,
    /// The views that show it, with how each of them fetches; the newest one is asked.
    views: RefCell<Vec<View>>,
    used: Cell<u64>,
    /// Fetches begun so far.
    fetches: Cell<u64>,
    /// Replies to fetches up to this one belong to someone else.
    void_before: Cell<u64>,
}

impl Entry {
    pub(super) fn new(key: String, kind: Kind) -> Self {
        Self {
            shared: Shared {
                key,
                kind,
                data: ArcRwSignal::new(None),
                error: ArcRwSignal::new(None),
                fetching: ArcRwSignal::new(false),
            },
            base: RefCell::default(),
            overlays: RefCell::default(),
            refetch: RefCell::default(),
            views: RefCell::default(),
            used: Cell::new(0),
            fetches: Cell::new(0),
            void_before: Cell::new(0),
        }
    }

    pub(super) fn shared(&self) -> Shared {
        self.shared.clone()
    }

    pub(super) fn kind(&self) -> Kind {
        self.shared.kind
    }

    /// A view shows it from now on; gives the number to [`Entry::unmount`] with.
    pub(super) fn mount(&self, topics: Vec<String>, fetch: Fetch) -> u64 {
        let id = next_use();
        self.views.borrow_mut().push(View { id, topics, fetch });
        self.used.set(id);
        let now = js_sys::Date::now();
        let mut refetch = self.refetch.borrow_mut();
        refetch.mount(true, now);
        if self.base.borrow().is_none() && !refetch.is_wanted() {
            refetch.force(now);
        }
        id
    }

    pub(super) fn unmount(&self, view: u64) {
        let mut views = self.views.borrow_mut();
        views.retain(|other| other.id != view);
        if views.is_empty() {
            self.refetch.borrow_mut().mount(false, js_sys::Date::now());
        }
    }

    pub(super) fn force(&self) {
        self.refetch.borrow_mut().force(js_sys::Date::now());
    }

    pub(super) fn put_overlay(&self, change: Change) -> u64 {
        let id = next_use();
        self.overlays.borrow_mut().push(OverlayPart {
            id,
            change,
            settled_before: None,
        });
        self.publish();
        id
    }

    /// Shows the base with what lies over it, if that differs from what is shown.
    fn publish(&self) {
        let mut shown = self.base.borrow().clone();
        let overlays = self.overlays.borrow();
        for overlay in overlays.iter() {
            shown = shown.map(|shown| (overlay.change)(&shown).unwrap_or(shown));
        }
        drop(overlays);
        let is_same = self.shared.data.with_untracked(|before| match (before, &shown) {
            (Some(before), Some(shown)) => (self.shared.kind.is_same)(before, shown),
            (before, shown) => before.is_none() && shown.is_none(),
        });
        if !is_same {
            self.shared.data.set(shown);
        }
    }

    fn receive(&self, number_of_fetch: u64, result: Result<Reply<Held>, ApiError>) {
        self.shared.fetching.set(false);
        if number_of_fetch <= self.void_before.get() {
            self.refetch.borrow_mut().failed();
            self.force();
            return;
        }
        match result {
            Ok(reply) => {
                begin_stream(reply.as_of.as_deref());
                let as_of = reply.as_of.as_deref().and_then(number);
                self.refetch
                    .borrow_mut()
                    .done(as_of, js_sys::Date::now(), js_sys::Math::random());
                *self.base.borrow_mut() = Some(reply.data);
                self.overlays
                    .borrow_mut()
                    .retain(|overlay| overlay.settled_before.is_none_or(|settled| settled >= number_of_fetch));
                self.publish();
                self.set_error(None);
            }
            Err(error) => {
                self.refetch.borrow_mut().failed();
                self.set_error(Some(error));
            }
        }
    }

    fn set_error(&self, error: Option<ApiError>) {
        if self.shared.error.with_untracked(|before| *before != error) {
            self.shared.error.set(error);
        }
    }

    pub(super) fn key(&self) -> String {
        self.shared.key.clone()
    }

    pub(super) fn last_use(&self) -> u64 {
        self.used.get()
    }

    pub(super) fn is_mounted(&self) -> bool {
        !self.views.borrow().is_empty()
    }

    pub(super) fn has_topic(&self, topics: &[String]) -> bool {
        // An entry that nothing shows has no topics: it is fetched again when it is shown.
        let views = self.views.borrow();
        views.is_empty()
            || views
                .iter()
                .any(|view| topics.iter().any(|topic| view.topics.contains(topic)))
    }

    pub(super) fn touch(&self, cursor: Option<u64>) {
        self.refetch
            .borrow_mut()
            .touch(cursor, js_sys::Date::now(), js_sys::Math::random());
    }

    pub(super) fn retry_failed(&self) {
        if self.shared.error.with_untracked(Option::is_some) {
            self.force();
        }
    }

    pub(super) fn forget(&self) {
        self.void_before.set(self.fetches.get());
        *self.base.borrow_mut() = None;
        self.overlays.borrow_mut().clear();
        self.publish();
        self.set_error(None);
        self.force();
    }

    /// Starts the fetch if it is due; else tells when it will be.
    pub(super) fn start_if_due(self: Rc<Self>, now: f64) -> Option<f64> {
        if !self.refetch.borrow_mut().begin(now) {
            return self.refetch.borrow().due();
        }
        let fetch = self.views.borrow().last().map(|view| Rc::clone(&view.fetch))?;
        let this_fetch = self.fetches.get() + 1;
        self.fetches.set(this_fetch);
        self.shared.fetching.set(true);
        spawn_local(async move {
            let result = untrack(|| fetch()).await;
            self.receive(this_fetch, result);
            pump();
        });
        None
    }

    pub(super) fn settle(&self, overlay: u64) {
        let fetches = self.fetches.get();
        for part in self.overlays.borrow_mut().iter_mut().filter(|part| part.id == overlay) {
            part.settled_before = Some(fetches);
        }
        self.force();
    }

    pub(super) fn revert(&self, overlay: u64) {
        self.overlays.borrow_mut().retain(|part| part.id != overlay);
        self.publish();
    }
}
