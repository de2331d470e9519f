//! Serving until a signal comes.

use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tongshi::app::App;
use tongshi::config::Config;
use tongshi::cx::Cx;
use tongshi::{http, self_check, set_up};
use tracing_subscriber::EnvFilter;

/// What is logged unless `RUST_LOG` says otherwise.
const LOG: &str = "info,sqlx=warn,sea_orm_migration=warn";

/// `tongshi serve`.
pub(super) async fn run(config: Config) -> Result<(), String> {
    log();
    let listener = bind(config.listen).await?;
    let cx = super::open(config).await?;
    for line in self_check::run(&cx.config, &cx.db).await? {
        println!("{line}");
    }
    set_up::start_year(&cx).await.map_err(super::line)?;
    if let Some(code) = set_up::begin(&cx).await.map_err(super::line)? {
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        println!("First start. Set this server up in a browser; its code counts once:");
        println!("  http://{address}/set-up#{code}");
        println!("  code: {code}");
    }
    serve(cx, listener).await
}

/// Takes the address, before any longer work begins.
pub(super) async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("{address} is in use by another program; choose another with --listen")
        }
        std::io::ErrorKind::PermissionDenied => {
            format!("not permitted to listen on {address}; choose another with --listen")
        }
        _ => format!("cannot listen on {address}: {error}"),
    })
}

/// Begins to log to the standard error.
pub(super) fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOG));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

/// Serves until the first signal, then finishes what is under way. A second signal ends at once.
pub(super) async fn serve(cx: Cx, listener: TcpListener) -> Result<(), String> {
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let app = App::start(cx).await.map_err(super::line)?;
    tokio::spawn(signals(app.stop().clone()));
    println!("Tongshi 同事: http://{address}  (Ctrl-C stops)");
    http::serve(listener, app.router(), app.state().clone()).await;
    app.finish().await;
    Ok(())
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
