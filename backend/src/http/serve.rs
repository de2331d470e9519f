//! The accept loop. Our own, because clients that send nothing, or a header a minute, must be cut.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::State;

/// Longest a client may take to send the first byte, or the headers of a request.
const HEADERS: Duration = Duration::from_secs(30);
/// The same once the server stops.
const LATE: Duration = Duration::from_secs(1);
/// Largest headers, in bytes.
const HEADER_BYTES: usize = 64 * 1024;
/// Longest work under way may take once the server stops.
const DRAIN: Duration = Duration::from_secs(25);

/// Serves until [`State::stop`] is cancelled; then answers what is under way, closes the sockets and returns within 30 s.
/// New connections are answered until the last is done, so that `/readyz` can say what is going on.
pub async fn serve(listener: TcpListener, router: Router, state: State) {
    let connections = TaskTracker::new();
    let stop = state.stop.clone();
    let drained = async {
        stop.cancelled().await;
        connections.close();
        let all = async {
            connections.wait().await;
            state.crowd.gone().await;
        };
        if tokio::time::timeout(DRAIN, all).await.is_err() {
            tracing::warn!("some clients did not finish in time");
        }
    };
    tokio::pin!(drained);
    loop {
        tokio::select! {
            () = &mut drained => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => {
                    connections.spawn(connection(stream, address, router.clone(), stop.clone()));
                }
                Err(error) => {
                    // Out of descriptors, for example: give others time to finish.
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
}

async fn connection(stream: TcpStream, address: SocketAddr, router: Router, stop: CancellationToken) {
    let _ = stream.set_nodelay(true);
    let mut byte = [0];
    let patience = async {
        tokio::select! {
            () = tokio::time::sleep(HEADERS) => {}
            () = async { stop.cancelled().await; tokio::time::sleep(LATE).await; } => {}
        }
    };
    tokio::select! {
        first = stream.peek(&mut byte) => if !matches!(first, Ok(1)) { return },
        () = patience => return,
    }
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
