//! Serving until a signal comes.

use std::net::SocketAddr;

use tokio::net::TcpListener;
use tongshi::app::App;
use tongshi::config::Config;
use tongshi::cx::Cx;
use tongshi::telemetry::{Export, log};
use tongshi::{self_check, set_up};

/// `tongshi serve`.
pub(super) async fn run(config: Config) -> Result<(), String> {
    let export = log::start(config.log_format, config.collector.as_ref())?;
    let listener = bind(config.listen).await?;
    let cx = super::open(config).await?;
    for line in self_check::run(&cx).await? {
        println!("{line}");
    }
    set_up::prepare(&cx).await.map_err(tongshi::error::Error::line)?;
    if let Some(code) = set_up::begin(&cx).await.map_err(tongshi::error::Error::line)? {
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        println!("First start. Set this server up in a browser; its code counts once:");
        println!("  http://{address}/set-up#{code}");
        println!("  code: {code}");
    }
    serve(cx, listener, export).await
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

/// Serves until a signal comes, and sends the last traces.
pub(super) async fn serve(cx: Cx, listener: TcpListener, export: Option<Export>) -> Result<(), String> {
    let done = App::run(cx, listener, |address| {
        println!("Tongshi 同事: http://{address}  (Ctrl-C stops)");
    })
    .await;
    if let Some(export) = export {
        export.finish().await;
    }
    done.map_err(tongshi::error::Error::line)
}
