//! One member asks for as much as the server lets him: what do the others notice of it?

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use reqwest::StatusCode;

use crate::company::Company;
use crate::load::{ask, histogram};
use crate::queries;
use crate::server::Server;

/// Connections of the one.
const HANDS: usize = 16;
/// Pause of another between two questions: a person who reads.
const PAUSE: Duration = Duration::from_millis(100);

/// What came of the questions of the one.
#[derive(Default)]
struct Answers {
    answered: AtomicU64,
    limited: AtomicU64,
}

/// Measures Q1 of another member alone, and beside the one. The server keeps the limits of a company.
pub(crate) async fn measure(server: &Server, company: &Company, span: Duration) {
    let alone = other(server, company, span).await;
    let over = Arc::new(AtomicBool::new(false));
    let answers = Arc::new(Answers::default());
    let token = company.session(*company.members.last().expect("members"));
    let hands: Vec<_> = (0..HANDS)
        .map(|_| {
            tokio::spawn(hand(
                server.address.clone(),
                token.clone(),
                over.clone(),
                answers.clone(),
            ))
        })
        .collect();
    let beside = other(server, company, span).await;
    over.store(true, Ordering::Relaxed);
    for hand in hands {
        hand.await.expect("a hand");
    }
    let told = |times: &Histogram<u64>| {
        let at = |part: f64| times.value_at_quantile(part) as f64 / 1e3;
        format!("p50 {:.2} ms, p95 {:.2} ms", at(0.5), at(0.95))
    };
    println!(
        "fair    Q1 of one member alone: {}; beside another with {HANDS} hands, {} of whose questions were answered and {} \
         refused: {}",
        told(&alone),
        answers.answered.load(Ordering::Relaxed),
        answers.limited.load(Ordering::Relaxed),
        told(&beside),
    );
}

async fn other(server: &Server, company: &Company, span: Duration) -> Histogram<u64> {
    let (token, body) = company.inboxes(1).pop().expect("an approver");
    let (url, body) = (
        format!("http://{}/graphql", server.address),
        body.to_string().into_bytes(),
    );
    let client = reqwest::Client::new();
    let (mut times, began) = (histogram(), Instant::now());
    while began.elapsed() < span {
        ask(&client, &url, &token, &body, &mut times).await;
        tokio::time::sleep(PAUSE).await;
    }
    times
}

async fn hand(address: String, token: String, over: Arc<AtomicBool>, answers: Arc<Answers>) {
    let client = reqwest::Client::new();
    let (url, body) = (format!("http://{address}/graphql"), queries::everybody());
    while !over.load(Ordering::Relaxed) {
        let answer = client.post(&url).bearer_auth(&token).json(&body).send().await;
        let answer = answer.expect("an answer");
        let count = match answer.status() {
            StatusCode::OK => &answers.answered,
            StatusCode::TOO_MANY_REQUESTS => &answers.limited,
            status => panic!("{status}: {}", answer.text().await.unwrap_or_default()),
        };
        count.fetch_add(1, Ordering::Relaxed);
        let _ = answer.bytes().await;
    }
}
