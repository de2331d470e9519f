//! The harness of the integration tests: a server with a database of its own, people, and what they do over HTTP and sockets.

pub mod app;
pub mod browser;
pub mod contract;
pub mod database;
pub mod digest;
pub mod events;
pub mod findings;
pub mod person;
pub mod postgres;
pub mod process;
pub mod s3;
pub mod template;
pub mod wire;

pub use app::TestApp;
pub use browser::Browser;
pub use database::Engine;
pub use digest::Digest;
pub use findings::Findings;
pub use person::{Person, Refusal};
pub use process::Process;
pub use wire::Wire;

/// Writes a test once and runs it on both engines: `both!(async fn name(app: TestApp) { ... });`, or `both!(name other);` for
/// functions that stand beside it.
#[macro_export]
macro_rules! both {
    ($($name:ident)*) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name($crate::TestApp::start($crate::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name($crate::TestApp::start($crate::Engine::Postgres).await).await;
            }
        }
    )*};
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn case($app: $crate::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                case($crate::TestApp::start($crate::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                case($crate::TestApp::start($crate::Engine::Postgres).await).await;
            }
        }
    )*};
}
