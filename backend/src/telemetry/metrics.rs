//! Numbers for Prometheus. Labels come from closed lists, never from clients: what a client can make up would fill the memory of
//! whoever collects it.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::db::Db;

/// Upper ends of the ranges requests and operations are counted in, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// A number with a fraction that goes up and down.
type Level = Gauge<f64, AtomicU64>;

/// What kind of operation ran, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

/// A request as the router saw it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Connections {
    pool: &'static str,
    state: &'static str,
}

/// What is looked up when somebody asks for the numbers.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// Open sockets.
    pub sockets: usize,
    /// Members with an open socket.
    pub members: usize,
    /// Uploads in memory.
    pub uploads: usize,
    /// Newest event that was published in this process.
    pub head: i64,
    /// Events without a number, their oldest one's age, and how many numbered ones this process has yet to publish. None when the
    /// database did not say.
    pub events: Option<EventLag>,
}

/// What the relay has before it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EventLag {
    /// Committed events that have no number yet.
    pub waiting: u64,
    /// Age of the oldest of them; zero when there is none.
    pub oldest: Duration,
    /// Numbered events this process has not published yet.
    pub unpublished: u64,
}

/// The numbers of a server. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    db: Db,
    requests: Family<Request, Counter>,
    request_time: Family<Route, Histogram>,
    operations: Family<Operation, Counter>,
    operation_time: Family<Kind, Histogram>,
    sign_ins_refused: Family<Reason, Counter>,
    password_hashes: Counter,
    throttled: Family<Reason, Counter>,
    subscriptions: Gauge,
    sockets: Gauge,
    members: Gauge,
    uploads: Gauge,
    connections: Family<Connections, Gauge>,
    database_up: Gauge,
    events_head: Gauge,
    events_waiting: Gauge,
    events_oldest: Level,
    events_unpublished: Gauge,
    memory: Gauge,
    registry: Registry,
}

impl Metrics {
    /// The numbers of a server over a database, at zero.
    pub fn new(db: &Db) -> Self {
        let mut registry = Registry::default();
        let info = Info::new([("version", env!("CARGO_PKG_VERSION")), ("engine", db.engine())]);
        registry.register(
            "tongshi_build",
            "Version of the program and engine of its database",
            info,
        );
        db.observed().register(&mut registry, db.engine());
        let at = &mut registry;
        Self(Arc::new(Inner {
            db: db.clone(),
            requests: add(at, "tongshi_http_requests", "HTTP requests answered", Family::default()),
            request_time: timed(at, "tongshi_http_request_duration", "Time to answer HTTP requests"),
            operations: add(
                at,
                "tongshi_operations",
                "GraphQL operations by kind and outcome: ok, or the code of the first error",
                Family::default(),
            ),
            operation_time: timed(at, "tongshi_operation_duration", "Time queries and mutations ran"),
            sign_ins_refused: add(at, "tongshi_sign_ins_refused", "Sign-ins refused", Family::default()),
            password_hashes: add(
                at,
                "tongshi_password_hashes",
                "Passwords hashed, for comparing them or for storing",
                Counter::default(),
            ),
            throttled: add(
                at,
                "tongshi_throttled",
                "Requests refused because the points of a member or an address were spent",
                Family::default(),
            ),
            subscriptions: add(at, "tongshi_subscriptions", "Running subscriptions", Gauge::default()),
            sockets: add(at, "tongshi_sockets", "Open sockets", Gauge::default()),
            members: add(
                at,
                "tongshi_socket_members",
                "Members with an open socket",
                Gauge::default(),
            ),
            uploads: add(at, "tongshi_uploads", "Uploads being received", Gauge::default()),
            connections: add(
                at,
                "tongshi_database_connections",
                "Connections of the pools by state",
                Family::default(),
            ),
            database_up: add(
                at,
                "tongshi_database_up",
                "1 when the database answered just now",
                Gauge::default(),
            ),
            events_head: add(
                at,
                "tongshi_events_head",
                "Number of the newest published event",
                Gauge::default(),
            ),
            events_waiting: add(
                at,
                "tongshi_events_waiting",
                "Committed events that have no number yet",
                Gauge::default(),
            ),
            events_oldest: level(
                at,
                "tongshi_events_waiting_oldest",
                "Age of the oldest event without a number",
            ),
            events_unpublished: add(
                at,
                "tongshi_events_unpublished",
                "Numbered events this process has not published yet",
                Gauge::default(),
            ),
            memory: add(
                at,
                "process_resident_memory_bytes",
                "Memory of the process",
                Gauge::default(),
            ),
            registry,
        }))
    }

    /// A request was answered. `route` is a path of the router, `method` out of the usual ones.
    pub fn answered(&self, route: &'static str, method: &'static str, status: u16, took: Duration) {
        let request = Request { route, method, status };
        self.0.requests.get_or_create(&request).inc();
        let time = self.0.request_time.get_or_create(&Route { route });
        time.observe(took.as_secs_f64());
    }

    /// An operation has ended: `ok`, or with the code of its first error. Without a time it did not run, or streamed.
    pub fn operation(&self, kind: &'static str, outcome: &'static str, took: Option<Duration>) {
        self.0.operations.get_or_create(&Operation { kind, outcome }).inc();
        if let Some(took) = took {
            let time = self.0.operation_time.get_or_create(&Kind { kind });
            time.observe(took.as_secs_f64());
        }
    }

    /// A sign-in was refused.
    pub fn sign_in_refused(&self, reason: &'static str) {
        self.0.sign_ins_refused.get_or_create(&Reason { reason }).inc();
    }

    /// A password was hashed.
    pub fn password_hashed(&self) {
        self.0.password_hashes.inc();
    }

    /// A request was refused for lack of points.
    pub fn throttled(&self, reason: &'static str) {
        self.0.throttled.get_or_create(&Reason { reason }).inc();
    }

    /// A subscription runs until the guard is dropped.
    pub fn subscription(&self) -> Running {
        self.0.subscriptions.inc();
        Running(self.0.subscriptions.clone())
    }

    /// All numbers in the text format of OpenMetrics.
    pub fn render(&self, sample: &Sample) -> String {
        let set = |gauge: &Gauge, value: usize| gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        set(&self.0.sockets, sample.sockets);
        set(&self.0.members, sample.members);
        set(&self.0.uploads, sample.uploads);
        self.0.events_head.set(sample.head);
        self.0.database_up.set(sample.events.is_some().into());
        if let Some(lag) = sample.events {
            let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
            self.0.events_waiting.set(number(lag.waiting));
            self.0.events_oldest.set(lag.oldest.as_secs_f64());
            self.0.events_unpublished.set(number(lag.unpublished));
        }
        for pool in self.0.db.pools() {
            for (state, count) in [("idle", pool.idle), ("used", pool.used), ("most", pool.most)] {
                let connections = Connections { pool: pool.name, state };
                self.0.connections.get_or_create(&connections).set(count.into());
            }
        }
        if let Some(memory) = memory_stats::memory_stats() {
            set(&self.0.memory, memory.physical_mem);
        }
        let mut answer = String::new();
        // Writing into a String cannot fail.
        let _ = text::encode(&mut answer, &self.0.registry);
        answer
    }
}

/// Something that runs, counted until dropped.
pub struct Running(Gauge);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn add<M>(registry: &mut Registry, name: &str, help: &str, metric: M) -> M
where
    M: prometheus_client::registry::Metric + Clone,
{
    registry.register(name, help, metric.clone());
    metric
}

fn level(registry: &mut Registry, name: &str, help: &str) -> Level {
    let metric = Level::default();
    registry.register_with_unit(name, help, Unit::Seconds, metric.clone());
    metric
}

fn timed<L>(registry: &mut Registry, name: &str, help: &str) -> Family<L, Histogram>
where
    L: EncodeLabelSet + Clone + std::hash::Hash + Eq + std::fmt::Debug + Send + Sync + 'static,
{
    let metric: Family<L, Histogram> = Family::new_with_constructor(|| Histogram::new(SECONDS));
    registry.register_with_unit(name, help, Unit::Seconds, metric.clone());
    metric
}
