//! Keeps connections busy and tells how it went.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde_json::Value;

use crate::company::{Company, Waiting};
use crate::queries;
use crate::server::Server;

/// How load is made.
pub(crate) struct Load<'a> {
    pub(crate) server: &'a Server,
    /// How long.
    pub(crate) span: Duration,
}

/// Microseconds of answers.
pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("bounds")
}

/// Asks once and notes how long it took.
pub(crate) async fn ask(client: &reqwest::Client, url: &str, token: &str, body: &[u8], times: &mut Histogram<u64>) {
    let began = Instant::now();
    let answer = client
        .post(url)
        .bearer_auth(token)
        .header("content-type", "application/json")
        .body(body.to_vec())
        .send()
        .await
        .expect("an answer");
    let status = answer.status();
    let text = answer.bytes().await.expect("a whole answer");
    let took = u64::try_from(began.elapsed().as_micros()).expect("a minute at most");
    assert!(
        status.is_success() && !text.windows(9).any(|part| part == b"\"errors\":"),
        "{status}: {}",
        String::from_utf8_lossy(&text)
    );
    times.record(took.max(1)).expect("within bounds");
}

impl Load<'_> {
    /// The same question again and again, one asker a connection.
    pub(crate) async fn read(&self, name: &str, connections: usize, askers: &[(String, Value)]) {
        let url: Arc<str> = format!("http://{}/graphql", self.server.address).into();
        let (before, began) = (self.server.cpu(), Instant::now());
        let tasks = askers.iter().take(connections).map(|(token, body)| {
            let (url, token, body) = (url.clone(), token.clone(), body.to_string().into_bytes());
            let span = self.span;
            tokio::spawn(async move {
                let client = reqwest::Client::new();
                let mut times = histogram();
                while began.elapsed() < span {
                    ask(&client, &url, &token, &body, &mut times).await;
                }
                times
            })
        });
        let tasks: Vec<_> = tasks.collect();
        let mut times = histogram();
        for task in tasks {
            times.add(task.await.expect("an asker")).expect("the same bounds");
        }
        self.tell(name, connections, &times, began, before);
    }

    /// Approves what waits, each task once.
    pub(crate) async fn approve(
        &self,
        name: &str,
        connections: usize,
        company: &Company,
        tasks: &mut impl Iterator<Item = &Waiting>,
    ) {
        let url: Arc<str> = format!("http://{}/graphql", self.server.address).into();
        // More than the span can use; the rest stays for who comes next.
        let most = company.tasks.len() * 2 / 5;
        let work: Vec<(String, Vec<u8>)> = tasks
            .take(most)
            .map(|task| {
                (
                    company.session(task.member),
                    queries::approve(task).to_string().into_bytes(),
                )
            })
            .collect();
        let (work, next) = (Arc::new(work), Arc::new(AtomicUsize::new(0)));
        let (before, began) = (self.server.cpu(), Instant::now());
        let span = self.span;
        let workers: Vec<_> = (0..connections)
            .map(|_| {
                let (url, work, next) = (url.clone(), work.clone(), next.clone());
                tokio::spawn(async move {
                    let client = reqwest::Client::new();
                    let mut times = histogram();
                    while began.elapsed() < span
                        && let Some((token, body)) = work.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        ask(&client, &url, token, body, &mut times).await;
                    }
                    times
                })
            })
            .collect();
        let mut times = histogram();
        for worker in workers {
            times.add(worker.await.expect("a worker")).expect("the same bounds");
        }
        self.tell(name, connections, &times, began, before);
    }

    fn tell(&self, name: &str, connections: usize, times: &Histogram<u64>, began: Instant, before: (f64, f64)) {
        let took = began.elapsed().as_secs_f64();
        let (server, database) = self.server.cpu();
        let count = times.len() as f64;
        let each = |seconds: f64| seconds * 1e6 / count;
        println!(
            "{name} {connections:>3}  {:>7.0} req/s  p50 {:>6.2} ms  p99 {:>7.2} ms  {:>5.0} us CPU of the server, {:>4.0} of the database",
            count / took,
            times.value_at_quantile(0.5) as f64 / 1e3,
            times.value_at_quantile(0.99) as f64 / 1e3,
            each(server - before.0),
            each(database - before.1),
        );
    }
}
