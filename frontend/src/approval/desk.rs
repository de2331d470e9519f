//! The list a person works through, shared by list and detail: what is in it, what is open, what comes next.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

use cynic::QueryBuilder;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::inbox::choose::Together;
use super::state::{self, Filter, Line, Which};
use crate::api::approval::{ApprovalsQuery, ApprovalsVars, InboxQuery, InboxVars};
use crate::api::{ApiError, Live, Overlay, Reply, live_query, query};

/// Lines asked for at once.
const PAGE: usize = 40;
/// How long a finished line takes to go.
const COLLAPSE: Duration = Duration::from_millis(180);

/// A list as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// The lines, as the server orders them.
    pub lines: Vec<Line>,
    /// How many there are in all.
    pub total: i32,
    /// There are more than these.
    pub more: bool,
}

/// What happens to a line that was decided.
#[derive(Default)]
struct Departure {
    overlay: Option<Overlay>,
    /// Whether the server agreed; none while it is asked.
    outcome: Option<bool>,
}

/// Goes to an address.
type Navigate = Rc<dyn Fn(&str, NavigateOptions)>;

/// The list a person works through.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Which list.
    pub which: Memo<Which>,
    /// What of it.
    pub filter: Memo<Filter>,
    /// The list.
    pub live: Live<Listing>,
    /// The lines that are shown.
    pub lines: Memo<Vec<Line>>,
    /// The request that is open.
    pub current: Signal<Option<String>>,
    /// Lines that are going.
    pub leaving: RwSignal<HashSet<String>>,
    /// Lines chosen to be decided together; none while nothing is being chosen.
    pub chosen: RwSignal<Option<Vec<String>>>,
    /// Asks to decide these together.
    pub together: RwSignal<Option<Together>>,
    /// Grows every minute, for texts that say how long.
    pub minute: RwSignal<u32>,
    wanted: RwSignal<usize>,
    solo: bool,
    departures: StoredValue<HashMap<String, Departure>, LocalStorage>,
    navigate: StoredValue<Navigate, LocalStorage>,
}

/// The desk of this page. With `open`, the page shows only that request; else it is part of the address.
pub fn use_desk(open: Option<Signal<String>>) -> Desk {
    let address = use_query_map();
    let part = move |name: &str| address.with(|query| query.get(name).unwrap_or_default());
    let which = Memo::new(move |_| Which::from_word(&part("box")));
    let filter = Memo::new(move |_| Filter {
        text: part("q"),
        template: part("type"),
        status: part("status"),
        unread: part("unread") == "1",
    });
    let current = match open {
        Some(id) => Signal::derive(move || Some(id.get())),
        None => Memo::new(move |_| Some(part("id")).filter(|id| !id.is_empty())).into(),
    };
    let wanted = RwSignal::new(PAGE);
    Effect::new(move |_| {
        which.track();
        filter.track();
        wanted.set(PAGE);
    });
    let live = live_query(
        move || format!("approvals:{}:{}", which.get().word(), filter.get().key()),
        move || vec![which.get_untracked().topic().to_owned()],
        move || fetch(which.get_untracked(), filter.get_untracked(), wanted.get_untracked()),
    );
    let lines = Memo::new(move |_| live.data.get().map(|listing| listing.lines.clone()).unwrap_or_default());
    let minute = RwSignal::new(0_u32);
    if let Ok(timer) = set_interval_with_handle(
        move || minute.update(|n| *n = n.wrapping_add(1)),
        Duration::from_secs(60),
    ) {
        on_cleanup(move || timer.clear());
    }
    let navigate = use_navigate();
    Desk {
        which,
        filter,
        live,
        lines,
        current,
        leaving: RwSignal::new(HashSet::new()),
        chosen: RwSignal::new(None),
        together: RwSignal::new(None),
        minute,
        wanted,
        solo: open.is_some(),
        departures: StoredValue::new_local(HashMap::new()),
        navigate: StoredValue::new_local(Rc::new(move |path: &str, options| navigate(path, options))),
    }
}

async fn fetch(which: Which, filter: Filter, wanted: usize) -> Result<Reply<Listing>, ApiError> {
    let mut listing = Listing::default();
    let mut as_of = None;
    let mut after = None;
    loop {
        let filter = filter.of_contract();
        let first = Some(i32::try_from(wanted.saturating_sub(listing.lines.len()).clamp(1, 100)).unwrap_or(100));
        let (lines, page, total, seen) = match which.of_contract() {
            None => {
                let reply = query(InboxQuery::build(InboxVars { filter, first, after })).await?;
                let page = reply.data.approval_inbox;
                let lines: Vec<Line> = page.nodes.into_iter().map(Line::from).collect();
                (lines, page.page_info, page.total_count, reply.as_of)
            }
            Some(which) => {
                let vars = ApprovalsVars {
                    which,
                    filter,
                    first,
                    after,
                };
                let reply = query(ApprovalsQuery::build(vars)).await?;
                let page = reply.data.approvals;
                let lines: Vec<Line> = page.nodes.into_iter().map(Line::from).collect();
                (lines, page.page_info, page.total_count, reply.as_of)
            }
        };
        // The first page is the oldest of them.
        as_of = as_of.or(seen);
        listing.lines.extend(lines);
        listing.total = total;
        listing.more = page.has_next_page;
        after = page.end_cursor;
        if !listing.more || after.is_none() || listing.lines.len() >= wanted {
            return Ok(Reply { data: listing, as_of });
        }
    }
}

impl Desk {
    /// The ids in the order of the list, without those that are going.
    pub fn ids(&self) -> Vec<String> {
        let leaving = self.leaving.get_untracked();
        self.lines.with_untracked(|lines| {
            let ids = lines.iter().map(|line| line.id().to_owned());
            ids.filter(|id| !leaving.contains(id)).collect()
        })
    }

    /// Asks for the next page.
    pub fn more(&self) {
        let has_more = self.live.data.get_untracked().is_some_and(|listing| listing.more);
        if has_more && !self.live.refreshing.get_untracked() {
            self.wanted.update(|n| *n += PAGE);
            self.live.refetch();
        }
    }

    /// The address of a request of this list, as this page shows it.
    pub fn address(&self, id: Option<&str>) -> String {
        match (self.solo, id) {
            (true, Some(id)) => self.own_page(id),
            (_, id) => address(
                "/approvals",
                self.which.get_untracked(),
                &self.filter.get_untracked(),
                id,
            ),
        }
    }

    /// The address of a request on a page of its own.
    pub fn own_page(&self, id: &str) -> String {
        let path = format!("/approvals/{id}");
        address(&path, self.which.get_untracked(), &self.filter.get_untracked(), None)
    }

    /// Goes to an address; `replace` leaves no step back.
    pub fn visit(&self, path: &str, replace: bool) {
        let options = NavigateOptions {
            replace,
            scroll: false,
            ..NavigateOptions::default()
        };
        self.navigate.with_value(|navigate| navigate(path, options));
    }

    /// Whether the page is still shown; replies and toasts outlive it.
    pub fn is_alive(&self) -> bool {
        self.departures.try_with_value(|_| ()).is_some()
    }

    /// Opens a request, or none; nothing once the page is gone.
    pub fn open(&self, id: Option<&str>, replace: bool) {
        if !self.is_alive() {
            return;
        }
        self.visit(&self.address(id), replace);
    }

    /// Opens the request `step` lines away. False at the ends.
    pub fn step(&self, step: isize) -> bool {
        let current = self.current.get_untracked();
        let next = state::neighbour(&self.ids(), current.as_deref(), step);
        if let Some(next) = &next {
            self.open(Some(next), true);
        }
        next.is_some()
    }

    /// Shows other lines of this list, or another list.
    pub fn show(&self, which: Which, filter: &Filter) {
        self.visit(&address("/approvals", which, filter, None), true);
    }

    /// A decision on the request is on its way: its line goes, the next request opens.
    pub fn depart(&self, id: &str) {
        if self.which.get_untracked() != Which::Todo {
            return;
        }
        let next = state::after(&self.ids(), id);
        let was_in = self
            .lines
            .with_untracked(|lines| lines.iter().any(|line| line.id() == id));
        if !was_in {
            return;
        }
        self.leaving.update(|leaving| {
            leaving.insert(id.to_owned());
        });
        self.departures.update_value(|all| {
            all.insert(id.to_owned(), Departure::default());
        });
        if self.current.get_untracked().as_deref() == Some(id) {
            self.open(next.as_deref(), true);
        }
        let (desk, id) = (*self, id.to_owned());
        set_timeout(move || desk.collapse(&id), COLLAPSE);
    }

    /// The line has gone from sight; now it goes from the list.
    fn collapse(&self, id: &str) {
        let gone = id.to_owned();
        if !self.is_alive() {
            return;
        }
        let outcome = self
            .departures
            .with_value(|all| all.get(id).map(|departure| departure.outcome));
        if let Some(outcome) = outcome.filter(|outcome| *outcome != Some(false)) {
            let overlay = self.live.overlay(move |listing: &mut Listing| {
                let before = listing.lines.len();
                listing.lines.retain(|line| line.id() != gone);
                let removed = before - listing.lines.len();
                listing.total = listing.total.saturating_sub(i32::try_from(removed).unwrap_or(0));
            });
            if outcome == Some(true) {
                overlay.settle();
                self.departures.update_value(|all| _ = all.remove(id));
            } else {
                self.departures.update_value(|all| {
                    all.insert(
                        id.to_owned(),
                        Departure {
                            overlay: Some(overlay),
                            outcome,
                        },
                    );
                });
            }
        } else {
            self.departures.update_value(|all| _ = all.remove(id));
        }
        self.leaving.update(|leaving| _ = leaving.remove(id));
    }

    /// The server has answered to a decision: agreed, or refused.
    pub fn answered(&self, id: &str, agreed: bool) {
        let departure = self.departures.try_update_value(|all| {
            let waits = all.get(id).is_some_and(|departure| departure.overlay.is_none());
            if waits && let Some(departure) = all.get_mut(id) {
                departure.outcome = Some(agreed);
                return None;
            }
            all.remove(id)
        });
        if let Some(overlay) = departure.flatten().and_then(|departure| departure.overlay) {
            if agreed {
                overlay.settle();
            } else {
                overlay.revert();
            }
        }
    }
}

/// The address of a list, or of a request in it.
fn address(path: &str, which: Which, filter: &Filter, id: Option<&str>) -> String {
    let mut text = format!("{path}?box={}", which.word());
    let mut add = |name: &str, value: &str| {
        text.push('&');
        text.push_str(name);
        text.push('=');
        text.push_str(&String::from(js_sys::encode_uri_component(value)));
    };
    for (name, value) in filter.query() {
        add(name, &value);
    }
    if let Some(id) = id {
        add("id", id);
    }
    text
}

/// Whether list and detail stand side by side.
pub fn is_wide() -> bool {
    let found = window().match_media("(min-width: 900px)").ok().flatten();
    found.is_none_or(|query| query.matches())
}
