//! A decision as the applicant sees it: from the click of one member to the event on the open socket of another.

use std::time::{Duration, Instant};

use entity::approval_case;
use futures_util::StreamExt;
use hdrhistogram::Histogram;
use sea_orm::EntityTrait;
use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;
use tongshi::db::Db;
use tongshi::graphql::id::encode;

use crate::company::{Company, Waiting, url};
use crate::feed::{self, Socket};
use crate::server::Server;
use crate::{Options, queries};

/// Decisions, one after another.
const ROUNDS: usize = 200;
/// How long one waits for an event.
const PATIENCE: Duration = Duration::from_secs(10);
/// As the web app asks.
const SUBSCRIPTION: &str = "subscription { events { __typename ... on Event { cursor kind subject topics version } } }";

/// Measures from the moment the mutation is sent to the arrival of its event, on a server that does nothing else.
pub(crate) async fn measure(
    options: &Options,
    server: &Server,
    company: &Company,
    tasks: &mut impl Iterator<Item = &Waiting>,
) {
    let db = Db::open(&url(options)).await.expect("the database");
    let client = reqwest::Client::new();
    let mut times = Histogram::<u64>::new_with_bounds(1, 60_000_000, 3).expect("bounds");
    for task in tasks.take(ROUNDS) {
        let case = approval_case::Entity::find_by_id(task.case).one(db.read()).await;
        let case = case.expect("readable").expect("a request");
        let token = company.session(case.applicant_id);
        let mut socket = feed::open(&server.address, &token, SUBSCRIPTION).await;
        let decide = client
            .post(format!("http://{}/graphql", server.address))
            .bearer_auth(company.session(task.member))
            .json(&queries::approve(task));
        let begun = Instant::now();
        let decided = tokio::spawn(async move {
            let answer: Value = decide.send().await.expect("an answer").json().await.expect("JSON");
            assert!(answer.get("errors").is_none(), "{answer:#}");
        });
        let heard = tokio::time::timeout(PATIENCE, until(&mut socket, encode(task.case).as_str())).await;
        let took = begun.elapsed();
        heard.expect("the event in time");
        decided.await.expect("decided");
        times
            .record(u64::try_from(took.as_micros()).expect("seconds at most").max(1))
            .expect("within bounds");
        socket.close(None).await.expect("closed");
    }
    db.close().await.expect("closed");
    println!(
        "decision  {} seen by another: p50 {:.1} ms, p95 {:.1} ms, longest {:.1} ms",
        times.len(),
        times.value_at_quantile(0.5) as f64 / 1e3,
        times.value_at_quantile(0.95) as f64 / 1e3,
        times.max() as f64 / 1e3,
    );
}

/// Reads until an event of this subject comes.
async fn until(socket: &mut Socket, subject: &str) {
    loop {
        let message = socket.next().await.expect("an open socket").expect("a whole message");
        let Message::Text(text) = message else { continue };
        let message: Value = serde_json::from_str(&text).expect("JSON");
        if message["payload"]["data"]["events"]["subject"] == subject {
            return;
        }
    }
}
