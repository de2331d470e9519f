//! The whole server without its address: settings, database and clock become a router and the relay behind it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use entity::{ApprovalId, DepartmentId, Id, LeaveTypeId, MemberId, OrganisationId, TemplateId};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::approval;
use crate::config::Config;
use crate::cx::{Clock, Cx, Ids, Memory};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::event::{Bus, Forget, Readers, relay};
use crate::file::Store;
use crate::graphql::schema;
use crate::http::{self, State};
use crate::telemetry::Metrics;
use crate::{identity, leave, org, set_up};

/// A running application.
pub struct App {
    /// The world it runs in.
    pub cx: Cx,
    state: State,
    work: TaskTracker,
}

impl App {
    /// The world of a command: settings, database, clock and where ids come from. The database is up to date.
    ///
    /// # Errors
    /// Says in one line what is wrong with the data directory.
    pub fn world(config: Config, db: Db, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Cx, String> {
        Ok(Cx {
            metrics: Metrics::new(&db),
            db,
            clock,
            ids,
            bus: Bus::new(readers(), forgets()),
            files: Store::open(&config.files)?,
            config: Arc::new(config),
            memory: Memory::default(),
        })
    }

    /// Starts the relay and the doors.
    pub async fn start(cx: Cx) -> Result<Self> {
        let stop = CancellationToken::new();
        identity::service::start(&cx).map_err(Error::internal)?;
        relay::start(&cx).await?;
        let work = TaskTracker::new();
        work.spawn(relay::run(cx.clone(), stop.clone()));
        work.spawn(cx.db.clone().watch(stop.clone()));
        work.spawn(set_up::years(cx.clone(), stop.clone()));
        let state = State::new(
            cx.clone(),
            schema::build(Some(cx.clone()), schema::Build(http::spa::build())),
            stop.clone(),
        );
        work.spawn(state.crowd.clone().call(&cx.bus, stop));
        Ok(Self { cx, state, work })
    }

    /// Serves until the first signal, then finishes what is under way; a second signal ends the process at once. Says where it
    /// listens when it does.
    ///
    /// # Errors
    /// Those of [`start`](Self::start).
    pub async fn run(cx: Cx, listener: TcpListener, listens: impl FnOnce(SocketAddr)) -> Result<()> {
        let address = listener.local_addr().map_err(Error::internal)?;
        let app = Self::start(cx).await?;
        tokio::spawn(signals(app.stop().clone()));
        app.work.spawn(set_up::this_year(app.cx.clone(), app.stop().clone()));
        listens(address);
        http::serve(listener, app.router(), app.state().clone()).await;
        app.finish().await;
        Ok(())
    }

    /// Its routes, for [`serve`](http::serve).
    pub fn router(&self) -> Router {
        http::router(self.state.clone())
    }

    /// What its doors hold.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Cancelled, the application stops.
    pub fn stop(&self) -> &CancellationToken {
        &self.state.stop
    }

    /// Stops, when it has not been told to yet, and waits for the work behind the doors.
    pub async fn finish(self) {
        self.state.stop.cancel();
        self.work.close();
        self.work.wait().await;
    }
}

async fn signals(stop: CancellationToken) {
    signal().await;
    tracing::info!("stopping");
    stop.cancel();
    signal().await;
    std::process::exit(130);
}

/// Waits for Ctrl-C or a request to end.
async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// Slices that tell who may read their subjects, by TypeID prefix.
fn readers() -> HashMap<&'static str, Readers> {
    HashMap::from([
        (ApprovalId::PREFIX, approval::service::readers as Readers),
        (MemberId::PREFIX, org::service::readers as Readers),
    ])
}

/// What slices forget when their subjects change, by TypeID prefix. An event of such a subject is all it takes.
fn forgets() -> HashMap<&'static str, Forget> {
    HashMap::from([
        (MemberId::PREFIX, org::service::forget_member as Forget),
        (DepartmentId::PREFIX, org::service::forget_all as Forget),
        (OrganisationId::PREFIX, org::service::forget_all as Forget),
        (TemplateId::PREFIX, approval::service::forget_template as Forget),
        (LeaveTypeId::PREFIX, leave::service::forget_kinds as Forget),
    ])
}
