//! Leave: what is held, taken and let go; who may know what; the attendance record that follows.
#![cfg(test)]

/// Writes a test once and runs it over the small world on both engines.
macro_rules! on_both {
    ($(async fn $name:ident($world:ident: World) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn case($world: World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                case(super::super::world::world(tests::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn postgres() {
                case(super::super::world::world(tests::Engine::Postgres).await).await;
            }
        }
    )*};
}

mod api;
mod books;
mod ledger;
mod reading;
mod spans;
mod world;
